"""`safeguarding nudges --dry-run`: who would be sent what by an instant, and why."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from knowledge.clock import in_words
from knowledge.models import Person, Waiting
from knowledge.notices import Priority
from knowledge.unit_of_work import UnitOfWork


async def planned(work: UnitOfWork, at: datetime) -> list[str]:
    """A line that counts, and one for each message, the most urgent first. Nothing is sent or changed."""
    due = await work.outbox.due_by(at)
    people = {person.id for _, person in due}
    escalations = sum(row.priority == Priority.ESCALATION for row, _ in due)
    counted = (_count(len(people), "person", "people"), _count(len(due), "message"), _count(escalations, "escalation"))
    return [f"By {in_words(at)}: {', '.join(counted)}.", *_lines(due)]


def _lines(due: Sequence[tuple[Waiting, Person]]) -> Iterator[str]:
    for row, person in due:
        reached = f" (not reached: {person.unreachable.replace('_', ' ')})" if person.unreachable else ""
        again = ", sent once already" if row.may_have_arrived else ""
        name = person.display_name or str(person.id)
        yield f"{name} | {row.kind} | due {in_words(row.due_at)}{again}{reached}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
