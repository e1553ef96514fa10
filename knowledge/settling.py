"""Settling: what became of what was claimed, written down by whoever holds the latest fence, and by nobody else.

A lease that ran out means that the message may have arrived, for whoever held it may have died in mid-send.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import or_, select

from knowledge.failures import Failure, Outcome
from knowledge.models import Person, Waiting
from knowledge.models.people import Unreachable
from knowledge.models.sending import State
from knowledge.notices import UnknownNotice, read
from knowledge.pace import PAUSE, Paces
from knowledge.parcels import LEASE, Parcel, TakingBack

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

MOST_ATTEMPTS = 20
_LATE = (State.AMBIGUOUS, State.HELD)
"""Where the lease ran out; whoever knows what became of one may still say so: the database may have been away."""


@dataclass(frozen=True)
class Done:
    """A parcel that was sent, or was not, and what became of it."""

    parcel: Parcel
    outcome: Outcome

    @property
    def is_final(self) -> bool:
        """The person is not reached there any more."""
        return self.outcome.failure in (Failure.BLOCKED, Failure.GONE)

    @property
    def asks_to_wait(self) -> bool:
        """Nothing more goes to the tenant for a while."""
        return self.outcome.failure is Failure.TOKEN or self.outcome.wait > 0


class Settling:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork", lease: timedelta = LEASE) -> None:
        self.work, self.session, self.lease = work, work.session, lease
        self.now = work.clock()
        self._paces = Paces(work.session, self.now)

    # Settling

    async def settle(self, *done: Done) -> int:
        """Write down what became of parcels; gives how many of their rows were still ours to settle."""
        rows, settled = await self._rows(done), 0
        for each in done:
            mine = [rows[id] for id in each.parcel.fences if id in rows and _is_mine(rows[id], each)]
            for row in mine:
                if row.state is not State.SENDING:
                    row.may_have_arrived = each.parcel.may_have_arrived  # the doubt was about this sending, and is over
                self._settle(row, each.outcome)
            if each.is_final and any(row.state is State.DEAD for row in mine):
                await self._not_reached(each.parcel.recipient)
            settled += len(mine)
        for each in sorted((each for each in done if each.asks_to_wait), key=lambda one: one.parcel.tenant_id):
            await self._paces.wait(each.parcel.tenant_id, each.outcome)
        return settled

    async def _rows(self, done: Sequence[Done]) -> dict[int, Waiting]:
        """Those that may still be settled, locked, by their id."""
        ids = [id for each in done for id in each.parcel.fences]
        query = select(Waiting).where(Waiting.id.in_(ids), Waiting.state.in_((State.SENDING, *_LATE)))
        return {row.id: row for row in await self.session.scalars(query.order_by(Waiting.id).with_for_update())}

    async def _not_reached(self, recipient: UUID) -> None:
        person = await self.session.get(Person, recipient)
        if person and not person.unreachable:
            person.unreachable = Unreachable.BLOCKED

    def _settle(self, row: Waiting, outcome: Outcome) -> None:
        match outcome.failure:
            case None:
                row.accepted(outcome.activity_id, self.now)
            case Failure.UNKNOWN:
                self._doubt(row)
            case Failure.BUSY | Failure.NEVER_LEFT | Failure.TOKEN:
                self._try_again(row, outcome)
            case Failure.GONE | Failure.TOO_BIG if row.failure_class != outcome.failure and not _is_worn_out(row):
                row.put_off(self.now, outcome.failure)
            case Failure.BLOCKED | Failure.GONE:
                row.give_up(Unreachable.BLOCKED if outcome.failure is Failure.BLOCKED else Failure.GONE, self.now)
            case _:
                row.give_up(outcome.failure, self.now)

    def _try_again(self, row: Waiting, outcome: Outcome) -> None:
        failure = outcome.failure or Failure.BUSY
        if _is_worn_out(row) and failure is not Failure.TOKEN:
            row.hold(failure, self.now)
            return
        pause = PAUSE if failure is Failure.TOKEN else timedelta(seconds=max(outcome.wait, min(2**row.attempts, 300)))
        row.put_off(self.now + pause, failure)

    def _doubt(self, row: Waiting) -> None:
        repeat_at = self.now + self.lease if _is_repeated(row) else None
        row.doubtful(repeat_at, Failure.UNKNOWN, self.now)

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


def _is_mine(row: Waiting, done: Done) -> bool:
    """Nobody has claimed it since; and where its lease ran out, it is known what became of it."""
    is_known = row.state is State.SENDING or done.outcome.failure is not Failure.UNKNOWN
    return is_known and row.fence == done.parcel.fences[row.id]


def _is_worn_out(row: Waiting) -> bool:
    return row.attempts >= MOST_ATTEMPTS


def _is_repeated(row: Waiting) -> bool:
    try:
        return read(row.kind, row.payload).is_repeated
    except (UnknownNotice, ValidationError):
        return False
