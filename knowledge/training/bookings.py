"""Bookings: a place is taken, waited for, offered, handed on, moved and given up, each in one transaction.

Whoever does it is checked here; what it means for the seats stands in knowledge/training/seats.py.
"""

import secrets
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.audit import Actor
from knowledge.models import Booking, CourseDate, Person
from knowledge.models.people import Via
from knowledge.models.training import ACTIVE, HOLDING, Attendance, BookingState, DateState, OpenTo, Why
from knowledge.ownership import Owned, lists_what_is_owned
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD, Held, Role
from knowledge.training.notices import (
    ApprovalAsked,
    OfferOver,
    PlaceApproved,
    PlaceHandedOver,
    PlaceRefused,
)
from knowledge.training.refusals import (
    AlreadyBooked,
    AlreadyWaiting,
    ColleagueHasPlace,
    HasBegun,
    NeedsAgency,
    NeedsPrerequisite,
    NoRoom,
    NoSubstitutes,
    NotActive,
    NotOpen,
    NotWaitingForApproval,
    NotYours,
    OfferEnded,
    OtherAgency,
    UnknownBooking,
)
from knowledge.training.seats import Seats

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

KEY_BYTES = 24


class Bookings:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    @cached_property
    def seats(self) -> Seats:
        return Seats(self.work)

    # Looking

    async def get(self, id: int) -> Booking:
        """Raises UnknownBooking."""
        booking = await self.session.get(Booking, id)
        if booking is None:
            raise UnknownBooking
        return booking

    async def owned(self, person_id: UUID, id: int) -> Booking:
        """One of the person's own. Raises UnknownBooking, NotYours."""
        booking = await self.get(id)
        if booking.person_id != person_id:
            raise NotYours
        return booking

    async def to_give_up(self, person_id: UUID, id: int) -> Booking:
        """One of the person's own that they may still give up. Raises UnknownBooking, NotYours, NotActive, HasBegun."""
        booking = await self.owned(person_id, id)
        if not booking.is_active:
            raise NotActive
        if booking.date.starts_at <= self.work.clock():
            raise HasBegun
        return booking

    async def of(self, person_id: UUID) -> Sequence[Booking]:
        """All of a person's bookings, those that are over too, by their date."""
        query = select(Booking).filter_by(person_id=person_id).join(CourseDate).order_by(CourseDate.starts_at)
        return (await self.session.scalars(query)).all()

    async def of_code(self, person_id: UUID, code: str) -> Booking:
        """The person's latest booking of the date with a code. Raises UnknownDate, UnknownBooking."""
        date = await self.work.catalogue.date_with_code(code)
        query = select(Booking).filter_by(person_id=person_id, date_id=date.id).order_by(Booking.id.desc())
        booking = await self.session.scalar(query.limit(1))
        if booking is None:
            raise UnknownBooking
        return booking

    async def to_approve(self, actor: Actor) -> list[Booking]:
        """Places on coming dates that wait for a word that the actor may say. Raises NotAllowed for who may none."""
        query = select(Booking).filter_by(state=BookingState.ASKED).join(CourseDate).order_by(CourseDate.starts_at)
        asked = [each for each in await self.session.scalars(query) if each.date.starts_at > self.work.clock()]
        held = await self.work.grants.held_by(actor.person_id) if actor.person_id else frozenset()
        if {ADMINISTRATOR, LEARNING_LEAD} & held:
            return asked
        if not any(one.role is Role.AGENCY_LEAD for one in held):
            await self.work.grants.require(actor, LEARNING_LEAD)
        return [each for each in asked if set(_agency_lead(each)) & held and each.person_id != actor.person_id]

    async def active(self, person_id: UUID, date_id: UUID) -> Booking | None:
        query = select(Booking).where(Booking.person_id == person_id, Booking.date_id == date_id)
        return await self.session.scalar(query.where(Booking.state.in_(ACTIVE)))

    async def place_in_queue(self, booking: Booking) -> int:
        """1 for whoever is next."""
        ahead = (Booking.date_id == booking.date_id, Booking.state == BookingState.WAITING, Booking.id <= booking.id)
        return await self.session.scalar(select(func.count()).select_from(Booking).where(*ahead)) or 0

    async def unmarked(self, date_id: UUID) -> int:
        """How many who had a place are neither present nor absent in the register."""
        open_ = (Booking.date_id == date_id, Booking.state == BookingState.BOOKED, Booking.attendance.is_(None))
        return await self.session.scalar(select(func.count()).select_from(Booking).where(*open_)) or 0

    async def has_done(self, person_id: UUID, course_id: UUID) -> bool:
        """Whether the person was there for the whole of a date of the course: part of it is not enough."""
        done = select(Booking.id).join(CourseDate).where(Booking.person_id == person_id)
        came = done.where(CourseDate.course_id == course_id, Booking.attendance == Attendance.PRESENT)
        return await self.session.scalar(came.limit(1)) is not None

    async def has_newer(self, booking: Booking) -> bool:
        """Whether the person has booked, or done, the same course on a later date."""
        later = select(Booking.id).join(CourseDate).where(Booking.person_id == booking.person_id)
        same = (CourseDate.course_id == booking.date.course_id, CourseDate.starts_at > booking.date.starts_at)
        held = Booking.state.in_(HOLDING)
        return await self.session.scalar(later.where(*same, held).limit(1)) is not None

    async def earlier(self, booking: Booking) -> int:
        """How many bookings the person had of the same date before this one."""
        same = (Booking.date_id == booking.date_id, Booking.person_id == booking.person_id, Booking.id < booking.id)
        return await self.session.scalar(select(func.count()).select_from(Booking).where(*same)) or 0

    # Booking

    async def book(self, person: Person, date_id: UUID, actor: Actor) -> Booking:
        """A place, or the next one on the waiting list. Raises NotOpen, AlreadyBooked, AlreadyWaiting, NeedsAgency,
        NeedsPrerequisite."""
        date = await self.seats.lock(date_id)
        if not date.takes_bookings(self.work.clock()):
            raise NotOpen
        booking = await self.active(person.id, date_id)
        if booking and booking.state is not BookingState.WAITING:
            raise AlreadyBooked
        await self._check_rule(person, date)
        has_seat = await self.seats.has_room_for(date, person.agency_id) and await self.seats.take(date)
        if booking and not has_seat:
            raise AlreadyWaiting
        booking = booking or await self._added(person, date)
        if has_seat:
            await self._hold(booking)
        self._note(actor, f"booking.{booking.state}", booking)
        return booking

    async def _check_rule(self, person: Person, date: CourseDate) -> None:
        course = date.course
        if course.open_to is OpenTo.AGENCIES and person.agency_id is None:
            raise NeedsAgency
        if course.prerequisite_id and not await self.has_done(person.id, course.prerequisite_id):
            needed = await self.work.catalogue.course(course.prerequisite_id)
            raise NeedsPrerequisite(title=needed.title)

    async def _added(self, person: Person, date: CourseDate) -> Booking:
        booking = Booking(
            date_id=date.id, date=date, person_id=person.id, agency_id=person.agency_id, state=BookingState.WAITING,
            key=secrets.token_urlsafe(KEY_BYTES), created_at=self.work.clock(), was_late=False, told=0, acknowledged=0,
        )  # fmt: skip
        self.session.add(booking)
        await self.session.flush()
        return booking

    async def _hold(self, booking: Booking) -> None:
        """The seat is theirs, or is kept until somebody approves."""
        booking.offered_until = None
        if booking.date.course.needs_approval:
            booking.state = BookingState.ASKED
            for approver in await self._approvers(booking):
                await self.work.outbox.owe(approver, ApprovalAsked(booking_id=booking.id))
        else:
            self._booked(booking)
        await self.session.flush()

    def _booked(self, booking: Booking) -> None:
        booking.state, booking.booked_at = BookingState.BOOKED, self.work.clock()

    # The waiting list

    async def accept(self, person: Person, id: int, actor: Actor) -> Booking:
        """Take the place that is offered. Raises NotYours, AlreadyBooked, AlreadyWaiting, OfferEnded."""
        booking = await self._offered(person, id)
        if self._is_over(booking):
            raise OfferEnded
        await self._hold(booking)
        self._note(actor, "booking.accepted", booking)
        return booking

    async def decline(self, person: Person, id: int, actor: Actor) -> Booking:
        """Turn the offer down; the next person gets it. Raises NotYours, AlreadyBooked, AlreadyWaiting, OfferEnded."""
        booking = await self._offered(person, id)
        await self._end(booking, BookingState.DECLINED)
        self._note(actor, "booking.declined", booking)
        return booking

    async def _offered(self, person: Person, id: int) -> Booking:
        """One of the person's own that is offered. Raises NotYours, AlreadyBooked (a second click), AlreadyWaiting,
        OfferEnded."""
        booking = await self._mine(person, id)
        if booking.state in (BookingState.BOOKED, BookingState.ASKED):
            raise AlreadyBooked
        if booking.state is BookingState.WAITING:
            raise AlreadyWaiting
        if booking.state is not BookingState.OFFERED:
            raise OfferEnded
        return booking

    async def expire(self, date_id: UUID) -> int:
        """End the offers of a date that nobody answered, and offer the places on; gives how many."""
        date = await self.seats.lock(date_id)
        over = [each for each in await self.seats.active(date.id) if self._is_over(each)]
        for booking in over:
            await self._end(booking, BookingState.EXPIRED)
            await self.work.outbox.owe(booking.person_id, OfferOver(booking_id=booking.id))
        return len(over)

    async def dates_to_expire(self) -> Sequence[UUID]:
        """Dates with an offer that has ended, in an order that is the same for everybody."""
        over = (Booking.state == BookingState.OFFERED, Booking.offered_until <= self.work.clock())
        return (await self.session.scalars(select(Booking.date_id).where(*over).distinct().order_by("date_id"))).all()

    def _is_over(self, booking: Booking) -> bool:
        return booking.offered_until is not None and booking.offered_until <= self.work.clock()

    # Giving up, handing on, moving

    async def cancel(self, person: Person, id: int, why: Why, actor: Actor) -> Booking:
        """Give up a place, or a place in the queue. Raises NotYours, NotActive, HasBegun."""
        booking = await self._to_change(person, id)
        await self._end(booking, BookingState.CANCELLED, why)
        self._note(actor, "booking.cancelled", booking, reason=why)
        return booking

    async def cancel_all(self, person: Person, actor: Actor) -> None:
        """Give up every place of somebody who is erased."""
        for booking in await self.of(person.id):
            if booking.is_active and booking.date.starts_at > self.work.clock():
                await self.cancel(person, booking.id, Why.ERASED, actor)

    async def substitute(self, person: Person, id: int, colleague: Person, actor: Actor) -> Booking:
        """Give the place to a colleague, who is told. Raises NotYours, NotActive, HasBegun, NoSubstitutes,
        ColleagueHasPlace, OtherAgency, and what `book` raises."""
        booking = await self._to_change(person, id)
        date = booking.date
        if booking.state is not BookingState.BOOKED:
            raise NotActive
        if not date.course.allows_substitutes:
            raise NoSubstitutes
        if await self._stands_in_the_way(colleague, date):
            raise ColleagueHasPlace
        if date.course.places_per_agency and colleague.agency_id != booking.agency_id:
            raise OtherAgency
        await self._check_rule(colleague, date)
        booking.end(BookingState.REPLACED, self.work.clock())
        await self.session.flush()
        new = await self._added(colleague, date)
        await self._hold(new)
        await self.work.outbox.owe(colleague.id, PlaceHandedOver(booking_id=new.id))
        self._note(actor, "booking.replaced", booking)
        self._note(actor, "booking.handed_over", new)
        return new

    async def _stands_in_the_way(self, colleague: Person, date: CourseDate) -> bool:
        """Whether the colleague has a place; one who only waits leaves the queue for it."""
        theirs = await self.active(colleague.id, date.id)
        if theirs and theirs.state is BookingState.WAITING:
            theirs.end(BookingState.MOVED, self.work.clock())
            await self.session.flush()
            theirs = None
        return theirs is not None

    async def move(self, person: Person, id: int, to: UUID, actor: Actor) -> Booking:
        """A place on another date instead; where it is full, all stays as it is. Raises NotYours, NotActive, HasBegun,
        NoRoom, and what `book` raises."""
        for date_id in sorted({(await self.get(id)).date_id, to}):  # in one order, so that no two wait for each other
            await self.seats.lock(date_id)
        booking = await self._to_change(person, id)
        new = await self.book(person, to, actor)
        if new.state is BookingState.WAITING:
            raise NoRoom
        await self._end(booking, BookingState.MOVED)
        return new

    # Approval

    async def approve(self, id: int, actor: Actor) -> Booking:
        """Raises NotAllowed, NotWaitingForApproval."""
        booking = await self._to_decide(id, actor)
        self._booked(booking)
        await self.work.outbox.owe(booking.person_id, PlaceApproved(booking_id=booking.id))
        self._note(actor, "booking.approved", booking)
        return booking

    async def refuse(self, id: int, actor: Actor) -> Booking:
        """Raises NotAllowed, NotWaitingForApproval."""
        booking = await self._to_decide(id, actor)
        await self._end(booking, BookingState.DECLINED, Why.NO_APPROVAL)
        await self.work.outbox.owe(booking.person_id, PlaceRefused(booking_id=booking.id))
        self._note(actor, "booking.refused", booking)
        return booking

    async def _to_decide(self, id: int, actor: Actor) -> Booking:
        booking = await self._locked(id)
        may = () if actor.person_id == booking.person_id else _agency_lead(booking)  # nobody says yes to themselves
        await self.work.grants.require(actor, ADMINISTRATOR, LEARNING_LEAD, *may)
        if booking.state is not BookingState.ASKED:
            raise NotWaitingForApproval
        return booking

    async def _approvers(self, booking: Booking) -> list[UUID]:
        """The leads of the person's agency; where there is none, the learning leads."""
        held = await self.work.grants.held_by_each()
        leads = [id for id, roles in held.items() if set(_agency_lead(booking)) & roles and id != booking.person_id]
        return leads or [id for id, roles in held.items() if LEARNING_LEAD in roles]

    # Shared

    async def _locked(self, id: int) -> Booking:
        """The booking as it stands, with its date locked. Raises UnknownBooking."""
        booking = await self.get(id)
        await self.seats.lock(booking.date_id)
        await self.session.refresh(booking)
        return booking

    async def _mine(self, person: Person, id: int) -> Booking:
        booking = await self._locked(id)
        if booking.person_id != person.id:
            raise NotYours
        return booking

    async def _to_change(self, person: Person, id: int) -> Booking:
        """A booking that its owner may still give up. Raises NotYours, NotActive, HasBegun."""
        await self._mine(person, id)
        return await self.to_give_up(person.id, id)

    async def _end(self, booking: Booking, state: BookingState, why: Why | None = None) -> None:
        """End it, give its seat back, and offer what is free to whoever waits."""
        held = booking.state in HOLDING
        booking.end(state, self.work.clock(), why)
        await self.session.flush()
        if held:
            await self.seats.give_back(booking.date)
        await self.seats.offer(booking.date)

    def _note(self, actor: Actor, what: str, booking: Booking, reason: str | None = None) -> None:
        ids: dict[str, str | int] = {"date": str(booking.date_id), "booking": booking.id}
        if reason:
            ids["reason"] = reason
        self.work.audit.note(actor, what, booking.person_id, None, **ids)


@lists_what_is_owned
async def training_ahead(session: AsyncSession, person_id: UUID) -> list[Owned]:
    """Dates that the person is to teach, and places that they would leave empty."""
    ahead = (CourseDate.trainer_id == person_id, CourseDate.state.in_((DateState.DRAFT, DateState.OPEN)))
    taught = await session.scalars(select(CourseDate).where(*ahead))
    query = select(Booking).where(Booking.person_id == person_id, Booking.state.in_(ACTIVE))
    booked = [each for each in await session.scalars(query) if each.attendance is None]
    dates = [Owned("course to teach", f"{date.course.title}, {date.code}") for date in taught]
    return dates + [Owned("place on a course", f"{each.date.course.title}, {each.date.code}") for each in booked]


def by(person: Person) -> Actor:
    """The person, acting in a chat."""
    return Actor(Via.CHAT, person.id)


def _agency_lead(booking: Booking) -> tuple[Held, ...]:
    return (Held(Role.AGENCY_LEAD, str(booking.agency_id)),) if booking.agency_id else ()
