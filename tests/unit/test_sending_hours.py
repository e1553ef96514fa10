"""When a message may be sent: working days, quiet hours, the nights the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.clock import LONDON
from knowledge.sending_hours import Quiet, is_working_day, may_send, next_sending, working_days_from
from tests.builders import london

QUIET = Quiet()
EVENING = Quiet(time(20), time(7, 30))
NOON_NAP = Quiet(time(12), time(14))
INDIA = Quiet(zone=ZoneInfo("Asia/Kolkata"))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
patterns = st.sampled_from([QUIET, EVENING, NOON_NAP, INDIA, Quiet(time(9), time(9))])


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (london(2026, 11, 27, 10), london(2026, 11, 27, 10)),
        (london(2026, 11, 27, 7, 59), london(2026, 11, 27, 8)),
        (london(2026, 11, 27, 18), london(2026, 11, 30, 8)),
        (london(2026, 12, 24, 18, 1), london(2026, 12, 29, 8)),
        (london(2027, 3, 25, 20), london(2027, 3, 30, 8)),
        (london(2026, 10, 23, 23), london(2026, 10, 26, 8)),
        (london(2027, 3, 27, 1, 30), london(2027, 3, 30, 8)),
    ],
    ids=["by day", "a minute early", "a Friday evening", "Christmas", "Easter", "the clocks go back", "go forward"],
)
def test_the_first_instant_at_which_it_may_be_sent(at: datetime, sent: datetime) -> None:
    assert next_sending(at, QUIET) == sent


@given(at=instants, quiet=patterns)
def test_what_is_put_off_is_put_off_to_the_first_minute_that_is_allowed(at: datetime, quiet: Quiet) -> None:
    sent = next_sending(at, quiet)
    assert may_send(sent, quiet)
    assert sent >= at
    minutes = int((sent - at) / timedelta(minutes=1))
    step = max(1, minutes // 97)
    assert not any(may_send(at + timedelta(minutes=n), quiet) for n in range(0, minutes, step))


@given(at=instants, quiet=patterns)
def test_nothing_waits_for_more_than_eleven_days(at: datetime, quiet: Quiet) -> None:
    assert next_sending(at, quiet) - at < timedelta(days=11)


def test_on_every_night_that_the_clocks_change_nothing_is_sent() -> None:
    for year in range(2026, 2031):
        for month, days in ((3, range(25, 32)), (10, range(25, 32))):
            for day in days:
                night = datetime(year, month, day, 0, 0, tzinfo=LONDON).astimezone(UTC)
                for quarter in range(7 * 4):
                    assert not may_send(night + timedelta(minutes=15 * quarter), QUIET)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), -1, date(2026, 11, 27)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 29), -1, date(2026, 12, 24)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
        (date(2026, 11, 28), 5, date(2026, 12, 4)),
    ],
)
def test_working_days_are_counted_over_weekends_and_bank_holidays(day: date, count: int, then: date) -> None:
    assert working_days_from(day, count) == then


def test_the_substitute_for_boxing_day_2026_is_no_working_day() -> None:
    assert not is_working_day(date(2026, 12, 28))
