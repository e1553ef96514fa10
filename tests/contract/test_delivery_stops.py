"""A worker that is told to stop: what is on its way arrives, and nothing is left behind."""

import asyncio
from datetime import timedelta

from dialogs.notices import words
from dialogs.reply import Reply
from knowledge.models.sending import State
from knowledge.parcels import Parcel, Rate
from knowledge.unit_of_work import UnitOfWork
from tests.fakes import Step
from tests.post_office import PostOffice, office

__all__ = ["office"]


async def test_told_to_stop_it_lets_what_is_on_its_way_arrive_and_claims_nothing_more(office: PostOffice) -> None:
    office.connector.then(Step(delay=0.3))
    await office.appoints()
    async with office.working():
        await office.connector.reached(1)
        for number in range(5):
            await office.appoints(f"p{number}")
    states = await office.states()
    assert states.get(State.SENDING, 0) == 0
    assert states[State.SENT] + states.get(State.DUE, 0) == 6


async def test_told_to_stop_while_it_claims_it_does_not_leave_that_behind(office: PostOffice) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(work: UnitOfWork, parcel: Parcel) -> Reply:
        asked.set()
        await go_on.wait()
        return await words(work, parcel)

    worker = office.worker()
    worker.words = slow
    await office.appoints()
    running = asyncio.create_task(worker.run())
    await asked.wait()
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    go_on.set()
    await stopping
    await running
    assert await office.states() == {State.SENT: 1}


async def test_told_to_stop_it_gives_back_what_waits_for_its_turn(office: PostOffice) -> None:
    worker = office.worker()
    worker.rate = Rate(per_second=0.1, between=timedelta())
    for name in ("ann", "ben"):
        await office.appoints(name)
    async with office.working(worker):
        await office.until(sent=1, sending=1)
    assert await office.states() == {State.SENT: 1, State.DUE: 1}
