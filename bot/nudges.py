"""`safeguarding nudges --dry-run`: who would be sent what by an instant, and why."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from knowledge.clock import in_words
from knowledge.days import london_day
from knowledge.models import Person, Waiting
from knowledge.notices import Priority, UnknownNotice, read
from knowledge.nudging import go_round
from knowledge.sending_hours import is_working_day
from knowledge.unit_of_work import UnitOfWork


async def planned(work: UnitOfWork, at: datetime) -> list[str]:
    """A line that counts, and one for each message, the most urgent first. What the day's round of actions would add is
    worked out, and undone: nothing is sent or changed."""
    if is_working_day(london_day(at)):
        await go_round(work, london_day(at))
    due = [(row, person) for row, person in await work.outbox.due_by(at) if await _is_wanted(row, work, at)]
    references = await work.actions.references({row.payload.get("action_id", "") for row, _ in due})
    people = {person.id for _, person in due}
    escalations = sum(row.priority == Priority.ESCALATION for row, _ in due)
    counted = (_count(len(people), "person", "people"), _count(len(due), "message"), _count(escalations, "escalation"))
    lines = [f"By {in_words(at)}: {', '.join(counted)}.", *_lines(due, references)]
    await work.undo()
    return lines


async def _is_wanted(row: Waiting, work: UnitOfWork, at: datetime) -> bool:
    """Whether it would still be sent then, as the worker asks before it does."""
    if row.not_after and row.not_after < at:
        return False
    try:
        return await read(row.kind, row.payload).is_wanted(UnitOfWork(work.session, lambda: at))
    except (UnknownNotice, ValidationError):
        return False


def _lines(due: Sequence[tuple[Waiting, Person]], references: Mapping[str, str]) -> Iterator[str]:
    for row, person in due:
        reached = f" (not reached: {person.unreachable.replace('_', ' ')})" if person.unreachable else ""
        again = ", sent once already" if row.may_have_arrived else ""
        name = person.display_name or str(person.id)
        about = " ".join(filter(None, (references.get(row.payload.get("action_id", "")), row.payload.get("rung"))))
        yield f"{name} | {row.kind}{f' {about}' if about else ''} | due {in_words(row.due_at)}{again}{reached}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
