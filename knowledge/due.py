"""The questions of a claim, each asked once for all its rows, and built once: that takes longer than the answer."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, exists, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from knowledge.models import ConversationReference, Person, Waiting
from knowledge.models.sending import ConversationKind, State
from knowledge.notices import Priority

CLAIMED_FROM = (State.AMBIGUOUS, State.DUE)
"""What is in doubt goes first."""


Reached = tuple[Person, ConversationReference | None]


class Owed(NamedTuple):
    """A row that is due, whom it is for, and where they are reached in private."""

    row: Waiting
    person: Person
    reference: ConversationReference | None


class Due:
    """Rows that are due at an instant, of people to whom nothing is on its way, nor was sent `between` ago."""

    def __init__(self, session: AsyncSession, now: datetime, between: timedelta) -> None:
        self._session = session
        self._at = {"now": now, "just_now": now - between}

    async def rows(self, most: int, besides: set[int], full: set[str]) -> tuple[set[int], list[Owed]]:
        """The ids of up to so many; and those of them, by priority and time, that are now locked with their person for
        this transaction. People to whom another process is sending at this moment are left to it. `besides`: rows that
        were looked at. `full`: tenants to whom nothing more leaves."""
        found = await self.people(most, besides, full)
        rows = await self._session.scalars(_STILL_DUE, {**self._at, "ids": list(found)}) if found else ()
        by_id = {row.id: row for row in rows}
        return set(found), [Owed(by_id[id], *reached) for id, reached in found.items() if id in by_id]

    async def people(self, most: int, besides: set[int], full: set[str]) -> dict[int, Reached]:
        """Whom the rows that are due are for, by the rows' ids; no other process can send to them from now on."""
        given: dict[str, Any] = {**self._at, "most": most}
        given |= {"besides": besides} if besides else {}
        given |= {"full": full} if full else {}
        found = await self._session.execute(_due(has_besides=bool(besides), has_full=bool(full)), given)
        return {id: (person, reference) for id, person, reference in found}


def _to_nobody_just_now() -> tuple[ColumnElement[bool], ...]:
    """Nothing is on its way to the recipient, and nothing was just sent: each walks along one index. To whom something
    was just sent is asked once: for each row, the database would look through all that its recipient ever got."""
    other = aliased(Waiting)
    is_on_its_way = exists().where(other.recipient == Waiting.recipient, other.state == State.SENDING)
    just_sent_to = select(other.recipient).where(other.settled_at > bindparam("just_now"))
    return Waiting.due_at <= bindparam("now"), ~is_on_its_way, Waiting.recipient.not_in(just_sent_to)


@cache
def _due(*, has_besides: bool, has_full: bool) -> Select[int, Person, ConversationReference]:
    """One question of an arm for each priority and state, each of which walks along one index; and to whom each row
    goes: the latest private conversation, the only kind in which anything personal is said."""
    places = [(priority, state) for priority in Priority for state in CLAIMED_FROM]
    arms = [
        _arm(rank, priority, state, has_besides=has_besides, has_full=has_full).subquery()
        for rank, (priority, state) in enumerate(places)
    ]
    every = union_all(*(select(arm) for arm in arms)).subquery()
    query = select(every.c.id, Person, ConversationReference).join(Person, Person.id == every.c.recipient)
    query = query.outerjoin(ConversationReference, ConversationReference.id == _latest_private())
    query = query.order_by(every.c.rank, every.c.due_at).limit(bindparam("most"))
    return query.with_for_update(skip_locked=True, of=Person)


def _arm(
    rank: int, priority: Priority, state: State, *, has_besides: bool, has_full: bool
) -> Select[int, int, UUID, datetime]:
    columns = (literal(rank).label("rank"), Waiting.id, Waiting.recipient, Waiting.due_at)
    query = select(*columns).where(Waiting.state == state, Waiting.priority == priority, *_to_nobody_just_now())
    if has_besides:
        query = query.where(Waiting.id.not_in(bindparam("besides", expanding=True)))
    if has_full:
        full = select(Person.id).where(Person.tenant_id.in_(bindparam("full", expanding=True)))
        query = query.where(Waiting.recipient.not_in(full))
    return query.order_by(Waiting.due_at).limit(bindparam("most"))


def _latest_private() -> ScalarSelect[int]:
    other = aliased(ConversationReference)
    its = select(other.id).where(other.person_id == Person.id, other.kind == ConversationKind.PERSONAL)
    return its.order_by(other.seen_at.desc()).limit(1).correlate(Person).scalar_subquery()


def _still_due() -> Select[Waiting]:
    """Asked again once nobody else can send to the recipients: another process may have, since the first question."""
    query = select(Waiting).where(
        Waiting.id.in_(bindparam("ids", expanding=True)),
        Waiting.state.in_(CLAIMED_FROM),
        *_to_nobody_just_now(),
    )
    return query.with_for_update(skip_locked=True, of=Waiting)


_STILL_DUE = _still_due()
