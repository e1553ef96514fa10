"""Cards for whoever gives training: the register of a date, and who knows of its change."""

from collections.abc import Sequence

from dialogs.cards.courses import SUMMARY, line_of
from dialogs.message import MarkAttendance
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.models import Booking, CourseDate, Person
from knowledge.models.training import Attendance
from knowledge.training.figures import Figures, Line

MOST_BUTTONS = 8
"""People that one card has buttons for; the rest are marked by typing."""
MOST_LINES = 12
_MARKS = {Attendance.PRESENT: "present", Attendance.PART: "part of it", Attendance.ABSENT: "absent"}


def register_card(date: CourseDate, booked: Sequence[tuple[Booking, Person]]) -> Reply:
    """Who has a place and who was there. Those who are not marked yet can be marked by a tap."""
    blocks: list[Block] = [Heading(f"Register of {date.code}"), Paragraph(line_of(date))]
    marked = [(booking, person) for booking, person in booked if booking.attendance]
    unmarked = [(booking, person) for booking, person in booked if not booking.attendance]
    if not booked:
        blocks.append(Paragraph("Nobody has a place."))
    if marked:
        blocks.append(Bullets(tuple(f"{_name(person)}: {_mark(booking)}" for booking, person in marked)))
    for booking, person in unmarked[:MOST_BUTTONS]:
        blocks.append(Paragraph(f"{_name(person)}: not marked"))
        blocks.append(Buttons(tuple(_buttons(booking, person))))
    if len(unmarked) > MOST_BUTTONS:
        blocks.append(Paragraph(f"{len(unmarked) - MOST_BUTTONS} more are shown when these are marked."))
    code = date.code.lower()
    how = f"You can type “absent {code} sam@school.example”, then “everybody else present {code}”."
    return Reply((*blocks, Paragraph(how, is_small=True)), summary=SUMMARY)


def _buttons(booking: Booking, person: Person) -> list[Button]:
    return [
        Button(f"{words[0].upper()}{words[1:]}: {_name(person)}", MarkAttendance(booking=booking.id, attendance=mark))
        for mark, words in _MARKS.items()
    ]


def _mark(booking: Booking) -> str:
    return _MARKS[booking.attendance] if booking.attendance else "not marked"


def news_card(date: CourseDate, people: Sequence[Person]) -> Reply:
    """Who has not said that they know of the change."""
    if not people:
        return Reply((Paragraph(f"Everybody who was told of a change of {date.code} knows."),), summary=SUMMARY)
    names = Bullets(tuple(_name(person) for person in people))
    head = Heading(f"Who has not said that they know: {date.code}")
    return Reply((head, names, Paragraph("Please ring them.")), summary=SUMMARY)


def _name(person: Person) -> str:
    return person.display_name or person.email or "somebody without a name"


def figures_card(figures: Figures) -> Reply:
    """How training stands since the year of reports began, with a bar in words and signs for each course."""
    blocks: list[Block] = [Heading(f"Training since {figures.since:%d %b %Y}")]
    if not figures.by_course:
        blocks.append(Paragraph("No date of any course yet."))
    for title, lines in (("Courses", figures.by_course), ("Quarters", figures.by_quarter)):
        if lines:
            blocks += [Heading(title), Bullets(tuple(_filled(line) for line in lines[:MOST_LINES]))]
    if figures.by_agency:
        shown = tuple(f"{line.name}: {_attended(line)}" for line in figures.by_agency[:MOST_LINES])
        blocks += [Heading("Agencies"), Bullets(shown)]
    if figures.wishes:
        shown = tuple(f"{what} ({count})" for what, count in figures.wishes[:MOST_LINES])
        blocks += [Heading("Asked for in vain"), Bullets(shown)]
    if figures.untrained:
        blocks += [Heading("Agencies with nobody trained"), Bullets(tuple(figures.untrained[:MOST_LINES]))]
    whole = "All of it as a workbook: safeguarding training report figures.xlsx"
    return Reply((*blocks, Paragraph(whole, is_small=True)), summary=SUMMARY)


def _filled(line: Line) -> str:
    bar = "█" * round(line.fill / 10) + "░" * (10 - round(line.fill / 10))
    waiting = f", {line.waiting} waiting" if line.waiting else ""
    return f"{line.name}: {bar} {line.taken} of {line.places} places ({line.fill}%){waiting}; {_attended(line)}"


def _attended(line: Line) -> str:
    return f"{line.present} present, {line.part} part, {line.absent} absent, {line.late} cancelled late"
