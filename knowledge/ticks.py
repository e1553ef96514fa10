"""Ticks: periodic work that any number of processes would do, and one does."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import Clock
from knowledge.inserting import inserting
from knowledge.models import Tick


class Ticks:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    async def take(self, job: str, instant: datetime) -> bool:
        """True for whoever comes first to this job at this instant, and only for them. The tick is given back where the
        transaction fails, so that another may take it."""
        new = inserting(self.session, Tick).values(job=job, instant=instant, taken_at=self.clock())
        return await self.session.scalar(new.on_conflict_do_nothing().returning(Tick.job)) is not None
