"""The time: the only place that asks the machine what time it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC."""

LONDON = ZoneInfo("Europe/London")


def system_clock() -> datetime:
    return datetime.now(UTC)


def clock_starting_at(instant: datetime) -> Clock:
    """A clock that starts at `instant` (aware) and ticks on from there: for development and tests.

    Raises ValueError for an instant without an offset from UTC.
    """
    if instant.tzinfo is None:
        raise ValueError("the instant needs an offset, such as 2026-11-27T18:40:00+00:00")
    offset = instant - system_clock()
    return lambda: (system_clock() + offset).astimezone(UTC)


def is_london_time(zone: str, at: datetime) -> bool:
    """Whether the clocks of a time zone ("Europe/Paris") show London's time at an aware instant; so they do where the
    name is not that of a zone."""
    try:
        return at.astimezone(ZoneInfo(zone)).utcoffset() == at.astimezone(LONDON).utcoffset()
    except (KeyError, OSError, ValueError):  # no such zone, or not a name at all
        return True


def in_words(at: datetime) -> str:
    """An aware instant as a person in London says it: "Fri 27 Nov 2026, 6.40 pm"."""
    local = at.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%b %Y}, {time_in_words(local.hour * 60 + local.minute)}"


def day_in_words(day: date) -> str:
    """A date as people write it: "27 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def time_in_words(minutes: int) -> str:
    """Minutes after midnight (0 to 1440) as the time of day: "9 am", "8.30 am", "noon", "midnight"."""
    if minutes % 1440 == 0:
        return "midnight"
    if minutes == 720:
        return "noon"
    hour, minute = divmod(minutes, 60)
    past_the_hour = f".{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{past_the_hour} {'am' if hour < 12 else 'pm'}"
