"""Periodic work: any number of processes look, and one does it."""

from datetime import UTC, datetime, time

from bot import logs
from knowledge.clock import LONDON
from knowledge.retention import enforce
from knowledge.unit_of_work import UnitOfWork

NIGHTLY = time(3, 30)
"""London time; on no night do the clocks jump over it or come to it twice."""


async def nightly(work: UnitOfWork) -> None:
    """Once a night: remove what is past its time."""
    night = datetime.combine(work.clock().astimezone(LONDON).date(), NIGHTLY, LONDON).astimezone(UTC)
    if work.clock() >= night and await work.ticks.take("retention", night):
        logs.event("retention.enforced", **await enforce(work))
