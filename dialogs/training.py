"""Training for whoever comes to it: find a course, read about it, take a place or wait for one."""

import re
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from dialogs.cards.bookings import booked_card, mine_card
from dialogs.cards.courses import MOST_DATES, course_card, dates_card, no_dates_card, nothing_on_card
from dialogs.cards.lessons import lessons_buttons
from dialogs.errand import Errand, Visit
from dialogs.reply import Paragraph, Reply
from knowledge.clock import LONDON
from knowledge.library import Library
from knowledge.models import Booking
from knowledge.models.training import BookingState
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS
from knowledge.training.finding import Asked, asked, coded, topic_named

FOR_OTHERS = re.compile(
    r"\b(us|team|them|him|her|everyone|colleagues?|staff|\w+ (places|spaces|seats|spots))\b", re.IGNORECASE
)


def _said(words: str) -> Reply:
    return Reply((Paragraph(words),), summary="Training")


async def held_by(visit: Visit) -> dict[UUID, Booking]:
    """The visitor's own places, and places in a queue, by date."""
    bookings = await visit.work.bookings.of(visit.person.id)
    return {each.date_id: each for each in bookings if each.is_active and each.date.ends_at > visit.work.clock()}


async def asked_by(visit: Visit, library: Library) -> Asked:
    """What the visitor's words ask for."""
    today = visit.work.clock().astimezone(LONDON).date()
    return asked(visit.turn.text, await visit.work.catalogue.courses(), _names(library), today)


def _names(library: Library) -> Mapping[str, str]:
    return {id: topic.name for id, topic in library.topics.items()}


# Finding


def find(library: Library) -> Errand:
    """The dates that fit what was typed; all of them where nothing narrows it down."""

    async def errand(visit: Visit) -> Reply:
        return await _found(visit, await asked_by(visit, library), library)

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


def dates_of(course: UUID) -> Errand:
    """The dates of one course."""

    async def errand(visit: Visit) -> Reply:
        wanted = await visit.work.catalogue.course(course)
        dates = await visit.work.catalogue.upcoming_of(course)
        if not dates:
            visit.work.demand.wished(visit.person, course=course)
            return no_dates_card(f"of {wanted.title}", ())
        return dates_card(wanted.title, dates, await held_by(visit))

    return errand


def about_course(code: str) -> Errand:
    """What a course is for, and the rule of booking it; for leads also what was asked of an agency's own course."""

    async def errand(visit: Visit) -> Reply:
        course = await visit.work.catalogue.with_code(code)
        needed = await visit.work.catalogue.course(course.prerequisite_id) if course.prerequisite_id else None
        is_lead = bool(frozenset(LEADS) & await visit.work.grants.held_by(visit.person.id))
        dates = await visit.work.catalogue.upcoming_of(course.id)
        card = course_card(course, needed, dates, await held_by(visit), is_lead=is_lead)
        return replace(card, blocks=(*card.blocks, *lessons_buttons(course.topic_ids, visit.turn.lessons)))

    return errand


def _not_taught(visit: Visit, wanted: Asked, library: Library) -> Reply | None:
    """Where the words name a topic on which there is no course: that it is noted. None where they name none."""
    topic = "" if wanted.courses else topic_named(visit.turn.text, _names(library))
    if not topic:
        return None
    visit.work.demand.wished(visit.person, topic=topic)
    return no_dates_card(f"on “{_names(library)[topic]}”", ())


async def _found(visit: Visit, wanted: Asked, library: Library) -> Reply:
    if none := _not_taught(visit, wanted, library):
        return none
    dates = await visit.work.catalogue.upcoming()
    if fitting := [date for date in dates if wanted.fits(date)]:
        heading = wanted.courses[0].title if len(wanted.courses) == 1 else "Training that is on"
        return dates_card(heading, fitting, await held_by(visit))
    for course in wanted.courses:
        visit.work.demand.wished(visit.person, course=course.id)
    others = [date for date in dates if wanted.courses and Asked(wanted.courses, None, None).fits(date)]
    if others:
        return dates_card("Other dates", others, await held_by(visit), ("There is no date then. These there are:",))
    if not dates and not wanted.courses:
        return nothing_on_card()
    return no_dates_card("that fits", wanted.courses[:MOST_DATES], is_noted=bool(wanted.courses))


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
        wanted = await asked_by(visit, library)
        fitting = [named] if named else [date for date in dates if wanted.fits(date)]
        is_for_others = bool(FOR_OTHERS.search(visit.turn.text))
        if not named and (none := _not_taught(visit, wanted, library)):
            return none
        if len(fitting) == 1 and (named or not wanted.is_open) and not is_for_others:
            return await _booked(visit, fitting[0].id)
        notes: tuple[str, ...] = ("Nothing is booked yet.",)
        if is_for_others:
            notes += ("I book for whoever writes to me: please ask each of your colleagues to write to me.",)
        if not fitting:
            return await _found(visit, wanted, library)
        return dates_card("Which one do you mean?", fitting, await held_by(visit), notes)

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
    return await booked_reply(visit, booking)


async def booked_reply(visit: Visit, booking: Booking) -> Reply:
    """How a booking stands."""
    if booking.state is BookingState.OFFERED:
        return mine_card([booking], visit.work.clock(), visit.links)
    return booked_card(booking, await visit.work.bookings.place_in_queue(booking), visit.links)
