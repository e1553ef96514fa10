"""A place is taken, waited for, offered, approved, handed on, moved and given up; who has to know is told once."""

from typing import Any
from uuid import UUID

import pytest

from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.errors import Refusal
from knowledge.models import Person
from knowledge.models.people import Sector
from knowledge.models.training import Attendance, BookingState, OpenTo, Why
from knowledge.roles import LEARNING_LEAD, Held, NotAllowed, Reason, Role
from knowledge.training import refusals as no
from knowledge.training.bookings import by
from knowledge.unit_of_work import UnitOfWork
from tests.builders import london
from tests.training import MARCH, School, broken_rules


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def books(school: School, name: str, date: UUID) -> BookingState:
    async def book(work: UnitOfWork, person: Person) -> Any:
        return (await work.bookings.book(person, date, by(person))).state

    state: BookingState = await school.does(name, book)
    return state


async def changes(school: School, name: str, date: UUID, verb: str, *more: Any) -> Any:
    """`verb`: cancel, accept, decline, move, substitute; of the person's latest booking of the date."""
    booking = await school.booking(name, date)

    async def change(work: UnitOfWork, person: Person) -> Any:
        return await getattr(work.bookings, verb)(person, booking.id, *more, by(person))

    changed = await school.does(name, change)
    async with school.reading() as work:
        assert await broken_rules(work) == []
    return changed


async def agency(school: School, name: str) -> UUID:
    async with school.work() as work:
        await work.agencies.save(AgencyDraft(name, Sector.HEALTH), COMMAND_LINE)
        return (await work.agencies.get(name)).id


# Taking


async def test_the_last_seat_goes_to_one_and_the_next_waits(school: School) -> None:
    date = await school.opened(capacity=1)
    assert await books(school, "ann", date) is BookingState.BOOKED
    assert await books(school, "ben", date) is BookingState.WAITING
    with pytest.raises(no.AlreadyBooked):
        await books(school, "ann", date)
    with pytest.raises(no.AlreadyWaiting):
        await books(school, "ben", date)


@pytest.mark.parametrize("state", ["draft", "closed"])
async def test_only_an_open_date_takes_bookings(school: School, state: str) -> None:
    date = await school.opened(state=state)
    with pytest.raises(no.NotOpen):
        await books(school, "ann", date)


async def test_what_has_begun_takes_no_bookings(school: School) -> None:
    date = await school.opened()
    school.now = MARCH.starts_at
    with pytest.raises(no.NotOpen):
        await books(school, "ann", date)


async def test_a_course_for_agencies_asks_for_the_agency(school: School) -> None:
    date = await school.opened({"open_to": OpenTo.AGENCIES})
    with pytest.raises(no.NeedsAgency):
        await books(school, "ann", date)
    await school.person("ann", await agency(school, "Northwick"))
    assert await books(school, "ann", date) is BookingState.BOOKED


async def marked(school: School, booking: int, attendance: Attendance) -> None:
    async with school.work() as work:
        (await work.bookings.get(booking)).attendance = attendance


async def test_what_has_to_be_done_before_is_asked_for(school: School) -> None:
    basics = await school.opened({"code": "SAFE-1", "title": "Basics"}, code="SAFE-1-A", course="SAFE-1")
    await school.course(prerequisite="SAFE-1")
    date = await school.date()
    with pytest.raises(no.NeedsPrerequisite, match="You need to have done Basics first"):
        await books(school, "ann", date)
    await books(school, "ann", basics)
    booking = await school.booking("ann", basics)
    for attendance in (Attendance.ABSENT, Attendance.PART):
        await marked(school, booking.id, attendance)
        with pytest.raises(no.NeedsPrerequisite):
            await books(school, "ann", date)
    await marked(school, booking.id, Attendance.PRESENT)
    assert await books(school, "ann", date) is BookingState.BOOKED


async def test_an_agency_has_no_more_than_its_places_and_gets_the_next_that_it_gives_back(school: School) -> None:
    one, other = await agency(school, "One"), await agency(school, "Other")
    date = await school.opened({"places_per_agency": 1}, capacity=2)
    for name, of in (("ann", one), ("ben", one), ("cat", other)):
        await school.person(name, of)
    assert [await books(school, name, date) for name in ("ann", "ben", "cat")] == ["booked", "waiting", "booked"]
    await changes(school, "cat", date, "cancel", Why.WORK)
    assert await school.state("ben", date) is BookingState.WAITING
    await changes(school, "ann", date, "cancel", Why.WORK)
    assert await school.state("ben", date) is BookingState.OFFERED


# Waiting


async def test_the_waiting_list_is_offered_in_order_and_passes_on(school: School) -> None:
    date = await school.opened(capacity=1)
    for name in ("ann", "ben", "cat", "dan"):
        await books(school, name, date)
    await changes(school, "ann", date, "cancel", Why.ILLNESS)
    assert [await school.state(name, date) for name in ("ben", "cat", "dan")] == ["offered", "waiting", "waiting"]
    with pytest.raises(no.AlreadyBooked):
        await books(school, "ben", date)
    await changes(school, "ben", date, "decline")
    assert await school.state("cat", date) is BookingState.OFFERED
    await school.later(days=4)
    with pytest.raises(no.OfferEnded):
        await changes(school, "cat", date, "accept")
    async with school.work() as work:
        assert await work.bookings.dates_to_expire() == [date]
        assert await work.bookings.expire(date) == 1
    assert [await school.state(name, date) for name in ("cat", "dan")] == ["expired", "offered"]
    await changes(school, "dan", date, "accept")
    assert await school.state("dan", date) is BookingState.BOOKED
    assert await school.owed("ben") == ["booking.offered"]
    assert await school.owed("cat") == ["booking.offered", "booking.offer_over"]


async def test_more_places_are_offered_to_those_who_wait(school: School) -> None:
    date = await school.opened(capacity=1)
    for name in ("ann", "ben", "cat"):
        await books(school, name, date)
    await school.date(capacity=2)
    assert [await school.state(name, date) for name in ("ben", "cat")] == ["offered", "waiting"]
    with pytest.raises(no.TooFewPlaces, match="2 people have a place"):
        await school.date(capacity=1)


async def test_shortly_before_the_start_a_place_is_free_for_whoever_comes_first(school: School) -> None:
    date = await school.opened(capacity=1)
    for name in ("ann", "ben"):
        await books(school, name, date)
    school.now = london(2027, 3, 9, 8)
    booking = await school.booking("ann", date)

    async def cancel(work: UnitOfWork, person: Person) -> None:
        await work.bookings.cancel(person, booking.id, Why.ILLNESS, by(person))

    await school.does("ann", cancel)
    assert await school.state("ben", date) is BookingState.WAITING
    assert await books(school, "ben", date) is BookingState.BOOKED


# Giving up


async def test_a_late_cancellation_is_marked_and_one_in_time_is_not(school: School) -> None:
    date = await school.opened()
    for name in ("ann", "ben"):
        await books(school, name, date)
    school.now = london(2027, 3, 4, 23)  # a Thursday: Friday, Monday and the Tuesday itself are fewer than three
    await changes(school, "ann", date, "cancel", Why.WORK)
    assert not (await school.booking("ann", date)).was_late
    await school.later(hours=2)
    await changes(school, "ben", date, "cancel", Why.WORK)
    assert (await school.booking("ben", date)).was_late


async def test_nobody_cancels_for_another_and_nothing_twice(school: School) -> None:
    date = await school.opened()
    await books(school, "ann", date)
    booking = await school.booking("ann", date)

    async def cancel(work: UnitOfWork, person: Person) -> None:
        await work.bookings.cancel(person, booking.id, Why.WORK, by(person))

    with pytest.raises(no.NotYours):
        await school.does("ben", cancel)
    await school.does("ann", cancel)
    with pytest.raises(no.NotActive):
        await school.does("ann", cancel)


async def test_a_colleague_comes_instead_and_is_told(school: School) -> None:
    date = await school.opened(capacity=1)
    await books(school, "ann", date)
    await books(school, "ben", date)
    await changes(school, "ann", date, "substitute", await school.person("ben"))
    assert [await school.state(name, date) for name in ("ann", "ben")] == ["replaced", "booked"]
    assert await school.owed("ben") == ["booking.handed_over"]


async def test_where_the_rule_says_no_nobody_comes_instead(school: School) -> None:
    date = await school.opened({"allows_substitutes": False})
    await books(school, "ann", date)
    with pytest.raises(no.NoSubstitutes):
        await changes(school, "ann", date, "substitute", await school.person("ben"))


async def test_moving_keeps_the_old_place_until_the_new_one_is_there(school: School) -> None:
    date = await school.opened(capacity=1)
    other = await school.date(code="NEG-2-B", capacity=1)
    await books(school, "ann", date)
    await books(school, "ben", other)
    with pytest.raises(no.NoRoom):
        await changes(school, "ann", date, "move", other)
    assert await school.state("ann", date) is BookingState.BOOKED
    assert await school.state("ann", other) is None
    await changes(school, "ben", other, "cancel", Why.WORK)
    await changes(school, "ann", date, "move", other)
    assert [await school.state("ann", each) for each in (date, other)] == ["moved", "booked"]


# Approval


async def test_where_approval_is_asked_the_place_is_kept_until_somebody_decides(school: School) -> None:
    of = await agency(school, "Northwick")
    date = await school.opened({"needs_approval": True}, capacity=1)
    await school.person("ann", of)
    boss, lead = await school.person("boss", of), await school.person("lead")
    async with school.work() as work:
        await work.grants.grant(boss, Held(Role.AGENCY_LEAD, str(of)), COMMAND_LINE, Reason.APPOINTED)
        await work.grants.grant(lead, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
    assert await books(school, "ann", date) is BookingState.ASKED
    assert await books(school, "ben", date) is BookingState.WAITING
    assert "booking.approval_asked" in await school.owed("boss")
    assert "booking.approval_asked" not in await school.owed("lead")
    asked = await school.booking("ann", date)
    async with school.work() as work:
        with pytest.raises(NotAllowed):
            await work.bookings.approve(asked.id, by(await school.person_named("ben")))
    async with school.work() as work:
        await work.bookings.refuse(asked.id, by(boss))
        with pytest.raises(no.NotWaitingForApproval):
            await work.bookings.approve(asked.id, by(boss))
    assert [await school.state(name, date) for name in ("ann", "ben")] == ["declined", "offered"]
    assert await school.owed("ann") == ["booking.refused"]


# A date that changes


async def test_whoever_has_a_place_or_waits_is_told_of_a_change_once_and_acknowledges(school: School) -> None:
    date = await school.opened(capacity=1)
    for name in ("ann", "ben"):
        await books(school, name, date)
    for _ in range(2):
        await school.date(capacity=1, room="Room 9")
    for name in ("ann", "ben"):
        assert await school.owed(name) == ["course_date.changed"]
    booking = await school.booking("ann", date)
    async with school.work() as work:
        await work.catalogue.acknowledge(booking.person_id, booking.id)
        with pytest.raises(no.NothingToAcknowledge):
            await work.catalogue.acknowledge(booking.person_id, booking.id)
        ben = await school.person_named("ben")
        assert [each.person_id for each in await work.catalogue.unacknowledged(date)] == [ben.id]


async def test_a_cancelled_date_tells_everybody_and_holds_nobody(school: School) -> None:
    date = await school.opened(capacity=1)
    for name in ("ann", "ben"):
        await books(school, name, date)
    async with school.work() as work:
        assert await work.catalogue.cancel_date(date, COMMAND_LINE) == 2
    async with school.reading() as work:
        assert await broken_rules(work) == []
    assert await school.owed("ann") == await school.owed("ben") == ["course_date.cancelled"]
    with pytest.raises(no.DateIsOver):
        await school.date(room="Room 9")


@pytest.mark.parametrize("refusal", [each for each in vars(no).values() if isinstance(each, type)])
def test_every_refusal_is_a_sentence(refusal: type[Refusal]) -> None:
    words = " ".join((refusal.__doc__ or "").split())
    assert words.endswith((".", "?"))
    assert len(words) > 10
