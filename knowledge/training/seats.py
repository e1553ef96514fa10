"""Seats of a date: taken and given back by guarded statements, and offered to the waiting list in its order.

Whoever changes a date's bookings locks the date first. A place that somebody is next for is never free in between: it
is taken for them in the transaction that freed it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from knowledge.models import Booking, CourseDate, Person
from knowledge.models.training import ACTIVE, HOLDING, BookingState, DateState
from knowledge.sending_hours import Quiet, next_sending
from knowledge.training.notices import PlaceOffered
from knowledge.training.refusals import UnknownDate

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

OFFERS = (
    (timedelta(days=21), timedelta(days=3)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=2), timedelta(hours=4)),
    (timedelta(), timedelta(hours=1)),
)
"""How long an offer stands, by how far away the date is: the nearer, the shorter."""
LAST_OFFER = timedelta(hours=2)
"""No offer ends later than so long before the start; one that could not is not made, and the place is free for all."""


def offer_ends(now: datetime, starts_at: datetime, quiet: Quiet) -> datetime | None:
    """Until when an offer made at an aware instant stands, counted from when the person can be told and never ending
    in their quiet hours; None where it is too late to make one."""
    told_at = next_sending(now, quiet)
    length = next(length for away, length in OFFERS if starts_at - told_at >= away or not away)
    ends = next_sending(told_at + length, quiet)
    last = starts_at - LAST_OFFER
    if ends > last:
        ends = last
    return ends if ends - told_at >= min(length, timedelta(hours=1)) else None


class Seats:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    async def lock(self, date_id: UUID) -> CourseDate:
        """The date as it stands, which nobody else changes until the end of the transaction. Raises UnknownDate."""
        query = select(CourseDate).filter_by(id=date_id).with_for_update(of=CourseDate)
        date = await self.session.scalar(query.execution_options(populate_existing=True))
        if date is None:
            raise UnknownDate
        return date

    async def take(self, date: CourseDate) -> bool:
        """Take one seat, where one is free: the statement that no two can both win."""
        free = (CourseDate.id == date.id, CourseDate.state == DateState.OPEN, CourseDate.taken < CourseDate.capacity)
        return await self._change(date, update(CourseDate).where(*free).values(taken=CourseDate.taken + 1))

    async def give_back(self, date: CourseDate) -> None:
        """Give one seat back."""
        held = (CourseDate.id == date.id, CourseDate.taken > 0)
        await self._change(date, update(CourseDate).where(*held).values(taken=CourseDate.taken - 1))

    async def _change(self, date: CourseDate, statement: Update) -> bool:
        guarded = statement.returning(CourseDate.taken).execution_options(synchronize_session=False)
        taken = await self.session.scalar(guarded)
        if taken is not None:
            set_committed_value(date, "taken", taken)
        return taken is not None

    async def held_by_agency(self, date: CourseDate, agency_id: UUID | None) -> int:
        """How many seats the people of an agency hold."""
        held = (Booking.date_id == date.id, Booking.agency_id == agency_id, Booking.state.in_(HOLDING))
        return await self.session.scalar(select(func.count()).select_from(Booking).where(*held)) or 0

    async def has_room_for(self, date: CourseDate, agency_id: UUID | None) -> bool:
        """Whether the agency may have one more of the places that the course gives each."""
        most = date.course.places_per_agency
        return not most or agency_id is None or await self.held_by_agency(date, agency_id) < most

    async def waiting(self, date_id: UUID) -> Sequence[Booking]:
        """Who waits, the first first."""
        query = select(Booking).filter_by(date_id=date_id, state=BookingState.WAITING).order_by(Booking.id)
        return (await self.session.scalars(query)).all()

    async def active(self, date_id: UUID) -> Sequence[Booking]:
        """Everybody booked, asked, offered or waiting, in the order in which they came."""
        query = select(Booking).where(Booking.date_id == date_id, Booking.state.in_(ACTIVE)).order_by(Booking.id)
        return (await self.session.scalars(query)).all()

    async def offer(self, date: CourseDate) -> None:
        """Offer what is free to whoever waits, in order; the date is locked. An agency that has all its places is
        passed over until it gives one back."""
        if not date.free or not date.takes_bookings(self.work.clock()):
            return
        for booking in await self.waiting(date.id):
            if not date.free:
                return
            until = await self._offer_until(date, booking)
            if until and await self.has_room_for(date, booking.agency_id) and await self.take(date):
                booking.state, booking.offered_until = BookingState.OFFERED, until
                await self.session.flush()
                told = PlaceOffered(booking_id=booking.id)
                await self.work.outbox.owe(booking.person_id, told, not_after=until)

    async def shorten_offers(self, date: CourseDate) -> None:
        """End no offer too shortly before a start that was moved; what is over by that ends when offers are next
        looked at."""
        last = max(self.work.clock(), date.starts_at - LAST_OFFER)
        for booking in await self.active(date.id):
            if booking.offered_until and booking.offered_until > last:
                booking.offered_until = last
        await self.session.flush()

    async def _offer_until(self, date: CourseDate, booking: Booking) -> datetime | None:
        person = await self.session.get(Person, booking.person_id)
        if person is None or person.left_at or person.erased_at:
            return None
        quiet = Quiet(person.quiet_from, person.quiet_until, ZoneInfo(person.time_zone))
        return offer_ends(self.work.clock(), date.starts_at, quiet)
