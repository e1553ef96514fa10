"""Periodic work: any number of processes look, and one does it."""

from datetime import UTC, datetime, time

from bot import logs
from knowledge import live
from knowledge.clock import LONDON
from knowledge.days import london_day
from knowledge.nudging import go_round
from knowledge.reminding import round_of
from knowledge.retention import enforce
from knowledge.sending_hours import is_working_day
from knowledge.unit_of_work import UnitOfWork

NIGHTLY = time(3, 30)
"""London time; on no night do the clocks jump over it or come to it twice."""
MORNING = time(6)


async def ask_keepers(work: UnitOfWork) -> None:
    """Once a day: ask who keeps a contact true whether it still is. Nothing is asked where no content could be read."""
    morning = datetime.combine(work.clock().astimezone(LONDON).date(), MORNING, LONDON).astimezone(UTC)
    try:
        library = live.library()
    except LookupError:
        return
    if work.clock() >= morning and await work.ticks.take("contacts", morning):
        logs.event("contacts.asked", count=await work.keepers.nudge_all(library))


async def nightly(work: UnitOfWork) -> None:
    """Once a night: remove what is past its time."""
    night = datetime.combine(work.clock().astimezone(LONDON).date(), NIGHTLY, LONDON).astimezone(UTC)
    if work.clock() >= night and await work.ticks.take("retention", night):
        logs.event("retention.enforced", **await enforce(work))


async def evaluate(work: UnitOfWork) -> None:
    """Once a minute: ask for the feedback that is due. Once an hour: close what is over. Once a working day: remind."""
    now = work.clock()
    if await work.ticks.take("evaluation", now.replace(second=0, microsecond=0)):
        await work.evaluation.look_after()
    if await work.ticks.take("evaluation.closing", now.replace(minute=0, second=0, microsecond=0)):
        logs.event("evaluation.closed", count=await work.closing.close_due())
    today = london_day(now)
    due = is_working_day(today) and now >= round_of(today)
    if due and await work.ticks.take("evaluation.reminders", round_of(today)):
        logs.event("evaluation.reminded", count=await work.evaluation.remind())


async def remind(work: UnitOfWork) -> None:
    """Once a working day, however late: owe what the day's reminders of actions come to."""
    today = london_day(work.clock())
    due = is_working_day(today) and work.clock() >= round_of(today)
    if due and await work.ticks.take("actions", round_of(today)):
        logs.event("actions.reminded", **await go_round(work, today))
