"""`safeguarding people`, `export-person`, `erase-person`: who is known, their roles, leavers, tables, and rights."""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from bot.on_records import reading, take_in, writing
from bot.telling import told

if TYPE_CHECKING:
    from knowledge.models import Person
    from knowledge.unit_of_work import UnitOfWork

app = typer.Typer(help="Who is known, what they may do, and who has left.", no_args_is_help=True)


class Why(StrEnum):
    APPOINTED = "appointed"
    COVERING = "covering"
    CHANGED_JOB = "changed_job"
    MISTAKE = "mistake"


Identified = Annotated[str, typer.Argument(help="An e-mail address, an id from `people list`, or tenant id/object id.")]
RoleWords = Annotated[str, typer.Argument(help="A role: learning_lead, co_chair:case_review, agency_lead:NAME...")]
WhyOption = Annotated[Why, typer.Option(help="The reason, which is kept.")]


@app.command("list")
def list_people() -> None:
    """Everybody who is known: id, name, e-mail address, agency, roles."""
    for line in reading(_lines):
        typer.echo(line)


@app.command()
def grant(person: Identified, role: RoleWords, why: WhyOption = Why.APPOINTED) -> None:
    """Grant a role."""
    _change_role("grant", person, role, why)
    typer.echo(f"Granted: {role}.")


@app.command()
def withdraw(person: Identified, role: RoleWords, why: WhyOption = Why.CHANGED_JOB) -> None:
    """Withdraw a role."""
    _change_role("withdraw", person, role, why)
    typer.echo(f"Withdrawn: {role}.")


@app.command()
def leave(person: Identified) -> None:
    """Mark a person as having left, withdraw their roles, and list what needs a new owner."""
    from knowledge.audit import COMMAND_LINE
    from knowledge.scopes import as_written

    async def left(work: "UnitOfWork") -> list[str]:
        leaver = await work.people.identified_by(person)
        roles = as_written(await work.grants.held_by(leaver.id), await work.agencies.every())
        owned = await work.people.mark_as_left(leaver, COMMAND_LINE)
        return [f"role: {role}" for role in roles] + [f"{o.noun}: {o.words}" for o in owned if o.noun != "role"]

    owned = writing(left)
    typer.echo("Marked as left. " + ("Each of these needs a new owner:" if owned else "Nothing was theirs."))
    for line in owned:
        typer.echo(f"  {line}")


@app.command("import")
def import_table(
    file: Annotated[
        Path, typer.Argument(help="A CSV file of agencies or of people; docs/records.md says its columns.")
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Write it. Without this, only show what would change.")
    ] = False,
) -> None:
    """Take in a table of agencies or people: all of it, or nothing where any cell is wrong."""
    from knowledge.imports import take_in as rows_taken_in
    from knowledge.tables import read_table

    known = sub_groups()
    take_in(file, read_table, lambda work, table: rows_taken_in(work, table, known), write=write)


def export_person(person: Identified) -> None:
    """Everything that is recorded about a person, as JSON."""
    from knowledge.audit import COMMAND_LINE
    from knowledge.erasure import export

    async def exported(work: "UnitOfWork") -> dict[str, list[dict[str, Any]]]:
        chosen = await work.people.identified_by(person)
        work.audit.note(COMMAND_LINE, "person.exported", chosen.id)
        return await export(work, chosen)

    typer.echo(json.dumps(writing(exported), ensure_ascii=False, indent=2))


def erase_person(
    person: Identified,
    write: Annotated[bool, typer.Option("--write", help="Do it; it cannot be undone. Else only say so.")] = False,
) -> None:
    """Destroy what leads from the records to a person, and say what is kept and why."""
    from knowledge.audit import COMMAND_LINE
    from knowledge.erasure import erase

    async def erased(work: "UnitOfWork") -> list[str]:
        kept = await erase(work, await work.people.identified_by(person), COMMAND_LINE)
        if not write:
            await work.undo()
        return kept

    kept = writing(erased)
    typer.echo("Erased." if write else "Nothing was erased. Do it, for good, with: --write")
    for sentence in kept:
        typer.echo(f"  {sentence}")


def _change_role(verb: str, person: str, role: str, why: Why) -> None:
    from knowledge.audit import COMMAND_LINE
    from knowledge.roles import Reason, held_from
    from knowledge.scopes import resolved

    async def change(work: "UnitOfWork") -> None:
        held = await resolved(held_from(role), work.agencies, known)
        chosen = await work.people.identified_by(person)
        act = work.grants.grant if verb == "grant" else work.grants.withdraw
        await act(chosen, held, COMMAND_LINE, Reason(why))

    known = sub_groups()
    writing(change)


async def _lines(work: "UnitOfWork") -> list[str]:
    from knowledge.scopes import as_written

    agencies, held = await work.agencies.every(), await work.grants.held_by_each()
    names = {agency.id: agency.name for agency in agencies}
    everyone = await work.people.everyone()
    return [_line(person, names, as_written(held.get(person.id, ()), agencies)) for person in everyone]


def _line(person: "Person", names: Mapping[UUID, str], roles: list[str]) -> str:
    agency = names[person.agency_id] if person.agency_id else ""
    parts = (str(person.id), person.display_name, person.email, agency, ", ".join(roles))
    return " | ".join(part or "-" for part in parts) + (" | left" if person.left_at else "")


def sub_groups() -> frozenset[str]:
    """The ids of the sub-groups in the content."""
    from knowledge.library import load

    with told():
        return frozenset(sub_group.id for sub_group in load().partnership.sub_groups)
