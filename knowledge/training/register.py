"""The register: who was there, by the trainer, a lead, or a code that the room is shown; and what follows from it."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from knowledge.audit import Actor
from knowledge.evaluation.windows import is_out_of_reach
from knowledge.models import Booking, CourseDate, Person
from knowledge.models.people import Via
from knowledge.models.training import Attendance, BookingState, DateState
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD, Held, Role
from knowledge.training.notices import CertificateReady, ColleagueWasMissed, YouWereMissed
from knowledge.training.refusals import NotBegun, NotOnTheRegister, WrongCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.unit_of_work import UnitOfWork

OPENS = timedelta(minutes=30)
"""So long before the start the register opens."""
CODE_LASTS = timedelta(minutes=5)
CODES_TAKEN = 3
"""How many codes in a row are taken: the one that is shown, and those just before."""
TOLD_AFTER = timedelta(hours=1)
"""So long after the register a no-show is told: a slip can be mended in between."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look alike."""


class Register:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    async def of(self, date: CourseDate, actor: Actor) -> "Sequence[tuple[Booking, Person]]":
        """Who has a place, by name. Raises NotAllowed."""
        await self._require(date, actor)
        query = select(Booking, Person).join(Person, Person.id == Booking.person_id)
        booked = query.where(Booking.date_id == date.id, Booking.state == BookingState.BOOKED)
        return [
            (row[0], row[1]) for row in await self.session.execute(booked.order_by(Person.display_name, Booking.id))
        ]

    async def mark(self, booking_id: int, attendance: Attendance, actor: Actor) -> Booking:
        """Raises UnknownBooking, NotAllowed, NotBegun, NotOnTheRegister."""
        booking = await self.work.bookings.get(booking_id)
        date = await self.work.bookings.seats.lock(booking.date_id)
        await self._require(date, actor)
        await self.session.refresh(booking)
        await self._mark(booking, attendance, actor)
        return booking

    async def mark_rest_present(self, date_id: UUID, actor: Actor) -> int:
        """Everybody who is not marked yet was there; gives how many. Raises NotAllowed, NotBegun."""
        date = await self.work.bookings.seats.lock(date_id)
        rest = [booking for booking, _ in await self.of(date, actor) if booking.attendance is None]
        for booking in rest:
            await self._mark(booking, Attendance.PRESENT, actor)
        return len(rest)

    async def check_in(self, person: Person, code: str, actor: Actor) -> Booking:
        """The person is there, and has read the code in the room. Raises WrongCode."""
        now = self.work.clock()
        for booking in await self.work.bookings.of(person.id):
            date = booking.date
            runs = date.starts_at - OPENS <= now < date.ends_at and date.state is not DateState.CANCELLED
            if runs and booking.state is BookingState.BOOKED and _is_code(date, code, now):
                await self._mark(booking, Attendance.PRESENT, actor)
                return booking
        raise WrongCode

    async def code(self, date: CourseDate, actor: Actor) -> str:
        """The code to show to the room now. Raises NotAllowed."""
        await self._require(date, actor)
        return code_at(date, self.work.clock())

    async def _require(self, date: CourseDate, actor: Actor) -> None:
        if actor.via is not Via.CHAT or actor.person_id is None or actor.person_id != date.trainer_id:
            await self.work.grants.require(actor, ADMINISTRATOR, LEARNING_LEAD)

    async def _mark(self, booking: Booking, attendance: Attendance, actor: Actor) -> None:
        if booking.state is not BookingState.BOOKED:
            raise NotOnTheRegister
        if self.work.clock() < booking.date.starts_at - OPENS:
            raise NotBegun
        if booking.attendance is attendance:
            return
        booking.attendance, booking.attended_at = attendance, self.work.clock()
        self.work.audit.note(actor, f"attendance.{attendance}", booking.person_id, booking=booking.id)
        await self.certify(booking)
        if attendance is Attendance.ABSENT:
            await self._tell_missed(booking)

    async def certify(self, booking: Booking) -> None:
        """Give the certificate where it is earned, and take it back where it is not any more. It says that somebody was
        there for the whole of the course, so it is given when that is over."""
        is_over = booking.date.ends_at <= self.work.clock()
        earned = booking.attendance is Attendance.PRESENT and not _waits_for_feedback(booking) and is_over
        if earned and booking.certificate is None:
            booking.certificate = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
            await self.work.outbox.owe(booking.person_id, CertificateReady(booking_id=booking.id))
        elif not earned:
            booking.certificate = None

    async def _tell_missed(self, booking: Booking) -> None:
        due = self.work.clock() + TOLD_AFTER
        await self.work.outbox.owe(booking.person_id, YouWereMissed(booking_id=booking.id), due)
        if booking.date.course.tells_lead_of_no_show and booking.agency_id:
            lead = Held(Role.AGENCY_LEAD, str(booking.agency_id))
            held = await self.work.grants.held_by_each()
            for id in (id for id, roles in held.items() if lead in roles and id != booking.person_id):
                await self.work.outbox.owe(id, ColleagueWasMissed(booking_id=booking.id), due)

    async def verified(self, code: str) -> Booking | None:
        """The booking behind a certificate's code; None where there is none."""
        return await self.session.scalar(select(Booking).filter_by(certificate=code.strip().upper()[:40]))

    async def with_key(self, key: str) -> Booking | None:
        """The booking whose links carry this key."""
        return await self.session.scalar(select(Booking).filter_by(key=key[:64]))


def _waits_for_feedback(booking: Booking) -> bool:
    """Where the course says so, until it is given. Who was marked when it could be asked no more does not wait."""
    if booking.evaluated_at is not None or not booking.date.course.needs_evaluation:
        return False
    return booking.attended_at is None or not is_out_of_reach(booking.date, booking.attended_at)


def code_at(date: CourseDate, at: datetime) -> str:
    """Six figures that change every five minutes."""
    slot = str(int(at.timestamp() // CODE_LASTS.total_seconds()))
    seal = hmac.new(date.check_in_key.encode(), slot.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(seal[:4], 'big') % 1_000_000:06}"


def _is_code(date: CourseDate, code: str, now: datetime) -> bool:
    return any(hmac.compare_digest(code, code_at(date, now - n * CODE_LASTS)) for n in range(CODES_TAKEN))
