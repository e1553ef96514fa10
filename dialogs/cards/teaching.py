"""Cards for whoever gives training: the register of a date, and who knows of its change."""

from collections.abc import Callable, Iterator, Sequence

from dialogs.cards.courses import SUMMARY, line_of, when_of
from dialogs.message import MarkAttendance
from dialogs.reply import Bar, Block, Bullets, Button, Buttons, Chart, ContactBlock, Heading, Link, Paragraph, Reply
from knowledge.days import day_in_words
from knowledge.models import Booking, CourseDate, Person
from knowledge.models.training import Attendance
from knowledge.training.figures import Figures, Line

MOST_BUTTONS = 8
"""People that one card has buttons for; the rest are marked by typing."""
MOST_LINES = 12
MOST_LISTED = 30
"""Dates in one list."""
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


def figures_card(figures: Figures, workbook: str = "") -> Reply:
    """How training stands since the year of reports began, as charts with all of it in words beside them. `workbook`:
    the address of the same as a workbook; "" where none is known."""
    of = f" of {figures.agency}" if figures.agency else ""
    blocks: list[Block] = [Heading(f"Training{of} since {day_in_words(figures.since.date())}")]
    if not figures.by_course:
        blocks.append(Paragraph("No date of any course yet."))
    taken = "places taken" if figures.agency else "per cent of places taken"
    for title, lines in (("Courses", figures.by_course), ("Quarters", figures.by_quarter)):
        blocks += _shown(f"{title}: {taken}", lines, _taken_or_fill)
    if not figures.agency:
        blocks += _shown("Agencies: people who came", figures.by_agency, _came)
    if figures.unmet:
        blocks += [Heading("Asked for in vain"), _listed([f"{what} ({count})" for what, count in figures.unmet])]
    if figures.untrained:
        blocks += [Heading("Agencies with nobody trained"), _listed(figures.untrained)]
    return Reply((*blocks, *_as_workbook(workbook)), summary=SUMMARY)


def _shown(title: str, lines: Sequence[Line], value: Callable[[Line], int]) -> Iterator[Block]:
    """A chart under its title (which a Teams client may not draw with it), and all of it in words."""
    if lines:
        yield Heading(title)
        yield Chart(title, tuple(Bar(line.name, value(line)) for line in lines[:MOST_LINES]))
        yield _listed([_line(line) for line in lines])


def _listed(lines: Sequence[str]) -> Bullets:
    more = (f"and {len(lines) - MOST_LINES} more",) if len(lines) > MOST_LINES else ()
    return Bullets((*lines[:MOST_LINES], *more))


def _taken_or_fill(line: Line) -> int:
    return line.fill if line.places else line.taken


def _came(line: Line) -> int:
    return line.present + line.part


def _line(line: Line) -> str:
    taken = f"{line.taken} of {line.places} places ({line.fill}%)" if line.places else f"{line.taken} places"
    waiting = f", {line.waiting} waiting" if line.waiting else ""
    came = f"{line.present} present, {line.part} part, {line.absent} absent"
    return f"{line.name}: {taken}{waiting}; {came}, {line.cancelled} cancelled, {line.late} of them late"


def _as_workbook(address: str) -> Iterator[Block]:
    if address:
        link = Link("Take it within the hour", address)
        yield ContactBlock("All of it as a workbook", "", links=(link,), is_quiet=True)
    else:
        yield Paragraph("All of it as a workbook: safeguarding training report figures.xlsx", is_small=True)


def dates_card(dates: Sequence[tuple[CourseDate, int, int]]) -> Reply:
    """Every date of the last weeks and those to come, for whoever plans them: with how many wait, and how many do not
    know of a change yet."""
    if not dates:
        return Reply((Paragraph("There are no dates. Type “new date” for a form."),), summary=SUMMARY)
    lines = [_date_line(*each) for each in dates]
    more = f"The first {MOST_LISTED} of {len(lines)} are shown." if len(lines) > MOST_LISTED else ""
    blocks: list[Block] = [Heading("Dates"), Bullets(tuple(lines[:MOST_LISTED]))]
    how = f"Type “register {dates[0][0].code.lower()}”, “change date ...”, “close date ...” or “cancel date ...”."
    return Reply((*blocks, *map(Paragraph, filter(None, [more])), Paragraph(how, is_small=True)), summary=SUMMARY)


def _date_line(date: CourseDate, waiting: int, unaware: int) -> str:
    parts = [f"{date.code}, {date.course.title}, {when_of(date)}: {date.shown_state}"]
    parts.append(f"{date.taken} of {date.capacity} places")
    parts += [f"{waiting} waiting"] if waiting else []
    parts += [f"{unaware} do not know of a change yet (type “who knows {date.code.lower()}”)"] if unaware else []
    return ", ".join(parts)
