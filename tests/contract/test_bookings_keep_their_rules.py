"""Whatever is done in whatever order, the rules of booking hold: a machine tries book, cancel, offer, accept, expire,
hand over, move, close, more places and a cancelled date."""

import asyncio
import shutil
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from knowledge.audit import COMMAND_LINE
from knowledge.database import Database, address
from knowledge.errors import Refusal
from knowledge.models import Booking, CourseDate, Person, Waiting
from knowledge.models.training import BookingState, DateState, Why
from knowledge.training.bookings import by
from knowledge.unit_of_work import UnitOfWork
from tests.training import MARCH, School, broken_rules

NAMES = ("ann", "ben", "cat", "dan", "eve")
DATES = ("NEG-2-A", "NEG-2-B")
who, what_date = st.sampled_from(NAMES), st.sampled_from(DATES)


class Bookings(RuleBasedStateMachine):
    """Five people, two dates of two seats."""

    filled: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.runner = asyncio.Runner()

    def run(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(act)

    @initialize(needs_approval=st.booleans())
    def opens(self, needs_approval: bool) -> None:
        file = shutil.copy(self.filled, self.folder / "records.db")
        self.school = School(Database(address(f"sqlite:///{file}")))
        self.run(self.school.course(needs_approval=needs_approval))
        self.dates: dict[str, UUID] = {code: self.run(self.school.date(code=code, capacity=2)) for code in DATES}
        for name in NAMES:
            self.run(self.school.person(name))

    def does(self, name: str, verb: str, code: str, *more: Any) -> None:
        """Something with the person's active booking of a date, where there is one."""

        async def act(work: UnitOfWork, person: Person) -> None:
            booking = await work.bookings.active(person.id, self.dates[code])
            if booking:
                await getattr(work.bookings, verb)(person, booking.id, *more, by(person))

        with suppress(Refusal):
            self.run(self.school.does(name, act))

    @rule(name=who, code=what_date)
    def book(self, name: str, code: str) -> None:
        async def act(work: UnitOfWork, person: Person) -> None:
            await work.bookings.book(person, self.dates[code], by(person))

        with suppress(Refusal):
            self.run(self.school.does(name, act))

    @rule(name=who, code=what_date, verb=st.sampled_from(["accept", "decline"]))
    def answer(self, name: str, code: str, verb: str) -> None:
        self.does(name, verb, code)

    @rule(name=who, code=what_date)
    def cancel(self, name: str, code: str) -> None:
        self.does(name, "cancel", code, Why.WORK)

    @rule(name=who, colleague=who, code=what_date)
    def hand_over(self, name: str, colleague: str, code: str) -> None:
        self.does(name, "substitute", code, self.run(self.school.person_named(colleague)))

    @rule(name=who, code=what_date, to=what_date)
    def move(self, name: str, code: str, to: str) -> None:
        self.does(name, "move", code, self.dates[to])

    @rule(name=who, code=what_date, verb=st.sampled_from(["approve", "refuse"]))
    def decide(self, name: str, code: str, verb: str) -> None:
        async def act(work: UnitOfWork, person: Person) -> None:
            booking = await work.bookings.active(person.id, self.dates[code])
            if booking:
                await getattr(work.bookings, verb)(booking.id, COMMAND_LINE)

        with suppress(Refusal):
            self.run(self.school.does(name, act))

    @rule(days=st.sampled_from([1, 4]))
    def time_passes(self, days: int) -> None:
        if self.school.now + timedelta(days=days) < MARCH.starts_at:
            self.run(self.school.later(days=days))
        self.run(self._expire())

    async def _expire(self) -> None:
        async with self.school.work() as work:
            for date in await work.bookings.dates_to_expire():
                await work.bookings.expire(date)

    @rule(code=what_date, state=st.sampled_from([DateState.OPEN, DateState.CLOSED]))
    def open_or_close(self, code: str, state: DateState) -> None:
        with suppress(Refusal):
            self.run(self._set(code, state))

    async def _set(self, code: str, state: DateState) -> None:
        async with self.school.work() as work:
            await work.catalogue.set_state(self.dates[code], state, COMMAND_LINE)

    @rule(code=what_date, capacity=st.integers(1, 4), room=st.sampled_from(["Room 1", "Room 2"]))
    def change(self, code: str, capacity: int, room: str) -> None:
        with suppress(Refusal):
            self.run(self.school.date(code=code, capacity=capacity, room=room))

    @rule(code=st.just(DATES[1]))
    def cancel_date(self, code: str) -> None:
        async def act() -> None:
            async with self.school.work() as work:
                await work.catalogue.cancel_date(self.dates[code], COMMAND_LINE)

        with suppress(Refusal):
            self.run(act())

    @invariant()
    def the_rules_hold(self) -> None:
        if hasattr(self, "dates"):
            self.run(self._check())

    async def _check(self) -> None:
        async with self.school.reading() as work:
            assert await broken_rules(work) == []
            offered = set(await work.session.scalars(select(Booking.id).filter_by(state=BookingState.OFFERED)))
            told = select(Waiting.payload).filter_by(kind="booking.offered")
            owed = [payload["booking_id"] for payload in await work.session.scalars(told)]
            assert len(owed) == len(set(owed)), "everyone is told once"
            assert offered <= set(owed), "and nobody has an offer that they were not told of"
            cancelled = select(func.count()).where(Booking.state == BookingState.DATE_CANCELLED)
            news = select(func.count()).where(Waiting.kind == "course_date.cancelled")
            assert await work.session.scalar(cancelled) == await work.session.scalar(news)
            for date in await work.session.scalars(select(CourseDate)):
                waits = await work.bookings.seats.waiting(date.id)
                asked = [
                    each for each in await work.bookings.seats.active(date.id) if each.state is BookingState.OFFERED
                ]
                assert not waits or all(each.id < waits[0].id for each in asked), "in the order of the queue"

    def teardown(self) -> None:
        if hasattr(self, "school"):
            self.run(self.school.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # hypothesis keeps machines alive while it looks for less
def test_whatever_is_done_the_rules_of_booking_hold(sqlite_file: Path) -> None:
    Bookings.filled = sqlite_file
    few = settings(max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Bookings, settings=few)
