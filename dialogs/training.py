"""Training for whoever comes to it: find a course, take a place, wait, change it, give it up, see what one has."""

import re
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from dialogs.cards.training import (
    MOST_DATES,
    booked_card,
    dates_card,
    given_up_card,
    line_of,
    mine_card,
    move_card,
    no_dates_card,
    substitute_card,
    to_decide_card,
    which_card,
    why_card,
)
from dialogs.errand import Errand, Visit
from dialogs.message import AskSubstitute, AskWhyCancel, Message, ShowDates
from dialogs.reply import Button, Paragraph, Reply
from knowledge.clock import LONDON
from knowledge.library import Library
from knowledge.models import Booking
from knowledge.models.training import BookingState, Why
from knowledge.training.bookings import by
from knowledge.training.finding import Asked, asked, coded, topic_named

FOR_OTHERS = re.compile(
    r"\b(us|team|them|him|her|everyone|colleagues?|staff|\w+ (places|spaces|seats|spots))\b", re.IGNORECASE
)
SOMEBODY_ELSE = re.compile(
    r"\b(colleague|someone|somebody|instead of me|my place to|have my place|take my place)\b", re.IGNORECASE
)
ANOTHER_DATE = re.compile(r"\b(move|swap|switch|change|transfer|another date|later date|push)\b", re.IGNORECASE)


def _said(words: str) -> Reply:
    return Reply((Paragraph(words),), summary="Training")


async def _mine(visit: Visit) -> dict[UUID, Booking]:
    """The visitor's own places, and places in a queue, by date."""
    bookings = await visit.work.bookings.of(visit.person.id)
    return {each.date_id: each for each in bookings if each.is_active and each.date.ends_at > visit.work.clock()}


async def _asked(visit: Visit, library: Library) -> Asked:
    today = visit.work.clock().astimezone(LONDON).date()
    return asked(visit.turn.text, await visit.work.catalogue.courses(), _names(library), today)


def _names(library: Library) -> Mapping[str, str]:
    return {id: topic.name for id, topic in library.topics.items()}


# Finding


def find(library: Library) -> Errand:
    """The dates that fit what was typed; all of them where nothing narrows it down."""

    async def errand(visit: Visit) -> Reply:
        return await _found(visit, await _asked(visit, library), library)

    return errand


def everything(library: Library) -> Errand:
    """All dates that take bookings."""

    async def errand(visit: Visit) -> Reply:
        return await _found(visit, Asked((), None, None), library)

    return errand


def about(topic: str, library: Library) -> Errand:
    """The dates of courses on a topic."""

    async def errand(visit: Visit) -> Reply:
        courses = tuple(c for c in await visit.work.catalogue.courses() if topic in c.topic_ids)
        if courses:
            return await _found(visit, Asked(courses, None, None), library)
        visit.work.demand.wished(visit.person, topic=topic if topic in library.topics else "")
        return no_dates_card("on that", ())

    return errand


def dates_of(course: UUID, instead_of: int | None = None) -> Errand:
    """The dates of one course; with `instead_of`, to move a booking to one of them."""

    async def errand(visit: Visit) -> Reply:
        wanted = await visit.work.catalogue.course(course)
        dates = [date for date in await visit.work.catalogue.upcoming() if date.course_id == course]
        if instead_of is not None:
            return move_card(await visit.work.bookings.owned(visit.person.id, instead_of), dates)
        if not dates:
            visit.work.demand.wished(visit.person, course=course)
            return no_dates_card(f"of {wanted.title}", ())
        return dates_card(wanted.title, dates, await _mine(visit))

    return errand


async def _found(visit: Visit, wanted: Asked, library: Library) -> Reply:
    dates = await visit.work.catalogue.upcoming()
    if fitting := [date for date in dates if wanted.fits(date)]:
        heading = wanted.courses[0].title if len(wanted.courses) == 1 else "Training that is on"
        return dates_card(heading, fitting, await _mine(visit))
    for course in wanted.courses:
        visit.work.demand.wished(visit.person, course=course.id)
    others = [date for date in dates if wanted.courses and Asked(wanted.courses, None, None).fits(date)]
    if others:
        return dates_card("Other dates", others, await _mine(visit), ("There is no date then. These there are:",))
    if not wanted.courses:
        visit.work.demand.wished(visit.person, topic=topic_named(visit.turn.text, _names(library)))
    return no_dates_card("that fits", wanted.courses[:MOST_DATES])


def no_date_suits(course: UUID) -> Errand:
    """Count it, for whoever plans the next dates."""

    async def errand(visit: Visit) -> Reply:
        wanted = await visit.work.catalogue.course(course)
        visit.work.demand.wished(visit.person, course=course)
        return _said(f"Thank you. I have noted that no date of {wanted.title} suits. The learning lead sees how many.")

    return errand


# Booking


def sign_up(library: Library) -> Errand:
    """Book the one date that is meant; where several may be, ask which."""

    async def errand(visit: Visit) -> Reply:
        dates = await visit.work.catalogue.upcoming()
        named = coded(visit.turn.text, dates)
        wanted = await _asked(visit, library)
        fitting = [named] if named else [date for date in dates if wanted.fits(date)]
        is_for_others = bool(FOR_OTHERS.search(visit.turn.text))
        if len(fitting) == 1 and (named or not wanted.is_open) and not is_for_others:
            return await _booked(visit, fitting[0].id)
        notes: tuple[str, ...] = ("Nothing is booked yet.",)
        if is_for_others:
            notes += ("I book for whoever writes to me: please ask each of your colleagues to write to me.",)
        if not fitting:
            return await _found(visit, wanted, library)
        return dates_card("Which one do you mean?", fitting, await _mine(visit), notes)

    return errand


def book(date: UUID) -> Errand:
    """Take a place on this date, or the next one on its waiting list."""

    async def errand(visit: Visit) -> Reply:
        return await _booked(visit, date)

    return errand


def book_code(code: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        return await _booked(visit, (await visit.work.catalogue.date_with_code(code)).id)

    return errand


async def _booked(visit: Visit, date: UUID) -> Reply:
    booking = await visit.work.bookings.active(visit.person.id, date)
    if booking is None or booking.state is BookingState.WAITING:
        booking = await visit.work.bookings.book(visit.person, date, by(visit.person))
    return await _shown(visit, booking)


async def _shown(visit: Visit, booking: Booking) -> Reply:
    if booking.state is BookingState.OFFERED:
        return mine_card([booking], visit.work.clock(), visit.links)
    return booked_card(booking, await visit.work.bookings.place_in_queue(booking), visit.links)


def answer_offer(booking: int, takes: bool) -> Errand:
    """Take the place that is offered, or pass it on."""

    async def errand(visit: Visit) -> Reply:
        if takes:
            return await _shown(visit, await visit.work.bookings.accept(visit.person, booking, by(visit.person)))
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
        held = list((await _mine(visit)).values())
        named = coded(visit.turn.text, [each.date for each in held])
        wanted = await _asked(visit, library)
        meant = [each for each in held if each.date is named] or [each for each in held if wanted.fits(each.date)]
        if len(meant) == 1 or len(held) == 1:
            return await _pressed(_wish(visit.turn.text, (meant or held)[0]))(visit)
        if not held:
            return await mine()(visit)
        choices = [Button(line_of(each.date), _wish(visit.turn.text, each)) for each in meant or held]
        return which_card("Nothing is changed yet. Which of your places do you mean?", choices[:MOST_DATES])

    return errand


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
        case ShowDates(course=course, instead_of=id):
            return dates_of(course, id)
        case AskWhyCancel(booking=id):
            return ask_why(id)
    raise AssertionError("_wish makes no other")


def declined_invitation() -> Errand:
    """Turning down an entry in a calendar gives up nothing: it is asked."""

    async def errand(visit: Visit) -> Reply:
        held = list((await _mine(visit)).values())
        if not held:
            return await mine()(visit)
        choices = [Button(f"Give up: {line_of(each.date)}", AskWhyCancel(booking=each.id)) for each in held]
        return which_card("You still have your place. Do you want to give it up?", choices[:MOST_DATES])

    return errand


def ask_why(booking: int) -> Errand:
    async def errand(visit: Visit) -> Reply:
        held = await visit.work.bookings.owned(visit.person.id, booking)
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
        return await _shown(visit, moved)

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
        asked_for: Sequence[Booking] = await visit.work.bookings.to_approve(by(visit.person))
        people = [await visit.work.people.get(each.person_id) for each in asked_for]
        return to_decide_card(list(zip(asked_for, people, strict=True)))

    return errand


def decide(booking: int, approves: bool) -> Errand:
    async def errand(visit: Visit) -> Reply:
        act = visit.work.bookings.approve if approves else visit.work.bookings.refuse
        await act(booking, by(visit.person))
        return _said("It is approved. I tell them so." if approves else "It is refused. I tell them so.")

    return errand
