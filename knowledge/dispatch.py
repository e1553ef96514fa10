"""Dispatch: which messages leave now: claimed in a transaction, sent with none open, then settled.

A claim is a lease with a fence: whoever claims later has a higher fence, and only the latest may settle.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import select

from knowledge.due import Due, Owed
from knowledge.errors import RecordsAway
from knowledge.failures import Failure
from knowledge.models import ConversationReference, Person, Waiting
from knowledge.models.people import Unreachable
from knowledge.models.sending import State
from knowledge.notices import Notice, UnknownNotice, kind_cannot_wait, read
from knowledge.pace import Paces
from knowledge.parcels import LEASE, Parcel, Rate
from knowledge.sending_hours import Quiet, may_send, next_sending

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

LOOK_AGAIN = timedelta(minutes=5)
"""How long a message waits that only a newer release knows."""
MOST_AT_ONCE = 60
"""Messages in one digest."""
LOOKED_AT = 200
"""Rows that one claim looks at, so that it never holds the database for long."""


class Dispatch:
    """For one transaction of `work`. `carefully`: each row by itself, for where one of them broke the transaction:
    what cannot be dealt with is given up, the rest leaves."""

    def __init__(self, work: "UnitOfWork", rate: Rate, lease: timedelta = LEASE, *, carefully: bool = False) -> None:
        self.work, self.session, self.rate, self.lease = work, work.session, rate, lease
        self.now = work.clock()
        self.is_careful = carefully
        self.broken: list[tuple[int, Exception]] = []
        """Rows that were given up, and why."""
        self._due = Due(work.session, self.now, rate.between)
        self._paces = Paces(work.session, self.now)

    async def claim(self, most: int) -> list[Parcel]:
        """Up to so many parcels that leave now. What is no longer wanted, too late or without a way to the person is
        settled on the way; what falls into quiet hours is put off to their end."""
        parcels: list[Parcel] = []
        looked_at: set[int] = set()
        while len(parcels) < most and len(looked_at) < LOOKED_AT:
            ids, rows = await self._due.rows(most - len(parcels), looked_at, self._paces.full)
            if not ids:
                break
            looked_at |= ids
            for owed in rows:
                if owed.person.id not in {each.recipient for each in parcels}:
                    parcels += filter(None, [await self._looked_at(owed)])
        return parcels

    async def _looked_at(self, owed: Owed) -> Parcel | None:
        if not self.is_careful:
            return await self._parcel(*owed)
        try:
            async with self.work.tentatively():
                return await self._parcel(*owed)
        except RecordsAway:
            raise
        except Exception as error:  # whatever it is, the others leave
            await self.session.refresh(owed.row)
            owed.row.give_up(Failure.BAD, self.now)
            self.broken.append((owed.row.id, error))
            return None

    async def _parcel(self, row: Waiting, person: Person, reference: ConversationReference | None) -> Parcel | None:
        reason = _unreachable(person) or (None if reference else Unreachable.NEVER_INSTALLED)
        if reason or reference is None:
            row.give_up(reason or Unreachable.NEVER_INSTALLED, self.now)
            return None
        quiet = Quiet(person.quiet_from, person.quiet_until, ZoneInfo(person.time_zone))
        is_quiet = not may_send(self.now, quiet)
        if is_quiet and not kind_cannot_wait(row.kind):
            row.due_at = next_sending(self.now, quiet)
            return None
        notice = await self._wanted(row)
        within = self.lease / 4
        leaves_at = await self._paces.slot(reference.tenant_id, self.rate.per_second, within) if notice else None
        if notice is None or leaves_at is None:
            return None
        rows = [(row, notice), *await self._bundled(row, notice, is_quiet=is_quiet)]
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

    async def _bundled(self, first: Waiting, notice: Notice, *, is_quiet: bool) -> list[tuple[Waiting, Notice]]:
        """What else is due for the same person and can go along; in quiet hours only what cannot wait either."""
        if self.is_careful or not notice.is_bundled or first.failure_class == Failure.TOO_BIG:
            return []
        others = [row for row in await self._others(first) if not is_quiet or kind_cannot_wait(row.kind)]
        along = [(row, await self._wanted(row)) for row in others]
        return [(row, told) for row, told in along if told and told.is_bundled]

    async def _others(self, first: Waiting) -> Sequence[Waiting]:
        due = (Waiting.state == State.DUE, Waiting.recipient == first.recipient, Waiting.due_at <= self.now)
        query = select(Waiting).where(*due, Waiting.id != first.id).order_by(Waiting.priority, Waiting.due_at)
        rows = await self.session.scalars(query.limit(MOST_AT_ONCE - 1).with_for_update(skip_locked=True))
        return rows.all()


def _unreachable(person: Person) -> str | None:
    if person.erased_at:
        return "erased"
    return Unreachable.LEFT if person.left_at else person.unreachable
