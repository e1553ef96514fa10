"""The catalogue: courses and their dates, changed by learning leads; whoever has a place is told of what changed."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select

from knowledge.agencies import Change
from knowledge.audit import Actor
from knowledge.models import Booking, Course, CourseDate
from knowledge.models.training import TOLD, BookingState, DateState
from knowledge.people import SeveralPeople, UnknownPerson
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD
from knowledge.training.drafts import CourseDraft, DateDraft
from knowledge.training.notices import DateCancelled, DateChanged
from knowledge.training.refusals import (
    BeginsInThePast,
    DateIsOver,
    NothingToAcknowledge,
    OtherCourse,
    OwnPrerequisite,
    TooFewPlaces,
    UnknownCourse,
    UnknownDate,
    UnknownTopic,
)

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

LEADS = (ADMINISTRATOR, LEARNING_LEAD)
_OVER = (DateState.CANCELLED, DateState.DELIVERED)
_TOLD_OF = ("starts_at", "ends_at", "room", "link")
"""What everybody who has a place has to know when it changes."""


class Catalogue:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    # Looking

    async def courses(self) -> Sequence[Course]:
        """All courses, by title."""
        return (await self.session.scalars(select(Course).order_by(Course.title, Course.code))).all()

    async def course(self, id: UUID) -> Course:
        """Raises UnknownCourse."""
        course = await self.session.get(Course, id)
        if course is None:
            raise UnknownCourse(code=id)
        return course

    async def with_code(self, code: str) -> Course:
        """Raises UnknownCourse."""
        course = await self.session.scalar(select(Course).filter_by(code=code.upper()))
        if course is None:
            raise UnknownCourse(code=code)
        return course

    async def date(self, id: UUID) -> CourseDate:
        """Raises UnknownDate."""
        date = await self.session.get(CourseDate, id)
        if date is None:
            raise UnknownDate
        return date

    async def date_with_code(self, code: str) -> CourseDate:
        """Raises UnknownDate."""
        date = await self.session.scalar(select(CourseDate).filter_by(code=code.upper()))
        if date is None:
            raise UnknownDate
        return date

    async def upcoming(self) -> Sequence[CourseDate]:
        """Dates that take bookings now, the next first."""
        open_ = (CourseDate.state == DateState.OPEN, CourseDate.starts_at > self.work.clock())
        return (await self.session.scalars(select(CourseDate).where(*open_).order_by(CourseDate.starts_at))).all()

    async def upcoming_of(self, course_id: UUID) -> Sequence[CourseDate]:
        """The dates of one course that take bookings now."""
        return [date for date in await self.upcoming() if date.course_id == course_id]

    async def since(self, at: datetime) -> Sequence[CourseDate]:
        """Every date, of whatever state, that starts at or after an aware instant."""
        query = select(CourseDate).where(CourseDate.starts_at >= at).order_by(CourseDate.starts_at)
        return (await self.session.scalars(query)).all()

    # Courses

    async def save_course(self, draft: CourseDraft, actor: Actor, topics: Collection[str]) -> Change:
        """Add the course, or bring the one of that code to what the draft says. `topics`: the ids in the content.
        Raises NotAllowed, UnknownTopic, UnknownCourse (the prerequisite), OwnPrerequisite."""
        await self.work.grants.require(actor, *LEADS)
        wanted = await self._wanted(draft, topics)
        course = await self.session.scalar(select(Course).filter_by(code=draft.code))
        if course and all(getattr(course, field) == value for field, value in wanted.items()):
            return Change.SAME
        change = Change.CHANGED if course else Change.ADDED
        course = course or Course(id=uuid4(), code=draft.code)
        for field, value in wanted.items():
            setattr(course, field, value)
        self.session.add(course)
        await self.session.flush()
        self.work.audit.note(actor, f"course.{change}", course.id)
        await self._offer_again(course)
        return change

    async def _offer_again(self, course: Course) -> None:
        """An agency may have more places now, and somebody of it may wait beside a free one."""
        for date_id in sorted(date.id for date in await self.upcoming_of(course.id)):
            await self.work.bookings.seats.offer(await self.work.bookings.seats.lock(date_id))

    async def _wanted(self, draft: CourseDraft, topics: Collection[str]) -> dict[str, object]:
        """The columns that the draft says."""
        for topic in draft.topics:
            if topic not in topics:
                raise UnknownTopic(topic=topic)
        if draft.prerequisite == draft.code:
            raise OwnPrerequisite
        wanted: dict[str, object] = {name: getattr(draft, name) for name in _SAME}
        wanted["topics"] = " ".join(draft.topics)
        wanted["prerequisite_id"] = (await self.with_code(draft.prerequisite)).id if draft.prerequisite else None
        wanted["cancel_days"], wanted["cancel_counted"] = draft.cancel_notice
        return wanted

    # Dates

    async def save_date(self, draft: DateDraft, actor: Actor, *, may_be_old: bool = False) -> Change:
        """Add the date, or bring the one of that code to what the draft says; whoever has a place or waits is told.
        `may_be_old`: written before the date was delivered, which it may leave as it is. Raises NotAllowed,
        UnknownCourse, OtherCourse, DateIsOver, TooFewPlaces, BeginsInThePast."""
        await self.work.grants.require(actor, *LEADS)
        course = await self.with_code(draft.course)
        known = await self.session.scalar(select(CourseDate).filter_by(code=draft.code))
        if known is None:
            return await self._add_date(draft, course, actor)
        date = await self.work.bookings.seats.lock(known.id)
        if date.course_id != course.id:
            raise OtherCourse(code=draft.code)
        wanted = await self._date_wanted(draft)
        changed = {field: value for field, value in wanted.items() if getattr(date, field) != value}
        if not changed or (may_be_old and set(changed) == {"state"} and date.state is DateState.DELIVERED):
            return Change.SAME
        await self._change_date(date, changed, actor)
        return Change.CHANGED

    async def _add_date(self, draft: DateDraft, course: Course, actor: Actor) -> Change:
        if draft.state in (DateState.DRAFT, DateState.OPEN) and draft.starts_at <= self.work.clock():
            raise BeginsInThePast
        date = CourseDate(
            id=uuid4(), code=draft.code, course_id=course.id, course=course, taken=0, sequence=0,
            check_in_key=secrets.token_hex(16), **await self._date_wanted(draft),
        )  # fmt: skip
        self.session.add(date)
        await self.session.flush()
        self.work.audit.note(actor, "course_date.added", date.id)
        return Change.ADDED

    async def _date_wanted(self, draft: DateDraft) -> dict[str, object]:
        trainer, trainer_id = draft.trainer, None
        if "@" in draft.trainer:
            try:
                known = await self.work.people.identified_by(draft.trainer)
                trainer, trainer_id = known.display_name or draft.trainer, known.id
            except (UnknownPerson, SeveralPeople):
                trainer_id = None
        same = {name: getattr(draft, name) for name in (*_TOLD_OF, "capacity", "state")}
        return {**same, "trainer": trainer, "trainer_id": trainer_id}

    async def _change_date(self, date: CourseDate, changed: dict[str, object], actor: Actor) -> None:
        if date.state in _OVER:
            raise DateIsOver(state=date.state)
        if date.taken > changed.get("capacity", date.capacity):  # type: ignore[operator]  # both are numbers
            raise TooFewPlaces(taken=date.taken)
        if date.starts_at > self.work.clock() >= changed.get("starts_at", date.starts_at):  # type: ignore[operator]
            raise BeginsInThePast
        if changed.get("state") is DateState.CANCELLED:
            await self._cancel_changed(date, changed, actor)
            return
        await self._apply(date, changed)
        self.work.audit.note(actor, "course_date.changed", date.id, fields=" ".join(sorted(changed)))

    async def _cancel_changed(self, date: CourseDate, changed: dict[str, object], actor: Actor) -> None:
        """Whoever is told that it is off need not know what else was changed."""
        for field in changed.keys() - {"state"}:
            setattr(date, field, changed[field])
        await self.session.flush()
        await self.cancel_date(date.id, actor)

    async def _apply(self, date: CourseDate, changed: dict[str, object]) -> None:
        for field, value in changed.items():
            setattr(date, field, value)
        has_news = any(field in changed for field in _TOLD_OF)
        date.sequence += has_news
        await self.session.flush()
        await self.work.bookings.seats.shorten_offers(date)
        if has_news:
            for booking in await self.work.bookings.seats.active(date.id):
                booking.told = date.sequence
                await self.work.outbox.owe(
                    booking.person_id, DateChanged(booking_id=booking.id, sequence=date.sequence)
                )
        await self.work.bookings.seats.offer(date)

    async def set_state(self, date_id: UUID, state: DateState, actor: Actor) -> CourseDate:
        """Open or close a date. Raises NotAllowed, DateIsOver."""
        await self.work.grants.require(actor, *LEADS)
        date = await self.work.bookings.seats.lock(date_id)
        await self._change_date(date, {}, actor)
        date.state = state
        await self.session.flush()
        await self.work.bookings.seats.offer(date)
        return date

    async def cancel_date(self, date_id: UUID, actor: Actor) -> int:
        """It does not take place: whoever has a place or waits is told; gives how many. Raises NotAllowed,
        DateIsOver."""
        await self.work.grants.require(actor, *LEADS)
        date = await self.work.bookings.seats.lock(date_id)
        if date.state in _OVER:
            raise DateIsOver(state=date.state)
        bookings = await self.work.bookings.seats.active(date_id)
        date.state, date.taken, date.sequence = DateState.CANCELLED, 0, date.sequence + 1
        for booking in bookings:
            booking.end(BookingState.DATE_CANCELLED, self.work.clock())
            booking.told = date.sequence
            told = DateCancelled(booking_id=booking.id, sequence=date.sequence)
            await self.work.outbox.owe(booking.person_id, told)
        await self.session.flush()
        self.work.audit.note(actor, "course_date.cancelled", date.id, told=len(bookings))
        return len(bookings)

    async def acknowledge(self, person_id: UUID, booking_id: int) -> Booking:
        """The person has seen what changed. Raises UnknownBooking, NotYours, NothingToAcknowledge."""
        booking = await self.work.bookings.owned(person_id, booking_id)
        if not booking.has_to_acknowledge:
            raise NothingToAcknowledge
        booking.acknowledged = booking.told
        return booking

    async def waiting_and_unaware(self, date_id: UUID) -> tuple[int, int]:
        """How many wait for a place on a date, and how many were told of a change and have not said that they know."""
        return len(await self.work.bookings.seats.waiting(date_id)), len(await self.unacknowledged(date_id))

    async def unacknowledged(self, date_id: UUID) -> Sequence[Booking]:
        """Who was told of a change and has not said that they know."""
        unaware = (Booking.date_id == date_id, Booking.acknowledged < Booking.told, Booking.state.in_(TOLD))
        query = select(Booking).where(*unaware)
        return (await self.session.scalars(query.order_by(Booking.id))).all()


_SAME = (
    "title", "level", "audience", "aims", "priority", "commissioned_by", "minutes", "refresher_months", "provided_by",
    "challenge", "open_to", "needs_approval", "places_per_agency", "charge_pence", "allows_substitutes",
    "tells_lead_of_no_show", "needs_evaluation",
)  # fmt: skip
