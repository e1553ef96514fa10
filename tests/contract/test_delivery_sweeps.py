"""What a worker does beside sending: periodic work, whatever breaks, once by one of many."""

import pytest

from bot.delivery import Job
from knowledge.settling import Settling
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING
from tests.post_office import PostOffice, comes_true, office

__all__ = ["office"]


async def test_a_job_that_fails_keeps_no_other_from_being_done(office: PostOffice) -> None:
    done = list[int]()

    async def fails(work: UnitOfWork) -> None:
        raise ValueError("broken")

    async def works(work: UnitOfWork) -> None:
        done.append(1)

    worker = office.worker()
    worker.jobs = (fails, works)
    async with office.working(worker):
        await comes_true(lambda: len(done) > 1)


async def test_whatever_breaks_a_sweep_the_next_one_is_made(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    lapsed, sweeps = Settling.lapsed, []

    async def sometimes(self: Settling) -> int:
        sweeps.append(1)
        if len(sweeps) == 1:
            raise ValueError("broken")
        return await lapsed(self)

    monkeypatch.setattr(Settling, "lapsed", sometimes)
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
        await comes_true(lambda: len(sweeps) > 1)


async def test_periodic_work_is_done_once_a_night_by_one_of_many(office: PostOffice) -> None:
    looked, done = list[str](), list[str]()

    def nightly(name: str) -> Job:
        async def job(work: UnitOfWork) -> None:
            looked.append(name)
            if await work.ticks.take("test", MONDAY_MORNING):
                done.append(name)

        return job

    first, second = office.worker(), office.worker()
    first.jobs, second.jobs = (nightly("first"),), (nightly("second"),)
    async with office.working(first), office.working(second):
        await comes_true(lambda: min(looked.count("first"), looked.count("second")) > 2)
    assert len(done) == 1
