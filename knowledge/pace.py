"""The pace: how fast messages go to one tenant, kept in one row that all processes share."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.failures import Failure, Outcome
from knowledge.inserting import inserting
from knowledge.models import Pace

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

PAUSE = timedelta(minutes=5)
"""How long nothing is sent where the connector refuses our token."""


class Paces:
    """For one transaction: a tenant's row is locked once, at the first message to it."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session, self._now = session, now
        self._locked: dict[str, Pace] = {}
        self.full: set[str] = set()
        """Tenants to whom nothing more leaves at this moment."""

    async def slot(self, tenant_id: str, per_second: float, within: timedelta) -> datetime | None:
        """When the next message to this tenant may leave; None where that is not so soon. It is taken by asking."""
        pace = self._locked.get(tenant_id) or await self._lock(tenant_id)
        leaves_at = max(pace.next_at, self._now)
        if leaves_at > self._now + within:
            self.full.add(tenant_id)
            return None
        pace.next_at, pace.why = leaves_at + timedelta(seconds=1 / per_second), ""
        return leaves_at

    async def _lock(self, tenant_id: str) -> Pace:
        its = select(Pace).filter_by(tenant_id=tenant_id).with_for_update()
        pace = await self._session.scalar(its)
        if pace is None:
            new = inserting(self._session, Pace).values(tenant_id=tenant_id, next_at=self._now, why="")
            await self._session.execute(new.on_conflict_do_nothing())
            pace = (await self._session.scalars(its)).one()
        self._locked[tenant_id] = pace
        return pace

    async def wait(self, tenant_id: str, outcome: Outcome) -> None:
        """Send nothing to this tenant for as long as the connector asks, or until somebody looked at the token."""
        until = self._now + (PAUSE if outcome.failure is Failure.TOKEN else timedelta(seconds=outcome.wait))
        pace = await self._session.get(Pace, tenant_id, with_for_update=True)
        if pace and pace.next_at < until:
            pace.next_at, pace.why = until, outcome.failure or ""


async def paused(work: "UnitOfWork") -> dict[str, int]:
    """How many tenants everything waits for, by reason."""
    query = select(Pace.why, func.count()).where(Pace.why != "", Pace.next_at > work.clock()).group_by(Pace.why)
    return {row.why: row[1] for row in await work.session.execute(query)}
