"""When a service is open, by the clock in London: weekdays, weekends, England's bank holidays, summer time.

Bank holidays come from the `holidays` library (England). A time of day is wall-clock time, so a service that opens at
9 am opens at 9 am on the days the clocks change too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

import holidays
from pydantic import field_validator

from knowledge.clock import LONDON, time_in_words
from knowledge.document import Document

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END_OF_DAY = 24 * 60
LOOK_AHEAD_DAYS = 21
"""No published pattern stays shut longer than this; past it a service counts as not opening again."""

ENGLAND = holidays.country_holidays("GB", subdiv="ENG")

Period = tuple[int, int]
"""From and until, in minutes after midnight; 1440 is the end of the day."""

CLOSED = "closed"
ExceptionalDays = Mapping[date, str]
"""Dates with hours of their own: "closed", or times such as "09:00-12:00"."""
NO_DAYS: ExceptionalDays = {}


class BankHolidays(StrEnum):
    CLOSED = "closed"
    OPEN_ALL_DAY = "open all day"
    AS_USUAL = "as usual"


class OpeningHours(Document):
    """A weekly pattern: `week: {mon-fri: "09:00-17:00"}` and what holds on a bank holiday."""

    week: dict[str, str]
    bank_holidays: BankHolidays

    @field_validator("week")
    @classmethod
    def _week_is_readable(cls, week: dict[str, str]) -> dict[str, str]:
        seen: set[int] = set()
        for days, periods in week.items():
            numbers = set(_days(days))
            if seen & numbers:
                raise ValueError(f"{days}: a day is given twice")
            seen |= numbers
            _periods(periods)
        return week

    @cached_property
    def _by_weekday(self) -> dict[int, tuple[Period, ...]]:
        return {number: _periods(periods) for days, periods in self.week.items() for number in _days(days)}

    def on(self, day: date, exceptional: "ExceptionalDays" = NO_DAYS) -> tuple[Period, ...]:
        """The open periods of one date, earliest first; an exceptional day has hours of its own."""
        if day in exceptional:
            return periods_on(exceptional[day])
        if day in ENGLAND and self.bank_holidays is not BankHolidays.AS_USUAL:
            return () if self.bank_holidays is BankHolidays.CLOSED else ((0, END_OF_DAY),)
        return self._by_weekday.get(day.weekday(), ())

    def at(self, instant: datetime, exceptional: "ExceptionalDays" = NO_DAYS) -> "Opening":
        """Whether the service is open at an aware instant, and the next wall-clock time at which that changes."""
        local = instant.astimezone(LONDON)
        minute = local.hour * 60 + local.minute
        current = next((p for p in self.on(local.date(), exceptional) if p[0] <= minute < p[1]), None)
        if current:
            return Opening(True, local.date(), *self._closing(local.date(), current[1], exceptional))
        return Opening(False, local.date(), *self._next_opening(local.date(), minute, exceptional))

    def _closing(self, day: date, until: int, exceptional: "ExceptionalDays") -> tuple[date | None, int]:
        for following in _days_from(day + timedelta(days=1)):
            if until < END_OF_DAY:
                return day, until
            onwards = next((p for p in self.on(following, exceptional) if p[0] == 0), None)
            if onwards is None:
                return following, 0
            day, until = following, onwards[1]
        return None, 0

    def _next_opening(self, today: date, minute: int, exceptional: "ExceptionalDays") -> tuple[date | None, int]:
        for day in _days_from(today):
            for start, _ in self.on(day, exceptional):
                if day > today or start > minute:
                    return day, start
        return None, 0


@dataclass(frozen=True)
class Opening:
    """Open or not on `today` (a London date), until `day` at `minute` past midnight; day None: no change in sight."""

    is_open: bool
    today: date
    day: date | None
    minute: int

    @property
    def words(self) -> str:
        """As the card says it: "open now, until 5 pm", "open now, day and night", "opens Monday 9 am"."""
        if self.day is None:
            return "open now, day and night" if self.is_open else "closed now"
        return f"{'open now, until' if self.is_open else 'opens'} {self._when(self.day)}"

    def _when(self, day: date) -> str:
        if self.is_open and self.minute == 0:
            return self._time_on(day - timedelta(days=1), "midnight")
        return self._time_on(day, time_in_words(self.minute))

    def _time_on(self, day: date, time: str) -> str:
        if day == self.today:
            return time if self.is_open else f"today {time}"
        if (day - self.today).days < 7:
            return f"{day:%A} {time}"
        return f"{day:%A} {day.day} {day:%B}, {time}"


def periods_on(words: str) -> tuple[Period, ...]:
    """What the words of an exceptional day mean: "closed" or "09:00-12:00, 13:00-16:00". Raises ValueError."""
    return () if words.strip() == CLOSED else _periods(words)


def _days(words: str) -> range:
    first, _, last = words.partition("-")
    if first not in DAYS or (last or first) not in DAYS or DAYS.index(first) > DAYS.index(last or first):
        raise ValueError(f"{words}: write a day or a run of days, such as mon-fri or sat")
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _periods(words: str) -> tuple[Period, ...]:
    periods = tuple((_minute(a), _minute(b)) for a, _, b in (part.strip().partition("-") for part in words.split(",")))
    flat = [minute for period in periods for minute in period]
    if flat != sorted(set(flat)):
        raise ValueError(f"{words}: periods run forwards, such as 00:00-09:00, 17:00-24:00")
    return periods


def _minute(words: str) -> int:
    hour, _, minute = words.strip().partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(minute) < 60 and int(hour) * 60 + int(minute) <= END_OF_DAY):
        raise ValueError(f"{words}: write a time as 09:00")
    return int(hour) * 60 + int(minute)


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))
