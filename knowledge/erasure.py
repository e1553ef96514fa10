"""A person's rights over their records: a copy of everything, and an end to what leads from internal id to person."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, or_, select, update

from knowledge.audit import Actor
from knowledge.models import (
    ActionToken,
    Agency,
    Base,
    ConversationReference,
    CourseDate,
    EvaluationGroup,
    InboxRow,
    OpenAnswer,
    Person,
    Waiting,
)
from knowledge.models.sending import SETTLED, State
from knowledge.roles import ADMINISTRATOR, Reason
from knowledge.unit_of_work import UnitOfWork

AUDIT_COLUMNS = ("actor", "subject")
"""Internal ids of people without a foreign key, for these rows outlive the person's."""

KEPT = (
    "The audit is kept for six years, to show who could change what. It holds internal ids, which lead to nobody now.",
    "Roles once held, and messages sent, are kept under the internal id until their time is up, so that totals hold.",
    "Courses booked, done or asked for stay under the internal id, for the figures. Their certificates verify no more.",
    "Feedback whose round has closed leads to nobody, so it stays. What was still open is deleted.",
    "What Teams itself keeps (chats, the account) is not ours to erase: ask whoever runs your Microsoft 365.",
    "Backups keep the record until they are overwritten. After a restore, erase again.",
)


async def export(work: UnitOfWork, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Every row about the person, table by table, as JSON can hold it. What they answered in rounds of feedback that
    are still open is theirs too; what was answered in closed ones is nobody's."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        about = _about(table, person.id)
        if about is not None:
            found = (await work.session.execute(select(table).where(about))).mappings().all()
            rows[table.name] = [{name: _plain(value) for name, value in row.items()} for row in found]
    rows[OpenAnswer.__tablename__] = [
        {"round_id": str(each.round_id), "question": each.question, "value": each.value, "words": each.words}
        for each in await work.evaluation.open_answers(person.id)
    ]
    return rows


async def erase(work: UnitOfWork, person: Person, actor: Actor) -> list[str]:
    """Destroy what leads from the internal id to the person; gives, in sentences, what is kept and why.
    Raises NotAllowed."""
    await work.grants.require(actor, ADMINISTRATOR)
    kept = [*KEPT, *await _named_as_lead(work, person)]
    await work.grants.withdraw_all(person, actor, Reason.ERASED)
    await work.evaluation.forget(person.id)
    await work.practice.forget(person.id)
    await _forget_training(work, person, actor)
    await _forget_conversations(work, person.id)
    await work.session.execute(delete(ActionToken).where(ActionToken.owner == person.id))
    unsettled = (Waiting.recipient == person.id, Waiting.state.not_in(SETTLED))
    cancelled = {"state": State.CANCELLED, "settled_at": work.clock(), "lease_until": None, "fence": Waiting.fence + 1}
    await work.session.execute(update(Waiting).where(*unsettled).values(cancelled))
    await work.session.execute(update(Waiting).where(Waiting.recipient == person.id).values(activity_id=None))
    person.tenant_id = person.object_id = None
    person.display_name = person.email = ""
    person.left_at, person.erased_at = person.left_at or work.clock(), work.clock()
    work.audit.note(actor, "person.erased", person.id, Reason.ERASED)
    return kept


async def _forget_training(work: UnitOfWork, person: Person, actor: Actor) -> None:
    await work.bookings.cancel_all(person, actor)
    for booking in await work.bookings.of(person.id):
        booking.key, booking.certificate = f"erased-{booking.id}", None
    trained = update(CourseDate).where(CourseDate.trainer_id == person.id)
    await work.session.execute(trained.values(trainer="", trainer_id=None))
    if person.display_name:
        named = update(EvaluationGroup).where(EvaluationGroup.trainer == person.display_name)
        await work.session.execute(named.values(trainer=""))


async def _forget_conversations(work: UnitOfWork, person_id: UUID) -> None:
    theirs = ConversationReference.person_id == person_id
    conversations = select(ConversationReference.conversation_id).where(theirs)
    await work.session.execute(delete(InboxRow).where(InboxRow.conversation_id.in_(conversations)))
    await work.session.execute(delete(ConversationReference).where(theirs))


async def _named_as_lead(work: UnitOfWork, person: Person) -> Sequence[str]:
    """An agency's entry names its lead and deputy; only the agency can say who is that now."""
    name = person.display_name
    if not name:
        return []
    named = select(Agency.name).where(or_(Agency.lead_name == name, Agency.deputy_name == name))
    agencies = (await work.session.scalars(named)).all()
    return [f"The entry of {agency} names this person as lead or deputy. Take in its new entry." for agency in agencies]


def _about(table: Table, person_id: UUID) -> ColumnElement[bool] | None:
    """Which rows of the table are about the person; None where it has none about people."""
    if table is Person.__table__:
        return table.c.id == person_id
    columns = [column for column in table.c if any(key.column.table is Person.__table__ for key in column.foreign_keys)]
    columns += [table.c[name] for name in AUDIT_COLUMNS if table.name == "audit"]
    return or_(*(column == person_id for column in columns)) if columns else None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
