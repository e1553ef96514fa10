"""Plans: what led to them, what an audit looked at, what was found before and after, and what was learnt."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.days import months_after
from knowledge.models.base import Base, Payload, one_of
from knowledge.models.people import Agency, Person

MONTHS = 6
"""Within so many months of being agreed, an action is to be done."""


class Source(StrEnum):
    """What led to a plan."""

    AUDIT = "audit"
    INSPECTION = "inspection"
    SINGLE_AGENCY_AUDIT = "single_agency_audit"
    RAPID_REVIEW = "rapid_review"
    LCSPR = "lcspr"
    SAR = "sar"
    NEAR_MISS = "near_miss"
    GOOD_PRACTICE = "good_practice"
    CHILD_DEATHS = "child_deaths"
    PERFORMANCE = "performance"


AUDITS = (Source.AUDIT, Source.INSPECTION, Source.SINGLE_AGENCY_AUDIT)
"""What the audit programme is made of."""


class Basis(StrEnum):
    """What a topic was chosen for."""

    DATA = "data"
    BOARD_PRIORITY = "board_priority"
    CASE_FINDING = "case_finding"


class PlanAgency(Base):
    """An agency that an audit or review looks at."""

    __tablename__ = "plan_agencies"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)


class PlanAuditor(Base):
    """Somebody who audits a plan's topic again; the co-chairs do, where nobody is named."""

    __tablename__ = "plan_auditors"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)


class Plan(Base):
    """A plan that a sub-group keeps: where it comes from, and when it was agreed."""

    __tablename__ = "plans"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    """In capitals, as `reference` of an action is: the same words in small letters mean it too."""
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[Source] = mapped_column(one_of(Source))
    sub_group: Mapped[str] = mapped_column(String(80))
    boards: Mapped[str] = mapped_column(String(200))
    """The ids of the Boards, with spaces between."""
    theme: Mapped[str] = mapped_column(String(80))
    agreed_on: Mapped[date]
    chosen_for: Mapped[Basis | None] = mapped_column(one_of(Basis))
    chosen_why: Mapped[str] = mapped_column(Text, default="")
    """The data, the priority of a Board or the finding of a case that the topic was chosen for."""
    audited_from: Mapped[date | None]
    audited_until: Mapped[date | None]
    findings: Mapped[str] = mapped_column(Text, default="")
    challenge: Mapped[str] = mapped_column(Text, default="")
    """What the sub-group challenged in an inspection or a single agency's audit that it received."""
    lessons: Mapped[str] = mapped_column(Text, default="")
    topics: Mapped[str] = mapped_column(Text, default="")
    """The ids of the content's topics that the lessons are about, with spaces between."""
    audit_again_on: Mapped[date | None]
    findings_after: Mapped[str] = mapped_column(Text, default="")
    rules: Mapped[Payload]
    """When its actions' owners are reminded; empty: as everywhere."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    agencies: Mapped[list[Agency]] = relationship(secondary="plan_agencies", lazy="raise", order_by=Agency.name)
    auditors: Mapped[list[Person]] = relationship(secondary="plan_auditors", lazy="raise", order_by=Person.display_name)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # two edits at once: one is told

    @property
    def topic_ids(self) -> tuple[str, ...]:
        return tuple(self.topics.split())

    def is_beyond(self, due_on: date) -> bool:
        """Whether a day is more than six months after the plan was agreed."""
        return due_on > months_after(self.agreed_on, MONTHS)
