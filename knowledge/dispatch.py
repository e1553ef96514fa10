"""Dispatch: which messages leave now, and what became of them: claimed in a transaction, sent with none open, settled.

A claim is a lease with a fence: whoever claims later has a higher fence, and only the latest may settle. A lease that
ran out means that the message may have arrived, for whoever held it may have died in mid-send.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from knowledge.failures import Failure, Outcome
from knowledge.inserting import inserting
from knowledge.models import Pace, Person, Waiting
from knowledge.models.people import Unreachable
from knowledge.models.sending import State
from knowledge.notices import Notice, Priority, UnknownNotice, read
from knowledge.sending_hours import Quiet, may_send, next_sending

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

LEASE = timedelta(seconds=60)
"""How long a claim is good; a message that may have arrived waits as long again until it is sent once more."""
LOOK_AGAIN = timedelta(minutes=5)
"""How long a message waits that only a newer release knows."""
PAUSE = timedelta(minutes=5)
"""How long nothing is sent where the connector refuses our token."""
MOST_ATTEMPTS = 20
MOST_AT_ONCE = 60
"""Messages in one digest."""
LOOKED_AT = 200
"""Rows that one claim looks at, so that it never holds the database for long."""
CONVERSATION_PACE = timedelta(seconds=1)


@dataclass(frozen=True)
class Rate:
    """How fast messages leave: to one tenant, and to one person."""

    per_second: float = 10.0
    between: timedelta = CONVERSATION_PACE


@dataclass(frozen=True)
class Parcel:
    """One message to send, or several as one digest, and where to."""

    fences: dict[int, int]
    """The fence of each row by its id."""
    notices: tuple[Notice, ...]
    recipient: UUID
    tenant_id: str
    object_id: str
    conversation_id: str
    service_url: str
    lease: timedelta
    leaves_at: datetime
    """When the pace lets it go."""
    may_have_arrived: bool = False
    is_compact: bool = False
    opens_anew: bool = False
    """The conversation is not there any more: open it once more."""


@dataclass(frozen=True)
class TakingBack:
    """One message to remove, and where it is."""

    id: int
    conversation_id: str
    service_url: str
    activity_id: str


class Dispatch:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork", rate: Rate, lease: timedelta = LEASE) -> None:
        self.work, self.session, self.rate, self.lease = work, work.session, rate, lease
        self.now = work.clock()
        self._full: set[str] = set()
        """Tenants to whom nothing more leaves at this moment."""

    # Claiming

    async def claim(self, most: int) -> list[Parcel]:
        """Up to so many parcels that leave now. What is no longer wanted, too late or without a way to the person is
        settled on the way; what falls into quiet hours is put off to their end."""
        parcels: list[Parcel] = []
        looked_at: set[int] = set()
        while len(parcels) < most and len(looked_at) < LOOKED_AT:
            rows = await self._due(most - len(parcels), looked_at)
            if not rows:
                break
            for row in rows:
                looked_at.add(row.id)
                parcel = await self._parcel(row) if row.recipient not in {each.recipient for each in parcels} else None
                if parcel:
                    parcels.append(parcel)
        return parcels

    async def _due(self, most: int, besides: set[int]) -> Sequence[Waiting]:
        """Due rows of people to whom nothing is on its way, by priority, what is in doubt first: each question walks
        along one index."""
        given: dict[str, object] = {
            "now": self.now,
            "just_now": self.now - self.rate.between,
            "besides": besides,
            "most": most,
        }
        if self._full:
            given["full"] = self._full
        for priority in Priority:
            for state in (State.AMBIGUOUS, State.DUE):
                query = _due_rows(has_full=bool(self._full))
                found = await self.session.scalars(query, {**given, "state": state, "priority": priority})
                if rows := found.all():
                    return rows
        return ()

    async def _parcel(self, row: Waiting) -> Parcel | None:
        if row.state not in (State.DUE, State.AMBIGUOUS):
            return None  # it went with an earlier one's digest
        person = await self._locked(row.recipient)
        if person is None:
            return None
        reference = await self.work.references.private(person.id)
        reason = _unreachable(person) or (None if reference else Unreachable.NEVER_INSTALLED)
        if reason or reference is None:
            row.give_up(reason or Unreachable.NEVER_INSTALLED, self.now)
            return None
        quiet = Quiet(person.quiet_from, person.quiet_until, ZoneInfo(person.time_zone))
        if not may_send(self.now, quiet):
            row.due_at = next_sending(self.now, quiet)
            return None
        notice = await self._wanted(row)
        leaves_at = await self._slot(reference.tenant_id) if notice else None
        if notice is None or leaves_at is None:
            return None
        rows = [(row, notice), *await self._bundled(row, notice)]
        for each, _ in rows:
            each.claim(self.now + self.lease)
        return Parcel(
            fences={each.id: each.fence for each, _ in rows},
            notices=tuple(told for _, told in rows),
            recipient=person.id,
            tenant_id=reference.tenant_id,
            object_id=person.object_id or "",
            conversation_id=reference.conversation_id,
            service_url=reference.service_url,
            lease=self.lease,
            leaves_at=leaves_at,
            may_have_arrived=any(each.may_have_arrived for each, _ in rows),
            is_compact=row.failure_class == Failure.TOO_BIG,
            opens_anew=row.failure_class == Failure.GONE,
        )

    async def _locked(self, id: UUID) -> Person | None:
        """The person, unless another process is sending to them at this moment."""
        return await self.session.scalar(select(Person).filter_by(id=id).with_for_update(skip_locked=True))

    async def _wanted(self, row: Waiting) -> Notice | None:
        """The notice, where it still has to be sent; otherwise the row is settled or put off."""
        if row.not_after and row.not_after < self.now:
            row.cancel("too_late", self.now)
            return None
        try:
            notice = read(row.kind, row.payload)
        except UnknownNotice:
            row.put_off(self.now + LOOK_AGAIN, "unknown_kind")
            return None
        except ValidationError:
            row.give_up(Failure.BAD, self.now)
            return None
        if not await notice.is_wanted(self.work):
            row.cancel("not_wanted", self.now)
            return None
        return notice

    async def _bundled(self, first: Waiting, notice: Notice) -> list[tuple[Waiting, Notice]]:
        """What else is due for the same person and can go along."""
        if not notice.is_bundled or first.failure_class == Failure.TOO_BIG:
            return []
        due = (Waiting.state == State.DUE, Waiting.recipient == first.recipient, Waiting.due_at <= self.now)
        query = select(Waiting).where(*due, Waiting.id != first.id).order_by(Waiting.priority, Waiting.due_at)
        rows = await self.session.scalars(query.limit(MOST_AT_ONCE - 1).with_for_update(skip_locked=True))
        along = [(row, await self._wanted(row)) for row in rows.all()]
        return [(row, told) for row, told in along if told and told.is_bundled]

    async def _slot(self, tenant_id: str) -> datetime | None:
        """When the next message to this tenant may leave; None where that is not soon. It is taken by asking."""
        its = select(Pace).filter_by(tenant_id=tenant_id).with_for_update()
        pace = await self.session.scalar(its)
        if pace is None:
            new = inserting(self.session, Pace).values(tenant_id=tenant_id, next_at=self.now, why="")
            await self.session.execute(new.on_conflict_do_nothing())
            pace = (await self.session.scalars(its)).one()
        leaves_at = max(pace.next_at, self.now)
        if leaves_at > self.now + self.lease / 4:
            self._full.add(tenant_id)
            return None
        pace.next_at, pace.why = leaves_at + timedelta(seconds=1 / self.rate.per_second), ""
        return leaves_at

    # Settling

    async def settle(self, parcel: Parcel, outcome: Outcome) -> int:
        """Write down what became of a parcel; gives how many of its rows were still ours to settle."""
        mine = await self._mine(parcel, outcome)
        for row in mine:
            if row.state is not State.SENDING:
                row.may_have_arrived = parcel.may_have_arrived  # the doubt was about this sending, and is over
            self._settle(row, outcome)
        if outcome.failure in (Failure.BLOCKED, Failure.GONE) and any(row.state is State.DEAD for row in mine):
            person = await self.session.get(Person, parcel.recipient)
            if person and not person.unreachable:
                person.unreachable = Unreachable.BLOCKED
        if outcome.failure is Failure.TOKEN or outcome.wait:
            await self._wait(parcel.tenant_id, outcome)
        return len(mine)

    async def _mine(self, parcel: Parcel, outcome: Outcome) -> list[Waiting]:
        """Those that nobody has claimed since. Whoever knows what became of one may say so after the lease, too: the
        database may have been away for longer."""
        late = () if outcome.failure is Failure.UNKNOWN else (State.AMBIGUOUS, State.HELD)
        query = select(Waiting).where(Waiting.id.in_(parcel.fences), Waiting.state.in_((State.SENDING, *late)))
        rows = await self.session.scalars(query.order_by(Waiting.id).with_for_update())
        return [row for row in rows if row.fence == parcel.fences[row.id]]

    def _settle(self, row: Waiting, outcome: Outcome) -> None:
        match outcome.failure:
            case None:
                row.accepted(outcome.activity_id, self.now)
            case Failure.UNKNOWN:
                self._doubt(row)
            case Failure.BUSY | Failure.NEVER_LEFT | Failure.TOKEN:
                self._try_again(row, outcome)
            case Failure.GONE | Failure.TOO_BIG if row.failure_class != outcome.failure:
                row.put_off(self.now, outcome.failure)
            case Failure.BLOCKED | Failure.GONE:
                row.give_up(Unreachable.BLOCKED if outcome.failure is Failure.BLOCKED else Failure.GONE, self.now)
            case _:
                row.give_up(outcome.failure, self.now)

    def _try_again(self, row: Waiting, outcome: Outcome) -> None:
        failure = outcome.failure or Failure.BUSY
        if row.attempts >= MOST_ATTEMPTS and failure is not Failure.TOKEN:
            row.hold(failure, self.now)
            return
        pause = PAUSE if failure is Failure.TOKEN else timedelta(seconds=max(outcome.wait, min(2**row.attempts, 300)))
        row.put_off(self.now + pause, failure)

    def _doubt(self, row: Waiting) -> None:
        repeat_at = self.now + self.lease if _is_repeated(row) else None
        row.doubtful(repeat_at, Failure.UNKNOWN, self.now)

    async def _wait(self, tenant_id: str, outcome: Outcome) -> None:
        """Send nothing to this tenant for as long as the connector asks, or until somebody looked at the token."""
        until = self.now + (PAUSE if outcome.failure is Failure.TOKEN else timedelta(seconds=outcome.wait))
        pace = await self.session.get(Pace, tenant_id, with_for_update=True)
        if pace and pace.next_at < until:
            pace.next_at, pace.why = until, outcome.failure or ""

    # Taking back

    async def to_take_back(self) -> TakingBack | None:
        """One message that somebody asked to remove from its chat, for the length of a lease."""
        waiting = (
            Waiting.state == State.TAKING_BACK,
            or_(Waiting.lease_until.is_(None), Waiting.lease_until < self.now),
        )
        query = select(Waiting).where(*waiting).order_by(Waiting.id).limit(1).with_for_update(skip_locked=True)
        row = await self.session.scalar(query)
        if row is None:
            return None
        row.lease_until = self.now + self.lease
        reference = await self.work.references.private(row.recipient)
        if reference is None or not row.activity_id:
            row.taken_back(self.now)
            return None
        return TakingBack(row.id, reference.conversation_id, reference.service_url, row.activity_id)

    async def took_back(self, asked: TakingBack, failure: Failure | None) -> None:
        """What became of it: gone from the chat, or (a failure that may pass) tried again when the lease ends."""
        row = await self.session.get(Waiting, asked.id, with_for_update=True)
        if row and row.state is State.TAKING_BACK and failure in (None, Failure.GONE, Failure.BLOCKED, Failure.BAD):
            row.taken_back(self.now)

    # What was left behind

    async def lapsed(self) -> int:
        """What is still being sent though its lease ran out: it may have arrived. Gives how many."""
        query = select(Waiting).where(Waiting.state == State.SENDING, Waiting.lease_until < self.now)
        rows = (await self.session.scalars(query.with_for_update(skip_locked=True))).all()
        for row in rows:
            self._doubt(row)
        return len(rows)


@cache
def _due_rows(*, has_full: bool) -> Select[Waiting]:
    """Built once: that takes longer than the database does to answer it."""
    other = aliased(Waiting)
    same = other.recipient == Waiting.recipient
    is_on_its_way = exists().where(same, other.state == State.SENDING)
    was_just_sent = exists().where(same, other.settled_at > bindparam("just_now"))
    due = (
        Waiting.state == bindparam("state"),
        Waiting.priority == bindparam("priority"),
        Waiting.due_at <= bindparam("now"),
        ~is_on_its_way,
        ~was_just_sent,
        Waiting.id.not_in(bindparam("besides", expanding=True)),
    )
    query = select(Waiting).where(*due).order_by(Waiting.due_at).limit(bindparam("most"))
    if has_full:
        full = select(Person.id).where(Person.tenant_id.in_(bindparam("full", expanding=True)))
        query = query.where(Waiting.recipient.not_in(full))
    return query.with_for_update(skip_locked=True, of=Waiting)


def _unreachable(person: Person) -> str | None:
    if person.erased_at:
        return "erased"
    return Unreachable.LEFT if person.left_at else person.unreachable


def _is_repeated(row: Waiting) -> bool:
    try:
        return read(row.kind, row.payload).is_repeated
    except (UnknownNotice, ValidationError):
        return False


async def paused(work: "UnitOfWork") -> dict[str, int]:
    """How many tenants everything waits for, by reason."""
    query = select(Pace.why, func.count()).where(Pace.why != "", Pace.next_at > work.clock()).group_by(Pace.why)
    return {row.why: row[1] for row in await work.session.execute(query)}
