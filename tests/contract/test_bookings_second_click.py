"""What comes twice, late or from the wrong person: told as it is, and counted as it was."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from knowledge.agencies import Change
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models.training import BookingState, DateState, Why
from knowledge.roles import Held, NotAllowed, Reason, Role
from knowledge.training import refusals as no
from knowledge.training.bookings import by
from knowledge.training.figures import figures
from tests.builders import london
from tests.contract.test_bookings import agency, books, changes
from tests.training import MARCH, School, broken_rules


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def offered(school: School, rule: dict[str, object] | None = None) -> UUID:
    """Ann gave up the one place, and it is offered to Ben; Cy is next."""
    date = await school.opened(rule, capacity=1)
    for name in ("ann", "ben", "cy"):
        await books(school, name, date)
    await changes(school, "ann", date, "cancel", Why.WORK)
    return date


# Offers


@pytest.mark.parametrize(("needs_approval", "state"), [(False, BookingState.BOOKED), (True, BookingState.ASKED)])
async def test_whoever_took_the_offer_is_not_told_that_it_ended(
    school: School, needs_approval: bool, state: BookingState
) -> None:
    date = await offered(school, {"needs_approval": needs_approval})
    await changes(school, "ben", date, "accept")
    for verb in ("accept", "decline"):
        with pytest.raises(no.AlreadyBooked):
            await changes(school, "ben", date, verb)
    assert await school.state("ben", date) is state


async def test_who_waits_is_not_told_that_an_offer_ended(school: School) -> None:
    date = await offered(school)
    for verb in ("accept", "decline"):
        with pytest.raises(no.AlreadyWaiting):
            await changes(school, "cy", date, verb)
    assert await school.state("cy", date) is BookingState.WAITING


@pytest.mark.parametrize("verb", ["decline", "cancel"])
async def test_an_offer_that_is_turned_down_late_is_no_late_cancellation(school: School, verb: str) -> None:
    date = await school.opened(capacity=1)
    await books(school, "ann", date)
    await books(school, "ben", date)
    school.now = MARCH.starts_at - timedelta(days=2)
    assert (await changes(school, "ann", date, "cancel", Why.WORK)).was_late, "two days before is late here"
    assert await school.state("ben", date) is BookingState.OFFERED
    why = (Why.WORK,) if verb == "cancel" else ()
    assert not (await changes(school, "ben", date, verb, *why)).was_late
    async with school.reading() as work:
        assert [line.late for line in (await figures(work, london(2026, 4, 1), COMMAND_LINE)).by_course] == [1]


async def test_an_offer_ends_before_a_start_that_was_moved_nearer(school: School) -> None:
    date = await offered(school)
    starts_at = school.now + timedelta(hours=5)
    await school.date(capacity=1, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    booking = await school.booking("ben", date)
    assert booking.offered_until == starts_at - timedelta(hours=2)


async def test_more_places_for_an_agency_are_offered_to_those_who_wait(school: School) -> None:
    date = await school.opened({"places_per_agency": 1})
    one = await agency(school, "One")
    for name in ("ann", "ben"):
        await school.person(name, one)
        await books(school, name, date)
    assert await school.state("ben", date) is BookingState.WAITING
    await school.course(places_per_agency=2)
    assert await school.state("ben", date) is BookingState.OFFERED
    async with school.reading() as work:
        assert await broken_rules(work) == []


# Approval


async def test_nobody_approves_their_own_place(school: School) -> None:
    date = await school.opened({"needs_approval": True})
    one = await agency(school, "One")
    for name in ("ann", "ben"):
        lead = await school.person(name, one)
        async with school.work() as work:
            await work.grants.grant(lead, Held(Role.AGENCY_LEAD, str(one)), COMMAND_LINE, Reason.APPOINTED)
    await books(school, "ann", date)
    booking = await school.booking("ann", date)
    ann, ben = await school.person_named("ann"), await school.person_named("ben")
    async with school.work() as work:
        assert await work.bookings.to_approve(by(ann)) == []
        with pytest.raises(NotAllowed):
            await work.bookings.approve(booking.id, by(ann))
    async with school.work() as work:
        await work.bookings.approve(booking.id, by(ben))
    assert await school.state("ann", date) is BookingState.BOOKED


# Changes


async def test_who_gave_the_place_up_need_not_know_of_a_change(school: School) -> None:
    date = await school.opened()
    for name in ("ann", "ben"):
        await books(school, name, date)
    await school.date(room="Room 9")
    await changes(school, "ann", date, "cancel", Why.WORK)
    async with school.reading() as work:
        unaware = [each.person_id for each in await work.catalogue.unacknowledged(date)]
    assert unaware == [(await school.person_named("ben")).id]


async def test_the_state_of_a_date_is_changed_by_a_table_or_a_form(school: School) -> None:
    await school.opened()
    for state in (DateState.CLOSED, DateState.DRAFT, DateState.OPEN):
        closed = replace(MARCH, state=state)
        async with school.work() as work:
            assert await work.catalogue.save_date(closed, COMMAND_LINE) is Change.CHANGED
        async with school.work() as work:
            assert (await work.catalogue.date_with_code(MARCH.code)).state is state
            assert await work.catalogue.save_date(closed, COMMAND_LINE) is Change.SAME


async def test_a_date_that_is_cancelled_and_changed_at_once_may_be_taken_in_again(school: School) -> None:
    date = await school.opened()
    await books(school, "ann", date)
    off = replace(MARCH, state=DateState.CANCELLED, room="Room 9")
    for change in (Change.CHANGED, Change.SAME):
        async with school.work() as work:
            assert await work.catalogue.save_date(off, COMMAND_LINE) is change
    assert await school.owed("ann") == ["course_date.cancelled"]


async def test_a_table_that_is_older_than_the_register_may_be_taken_in_again(school: School) -> None:
    await school.opened()
    async with school.work() as work:
        (await work.catalogue.date_with_code(MARCH.code)).state = DateState.DELIVERED
    async with school.work() as work:
        assert await work.catalogue.save_date(MARCH, COMMAND_LINE, may_be_old=True) is Change.SAME
        with pytest.raises(no.DateIsOver):
            await work.catalogue.save_date(MARCH, COMMAND_LINE)
        with pytest.raises(no.DateIsOver):
            await work.catalogue.save_date(replace(MARCH, room="Room 9"), COMMAND_LINE, may_be_old=True)


async def test_a_date_that_is_to_come_is_not_moved_into_the_past(school: School) -> None:
    await school.opened()
    with pytest.raises(no.BeginsInThePast):
        await school.date(starts_at=london(2026, 3, 9, 9), ends_at=london(2026, 3, 9, 12))


async def test_courses_of_the_same_title_are_counted_each_by_itself(school: School) -> None:
    for code in ("SG-1", "SG-2"):
        await school.course(code=code, title="Safeguarding")
        await school.date(code=f"{code}-A", course=code)
    async with school.reading() as work:
        counted = await figures(work, london(2026, 4, 1), COMMAND_LINE)
    assert [(line.name, line.dates) for line in counted.by_course] == [
        ("Safeguarding, SG-1", 1),
        ("Safeguarding, SG-2", 1),
    ]
