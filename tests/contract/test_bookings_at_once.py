"""A hundred people for ten seats from three processes, on both databases: no seat is sold twice, none is lost."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process

from sqlalchemy import select

from knowledge.database import Database
from knowledge.models import Booking, CourseDate
from knowledge.models.training import BookingState
from tests.servers import ROOT
from tests.training import TENANT, School, broken_rules

CROWDS = [100] * 1_000 if os.environ.get("SAFEGUARDING_FULL") else [100] * 3 + [20] * 17
"""How many people want the ten seats of each round."""
PROCESSES = 3


async def test_a_hundred_for_ten_seats(database: Database, database_address: str) -> None:
    school = School(database)
    await school.course()
    crowds = {str(await school.date(code=f"R-{number}", capacity=10)): crowd for number, crowd in enumerate(CROWDS)}
    async with school.work() as work:
        for number in range(max(CROWDS)):
            await work.people.met(TENANT, f"person-{number}")
    await _raced(database_address, crowds)
    async with school.reading() as work:
        assert await broken_rules(work) == []
        for date in await work.catalogue.upcoming():
            bookings = list(await work.session.scalars(select(Booking).filter_by(date_id=date.id)))
            everybody = len({each.person_id for each in bookings})
            assert everybody == crowds[str(date.id)], "everybody got a place, or a place in the queue"
            _nobody_was_passed_over(date, bookings)


def _nobody_was_passed_over(date: CourseDate, bookings: list[Booking]) -> None:
    waiting = [each.id for each in bookings if each.state is BookingState.WAITING]
    asked = [each.id for each in bookings if each.offered_until or each.booked_at]
    assert not waiting or min(waiting) > max(asked), f"the order of the queue of {date.code}"


async def _raced(address: str, crowds: dict[str, int]) -> None:
    """Let every process do each round, which all of them begin together."""
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.racing", address, str(part), str(PROCESSES), cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        for part in range(PROCESSES)
    ]
    await _all_say(racers, "ready")
    for date, crowd in crowds.items():
        for racer in racers:
            assert racer.stdin
            racer.stdin.write(f"{date} {crowd}\n".encode())
        await _all_say(racers, "done")
    for racer in racers:
        await racer.communicate(b"")  # the end of what it reads
    assert [racer.returncode for racer in racers] == [0] * PROCESSES


async def _all_say(racers: list[Process], word: str) -> None:
    lines = [racer.stdout.readline() for racer in racers if racer.stdout]
    assert await asyncio.gather(*lines) == [f"{word}\n".encode()] * PROCESSES
