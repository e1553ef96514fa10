"""The outbox: what the assistant owes somebody, written in the transaction of the change that caused it.

It sends nothing. A message has a key made of what it is about, by which rule, for which day and for whom: to work out
all of them anew is always safe.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import Insert, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import LONDON, Clock
from knowledge.errors import Refusal
from knowledge.models import Base, Person, Waiting
from knowledge.models.people import Unreachable
from knowledge.models.sending import ARRIVED, State
from knowledge.notices import Notice

OPEN = (State.DUE, State.SENDING, State.AMBIGUOUS)
KEPT_TRUE = timedelta(days=60)
"""How long after it was sent a card is brought up to date."""
AT_ONCE = 500
"""Rows that one statement inserts."""
NOT_REACHED = tuple(Unreachable)
"""Reasons that end when the person is heard from again."""


@dataclass(frozen=True)
class Totals:
    """How the messages stand: they are as many as `by_state` adds up to."""

    by_state: dict[State, int]
    dead_by_reason: dict[str, int]
    oldest_due: datetime | None

    @property
    def all(self) -> int:
        return sum(self.by_state.values())


@dataclass(frozen=True)
class NotReached:
    """A person whom messages do not reach, why, and how many wait or were given up."""

    person: Person
    messages: int


@dataclass(frozen=True)
class Debt:
    """What `owe` takes."""

    recipient: UUID
    notice: Notice
    due_at: datetime | None = None
    not_after: datetime | None = None
    rule: str = ""
    on: date | None = None

    def row(self, now: datetime) -> dict[str, object]:
        due, told = self.due_at or now, self.notice
        day = self.on or due.astimezone(LONDON).date()
        return {
            "key": key(told, self.rule, day, self.recipient), "kind": told.kind, "recipient": self.recipient,
            "payload": told.model_dump(mode="json"), "priority": told.priority, "due_at": due,
            "not_after": self.not_after, "created_at": now, "about": told.about,
        }  # fmt: skip


class NotThere(Refusal):
    """That message is not there any more, so it cannot be taken back."""


class Outbox:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    async def owe(
        self, recipient: UUID, notice: Notice, due_at: datetime | None = None, *,
        not_after: datetime | None = None, rule: str = "", on: date | None = None,
    ) -> bool:  # fmt: skip
        """Write down that a person is owed a message, due at an aware instant (now, where none is given); too late
        after `not_after`. `rule` and `on` (a London date) tell apart messages about one subject. False where the very
        same was owed before."""
        debt = Debt(recipient, notice, due_at, not_after, rule, on)
        return bool(await self.owe_all([debt]))

    async def owe_all(self, debts: Sequence[Debt]) -> Counter[str]:
        """Write down much at once, hundreds of rows by one statement, so that other writers hardly wait; gives how many
        of each kind were not owed before."""
        now = self.clock()
        once = _once(self.session.get_bind().dialect.name)
        new: Counter[str] = Counter()
        for start in range(0, len(debts), AT_ONCE):
            rows = [debt.row(now) for debt in debts[start : start + AT_ONCE]]
            new.update(await self.session.scalars(once, rows))
        return new

    async def outdate(self, about: UUID, *, but: UUID | None = None) -> None:
        """A record changed: the cards about it that arrived show what is no longer so, except for `but`, who changed it
        on a card of their own."""
        now = self.clock()
        arrived = (Waiting.about == about, Waiting.state.in_(ARRIVED), Waiting.settled_at > now - KEPT_TRUE)
        theirs = [Waiting.recipient != but] if but else []
        await self.session.execute(update(Waiting).where(*arrived, *theirs).values(outdated_at=now))

    async def totals(self) -> Totals:
        """How all messages stand now."""
        counted = await self.session.execute(select(Waiting.state, func.count()).group_by(Waiting.state))
        dead = select(Waiting.failure_class, func.count()).filter_by(state=State.DEAD).group_by(Waiting.failure_class)
        oldest = select(func.min(Waiting.due_at)).where(Waiting.state.in_((State.DUE, State.AMBIGUOUS)))
        return Totals(
            {row.state: row[1] for row in counted},
            {reason or "": count for reason, count in await self.session.execute(dead)},
            await self.session.scalar(oldest),
        )

    async def not_reached(self) -> list[NotReached]:
        """The people whom messages do not reach, those with the most messages first."""
        unsent = (*OPEN, State.DEAD, State.HELD)
        query = (
            select(Person, func.count())
            .join(Waiting, Waiting.recipient == Person.id)
            .where(Person.unreachable.is_not(None), Waiting.state.in_(unsent))
            .group_by(Person.id)
            .order_by(func.count().desc(), Person.id)
        )
        return [NotReached(person, count) for person, count in await self.session.execute(query)]

    async def due_by(self, at: datetime) -> Sequence[tuple[Waiting, Person]]:
        """What would be sent by an aware instant, the most urgent first, with its recipient."""
        query = (
            select(Waiting, Person)
            .join(Person, Waiting.recipient == Person.id)
            .where(Waiting.state.in_((State.DUE, State.AMBIGUOUS)), Waiting.due_at <= at)
            .order_by(Waiting.priority, Waiting.due_at)
        )
        return [(row, person) for row, person in await self.session.execute(query)]

    async def heard_from(self, person_id: UUID) -> int:
        """Make due again what could not reach a person who has now been heard from; gives how many."""
        return await self._arm(Waiting.recipient == person_id, Waiting.failure_class.in_([*NOT_REACHED, "gone"]))

    async def latest_sent(self, most: int) -> Sequence[tuple[Waiting, Person]]:
        """The messages that arrived last, the latest first, with their recipients."""
        query = (
            select(Waiting, Person)
            .join(Person, Waiting.recipient == Person.id)
            .where(Waiting.state.in_(ARRIVED), Waiting.activity_id.is_not(None))
            .order_by(Waiting.settled_at.desc())
            .limit(most)
        )
        return [(row, person) for row, person in await self.session.execute(query)]

    async def take_back(self, id: int) -> Waiting:
        """Ask that a message that arrived be removed from its chat. Raises NotThere."""
        row = await self.session.get(Waiting, id, with_for_update=True)
        if row is None or row.state not in ARRIVED:
            raise NotThere
        row.state = State.TAKING_BACK
        return row

    async def send_again(self) -> int:
        """Make due again what failed or is held, and is still in time; gives how many."""
        return await self._arm()

    async def _arm(self, *conditions: object) -> int:
        now = self.clock()
        failed = select(Waiting).where(Waiting.state.in_((State.DEAD, State.HELD)), *conditions)  # type: ignore[arg-type]
        rows = [row for row in await self.session.scalars(failed) if row.not_after is None or row.not_after > now]
        for row in rows:
            row.arm(now)
        return len(rows)


@cache
def _once(dialect: str) -> Insert:
    """Built once: that takes longer than the database does to insert a row. It gives the kinds of what is new."""
    table = Base.metadata.tables[Waiting.__tablename__]
    new = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return new.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.kind)


def key(notice: Notice, rule: str, day: date, recipient: UUID) -> str:
    """The same for the same message, on every machine and for ever."""
    words = "|".join((notice.kind, notice.subject, rule, day.isoformat(), str(recipient)))
    return hashlib.sha256(words.encode()).hexdigest()
