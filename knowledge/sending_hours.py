"""When a message may be sent: on a working day, outside a person's quiet hours.

Working days are those of England (Monday to Friday without bank holidays), by London's calendar. Quiet hours are wall
clock times of the person's own time zone, so they hold on the nights the clocks change too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from knowledge.clock import LONDON
from knowledge.opening_hours import ENGLAND

MOST_STEPS = 60
"""Days and quiet hours passed over in one search; no run of holidays is that long."""


@dataclass(frozen=True)
class Quiet:
    """No message from `start` until `end`, which may be the next morning; where they are equal, none is quiet."""

    start: time = time(18)
    end: time = time(8)
    zone: ZoneInfo = LONDON

    def covers(self, at: datetime) -> bool:
        """Whether an aware instant falls into them."""
        wall = at.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def end_after(self, at: datetime) -> datetime:
        """The first end of the quiet hours after an aware instant."""
        local = at.astimezone(self.zone)
        for ahead in range(3):
            end = datetime.combine(local.date() + timedelta(days=ahead), self.end, self.zone).astimezone(UTC)
            if end > at:
                return end
        raise AssertionError("a day has an end")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in ENGLAND


def may_send(at: datetime, quiet: Quiet) -> bool:
    """Whether a message may be sent at an aware instant."""
    return is_working_day(at.astimezone(LONDON).date()) and not quiet.covers(at)


def next_sending(at: datetime, quiet: Quiet) -> datetime:
    """The first instant (UTC) from an aware one on at which a message may be sent."""
    moment = at.astimezone(UTC)
    for _ in range(MOST_STEPS):
        day = moment.astimezone(LONDON).date()
        if not is_working_day(day):
            moment = datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC)
        elif quiet.covers(moment):
            moment = quiet.end_after(moment)
        else:
            return moment
    return moment


@lru_cache(maxsize=20_000)
def working_days_from(day: date, count: int) -> date:
    """The day that is `count` working days after (or, where negative, before) a date; for 0 the day itself."""
    step, left = timedelta(days=1 if count > 0 else -1), abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day
