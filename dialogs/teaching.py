"""Training for whoever gives or plans it: the register, the code for the room, changed dates, and how it all stands."""

from collections.abc import Sequence
from datetime import timedelta

from dialogs.cards.teaching import dates_card, figures_card, news_card, register_card
from dialogs.errand import SOMEBODY, Command, Errand, Visit
from dialogs.reply import Paragraph, Reply
from knowledge.library import Library
from knowledge.models.training import Attendance, DateState
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS
from knowledge.training.figures import figures, year_began
from knowledge.training.refusals import NotOnTheRegister

WORKBOOK = "training.workbook"
"""The purpose of the token in a workbook's address."""
WORKBOOK_LASTS = timedelta(hours=1)
LOOKED_BACK = timedelta(days=30)
"""How long a date that is over is still listed."""


def _said(words: str) -> Reply:
    return Reply((Paragraph(words),), summary="Training")


def register(code: str) -> Errand:
    """Who has a place, and who was there."""

    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        return register_card(date, await visit.work.register.of(date, by(visit.person)))

    return errand


def mark(booking: int, attendance: Attendance) -> Errand:
    async def errand(visit: Visit) -> Reply:
        marked = await visit.work.register.mark(booking, attendance, by(visit.person))
        return register_card(marked.date, await visit.work.register.of(marked.date, by(visit.person)))

    return errand


def mark_person(code: str, attendance: str, person: str) -> Errand:
    """Mark somebody by their e-mail address."""

    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        delegate = await visit.work.people.identified_by(person)
        booking = await visit.work.bookings.active(delegate.id, date.id)
        if booking is None:
            raise NotOnTheRegister
        return await mark(booking.id, Attendance(attendance))(visit)

    return errand


def mark_rest(code: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        count = await visit.work.register.mark_rest_present(date.id, by(visit.person))
        return _said(f"{count} more {'is' if count == 1 else 'are'} marked as present.")

    return errand


def room_code(code: str) -> Errand:
    """The code that the room is shown."""

    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        shown = await visit.work.register.code(date, by(visit.person))
        return _said(f"The code is {shown}. Everybody types “check in {shown}”. It changes every five minutes.")

    return errand


def check_in(code: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        booking = await visit.work.register.check_in(visit.person, code, by(visit.person))
        return _said(f"Thank you. You are marked as present: {booking.date.course.title}.")

    return errand


def cancel_date(code: str) -> Errand:
    """It does not take place; everybody is told."""

    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        told = await visit.work.catalogue.cancel_date(date.id, by(visit.person))
        who = "1 person" if told == 1 else f"{told} people"
        return _said(f"{code.upper()} is cancelled. I tell {who}. Type “who knows {code}” to see who knows.")

    return errand


def set_state(code: str, state: DateState) -> Errand:
    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        await visit.work.catalogue.set_state(date.id, state, by(visit.person))
        return _said(f"{code.upper()} is {state} now.")

    return errand


def who_knows(code: str) -> Errand:
    """Who was told of a change and has not said that they know."""

    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        await visit.work.register.of(date, by(visit.person))
        bookings = await visit.work.catalogue.unacknowledged(date.id)
        return news_card(date, [await visit.work.people.get(each.person_id) for each in bookings])

    return errand


def figures_of_the_year(library: Library) -> Errand:
    """How training stands: for leads; for the lead of an agency, how it stands there."""

    async def errand(visit: Visit) -> Reply:
        since, names = year_began(visit.work.clock()), {id: topic.name for id, topic in library.topics.items()}
        return figures_card(await figures(visit.work, since, by(visit.person), names), _workbook(visit))

    return errand


def _workbook(visit: Visit) -> str:
    """Where the same can be taken as a workbook: an address that is good for an hour."""
    if not visit.links:
        return ""
    good_until = visit.work.clock() + WORKBOOK_LASTS
    token = visit.work.tokens.issue(visit.person.id, WORKBOOK, {}, good_until)
    return f"{visit.links}/training/figures/{token}.xlsx"


def all_dates() -> Errand:
    """Every date, of whatever state: for leads."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        dates = await visit.work.catalogue.since(visit.work.clock() - LOOKED_BACK)
        return dates_card([(each, *await visit.work.catalogue.waiting_and_unaware(each.id)) for each in dates])

    return errand


def commands(code: str, library: Library) -> Sequence[Command]:
    """`code`: the pattern of a date's code."""
    return (
        Command(rf"register (?:of |for )?{code}", register),
        Command(rf"(?P<attendance>present|part|absent) {code} (?P<person>{SOMEBODY})", mark_person),
        Command(rf"everybody else (?:was )?present {code}", mark_rest),
        Command(rf"(?:check[- ]?in )?code (?:of |for ){code}", room_code),
        Command(r"check[- ]?in (?P<code>\d{6})", check_in),
        Command(rf"cancel date {code}", cancel_date),
        Command(rf"open date {code}", lambda code: set_state(code, DateState.OPEN)),
        Command(rf"close date {code}", lambda code: set_state(code, DateState.CLOSED)),
        Command(rf"who knows {code}", who_knows),
        Command(r"(?:all|show|list)(?: the)?(?: course| training)? dates", all_dates),
        Command(
            r"(?:training|course) (?:figures|report|numbers)(?: for (?:us|my agency))?",
            lambda: figures_of_the_year(library),
        ),
    )
