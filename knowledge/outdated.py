"""Cards that arrived and show what is no longer so: found, and settled once they were brought up to date.

One is claimed for the length of a lease; when a process dies with it, it is found again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from knowledge.failures import Failure
from knowledge.models import Waiting
from knowledge.models.sending import ARRIVED
from knowledge.notices import Notice, UnknownNotice, read
from knowledge.parcels import LEASE

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

PASSES = frozenset({Failure.BUSY, Failure.NEVER_LEFT, Failure.TOKEN, Failure.UNKNOWN})
"""Failures after which the same change is tried once more; to change a card twice does no harm."""


@dataclass(frozen=True)
class Stale:
    """One card in somebody's chat, and all that it was sent for."""

    ids: tuple[int, ...]
    notices: tuple[Notice, ...]
    recipient: UUID
    conversation_id: str
    service_url: str
    activity_id: str
    until: datetime
    """Until when it is this process's to change."""


class Outdated:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session, self.now = work, work.session, work.clock()

    async def next(self) -> Stale | None:
        """The card that has been out of date the longest; None where there is none. What cannot be changed any more is
        forgotten on the way."""
        due = select(Waiting).where(Waiting.outdated_at <= self.now).order_by(Waiting.outdated_at).limit(1)
        while row := await self.session.scalar(due.with_for_update(skip_locked=True)):
            rows = await self._same_card(row)
            if stale := await self._stale(row, rows):
                return stale
            for each in rows:
                each.outdated_at = None
            await self.session.flush()
        return None

    async def _same_card(self, row: Waiting) -> Sequence[Waiting]:
        """All that was sent on it."""
        if not row.activity_id or row.state not in ARRIVED:
            return [row]
        same = (Waiting.recipient == row.recipient, Waiting.state.in_(ARRIVED), Waiting.activity_id == row.activity_id)
        return (await self.session.scalars(select(Waiting).where(*same).order_by(Waiting.id).with_for_update())).all()

    async def _stale(self, row: Waiting, rows: Sequence[Waiting]) -> Stale | None:
        reference = await self.work.references.private(row.recipient)
        if reference is None or not row.activity_id or row.state not in ARRIVED:
            return None
        try:
            notices = tuple(read(each.kind, each.payload) for each in rows)
        except (UnknownNotice, ValidationError):
            return None
        until = self.now + LEASE
        for each in rows:
            each.outdated_at = until
        return Stale(
            ids=tuple(each.id for each in rows),
            notices=notices,
            recipient=row.recipient,
            conversation_id=reference.conversation_id,
            service_url=reference.service_url,
            activity_id=row.activity_id,
            until=until,
        )

    async def settle(self, stale: Stale, failure: Failure | None) -> None:
        """It shows what is so, or cannot be changed; unless it changed once more meanwhile, or is to be tried again."""
        if failure in PASSES:
            return
        mine = select(Waiting).where(Waiting.id.in_(stale.ids), Waiting.outdated_at == stale.until)
        for row in (await self.session.scalars(mine.with_for_update())).all():
            row.outdated_at = None
