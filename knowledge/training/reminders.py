"""What falls due with time: offers that end, reminders, registers that nobody filled in, refreshers.

All of it is worked out anew from the dates each time, and each message is owed once; after an outage the latest
reminder that was missed is sent, not all of them.
"""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from knowledge.clock import LONDON
from knowledge.models import Booking, Course, CourseDate
from knowledge.models.training import Attendance, BookingState, DateState
from knowledge.outbox import Debt
from knowledge.roles import LEARNING_LEAD
from knowledge.sending_hours import working_days_from
from knowledge.training.notices import DateSoon, RefresherDue, RegisterDue

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

REMINDERS = (10, 5, 1)
"""Working days before the date."""
AT = time(9)
"""London time at which a reminder falls due."""
LOOKED_AHEAD = timedelta(days=30)
REGISTER_WITHIN = timedelta(days=30)
REFRESHER_AHEAD = timedelta(days=60)
REFRESHER_WITHIN = timedelta(days=90)
"""How long after the day on which a refresher falls due it is still told."""
EVERY = timedelta(minutes=15)
RUNS = (DateState.OPEN, DateState.CLOSED)


async def look_after_training(work: "UnitOfWork") -> None:
    """What falls due now; any number of processes may do it at once. Offers are looked at each time, all else every
    quarter of an hour."""
    for date_id in await work.bookings.dates_to_expire():
        await work.bookings.expire(date_id)
    now = work.clock()
    quarter = datetime.fromtimestamp(now.timestamp() // EVERY.total_seconds() * EVERY.total_seconds(), now.tzinfo)
    if await work.ticks.take("training", quarter):
        await remind(work)
        await give_certificates(work)
        await ask_for_registers(work)
        await tell_refreshers(work)


def due_reminder(starts_at: datetime, booked_at: datetime, now: datetime) -> tuple[int, datetime] | None:
    """The latest reminder that is due by now and fell due after the booking: how many working days before, and when."""
    starts_on = starts_at.astimezone(LONDON).date()
    for days in sorted(REMINDERS):
        due = datetime.combine(working_days_from(starts_on, -days), AT, LONDON)
        if due <= now:
            return (days, due) if due > booked_at and now < starts_at else None
    return None


async def remind(work: "UnitOfWork") -> None:
    """Owe everybody who has a place the reminder that is due."""
    now, debts = work.clock(), list[Debt]()
    soon = (CourseDate.starts_at > now, CourseDate.starts_at < now + LOOKED_AHEAD, CourseDate.state.in_(RUNS))
    query = select(Booking).join(CourseDate).where(Booking.state == BookingState.BOOKED, *soon)
    for booking in await work.session.scalars(query.order_by(Booking.id)):
        starts_at = booking.date.starts_at
        due = due_reminder(starts_at, booking.booked_at or booking.created_at, now)
        if due:
            days, at = due
            told = DateSoon(booking_id=booking.id, starts_at=starts_at)
            on = at.astimezone(LONDON).date()
            debts.append(Debt(booking.person_id, told, now, starts_at, f"{days} days", on))
    await work.outbox.owe_all(debts)


async def give_certificates(work: "UnitOfWork") -> None:
    """To everybody who was marked as present before the end."""
    now = work.clock()
    over = (CourseDate.ends_at <= now, CourseDate.ends_at > now - REGISTER_WITHIN)
    there = (Booking.attendance == Attendance.PRESENT, Booking.certificate.is_(None))
    for booking in (await work.session.scalars(select(Booking).join(CourseDate).where(*over, *there))).all():
        await work.register.certify(booking)


async def ask_for_registers(work: "UnitOfWork") -> None:
    """A date that is over is delivered once its register is full; until then the trainer is asked, once."""
    now = work.clock()
    over = (CourseDate.ends_at < now, CourseDate.ends_at > now - REGISTER_WITHIN, CourseDate.state.in_(RUNS))
    for date_ in (await work.session.scalars(select(CourseDate).where(*over))).all():
        if not await work.bookings.unmarked(date_.id):
            date_.state = DateState.DELIVERED
            continue
        for keeper in await _keepers(work, date_):
            told = RegisterDue(date_id=date_.id)
            await work.outbox.owe(keeper, told, on=date_.ends_at.astimezone(LONDON).date())


async def _keepers(work: "UnitOfWork", date_: CourseDate) -> list[UUID]:
    if date_.trainer_id:
        return [date_.trainer_id]
    held = await work.grants.held_by_each()
    return [id for id, roles in held.items() if LEARNING_LEAD in roles]


async def tell_refreshers(work: "UnitOfWork") -> None:
    """Two months before what somebody learnt has to be refreshed."""
    today, debts = work.clock().astimezone(LONDON).date(), list[Debt]()
    query = select(Booking).join(CourseDate).join(Course).where(Booking.certificate.is_not(None))
    for booking in await work.session.scalars(query.where(Course.refresher_months > 0)):
        due = months_after(booking.date.starts_on, booking.date.course.refresher_months)
        if due - REFRESHER_AHEAD <= today <= due + REFRESHER_WITHIN:
            debts.append(Debt(booking.person_id, RefresherDue(booking_id=booking.id), on=due))
    await work.outbox.owe_all(debts)


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many months later; the last one where that month is shorter."""
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))
