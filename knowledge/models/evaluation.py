"""Evaluation: rounds of questions, who was asked, and what was answered, each in a table of its own.

While a round is open, an answer carries a code that is made of a key and the person. When it closes the key is
destroyed, and the answers are written anew, apart from one another, in random order under random ids.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.models.base import Base, one_of
from knowledge.models.training import CourseDate


class Point(StrEnum):
    """When it is asked."""

    BEFORE = "before"
    END = "end"
    LATER = "later"

    @property
    def in_words(self) -> str:
        return {"before": "before the course", "end": "at the end", "later": "six to twelve weeks later"}[self]


class Series(StrEnum):
    """Points that share a key and close together, so that one person's answers at both can be compared."""

    LEARNING = "learning"
    PRACTICE = "practice"

    @property
    def points(self) -> tuple[Point, ...]:
        return (Point.LATER,) if self is Series.PRACTICE else (Point.BEFORE, Point.END)

    @property
    def main(self) -> Point:
        """The point that has to have answers enough before anything is shown."""
        return self.points[-1]


def series_of(point: Point) -> Series:
    return Series.PRACTICE if point is Point.LATER else Series.LEARNING


class Turnout(StrEnum):
    """What became of asking somebody."""

    ASKED = "asked"
    PARTLY = "partly"
    ANSWERED = "answered"
    DECLINED = "declined"


WAITING = (Turnout.ASKED, Turnout.PARTLY)


class EvaluationForm(Base):
    """One version of the questions of a course (None: of all courses) at a point. It never changes."""

    __tablename__ = "evaluation_forms"
    __table_args__ = (Index("ix_evaluation_forms_of", "course_id", "point", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id"))
    point: Mapped[Point] = mapped_column(one_of(Point))
    number: Mapped[int]
    questions: Mapped[list[object]] = mapped_column(JSON)


class Round(Base):
    """One point of one date of a course, and the form that it was opened with."""

    __tablename__ = "evaluation_rounds"
    __table_args__ = (UniqueConstraint("date_id", "point"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    date_id: Mapped[UUID] = mapped_column(ForeignKey("course_dates.id"))
    point: Mapped[Point] = mapped_column(one_of(Point))
    form_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_forms.id"))
    closed_on: Mapped[date | None]
    """The London date on which its answers were cut off from who gave them."""

    date: Mapped[CourseDate] = relationship(lazy="joined", innerjoin=True)
    form: Mapped[EvaluationForm] = relationship(lazy="joined", innerjoin=True)


class RoundKey(Base):
    """The key of a series of a date: destroyed when it closes."""

    __tablename__ = "evaluation_keys"

    date_id: Mapped[UUID] = mapped_column(ForeignKey("course_dates.id"), primary_key=True)
    series: Mapped[Series] = mapped_column(one_of(Series), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))


class Invitation(Base):
    """Who is asked in an open round, and whether they have answered: no time, and nothing of the answer. It is counted
    and deleted at the close."""

    __tablename__ = "evaluation_invitations"
    __table_args__ = (Index("ix_evaluation_invitations_person", "person_id"),)

    round_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_rounds.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"))
    state: Mapped[Turnout] = mapped_column(one_of(Turnout))
    reminded: Mapped[int] = mapped_column(default=0)


class OpenAnswer(Base):
    """One answer in an open round, under the person's code."""

    __tablename__ = "evaluation_open_answers"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_rounds.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, default="")


class EvaluationGroup(Base):
    """One date, or several that were too small alone, closed together: nothing narrower is ever shown. Pairs of before
    and after have groups of their own."""

    __tablename__ = "evaluation_groups"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id"), index=True)
    """None for pairs of several courses together."""
    series: Mapped[Series] = mapped_column(one_of(Series))
    date_id: Mapped[UUID | None] = mapped_column(ForeignKey("course_dates.id"))
    """The date, where it is one alone."""
    dates: Mapped[int]
    trainer: Mapped[str] = mapped_column(String(120), default="")
    """Where all its dates have the same."""
    day: Mapped[date]
    """The London date of the last of its dates."""


class ClosedAnswer(Base):
    """One answer to one question, or a pair of them, before and after. Nothing joins it to another, or to anybody."""

    __tablename__ = "evaluation_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_groups.id"), index=True)
    form_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_forms.id"))
    question: Mapped[str] = mapped_column(String(80))
    before: Mapped[int | None]
    """What was answered before; in a pair, by whoever answered `value` at the end."""
    value: Mapped[int | None]
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"))
    """Only where at least five of one agency say so little together that nobody can be told from it."""


class TurnoutCount(Base):
    """How many were asked at a point of a group and how many answered, by agency where it is not too small."""

    __tablename__ = "evaluation_turnouts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_groups.id"), index=True)
    point: Mapped[Point] = mapped_column(one_of(Point))
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"))
    asked: Mapped[int]
    answered: Mapped[int]


class CommentState(StrEnum):
    WAITING = "waiting"
    """A lead has not read it yet."""
    RELEASED = "released"
    WITHHELD = "withheld"
    RISK = "risk"
    """It names a risk: somebody has to act on it. Never shown in figures."""
    ACTED = "acted"
    """It named a risk, and a lead has acted on it."""


class Comment(Base):
    """One sentence that somebody wrote, apart from all else that they answered."""

    __tablename__ = "evaluation_comments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_groups.id"), index=True)
    form_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_forms.id"))
    question: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[CommentState] = mapped_column(one_of(CommentState), index=True)
