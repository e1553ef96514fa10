"""When each point of a date takes answers, and when people are reminded. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from knowledge.clock import LONDON
from knowledge.days import london_day, months_after
from knowledge.models.evaluation import Point, Series
from knowledge.models.training import Attendance, Booking, BookingState, CourseDate, DateState
from knowledge.sending_hours import Quiet, next_sending, working_days_from

BEFORE = timedelta(days=7)
"""So long before the start the first questions are asked."""
AT_THE_END = timedelta(minutes=15)
"""So long before the end whoever is marked as present is asked, while all are still in the room."""
AFTER = timedelta(days=14)
LATER = (timedelta(weeks=6), timedelta(weeks=12))
POOLED = timedelta(weeks=26)
"""So long answers of which there are too few wait for others of the same course, and are destroyed after that."""
REMINDERS = {Point.BEFORE: (3,), Point.END: (2, 6), Point.LATER: (5, 15)}
"""Working days after the first asking."""
LONGEST = BEFORE + LATER[1] + timedelta(days=21)
_OFF = (DateState.DRAFT, DateState.CANCELLED)


def window(point: Point, of: CourseDate) -> tuple[datetime, datetime]:
    """From when until when a point of a date takes answers. It moves where the date is moved."""
    match point:
        case Point.BEFORE:
            return of.starts_at - BEFORE, of.starts_at
        case Point.END:
            return of.ends_at - AT_THE_END, of.ends_at + AFTER
        case Point.LATER:
            return of.ends_at + LATER[0], of.ends_at + LATER[1]


def opened_on(point: Point, of: CourseDate) -> date:
    """The London date on which a point of a date opens."""
    return london_day(window(point, of)[0])


def is_open(point: Point, of: CourseDate, now: datetime) -> bool:
    """Whether a point of a date takes answers at an aware instant."""
    opens, closes = window(point, of)
    return of.state not in _OFF and opens <= now < closes


def is_out_of_reach(of: CourseDate, marked_at: datetime) -> bool:
    """Whether somebody who is marked as present at an aware instant can be asked about the end no more: no message may
    be sent before the questions are over."""
    return next_sending(marked_at, Quiet()) >= window(Point.END, of)[1]


def closes_at(series: Series, of: CourseDate) -> datetime:
    """When the answers of a series can be cut off from who gave them: with all others whose time is over, on the first
    of the month, so that there are many to hide among; at once where the date does not take place."""
    if of.state in _OFF:
        return of.starts_at - LONGEST
    over = london_day(window(series.main, of)[1])
    return datetime.combine(months_after(over.replace(day=1), 1), time(), LONDON)


def is_asked(point: Point, booking: Booking, now: datetime) -> bool:
    """Whether whoever has this booking is asked: not who gave the place up, nor, afterwards, who was not there."""
    if booking.state is not BookingState.BOOKED or booking.date.state in _OFF:
        return False
    if point is Point.BEFORE:
        return True
    came = booking.attendance in (Attendance.PRESENT, Attendance.PART)
    return came or (booking.attendance is None and now >= booking.date.ends_at)


def reminders_due(point: Point, of: CourseDate, today: date) -> int:
    """How many reminders have fallen due by a London date."""
    opened = opened_on(point, of)
    days: Sequence[int] = REMINDERS[point]
    return sum(working_days_from(opened, count) <= today for count in days)
