"""What one is booked on: answer an offer, give a place up, move it, hand it on, know of a change; and approvals."""

import re
from collections.abc import Callable, Sequence
from uuid import UUID

from dialogs.cards.bookings import (
    given_up_card,
    mine_card,
    move_card,
    substitute_card,
    to_decide_card,
    which_card,
    why_card,
)
from dialogs.cards.courses import MOST_DATES
from dialogs.errand import Errand, Visit
from dialogs.message import AskSubstitute, AskWhyCancel, Message, MyTraining, ShowDates
from dialogs.reply import Button, Paragraph, Reply
from dialogs.training import asked_by, booked_reply, held_by
from knowledge.library import Library
from knowledge.models import Booking
from knowledge.models.training import Why
from knowledge.training.bookings import by
from knowledge.training.finding import coded

SOMEBODY_ELSE = re.compile(
    r"\b(colleague|someone|somebody|instead of me|my place to|have my place|take my place)\b", re.IGNORECASE
)
ANOTHER_DATE = re.compile(r"\b(move|swap|switch|change|transfer|another date|later date|push)\b", re.IGNORECASE)


def _said(words: str) -> Reply:
    return Reply((Paragraph(words),), summary="Training")


def answer_offer(booking: int, takes: bool) -> Errand:
    """Take the place that is offered, or pass it on."""

    async def errand(visit: Visit) -> Reply:
        if takes:
            return await booked_reply(visit, await visit.work.bookings.accept(visit.person, booking, by(visit.person)))
        await visit.work.bookings.decline(visit.person, booking, by(visit.person))
        return _said("Thank you. The next person on the waiting list is asked now.")

    return errand


# What one has


def mine() -> Errand:
    """What is ahead, and the certificates."""

    async def errand(visit: Visit) -> Reply:
        return mine_card(await visit.work.bookings.of(visit.person.id), visit.work.clock(), visit.links)

    return errand


def change(library: Library) -> Errand:
    """Give up a place, move it or hand it on: which of the three, and which place, the words say; else it is asked."""

    async def errand(visit: Visit) -> Reply:
        held = list((await held_by(visit)).values())
        meant = await _meant(visit, held, library)
        if len(meant) == 1:
            return await _pressed(_wish(visit.turn.text, meant[0]))(visit)
        if not held:
            return await mine()(visit)
        meant = meant[:MOST_DATES]
        choices = [Button(each.date.code, _wish(visit.turn.text, each)) for each in meant]
        question = "Nothing is changed yet. Which of your places do you mean?"
        return which_card(question, choices, [each.date for each in meant])

    return errand


async def _meant(visit: Visit, held: Sequence[Booking], library: Library) -> Sequence[Booking]:
    """Which of the visitor's bookings the words are about: all of them where they do not say. “Tuesday” is the one on a
    Tuesday, however far ahead it is."""
    if named := coded(visit.turn.text, [each.date for each in held]):
        return [each for each in held if each.date is named]
    wanted = await asked_by(visit, library)
    fitting = [each for each in held if wanted.fits(each.date)]
    return fitting or [each for each in held if wanted.in_any_week.fits(each.date)] or held


def _wish(text: str, booking: Booking) -> Message:
    if SOMEBODY_ELSE.search(text):
        return AskSubstitute(booking=booking.id)
    if ANOTHER_DATE.search(text):
        return ShowDates(course=booking.date.course_id, instead_of=booking.id)
    return AskWhyCancel(booking=booking.id)


def _pressed(wish: Message) -> Errand:
    match wish:
        case AskSubstitute(booking=id):
            return ask_substitute(id)
        case ShowDates(course=course, instead_of=int(id)):
            return other_dates(course, id)
        case AskWhyCancel(booking=id):
            return ask_why(id)
    raise AssertionError("_wish makes no other")


def declined_invitation(library: Library) -> Callable[..., Errand]:
    """Turning down an entry in a calendar gives up nothing: it is asked, of the place that the rest of the words names
    where they name one."""

    async def errand(visit: Visit) -> Reply:
        held = list((await held_by(visit)).values())
        if not held:
            return await mine()(visit)
        meant = (await _meant(visit, held, library))[:MOST_DATES]
        choices = [Button(f"Give up {each.date.code}", AskWhyCancel(booking=each.id)) for each in meant]
        question = "You still have your place. Do you want to give it up?"
        keep = Button("Keep my place", MyTraining())
        return which_card(question, (*choices, keep), [each.date for each in meant])

    return lambda rest="": errand


def other_dates(course: UUID, booking: int) -> Errand:
    """The dates of the course to which a booking can be moved."""

    async def errand(visit: Visit) -> Reply:
        held = await visit.work.bookings.owned(visit.person.id, booking)
        return move_card(held, await visit.work.catalogue.upcoming_of(course))

    return errand


def ask_why(booking: int) -> Errand:
    async def errand(visit: Visit) -> Reply:
        held = await visit.work.bookings.to_give_up(visit.person.id, booking)
        return why_card(held, visit.work.clock())

    return errand


def give_up(booking: int, why: Why) -> Errand:
    async def errand(visit: Visit) -> Reply:
        return given_up_card(await visit.work.bookings.cancel(visit.person, booking, why, by(visit.person)))

    return errand


def ask_substitute(booking: int) -> Errand:
    async def errand(visit: Visit) -> Reply:
        return substitute_card(await visit.work.bookings.owned(visit.person.id, booking))

    return errand


def hand_over(code: str, colleague: str) -> Errand:
    """Give one's place to a colleague."""

    async def errand(visit: Visit) -> Reply:
        other = await visit.work.people.identified_by(colleague)
        booking = await visit.work.bookings.of_code(visit.person.id, code)
        await visit.work.bookings.substitute(visit.person, booking.id, other, by(visit.person))
        return _said(f"{other.display_name or 'Your colleague'} has your place on {code.upper()} now. I tell them so.")

    return errand


def move(booking: int, date: UUID) -> Errand:
    async def errand(visit: Visit) -> Reply:
        moved = await visit.work.bookings.move(visit.person, booking, date, by(visit.person))
        return await booked_reply(visit, moved)

    return errand


def move_codes(code: str, to: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        booking = await visit.work.bookings.of_code(visit.person.id, code)
        return await move(booking.id, (await visit.work.catalogue.date_with_code(to)).id)(visit)

    return errand


def acknowledge(booking: int) -> Errand:
    async def errand(visit: Visit) -> Reply:
        await visit.work.catalogue.acknowledge(visit.person.id, booking)
        return _said("Thank you. I have noted that you know.")

    return errand


def on_code(code: str, then: Callable[[int], Errand]) -> Errand:
    """What `then` makes of the visitor's booking of the date with this code."""

    async def errand(visit: Visit) -> Reply:
        booking = await visit.work.bookings.of_code(visit.person.id, code)
        return await then(booking.id)(visit)

    return errand


# Approval


def to_decide() -> Errand:
    """The places that wait for the visitor's word."""

    async def errand(visit: Visit) -> Reply:
        return await _to_decide(visit)

    return errand


async def _to_decide(visit: Visit, done: str = "") -> Reply:
    asked_for: Sequence[Booking] = await visit.work.bookings.to_approve(by(visit.person))
    people = [await visit.work.people.get(each.person_id) for each in asked_for]
    return to_decide_card(list(zip(asked_for, people, strict=True)), done)


def decide(booking: int, approves: bool) -> Errand:
    async def errand(visit: Visit) -> Reply:
        act = visit.work.bookings.approve if approves else visit.work.bookings.refuse
        await act(booking, by(visit.person))
        return await _to_decide(visit, f"It is {'approved' if approves else 'refused'}. I tell them so.")

    return errand
