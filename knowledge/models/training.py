"""Courses, the dates on which they are run, and who has a place: rules about one row live on the row."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.clock import LONDON
from knowledge.models.base import Base, RowNumber, one_of
from knowledge.sending_hours import working_days_from


class Audience(StrEnum):
    CHILDREN = "children"
    ADULTS = "adults"
    FAMILY = "family"

    @property
    def in_words(self) -> str:
        return {"children": "children's workforce", "adults": "adults' workforce"}.get(self, "the whole family")


class ProvidedBy(StrEnum):
    PARTNERSHIP = "partnership"
    AGENCY = "agency"
    """One agency's own training, recorded here; `challenge` says what the partnership asked of it."""


class OpenTo(StrEnum):
    """Who may book."""

    EVERYBODY = "everybody"
    AGENCIES = "agencies"
    """Only people whose agency is known."""


class Counted(StrEnum):
    """How the days before a cancellation becomes late are counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"


class DateState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DELIVERED = "delivered"


class BookingState(StrEnum):
    ASKED = "asked"
    """Waits for approval, and holds a place meanwhile."""
    BOOKED = "booked"
    WAITING = "waiting"
    OFFERED = "offered"
    """Next on the waiting list: a place is held until `offered_until`."""
    CANCELLED = "cancelled"
    DECLINED = "declined"
    """The person turned an offer down, or approval was refused."""
    EXPIRED = "expired"
    """An offer that nobody answered in time."""
    REPLACED = "replaced"
    """Somebody else came instead."""
    MOVED = "moved"
    DATE_CANCELLED = "date_cancelled"


HOLDING = (BookingState.ASKED, BookingState.BOOKED, BookingState.OFFERED)
"""States that hold a place: a date's `taken` counts them."""
ACTIVE = (*HOLDING, BookingState.WAITING)
TOLD = (*ACTIVE, BookingState.DATE_CANCELLED)
"""States in which one has to know of a change; who gave the place up need not."""


class Why(StrEnum):
    """Why a place was given up: a word from a list, so that nothing can be told of anybody."""

    WORK = "work"
    ILLNESS = "illness"
    FAMILY = "family"
    NOT_NEEDED = "not_needed"
    CHANGED_JOB = "changed_job"
    NO_APPROVAL = "no_approval"
    DATE = "date"
    ERASED = "erased"
    OTHER = "other"


class Attendance(StrEnum):
    PRESENT = "present"
    PART = "part"
    ABSENT = "absent"


class Course(Base):
    """One course of the catalogue, with its booking rule as data."""

    __tablename__ = "courses"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    level: Mapped[int]
    """0 where the course has no level."""
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    aims: Mapped[str] = mapped_column(String(600), default="")
    topics: Mapped[str] = mapped_column(String(400), default="")
    """Ids of concern topics, with spaces between."""
    priority: Mapped[str] = mapped_column(String(200), default="")
    """The Board's priority that it serves."""
    commissioned_by: Mapped[str] = mapped_column(String(120), default="")
    minutes: Mapped[int]
    prerequisite_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id"))
    refresher_months: Mapped[int] = mapped_column(default=0)
    """Months after which it has to be done again; 0: never."""
    provided_by: Mapped[ProvidedBy] = mapped_column(one_of(ProvidedBy))
    challenge: Mapped[str] = mapped_column(String(400), default="")
    open_to: Mapped[OpenTo] = mapped_column(one_of(OpenTo))
    needs_approval: Mapped[bool]
    places_per_agency: Mapped[int] = mapped_column(default=0)
    """0: as many as there are."""
    charge_pence: Mapped[int] = mapped_column(default=0)
    cancel_days: Mapped[int]
    cancel_counted: Mapped[Counted] = mapped_column(one_of(Counted))
    allows_substitutes: Mapped[bool]
    tells_lead_of_no_show: Mapped[bool]
    needs_evaluation: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own way: two edits at once, one told

    @property
    def topic_ids(self) -> tuple[str, ...]:
        return tuple(self.topics.split())

    def last_day_to_cancel(self, starts_on: date) -> date:
        """The last London date on which giving up a place of a date that starts then is not late."""
        if self.cancel_counted is Counted.WORKING_DAYS:
            return working_days_from(starts_on, -self.cancel_days)
        return starts_on - timedelta(days=self.cancel_days)


class CourseDate(Base):
    """One date on which a course is run. `taken` is changed by guarded statements alone."""

    __tablename__ = "course_dates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(400), default="")
    trainer: Mapped[str] = mapped_column(String(120), default="")
    trainer_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    state: Mapped[DateState] = mapped_column(one_of(DateState))
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts the changes that everybody has to know of; the SEQUENCE of its calendar entry."""
    check_in_key: Mapped[str] = mapped_column(String(64))
    """From it come the codes by which people say on the day that they are there."""

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)

    @property
    def starts_on(self) -> date:
        return self.starts_at.astimezone(LONDON).date()

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)

    @property
    def last_day_to_cancel(self) -> date:
        return self.course.last_day_to_cancel(self.starts_on)

    def takes_bookings(self, now: datetime) -> bool:
        return self.state is DateState.OPEN and now < self.starts_at

    def is_late(self, now: datetime) -> bool:
        """Whether giving up a place at an aware instant is late."""
        return now.astimezone(LONDON).date() > self.last_day_to_cancel

    @property
    def shown_state(self) -> str:
        return "full" if self.state is DateState.OPEN and not self.free else self.state


class Booking(Base):
    """One person's place, or their place in the queue, for one date. What is over stays, for the figures."""

    __tablename__ = "bookings"
    __table_args__ = (
        Index(
            "uq_bookings_active", "date_id", "person_id", unique=True,
            sqlite_where=text("state IN ('asked', 'booked', 'offered', 'waiting')"),
            postgresql_where=text("state IN ('asked', 'booked', 'offered', 'waiting')"),
        ),
        Index("ix_bookings_queue", "date_id", "state", "id"),
        Index("ix_bookings_person", "person_id", "state"),
        Index("ix_bookings_offers", "state", "offered_until"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    """Also the order of the waiting list: numbers are given while the date is locked."""
    date_id: Mapped[UUID] = mapped_column(ForeignKey("course_dates.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    """Where the person worked then."""
    state: Mapped[BookingState] = mapped_column(one_of(BookingState))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """What the links to the calendar entry and the certificate carry: it cannot be guessed."""
    created_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    offered_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[Why | None] = mapped_column(one_of(Why))
    was_late: Mapped[bool] = mapped_column(default=False)
    told: Mapped[int] = mapped_column(default=0)
    """The latest change of the date that this person has to acknowledge; see `acknowledged`."""
    acknowledged: Mapped[int] = mapped_column(default=0)
    attendance: Mapped[Attendance | None] = mapped_column(one_of(Attendance))
    attended_at: Mapped[datetime | None]
    evaluated_at: Mapped[datetime | None]
    certificate: Mapped[str | None] = mapped_column(String(40), unique=True)
    """The code by which anybody can verify the certificate; None until it is earned."""

    date: Mapped[CourseDate] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def has_to_acknowledge(self) -> bool:
        return self.acknowledged < self.told and self.state in TOLD

    def is_late_to_give_up(self, at: datetime) -> bool:
        """Whether giving it up at an aware instant is late; who only waits, or is offered a place, has none to lose."""
        return self.state in (BookingState.ASKED, BookingState.BOOKED) and self.date.is_late(at)

    def end(self, state: BookingState, at: datetime, why: Why | None = None) -> None:
        self.was_late = state in (BookingState.CANCELLED, BookingState.MOVED) and self.is_late_to_give_up(at)
        self.state, self.ended_at, self.why, self.offered_until = state, at, why, None


class Wish(Base):
    """Training that was asked for and could not be had: what leads plan from. Nobody is shown who asked."""

    __tablename__ = "training_wishes"

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id"))
    """The course of which no date suits."""
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """Whom no date of the course suits, so that they are counted once; None for a topic, and in what an earlier release
    wrote."""
    topic: Mapped[str] = mapped_column(String(80), default="")
    """The topic on which there is no course."""
