"""Opening hours against a table written by hand: each half hour of five years, for each service the clock knows.

The oracle shares nothing with the product: bank holidays and the days the clocks change stand here as dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest
from pydantic import ValidationError

from knowledge.opening_hours import ENGLAND, BankHolidays, OpeningHours
from tests.builders import library, london

HALF_HOUR = timedelta(minutes=30)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2031, 1, 1, tzinfo=UTC)
"""Instants before this are tested."""
HORIZON = datetime(2031, 1, 10, tzinfo=UTC)
"""The oracle goes on to here, so that the last instants have a next change."""

BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in """
    2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
    2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
    2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
    2029-01-01 2029-03-30 2029-04-02 2029-05-07 2029-05-28 2029-08-27 2029-12-25 2029-12-26
    2030-01-01 2030-04-19 2030-04-22 2030-05-06 2030-05-27 2030-08-26 2030-12-25 2030-12-26
    2031-01-01
    """.split()
)

SUMMER_TIME = tuple(
    (datetime.fromisoformat(f"{first}T01:00+00:00"), datetime.fromisoformat(f"{last}T01:00+00:00"))
    for first, last in (
        ("2026-03-29", "2026-10-25"),
        ("2027-03-28", "2027-10-31"),
        ("2028-03-26", "2028-10-29"),
        ("2029-03-25", "2029-10-28"),
        ("2030-03-31", "2030-10-27"),
    )
)

Hours = tuple[tuple[float, float], ...]
"""From and until, in hours after midnight."""


@dataclass(frozen=True)
class ByHand:
    """The hours of one day of each kind."""

    weekday: Hours
    weekend: Hours
    bank_holiday: Hours | None
    """None: as on any other day."""


OFFICE = ByHand(weekday=((9, 17),), weekend=(), bank_holiday=())
ALWAYS = ByHand(weekday=((0, 24),), weekend=((0, 24),), bank_holiday=((0, 24),))

WRITTEN_BY_HAND = {
    "mash": OFFICE,
    "adults_safeguarding": OFFICE,
    "older_adults_home_treatment": OFFICE,
    "emergency_duty_team": ByHand(weekday=((0, 9), (17, 24)), weekend=((0, 24),), bank_holiday=((0, 24),)),
    "cqc": ByHand(weekday=((8.5, 17.5),), weekend=(), bank_holiday=()),
    "report_fraud": ByHand(weekday=((8, 20),), weekend=(), bank_holiday=()),
    "act_early": ByHand(weekday=((9, 17),), weekend=((9, 17),), bank_holiday=None),
    "police_999": ALWAYS,
    "police_101": ALWAYS,
    "nhs_111_2": ALWAYS,
    "samaritans": ALWAYS,
    "national_domestic_abuse_helpline": ALWAYS,
    "cnwl_spa": ALWAYS,
}

INSTANTS = tuple(FIRST + n * HALF_HOUR for n in range((HORIZON - FIRST) // HALF_HOUR))
TESTED = (END - FIRST) // HALF_HOUR

Stand = tuple[bool, datetime | None]
"""Open or not, and the wall-clock time (naive) of the next change; None: no change to come."""


@cache
def wall_clock() -> tuple[datetime, ...]:
    """What a clock on a wall in London shows at each instant, by the dates above."""
    return tuple(_on_the_wall(instant) for instant in INSTANTS)


def _on_the_wall(instant: datetime) -> datetime:
    is_summer = any(first <= instant < last for first, last in SUMMER_TIME)
    return instant.replace(tzinfo=None) + timedelta(hours=int(is_summer))


@cache
def by_hand(hours: ByHand) -> tuple[Stand, ...]:
    """The stand at each instant that the oracle knows, with the next change found by walking back from the end."""
    stands: list[Stand] = []
    change: datetime | None = None
    later: tuple[bool, datetime] | None = None
    for shown in reversed(wall_clock()):
        is_open = _is_open(hours, shown)
        if later is not None and later[0] != is_open:
            change = later[1]
        later = (is_open, shown)
        stands.append((is_open, change))
    return tuple(reversed(stands))


def _is_open(hours: ByHand, shown: datetime) -> bool:
    today = hours.weekday if shown.weekday() < 5 else hours.weekend
    if shown.date() in BANK_HOLIDAYS and hours.bank_holiday is not None:
        today = hours.bank_holiday
    return any(first <= shown.hour + shown.minute / 60 < last for first, last in today)


def by_product(hours: OpeningHours) -> tuple[Stand, ...]:
    return _by_product(hours.model_dump_json())


@cache
def _by_product(hours: str) -> tuple[Stand, ...]:
    read = OpeningHours.model_validate_json(hours)
    return tuple(_stand(read, instant) for instant in INSTANTS[:TESTED])


def _stand(hours: OpeningHours, instant: datetime) -> Stand:
    opening = hours.at(instant)
    if opening.day is None:
        return opening.is_open, None
    return opening.is_open, datetime.combine(opening.day, time()) + timedelta(minutes=opening.minute)


def test_the_table_names_each_service_the_clock_knows() -> None:
    assert {service.id for service in library().services.values() if service.clock_hours} == set(WRITTEN_BY_HAND)


@pytest.mark.parametrize("id", WRITTEN_BY_HAND)
def test_a_service_is_open_when_the_table_says_so_and_changes_when_it_does(id: str) -> None:
    hours = library().services[id].clock_hours
    assert hours is not None
    wrong = _differences(by_product(hours), by_hand(WRITTEN_BY_HAND[id]))
    assert not wrong, f"{len(wrong)} instants, such as {wrong[:3]}"


def _differences(product: Sequence[Stand], hand: Sequence[Stand]) -> list[tuple[datetime, Stand, Stand]]:
    pairs = zip(INSTANTS[:TESTED], product, hand[:TESTED], strict=True)
    return [(instant, ours, theirs) for instant, ours, theirs in pairs if ours != theirs]


def test_at_every_instant_mash_or_the_emergency_duty_team_is_open_and_never_both() -> None:
    mash, duty_team = (library().services[id].clock_hours for id in ("mash", "emergency_duty_team"))
    assert mash is not None
    assert duty_team is not None
    stands = zip(INSTANTS[:TESTED], by_product(mash), by_product(duty_team), strict=True)
    assert [instant for instant, (day, _), (night, _) in stands if day == night] == []


def test_the_calendar_holds_englands_bank_holidays() -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(5 * 365 + 1))
    assert {day for day in days if day.weekday() < 5 and day in ENGLAND} == BANK_HOLIDAYS - {date(2031, 1, 1)}


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (london(2026, 11, 30, 8, 59), False),
        (london(2026, 11, 30, 9, 0), True),
        (london(2026, 11, 30, 16, 59), True),
        (london(2026, 11, 30, 17, 0), False),
    ],
)
def test_a_service_opens_and_shuts_on_the_minute(at: datetime, is_open: bool) -> None:
    mash, duty_team = (library().services[id].clock_hours for id in ("mash", "emergency_duty_team"))
    assert mash is not None
    assert duty_team is not None
    assert (mash.at(at).is_open, duty_team.at(at).is_open) == (is_open, not is_open)


def test_the_last_second_before_closing_is_open() -> None:
    mash = library().services["mash"].clock_hours
    assert mash is not None
    assert mash.at(london(2026, 11, 30, 16, 59).replace(second=59, microsecond=999_999)).is_open


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        ("2026-03-27T08:59", False),  # the last Friday of winter time opens at 9 by Greenwich
        ("2026-03-27T09:00", True),
        ("2026-03-30T07:59", False),  # the first Monday of summer time opens an hour earlier by Greenwich
        ("2026-03-30T08:00", True),
        ("2026-03-30T16:00", False),
        ("2026-10-23T08:00", True),
        ("2026-10-26T08:59", False),
        ("2026-10-26T09:00", True),
        ("2026-10-26T16:59", True),
        ("2026-10-26T17:00", False),
    ],
)
def test_nine_o_clock_is_nine_on_the_wall_on_both_sides_of_a_change_of_clocks(utc: str, is_open: bool) -> None:
    mash = library().services["mash"].clock_hours
    assert mash is not None
    assert mash.at(datetime.fromisoformat(f"{utc}+00:00")).is_open is is_open


NIGHT_SHIFT = OpeningHours(week={"sun": "00:00-01:00, 02:00-03:00"}, bank_holidays=BankHolidays.CLOSED)


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        ("2026-03-29T00:59", True),
        ("2026-03-29T01:00", True),  # one minute later the wall shows 2
        ("2026-03-29T01:59", True),
        ("2026-03-29T02:00", False),
        ("2026-10-24T23:59", True),
        ("2026-10-25T00:00", False),  # the wall shows 1, for the first time
        ("2026-10-25T01:00", False),  # and again
        ("2026-10-25T01:59", False),
        ("2026-10-25T02:00", True),
        ("2026-10-25T03:00", False),
    ],
)
def test_on_the_nights_the_clocks_change_the_wall_decides(utc: str, is_open: bool) -> None:
    assert NIGHT_SHIFT.at(datetime.fromisoformat(f"{utc}+00:00")).is_open is is_open


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_comes_twice_reads_the_same_both_times(fold: int) -> None:
    duty_team = library().services["emergency_duty_team"].clock_hours
    assert duty_team is not None
    at = london(2026, 10, 25, 1, 30).replace(fold=fold)
    assert duty_team.at(at).words == "open now, until Monday 9 am"


@pytest.mark.parametrize(
    ("id", "at", "words"),
    [
        ("mash", london(2026, 11, 30, 10), "open now, until 5 pm"),
        ("mash", london(2026, 11, 30, 8), "opens today 9 am"),
        ("mash", london(2026, 11, 30, 0), "opens today 9 am"),
        ("mash", london(2026, 11, 30, 17), "opens Tuesday 9 am"),
        ("mash", london(2026, 11, 27, 18, 40), "opens Monday 9 am"),
        ("mash", london(2026, 11, 29, 12), "opens Monday 9 am"),
        ("mash", london(2026, 12, 24, 18), "opens Tuesday 9 am"),  # Christmas, then a weekend, then Boxing Day's Monday
        ("mash", london(2026, 12, 28, 10), "opens Tuesday 9 am"),
        ("mash", london(2027, 12, 24, 17), "opens Wednesday 9 am"),
        ("mash", london(2026, 12, 31, 17), "opens Monday 9 am"),
        ("mash", london(2026, 4, 2, 17), "opens Tuesday 9 am"),  # Easter
        ("mash", london(2026, 4, 6, 10), "opens Tuesday 9 am"),
        ("emergency_duty_team", london(2026, 11, 30, 10), "opens today 5 pm"),
        ("emergency_duty_team", london(2026, 11, 30, 3), "open now, until 9 am"),
        ("emergency_duty_team", london(2026, 11, 30, 17), "open now, until Tuesday 9 am"),
        ("emergency_duty_team", london(2026, 11, 27, 18, 40), "open now, until Monday 9 am"),
        ("emergency_duty_team", london(2026, 12, 24, 18), "open now, until Tuesday 9 am"),
        ("emergency_duty_team", london(2026, 4, 2, 17), "open now, until Tuesday 9 am"),
        ("cqc", london(2026, 11, 30, 10), "open now, until 5.30 pm"),
        ("cqc", london(2026, 11, 30, 8), "opens today 8.30 am"),
        ("act_early", london(2026, 12, 25, 10), "open now, until 5 pm"),
        ("act_early", london(2026, 12, 25, 18), "opens Saturday 9 am"),
        ("police_999", london(2026, 12, 25, 3), "open now, day and night"),
        ("samaritans", london(2026, 11, 30, 10), "open now, day and night"),
    ],
)
def test_the_words_say_whether_it_is_open_and_until_when(id: str, at: datetime, words: str) -> None:
    hours = library().services[id].clock_hours
    assert hours is not None
    assert hours.at(at).words == words


@pytest.mark.parametrize(
    ("week", "at", "words"),
    [
        ({"mon-fri": "09:00-24:00"}, london(2026, 11, 30, 10), "open now, until midnight"),
        ({"sat-sun": "00:00-24:00"}, london(2026, 11, 28, 10), "open now, until Sunday midnight"),
        ({"mon": "09:00-12:00"}, london(2026, 11, 30, 10), "open now, until noon"),
        ({"mon": "09:00-17:00"}, london(2026, 11, 30, 18), "opens Monday 7 December, 9 am"),
        ({"mon": "09:00-17:00"}, london(2026, 12, 21, 18), "opens Monday 4 January, 9 am"),
        ({"mon": "09:00-12:00, 13:00-17:00"}, london(2026, 11, 30, 12, 30), "opens today 1 pm"),
        ({}, london(2026, 11, 30, 10), "closed now"),
    ],
)
def test_the_words_for_hours_that_no_service_of_ours_has(week: dict[str, str], at: datetime, words: str) -> None:
    assert OpeningHours(week=week, bank_holidays=BankHolidays.CLOSED).at(at).words == words


@pytest.mark.parametrize(
    ("rule", "is_open"),
    [(BankHolidays.CLOSED, False), (BankHolidays.OPEN_ALL_DAY, True), (BankHolidays.AS_USUAL, False)],
)
def test_a_bank_holiday_follows_its_own_rule(rule: BankHolidays, is_open: bool) -> None:
    hours = OpeningHours(week={"mon-fri": "09:00-17:00"}, bank_holidays=rule)
    assert hours.at(london(2026, 12, 28, 3)).is_open is is_open
    assert hours.at(london(2026, 12, 28, 10)).is_open is (rule is not BankHolidays.CLOSED)


@pytest.mark.parametrize(
    ("week", "fault"),
    [
        ({"monday": "09:00-17:00"}, "write a day or a run of days"),
        ({"fri-mon": "09:00-17:00"}, "write a day or a run of days"),
        ({"mon-wed": "09:00-17:00", "wed": "09:00-12:00"}, "a day is given twice"),
        ({"mon": "17:00-09:00"}, "periods run forwards"),
        ({"mon": "09:00-09:00"}, "periods run forwards"),
        ({"mon": "09:00-12:00, 11:00-17:00"}, "periods run forwards"),
        ({"mon": "9 am-5 pm"}, "write a time as 09:00"),
        ({"mon": "09:00-25:00"}, "write a time as 09:00"),
        ({"mon": "09:00-24:01"}, "write a time as 09:00"),
        ({"mon": "09:60-17:00"}, "write a time as 09:00"),
        ({"mon": "09:00"}, "write a time as 09:00"),
        ({"mon": ""}, "write a time as 09:00"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_in_words(week: dict[str, str], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        OpeningHours(week=week, bank_holidays=BankHolidays.CLOSED)
