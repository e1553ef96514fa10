"""Cards about bookings: a place, what one is booked on, offers, approval, and why a place is given up."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from dialogs.cards.courses import MOST_DATES, SUMMARY, line_of, name_of, pounds, stands, when_of
from dialogs.message import (
    AcknowledgeChange,
    AnswerOffer,
    AskSubstitute,
    AskWhyCancel,
    CancelBooking,
    DecideBooking,
    MoveBooking,
    MyTraining,
    NoDateSuits,
    ShowDates,
)
from dialogs.reply import Block, Bullets, Button, Buttons, ContactBlock, Heading, Link, Paragraph, Reply
from knowledge.models import Booking, CourseDate, Person
from knowledge.models.training import BookingState, Why

REASONS = {
    Why.WORK: "Something at work",
    Why.ILLNESS: "Illness",
    Why.FAMILY: "Family",
    Why.NOT_NEEDED: "I do not need it any more",
    Why.CHANGED_JOB: "I have changed my job",
    Why.OTHER: "Something else",
}


def which_card(question: str, buttons: Sequence[Button], dates: Sequence[CourseDate] = ()) -> Reply:
    """A question with choices, where it is not clear what is meant. `dates`: what is chosen from, in full; a button has
    room for little."""
    how = Paragraph("Tap one, or type its number.", is_small=True)
    lines = (Bullets(tuple(map(line_of, dates))),) if dates else ()
    return Reply((Heading(question), *lines, how, Buttons(tuple(buttons))), summary=SUMMARY)


def booked_card(booking: Booking, place: int, links: str) -> Reply:
    """What a booking came to. `place`: in the queue; `links`: where the assistant is served, "" where not known."""
    date = booking.date
    blocks: list[Block] = [Heading(_HEADINGS[booking.state]), Paragraph(line_of(date))]
    if booking.state is BookingState.WAITING:
        blocks.append(Paragraph(f"You are number {place} on the waiting list. I tell you as soon as a place is yours."))
    else:
        blocks += _what_to_know(booking, links)
    give_up = "Leave the waiting list" if booking.state is BookingState.WAITING else "Give up my place"
    blocks.append(Buttons((Button(f"{give_up}: {date.code}", AskWhyCancel(booking=booking.id)),)))
    return Reply(tuple(blocks), summary=SUMMARY)


_HEADINGS = {
    BookingState.BOOKED: "You have a place",
    BookingState.ASKED: "A place is kept for you until it is approved",
    BookingState.WAITING: "You are on the waiting list",
}


def _what_to_know(booking: Booking, links: str) -> Iterator[Block]:
    date, course = booking.date, booking.date.course
    if date.link:
        yield ContactBlock("Join online", "", links=(Link("Link", date.link),), is_quiet=True)
    yield from _calendar(booking, links)
    yield Paragraph(_notice_of(date))
    if course.charge_pence:
        yield Paragraph(f"The charge is {pounds(course)}.")
    yield Paragraph("I remind you ten, five and one working days before.", is_small=True)


def _calendar(booking: Booking, links: str) -> Iterator[Block]:
    """The way to the entry for a calendar; taken again after a change, it changes the same entry."""
    if links:
        address = f"{links}/training/{booking.key}.ics"
        yield ContactBlock("Your calendar", "", links=(Link("Add it, or bring it up to date", address),), is_quiet=True)


def _notice_of(date: CourseDate) -> str:
    last = date.last_day_to_cancel
    return f"Until {last:%a} {last.day} {last:%b} you can give it up without that being late."


def mine_card(bookings: Sequence[Booking], now: datetime, links: str) -> Reply:
    """What is ahead, with what can be done about it, and the certificates."""
    ahead = [each for each in bookings if each.is_active and each.date.ends_at > now]
    earned = [each for each in bookings if each.certificate]
    blocks: list[Block] = [Heading("What you are booked on")]
    blocks += [] if ahead else [Paragraph("Nothing at the moment. Type “courses” to see what is on.")]
    for booking in ahead:
        blocks.append(Paragraph(f"{line_of(booking.date)} {stands(booking)}"))
        blocks += _calendar(booking, links) if booking.state is BookingState.BOOKED else ()
        if booking.date.starts_at > now:
            blocks.append(Buttons(tuple(_choices(booking))))
    if earned:
        blocks += [Heading("Your certificates"), Bullets(tuple(_certificate(each) for each in earned))]
        if links:
            blocks += [
                ContactBlock(each.date.course.title, "", links=(Link("PDF", f"{links}/training/{each.key}.pdf"),))
                for each in earned
            ]
    return Reply(tuple(blocks), summary=SUMMARY)


def _certificate(booking: Booking) -> str:
    day = booking.date.starts_on
    return f"{name_of(booking.date.course)}, {day.day} {day:%b %Y}. To verify it: {booking.certificate}"


def _choices(booking: Booking) -> Iterator[Button]:
    code = booking.date.code
    if booking.has_to_acknowledge:
        yield Button(f"I know that {code} changed", AcknowledgeChange(booking=booking.id))
    if booking.state is BookingState.OFFERED:
        yield Button(f"Take the place: {code}", AnswerOffer(booking=booking.id, takes=True))
        yield Button(f"Let the next person have it: {code}", AnswerOffer(booking=booking.id, takes=False))
        return
    if booking.state is BookingState.BOOKED:
        yield Button(f"Another date instead of {code}", ShowDates(course=booking.date.course_id, instead_of=booking.id))
        if booking.date.course.allows_substitutes:
            yield Button(f"A colleague comes instead: {code}", AskSubstitute(booking=booking.id))
    verb = "Leave the waiting list" if booking.state is BookingState.WAITING else "Give up my place"
    yield Button(f"{verb}: {code}", AskWhyCancel(booking=booking.id))


def why_card(booking: Booking, now: datetime) -> Reply:
    """Why is the place given up? It says first whether that is late."""
    blocks: list[Block] = [Heading(f"Why do you give up {booking.date.code}?"), Paragraph(line_of(booking.date))]
    if booking.is_late_to_give_up(now):
        charge = " The course may charge for it." if booking.date.course.charge_pence else ""
        blocks.append(Paragraph(f"It counts as late: the last day was earlier.{charge}", is_strong=True))
    reasons = [Button(words, CancelBooking(booking=booking.id, why=why)) for why, words in REASONS.items()]
    blocks.append(Buttons((*reasons, Button("Keep my place", MyTraining()))))
    return Reply(tuple(blocks), summary=SUMMARY)


def given_up_card(booking: Booking) -> Reply:
    late = " It was late, and is noted as that." if booking.was_late else ""
    words = f"{line_of(booking.date)} You have given up your place.{late} If somebody waits for it, they are asked now."
    choose = Button("Choose another date", ShowDates(course=booking.date.course_id))
    return Reply((Paragraph(words), Buttons((choose,))), summary=SUMMARY)


def substitute_card(booking: Booking) -> Reply:
    """How to name the colleague."""
    code = booking.date.code.lower()
    how = f"Type “{code} to” and their e-mail address at work, such as “{code} to sam@school.example”."
    known = "They have to have written to me once, so that I can tell them."
    return Reply((Heading("Who comes in your place?"), Paragraph(how), Paragraph(known)), summary=SUMMARY)


def move_card(booking: Booking, dates: Sequence[CourseDate]) -> Reply:
    """The other dates of the course that have a free place."""
    free = [date for date in dates if date.free and date.id != booking.date_id]
    if not free:
        others = Button("No date suits me", NoDateSuits(course=booking.date.course_id))
        words = Paragraph("There is no other date with a free place. You keep the place you have.")
        return Reply((words, Buttons((others,))), summary=SUMMARY)
    buttons = [Button(when_of(date), MoveBooking(booking=booking.id, date=date.id)) for date in free[:MOST_DATES]]
    return which_card("Which date instead?", buttons)


def to_decide_card(asked: Sequence[tuple[Booking, Person]], done: str = "") -> Reply:
    """Places that wait for approval. `done`: what was decided just now, so that the rest stays at hand."""
    if not asked:
        return Reply((Paragraph(done or "No place waits for your approval."),), summary=SUMMARY)
    decided = (Paragraph(done, is_strong=True),) if done else ()
    blocks: list[Block] = [*decided, Heading("Places that wait for approval")]
    for booking, person in asked:
        blocks.append(Paragraph(f"{person.display_name or 'Somebody'}: {line_of(booking.date)}"))
        blocks.append(
            Buttons(
                (
                    Button(f"Approve {booking.id}", DecideBooking(booking=booking.id, approves=True)),
                    Button(f"Refuse {booking.id}", DecideBooking(booking=booking.id, approves=False)),
                )
            )
        )
    return Reply(tuple(blocks), summary=SUMMARY)
