"""A booking as a calendar entry: one UID for ever, a SEQUENCE that rises with each change, and nobody else in it."""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from knowledge.models import Booking
from knowledge.models.training import ACTIVE

PRODUCT = "-//Safeguarding partnership//Training//EN"


def calendar_entry(booking: Booking, now: datetime, earlier: int = 0) -> bytes:
    """The entry as an .ics file. It names no organiser and no attendee, so nothing can be declined by it, and no
    delegate is shown to another. `earlier`: bookings of the same date that the same person had before and gave up;
    with each the SEQUENCE rises, for a calendar takes nothing that is older than what it has."""
    date, calendar, event = booking.date, Calendar(), Event()
    is_on = booking.state in ACTIVE
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if is_on else "CANCEL")
    event.add("uid", uid(booking))
    event.add("sequence", date.sequence + 2 * earlier + (not is_on))
    event.add("dtstamp", now)
    event.add("dtstart", date.starts_at)
    event.add("dtend", date.ends_at)
    event.add("summary", date.course.title)
    event.add("location", date.room or date.link)
    event.add("description", f"{date.course.aims}\n{date.link}".strip())
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    if is_on:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", date.course.title)
        alarm.add("trigger", -timedelta(hours=1))
        event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(booking: Booking) -> str:
    """One entry for a person and a date, however often they book it."""
    return f"{booking.date_id}.{booking.person_id}@safeguarding"
