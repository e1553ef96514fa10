"""Cards about courses: what one is for, its dates to choose from, and what to do where none fits."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from dialogs.message import BookDate, NoDateSuits, ShowDates
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.clock import LONDON, in_words, time_in_words
from knowledge.models import Booking, Course, CourseDate
from knowledge.models.training import Audience, BookingState, Counted, OpenTo, ProvidedBy

MOST_DATES = 6
SUMMARY = "Training"
STANDS = {
    BookingState.ASKED: "waits for approval; a place is kept for you",
    BookingState.BOOKED: "you have a place",
    BookingState.OFFERED: "a place is offered to you",
    BookingState.WAITING: "you are on the waiting list",
}


def when_of(date: CourseDate) -> str:
    """ "Tue 9 Mar 2027, 9.30 am to 12.30 pm"."""
    end = date.ends_at.astimezone(LONDON)
    if end.date() != date.starts_on:
        return f"{in_words(date.starts_at)} to {in_words(date.ends_at)}"
    return f"{in_words(date.starts_at)} to {time_in_words(end.hour * 60 + end.minute)}"


def name_of(course: Course) -> str:
    return f"{course.title} (level {course.level})" if course.level else course.title


def line_of(date: CourseDate) -> str:
    """One date in one line: course, when, where, and its code to type."""
    where = date.room or ("online" if date.link else "place to be told")
    return f"{name_of(date.course)}: {when_of(date)}, {where}. Code {date.code}."


def _places(date: CourseDate) -> str:
    are = "is" if date.free == 1 else "are"
    return f"{date.free} of {date.capacity} places {are} free." if date.free else "Full: you can wait for a place."


def dates_card(
    heading: str, dates: Sequence[CourseDate], mine: Mapping[UUID, Booking], notes: tuple[str, ...] = ()
) -> Reply:
    """Dates to book. `mine`: the reader's bookings by date."""
    blocks: list[Block] = [Heading(heading), *map(Paragraph, notes)]
    blocks += _dates(dates, mine)
    codes = sorted({date.course.code for date in dates[:MOST_DATES]})
    more = " or ".join(f"“course {code.lower()}”" for code in codes)
    blocks.append(Paragraph(f"To read what a course is for, type {more}.", is_small=True))
    blocks += _no_date_suits({date.course for date in dates})
    return Reply(tuple(blocks), summary=SUMMARY)


def _dates(dates: Sequence[CourseDate], mine: Mapping[UUID, Booking]) -> Iterator[Block]:
    for date in dates[:MOST_DATES]:
        booking = mine.get(date.id)
        yield Paragraph(f"{line_of(date)} {stands(booking) if booking else _places(date)}")
        if booking is None:
            verb = "Book" if date.free else "Wait for"
            yield Buttons((Button(f"{verb} {date.code}", BookDate(date=date.id)),))
    if len(dates) > MOST_DATES:
        yield Paragraph(f"There are {len(dates) - MOST_DATES} more: say a month, a topic or a level.")


def course_card(
    course: Course, needed: Course | None, dates: Sequence[CourseDate], mine: Mapping[UUID, Booking], *, is_lead: bool
) -> Reply:
    """What a course is for, the rule of booking it, and its dates. `needed`: the course to be done before; `is_lead`:
    also what the partnership asked of an agency's own course."""
    lines = [*_about(course), *_rule(course, needed)]
    if course.challenge and is_lead:
        lines.append(f"What the partnership asked of this course: {course.challenge}")
    blocks: list[Block] = [
        Heading(name_of(course)),
        *map(Paragraph, filter(None, [course.aims])),
        Bullets(tuple(lines)),
    ]
    none = Paragraph("No date of it takes bookings now.")
    return Reply((*blocks, *(_dates(dates, mine) if dates else (none,)), *_no_date_suits({course})), summary=SUMMARY)


def _about(course: Course) -> Iterator[str]:
    yield (
        f"For the {course.audience.in_words}"
        if course.audience is not Audience.FAMILY
        else "For work with the whole family"
    )
    yield f"{course.minutes / 60:g} hours"
    if course.priority:
        yield f"Serves the Board's priority: {course.priority}"
    if course.commissioned_by:
        yield f"Commissioned by: {course.commissioned_by}"
    if course.provided_by is ProvidedBy.AGENCY:
        yield "One agency's own course, recorded here"
    if course.refresher_months:
        yield f"To be done again after {course.refresher_months} months"


def _rule(course: Course, needed: Course | None) -> Iterator[str]:
    """The rule of booking in words."""
    if needed:
        yield f"You need to have done {needed.title} first"
    if course.open_to is OpenTo.AGENCIES:
        yield "For people of the partnership's agencies"
    if course.needs_approval:
        yield "A place waits for approval by your agency's lead"
    if course.places_per_agency:
        yield f"At most {course.places_per_agency} places for each agency"
    yield f"The charge is {pounds(course)}" if course.charge_pence else "Free"
    yield _notice(course)
    yield "A colleague may come in your place" if course.allows_substitutes else "Nobody can come in your place"
    if course.needs_evaluation:
        yield "The certificate waits for your evaluation"


def _notice(course: Course) -> str:
    if not course.cancel_days:
        return "You may give up a place until the day"
    counted = "working days" if course.cancel_counted is Counted.WORKING_DAYS else "days"
    return f"Give up a place at least {course.cancel_days} {counted} before"


def pounds(course: Course) -> str:
    return f"£{course.charge_pence / 100:.2f}"


def _no_date_suits(courses: set[Course]) -> Iterator[Block]:
    if len(courses) == 1:
        (course,) = courses
        yield Buttons((Button("No date suits me", NoDateSuits(course=course.id)),))


def stands(booking: Booking) -> str:
    words = STANDS[booking.state]
    return f"{words[0].upper()}{words[1:]}."


def nothing_on_card() -> Reply:
    """No date of any course takes bookings."""
    return Reply((Paragraph("No course takes bookings now. Please look again later."),), summary=SUMMARY)


def no_dates_card(asked_for: str, courses: Sequence[Course], *, is_noted: bool = True) -> Reply:
    """Nothing fits; `courses` are near what was asked for. `is_noted`: it is counted, for whoever plans dates."""
    noted = " I have noted that it was asked for." if is_noted else ""
    blocks: list[Block] = [Paragraph(f"I found no date {asked_for}.{noted}")]
    if courses:
        blocks.append(Paragraph("These courses are near it:"))
        blocks.append(Buttons(tuple(Button(name_of(course), ShowDates(course=course.id)) for course in courses)))
    blocks.append(Paragraph("Type “courses” to see all that is on.", is_small=True))
    return Reply(tuple(blocks), summary=SUMMARY)
