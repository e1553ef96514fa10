"""What follows from a course: what people said they would do, what their managers see, what a course serves, and what
the learning lead wants next."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.models.base import Base, RowNumber
from knowledge.models.training import CourseDate


class Commitment(Base):
    """ "I will ...": named, made by choice, and deleted when its writer says so. It has nothing to do with answers."""

    __tablename__ = "commitments"

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    date_id: Mapped[UUID] = mapped_column(ForeignKey("course_dates.id"))
    words: Mapped[str] = mapped_column(Text)
    made_on: Mapped[date]

    date: Mapped[CourseDate] = relationship(lazy="joined", innerjoin=True)


class ManagerView(Base):
    """What a line manager sees of somebody's practice weeks after a course: named, and asked for by that person."""

    __tablename__ = "manager_views"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    manager_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    date_id: Mapped[UUID] = mapped_column(ForeignKey("course_dates.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    asked_on: Mapped[date]
    given_on: Mapped[date | None]

    date: Mapped[CourseDate] = relationship(lazy="joined", innerjoin=True)


class CourseServes(Base):
    """A course that a plan, or one action of it, is answered by."""

    __tablename__ = "course_serves"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("actions.id"))


class NextStep(Base):
    """What comes next, as a learning lead writes it for the report of a year."""

    __tablename__ = "next_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    words: Mapped[str] = mapped_column(Text)
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    written_on: Mapped[date]
