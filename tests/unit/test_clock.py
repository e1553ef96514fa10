"""The clock: the present instant, a clock that starts elsewhere, and times as people in London say them."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge.clock import clock_starting_at, in_words, system_clock, time_in_words
from tests.builders import london


def test_the_system_clock_gives_an_aware_instant_in_utc() -> None:
    assert system_clock().utcoffset() == timedelta(0)


def test_a_clock_that_starts_elsewhere_starts_there_and_never_goes_back() -> None:
    start = london(2026, 7, 1, 9)
    clock = clock_starting_at(start)
    first, second = clock(), clock()
    assert start <= first <= second < start + timedelta(hours=1)
    assert first.utcoffset() == timedelta(0)


def test_a_clock_that_starts_elsewhere_ticks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("knowledge.clock.system_clock", lambda: now)
    clock = clock_starting_at(datetime(2030, 5, 5, 12, tzinfo=UTC))
    now += timedelta(minutes=90)
    assert clock() == datetime(2030, 5, 5, 13, 30, tzinfo=UTC)


def test_a_clock_cannot_start_at_an_instant_without_an_offset() -> None:
    with pytest.raises(ValueError, match="needs an offset"):
        clock_starting_at(datetime(2026, 11, 27, 18, 40))  # noqa: DTZ001  (this is what is refused)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (london(2026, 11, 27, 18, 40), "Fri 27 Nov 2026, 6.40 pm"),
        (london(2026, 11, 2, 9), "Mon 2 Nov 2026, 9 am"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "Thu 2 Jul 2026, 12.30 am"),
        (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), "Tue 1 Dec 2026, 11.30 pm"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sun 29 Mar 2026, 2 am"),
    ],
)
def test_an_instant_is_said_in_london_time(at: datetime, words: str) -> None:
    assert in_words(at) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "midnight"),
        (1, "12.01 am"),
        (30, "12.30 am"),
        (60, "1 am"),
        (510, "8.30 am"),
        (545, "9.05 am"),
        (719, "11.59 am"),
        (720, "noon"),
        (721, "12.01 pm"),
        (1020, "5 pm"),
        (1120, "6.40 pm"),
        (1439, "11.59 pm"),
        (1440, "midnight"),
    ],
)
def test_a_time_of_day_is_said_as_people_say_it(minutes: int, words: str) -> None:
    assert time_in_words(minutes) == words
