"""`safeguarding actions`: taking in a plan that a sub-group keeps as a table, and writing how its actions stand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import people
from bot.telling import stop, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.plan_imports import Taken
    from knowledge.plans import PlanDraft
    from knowledge.unit_of_work import UnitOfWork

MOST_FAULTS = 50
"""Faults that are listed; of more, how many there are."""

app = typer.Typer(help="Plans and their actions.", no_args_is_help=True)


@app.command("import")
def import_plan(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file: reference, action, owner, e-mail, due...")],
    plan: Annotated[str, typer.Option(help="The plan's reference, such as QA26.")],
    title: Annotated[str, typer.Option(help="For a new plan, as all below: its title.")] = "",
    sub_group: Annotated[str, typer.Option(help="Its sub-group, such as quality_assurance.")] = "",
    source: Annotated[str, typer.Option(help="What it comes from: audit, rapid_review, lcspr, sar...")] = "audit",
    theme: Annotated[str, typer.Option(help="Its theme, such as neglect.")] = "",
    agreed: Annotated[str, typer.Option(help="The day it was agreed, such as 2026-11-02.")] = "",
    beyond_why: Annotated[str, typer.Option(help="The co-chair's reason for days more than six months on.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Write it. Else only show what would be added.")] = False,
) -> None:
    """Take in a plan: all of it, or nothing where any cell is wrong. What is there already stays as it is."""
    from knowledge.audit import IMPORT
    from knowledge.cells import BadTable
    from knowledge.plan_imports import take_in_plan
    from knowledge.plan_tables import plan_rows, read_plan

    draft = _draft(plan, title, sub_group, source, theme, agreed) if title else None

    async def taken_in(work: "UnitOfWork") -> "list[Taken]":
        taken = await take_in_plan(work, draft, plan, rows, beyond_why, IMPORT)
        if not write:
            await work.undo()
        return taken

    try:
        rows = read_plan(plan_rows(file.read_bytes()))
        taken = people.writing(taken_in)
    except OSError as missing:
        stop(f"cannot read {file}: {missing.strerror}")
    except BadTable as bad:
        stop("\n".join(_listed([str(fault) for fault in bad.faults])))
    for one in taken:
        typer.echo(f"row {one.row}: {one.change}: {one.reference}" + (f" ({one.note})" if one.note else ""))
    typer.echo("Written." if write else "Nothing was written. Write it with: --write")


@app.command("report")
def write_report(
    out: Annotated[Path, typer.Option(help="The file to write: pack.docx for people to read, or actions.xlsx.")],
    sub_group: Annotated[str, typer.Option(help="One sub-group, such as quality_assurance; all, where left out.")] = "",
) -> None:
    """Write how actions stand, as a Word document or a workbook, with what is counted and out of what."""
    from bot.action_pack import as_document, as_workbook
    from knowledge.action_report import Report, report
    from knowledge.audit import COMMAND_LINE

    if out.suffix not in (".docx", ".xlsx"):
        stop("--out: write a name that ends in .docx or .xlsx")

    async def reported(work: "UnitOfWork") -> Report:
        plans = await work.plans.seen_by(COMMAND_LINE)
        return await report(work, [plan for plan in plans if sub_group in ("", plan.sub_group)])

    stands = people.reading(reported)
    title = f"How actions stand: {sub_group.replace('_', ' ') or 'all sub-groups'}"
    made = as_document(stands, title) if out.suffix == ".docx" else as_workbook(stands)
    try:
        out.write_bytes(made)
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")
    typer.echo(f"Written: {len(stands.rows)} actions.")


def _draft(plan: str, title: str, sub_group: str, source: str, theme: str, agreed: str) -> "PlanDraft":
    from knowledge.days import day_from
    from knowledge.library import load
    from knowledge.models.plans import Source
    from knowledge.plans import PlanDraft

    with told():
        known = {one.id: one for one in load().partnership.sub_groups}
    if sub_group not in known:
        stop(f"--sub-group: write one of {', '.join(sorted(known))}")
    if source not in list(Source):
        stop(f"--source: write one of {', '.join(Source)}")
    day = day_from(agreed)
    if day is None:
        stop("--agreed: write a day such as 2026-11-02")
    return PlanDraft(plan, title, Source(source), sub_group, known[sub_group].boards, theme, day)


def _listed(faults: "Sequence[str]") -> list[str]:
    more = len(faults) - MOST_FAULTS
    return [*faults[:MOST_FAULTS], *([f"and {more} more faults"] if more > 0 else [])]
