"""`safeguarding content`: look at the contacts, change them by two people, write what was approved into the files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.first_read import read_first
from bot.on_records import reading, writing
from bot.telling import stop, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.audit import Actor
    from knowledge.library import Library
    from knowledge.overlay import Overlay
    from knowledge.unit_of_work import UnitOfWork

app = typer.Typer(help="The contacts: how fresh they are, and changing them by two people.", no_args_is_help=True)
By = Annotated[str, typer.Option(help="The e-mail address of the content owner who does it.")]
ServiceId = Annotated[str, typer.Argument(help="The id of a service, such as mash.")]


@app.command("list")
def list_() -> None:
    """Every service, how fresh it is, and what waits for approval."""
    from knowledge.clock import LONDON
    from knowledge.freshness import freshness

    async def lines(work: "UnitOfWork") -> list[str]:
        overlay, today = await work.contacts.overlay(library), work.clock().astimezone(LONDON).date()
        listed = [
            f"{service.id} | {service.short_name} | {', '.join(phone.words for phone in service.phones) or '-'} | "
            f"{freshness(service, today)} | to be looked at by {service.review_by}"
            for service in overlay.library.services.values()
        ]
        waiting = [f"proposal {each.id} | {each.service} | {each.why}" for each in await work.contacts.open()]
        ignored = [f"left out: version {one.version} of {one.service}: {one.why}" for one in overlay.ignored]
        return [*listed, *waiting, *ignored]

    library = released()
    for line in reading(lines):
        typer.echo(line)


@app.command()
def propose(
    service: ServiceId,
    field: Annotated[str, typer.Argument(help="number, hours, day, email, web, no_answer, ask_for, purpose or note.")],
    value: Annotated[str, typer.Argument(help='Such as "020 7946 0000", "mon-fri 09:00-17:00; bank holidays closed".')],
    by: By,
    on: Annotated[str, typer.Option(help="For field day: which, such as 2026-12-24.")] = "",
) -> None:
    """Propose a change, for another content owner to approve."""
    from knowledge.clock import LONDON
    from knowledge.contacts import UnknownService
    from knowledge.editing import EDITABLE, WORDING

    async def proposed(work: "UnitOfWork") -> int:
        actor, today = await owner_named(work, by), work.clock().astimezone(LONDON).date()
        now = (await work.contacts.overlay(library)).library.services.get(service)
        if now is None:
            raise UnknownService(service=service)
        if field not in EDITABLE:
            stop(f"there is no field {field}: write one of {', '.join(EDITABLE)}")
        editable = EDITABLE[field]
        facts = editable.edit(now, f"{on} {value}".strip(), today)
        return (await work.contacts.propose(service, facts, editable.because, library, actor)).id

    read_first([(field, value)] if field in WORDING else [])
    library = released()
    id = writing(proposed)
    typer.echo(f"Noted as proposal {id}. Another content owner approves it: safeguarding content approve {id} --by ...")


@app.command()
def approve(number: Annotated[int, typer.Argument(help="The number of the proposal.")], by: By) -> None:
    """Approve what another content owner proposed."""

    async def approved(work: "UnitOfWork") -> str:
        return (await work.contacts.approve(number, library, await owner_named(work, by))).service

    library = released()
    typer.echo(f"{writing(approved)} is changed on every card within ten seconds.")


@app.command()
def withdraw(
    service: ServiceId, by: By, number: Annotated[str, typer.Option(help="One number; all of them else.")] = ""
) -> None:
    """Stop showing a number at once. 999, MASH and the Emergency Duty Team can only be replaced."""

    async def withdrawn(work: "UnitOfWork") -> None:
        await work.contacts.withdraw(service, number, library, await owner_named(work, by))

    library = released()
    writing(withdrawn)
    typer.echo(f"{service}: withdrawn, and who stands in is shown within ten seconds.")


@app.command()
def refuse(number: Annotated[int, typer.Argument(help="The number of the proposal.")], by: By) -> None:
    """Say no to a proposal, or take your own back."""

    async def refused(work: "UnitOfWork") -> None:
        await work.contacts.refuse(number, await owner_named(work, by))

    writing(refused)
    typer.echo(f"Proposal {number} is closed, and nothing was changed.")


@app.command()
def confirm(service: ServiceId, by: By) -> None:
    """Say that all of a service is still right today."""
    from knowledge.clock import LONDON
    from knowledge.contacts import UnknownService
    from knowledge.edits import all_still_right

    async def confirmed(work: "UnitOfWork") -> None:
        now = (await work.contacts.overlay(library)).library.services.get(service)
        if now is None:
            raise UnknownService(service=service)
        facts = all_still_right(now, work.clock().astimezone(LONDON).date())
        await work.contacts.confirm(service, facts, library, await owner_named(work, by))

    library = released()
    writing(confirmed)
    typer.echo(f"{service}: what was known is confirmed today. What pages disagree about stays not confirmed.")


@app.command()
def closed(service: ServiceId, by: By) -> None:
    """Show a service as shut for today, at once. Other days, and MASH and its like: propose, with field day."""
    from knowledge.clock import LONDON
    from knowledge.contacts import UnknownService
    from knowledge.edits import closed_on
    from knowledge.freshness import CRITICAL

    async def shut(work: "UnitOfWork") -> None:
        now = (await work.contacts.overlay(library)).library.services.get(service)
        if now is None:
            raise UnknownService(service=service)
        facts = closed_on(now, work.clock().astimezone(LONDON).date())
        await work.contacts.shut(service, facts, library, await owner_named(work, by))

    library = released()
    if service in CRITICAL:
        stop(f"only two people can show {service} as shut: safeguarding content propose {service} day closed --on ...")
    writing(shut)
    typer.echo(f"{service} is shown as shut for today, with who stands in.")


@app.command()
def rollback(service: ServiceId, by: By) -> None:
    """Back at once to the last version that two people approved, or to the release."""

    async def rolled_back(work: "UnitOfWork") -> None:
        await work.contacts.roll_back(service, library, await owner_named(work, by))

    library = released()
    writing(rolled_back)
    typer.echo(f"{service} is rolled back. Who made and approved it is told.")


@app.command()
def diff() -> None:
    """What was approved, and is in no release yet."""

    async def lines(work: "UnitOfWork") -> list[str]:
        overlay = await work.contacts.overlay(library)
        return [f"{id}: {line}" for id in overlay.differing for line in _differences(overlay, id)]

    library = released()
    for line in reading(lines) or ["The release has everything."]:
        typer.echo(line)


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="A folder, for content/ and safe_default.py.")],
) -> None:
    """Write what was approved into a copy of the content, for the next release; see `check --content`."""
    from knowledge.writing_back import write_back

    async def written(work: "UnitOfWork") -> list[str]:
        return write_back(await work.contacts.overlay(library), out)

    library = released()
    try:
        left = reading(written)
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")
    typer.echo(f"Written to {out}. Check it: safeguarding check --content {out / 'content'}")
    for sentence in left:
        typer.echo(sentence, err=True)


def _differences(overlay: "Overlay", id: str) -> "Iterable[str]":
    """A service or a topic as the release has it, and as it was approved."""
    from dialogs.cards.contacts import differences
    from knowledge.topic_overlay import TOPIC

    now, release = overlay.library, overlay.library.as_released
    if not id.startswith(TOPIC):
        return differences(release.services[id], now.services[id])
    topic = now.topics[id.removeprefix(TOPIC)]
    old = release.topics.get(topic.id)
    return differences(old, topic) if old else [f"A new topic: {topic.name}"]


def released() -> "Library":
    """The release's content. Stops with its faults where it cannot be read."""
    from knowledge.library import load

    with told():
        return load()


async def owner_named(work: "UnitOfWork", by: str) -> "Actor":
    """The content owner of an e-mail address. Raises NoSuchPerson, NotAllowed."""
    from knowledge.audit import Actor
    from knowledge.models.people import Via
    from knowledge.roles import CONTENT_OWNER, require

    person = await work.people.identified_by(by)
    require(await work.grants.held_by(person.id), CONTENT_OWNER)
    return Actor(Via.COMMAND_LINE, person.id)
