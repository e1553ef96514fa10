"""The questions of a claim, each asked once for all its rows, and built once: that takes longer than the answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from knowledge.models import ConversationReference, Person, Waiting
from knowledge.models.sending import ConversationKind, State
from knowledge.notices import Priority

CLAIMED_FROM = (State.AMBIGUOUS, State.DUE)
"""What is in doubt goes first."""


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

    async def rows(self, most: int, besides: set[int], full: set[str]) -> tuple[list[int], list[Owed]]:
        """The ids of up to so many rows, by priority and time; and those of them, in their order, that are now locked
        for this transaction. `besides`: rows that were looked at. `full`: tenants to whom nothing more leaves."""
        found = await self.ids(most, besides, full)
        ids, recipients = [id for id, _ in found], {recipient for _, recipient in found}
        people = await self._people(recipients)
        if not people:
            return ids, []
        rows = await self._session.scalars(_STILL_DUE, {**self._at, "ids": ids, "recipients": list(people)})
        by_id = {row.id: row for row in rows}
        return ids, [Owed(by_id[id], *people[by_id[id].recipient]) for id in ids if id in by_id]

    async def ids(self, most: int, besides: set[int], full: set[str]) -> Sequence[tuple[int, UUID]]:
        given: dict[str, Any] = {**self._at, "most": most}
        given |= {"besides": besides} if besides else {}
        given |= {"full": full} if full else {}
        found = await self._session.execute(_due(has_besides=bool(besides), has_full=bool(full)), given)
        return [(id, recipient) for id, recipient in found]

    async def _people(self, ids: set[UUID]) -> dict[UUID, tuple[Person, ConversationReference | None]]:
        """The people, but those to whom another process is sending at this moment."""
        if not ids:
            return {}
        found = await self._session.execute(_PEOPLE, {"ids": list(ids)})
        return {person.id: (person, reference) for person, reference in found}


def _to_nobody_just_now() -> tuple[ColumnElement[bool], ...]:
    """Nothing is on its way to the recipient, and nothing was just sent: each walks along one index."""
    other = aliased(Waiting)
    same = other.recipient == Waiting.recipient
    is_on_its_way = exists().where(same, other.state == State.SENDING)
    was_just_sent = exists().where(same, other.settled_at > bindparam("just_now"))
    return Waiting.due_at <= bindparam("now"), ~is_on_its_way, ~was_just_sent


@cache
def _due(*, has_besides: bool, has_full: bool) -> Select[int, UUID]:
    """One question of an arm for each priority and state, each of which walks along one index."""
    places = [(priority, state) for priority in Priority for state in CLAIMED_FROM]
    arms = [
        _arm(rank, priority, state, has_besides=has_besides, has_full=has_full).subquery()
        for rank, (priority, state) in enumerate(places)
    ]
    every = union_all(*(select(arm) for arm in arms)).subquery()
    return select(every.c.id, every.c.recipient).order_by(every.c.rank, every.c.due_at).limit(bindparam("most"))


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


def _people() -> Select[Person, ConversationReference]:
    """People with the latest private conversation of each, the only kind in which anything personal is said."""
    other = aliased(ConversationReference)
    its = select(other.id).where(other.person_id == Person.id, other.kind == ConversationKind.PERSONAL)
    latest = its.order_by(other.seen_at.desc()).limit(1).scalar_subquery()
    query = select(Person, ConversationReference).outerjoin(
        ConversationReference, ConversationReference.id == latest
    )  # fmt: skip
    query = query.where(Person.id.in_(bindparam("ids", expanding=True)))
    return query.with_for_update(skip_locked=True, of=Person)


def _still_due() -> Select[Waiting]:
    """Asked again once nobody else can send to the recipients: another process may have, since the first question."""
    query = select(Waiting).where(
        Waiting.id.in_(bindparam("ids", expanding=True)),
        Waiting.recipient.in_(bindparam("recipients", expanding=True)),
        Waiting.state.in_(CLAIMED_FROM),
        *_to_nobody_just_now(),
    )
    return query.with_for_update(skip_locked=True, of=Waiting)


_PEOPLE, _STILL_DUE = _people(), _still_due()
