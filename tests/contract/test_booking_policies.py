"""Each booking policy as a row of a table, round bank holidays: kept by the records to the minute, and told before."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from dialogs.cards.bookings import why_card
from dialogs.reply import as_text
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.clock import LONDON
from knowledge.database import Database
from knowledge.models import Booking, Person
from knowledge.models.people import Sector
from knowledge.models.training import BookingState, Counted, Why
from knowledge.training import refusals as no
from knowledge.training.bookings import by
from knowledge.unit_of_work import UnitOfWork
from tests.builders import london
from tests.training import School, broken_rules

WORKING, DAYS = Counted.WORKING_DAYS, Counted.DAYS
SUMMER = london(2026, 8, 3, 9)


@dataclass(frozen=True)
class Policy:
    """`last`: the last London date on which a cancellation is not late; `why`: what lies in between."""

    notice: tuple[int, Counted]
    on: date
    last: date
    why: str


POLICIES = [
    Policy((3, WORKING), date(2026, 9, 2), date(2026, 8, 27), "the summer bank holiday, a weekend"),
    Policy((3, WORKING), date(2026, 12, 29), date(2026, 12, 22), "Christmas, the substitute for Boxing Day, a weekend"),
    Policy((3, WORKING), date(2027, 1, 5), date(2026, 12, 30), "New Year's Day, a weekend"),
    Policy((3, WORKING), date(2027, 3, 31), date(2027, 3, 24), "Good Friday, Easter Monday and the clocks going on"),
    Policy((3, WORKING), date(2027, 5, 5), date(2027, 4, 29), "the early May bank holiday"),
    Policy((3, WORKING), date(2027, 6, 2), date(2027, 5, 27), "the spring bank holiday"),
    Policy((7, DAYS), date(2026, 12, 30), date(2026, 12, 23), "days are counted whatever they are"),
    Policy((7, DAYS), date(2026, 10, 28), date(2026, 10, 21), "the clocks going back"),
    Policy((7, WORKING), date(2027, 1, 6), date(2026, 12, 23), "all of Christmas"),
    Policy((14, DAYS), date(2027, 1, 6), date(2026, 12, 23), "Christmas and New Year"),
    Policy((14, DAYS), date(2027, 4, 7), date(2027, 3, 24), "Easter"),
    Policy((0, DAYS), date(2026, 12, 29), date(2026, 12, 29), "until the day itself"),
]


@pytest.fixture
def school(database: Database) -> School:
    return School(database, SUMMER)


async def books(school: School, name: str, date: UUID) -> Booking:
    async def book(work: UnitOfWork, person: Person) -> Any:
        return await work.bookings.book(person, date, by(person))

    booking: Booking = await school.does(name, book)
    return booking


async def gives_up(school: School, name: str, booking: Booking, at: datetime) -> tuple[bool, str]:
    """Whether giving it up then was late, and what the person was told before they did."""
    school.now = at
    asked = as_text(why_card(booking, at))

    async def cancel(work: UnitOfWork, person: Person) -> Any:
        return (await work.bookings.cancel(person, booking.id, Why.WORK, by(person))).was_late

    return await school.does(name, cancel), asked


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: f"{policy.notice[0]} {policy.notice[1]}, {policy.on}")
async def test_the_minute_after_which_a_cancellation_is_late(school: School, policy: Policy) -> None:
    starts_at = london(policy.on.year, policy.on.month, policy.on.day, 14)
    rule = {"cancel_notice": policy.notice, "charge_pence": 5000}
    on = await school.opened(rule, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    in_time, late = await books(school, "ann", on), await books(school, "ben", on)
    midnight = datetime.combine(policy.last + timedelta(days=1), time(0), LONDON)
    was_late, asked = await gives_up(school, "ann", in_time, min(midnight, starts_at) - timedelta(minutes=1))
    assert (was_late, "It counts as late" in asked) == (False, False), policy.why
    if midnight < starts_at:
        was_late, asked = await gives_up(school, "ben", late, midnight)
        assert (was_late, "It counts as late: the last day was earlier. The course may charge for it." in asked) == (
            True,
            True,
        ), policy.why
    async with school.reading() as work:
        assert await broken_rules(work) == []


@pytest.mark.parametrize(
    ("rule", "substitute", "same_agency", "refused"),
    [
        ({"allows_substitutes": True}, BookingState.BOOKED, True, None),
        ({"allows_substitutes": True}, BookingState.BOOKED, False, None),
        ({"allows_substitutes": True, "needs_approval": True}, BookingState.ASKED, True, None),
        ({"allows_substitutes": True, "places_per_agency": 1}, BookingState.BOOKED, True, None),
        ({"allows_substitutes": True, "places_per_agency": 1}, None, False, no.OtherAgency),
        ({"allows_substitutes": False}, None, True, no.NoSubstitutes),
        ({"allows_substitutes": False, "needs_approval": True}, None, True, no.NoSubstitutes),
    ],
)
async def test_who_may_come_instead(
    school: School, rule: dict[str, Any], substitute: BookingState | None, same_agency: bool, refused: type | None
) -> None:
    one, other = await _agency(school, "One"), await _agency(school, "Other")
    on = await school.opened(rule, capacity=1)
    await school.person("ann", one)
    ben = await school.person("ben", one if same_agency else other)
    booking = await books(school, "ann", on)
    if rule.get("needs_approval"):
        async with school.work() as work:
            await work.bookings.approve(booking.id, COMMAND_LINE)

    async def hands_on(work: UnitOfWork, person: Person) -> None:
        await work.bookings.substitute(person, booking.id, ben, by(person))

    if refused:
        with pytest.raises(refused):
            await school.does("ann", hands_on)
    else:
        await school.does("ann", hands_on)
    assert await school.state("ben", on) is substitute
    async with school.reading() as work:
        assert await broken_rules(work) == []


@pytest.mark.parametrize(
    ("rule", "agencies", "come_to"),
    [
        ({"places_per_agency": 2}, "AAA", "booked booked waiting"),
        ({"places_per_agency": 1}, "AABB", "booked waiting booked waiting"),
        ({"places_per_agency": 1, "needs_approval": True}, "AAB", "asked waiting asked"),
        ({"places_per_agency": 0}, "AAAA", "booked booked booked waiting"),
    ],
)
async def test_places_for_each_agency_of_three_seats(
    school: School, rule: dict[str, Any], agencies: str, come_to: str
) -> None:
    on = await school.opened(rule, capacity=3)
    of = {name: await _agency(school, name) for name in sorted(set(agencies))}
    for number, name in enumerate(agencies):
        await school.person(f"p{number}", of[name])
    states = [(await books(school, f"p{number}", on)).state for number in range(len(agencies))]
    assert " ".join(states) == come_to
    async with school.reading() as work:
        assert await broken_rules(work) == []


async def _agency(school: School, name: str) -> UUID:
    async with school.work() as work:
        await work.agencies.save(AgencyDraft(f"Agency {name}", Sector.HEALTH), COMMAND_LINE)
        return (await work.agencies.get(f"Agency {name}")).id
