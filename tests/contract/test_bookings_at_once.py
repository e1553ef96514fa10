"""A hundred people for ten seats from three processes, on both databases: no seat is sold twice, none is lost."""

import asyncio
import os
import sys

from sqlalchemy import select

from knowledge.database import Database
from knowledge.models import Booking
from knowledge.models.training import BookingState
from tests.servers import ROOT
from tests.training import TENANT, School, broken_rules

ROUNDS = 1_000 if os.environ.get("SAFEGUARDING_FULL") else 20
PROCESSES = 3


async def test_a_hundred_for_ten_seats(database: Database, database_address: str) -> None:
    school = School(database)
    await school.course()
    for number in range(ROUNDS):
        await school.date(code=f"R-{number}", capacity=10)
    async with school.work() as work:
        for number in range(100):
            await work.people.met(TENANT, f"person-{number}")
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.racing", database_address, str(part), str(PROCESSES), cwd=ROOT
        )
        for part in range(PROCESSES)
    ]
    assert await asyncio.gather(*(racer.wait() for racer in racers)) == [0] * PROCESSES
    async with school.reading() as work:
        assert await broken_rules(work) == []
        for date in await work.catalogue.upcoming():
            bookings = list(await work.session.scalars(select(Booking).filter_by(date_id=date.id)))
            assert len({each.person_id for each in bookings}) == 100, "everybody got a place, or a place in the queue"
            waiting = [each.id for each in bookings if each.state is BookingState.WAITING]
            asked = [each.id for each in bookings if each.offered_until or each.booked_at]
            assert not waiting or min(waiting) > max(asked), "nobody was passed over"
