"""What was changed of the contacts since the release: versions of a service's facts, and who keeps each true."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.errors import Refusal
from knowledge.models.base import Base, RowNumber, one_of

THE_RELEASE = 0
"""Stands for the facts as the release has them, where a version's number stands else."""


class SamePerson(Refusal):
    """You proposed this change yourself. Somebody else with the role of content owner has to approve it."""


class NotOpen(Refusal):
    """That proposal is not open any more: it was approved or refused."""


class VersionKind(StrEnum):
    CHANGE = "change"
    """Proposed by one, in force once another approved it."""
    CONFIRMATION = "confirmation"
    """The owner says that all is still right: in force at once."""
    WITHDRAWAL = "withdrawal"
    """Numbers withdrawn, or shut for a day: in force at once, for it only sends people to who stands in."""
    ROLLBACK = "rollback"
    """Back to what two people approved: in force at once."""


class Because(StrEnum):
    """Why a fact was changed: a word from a list, so that nothing can be told of anybody."""

    CHANGED = "changed"
    WRONG = "wrong"
    HOLIDAY = "holiday"
    SHUT = "shut"
    CLEARER = "clearer"
    CHECKED = "checked"
    MISTAKE = "mistake"


class ServiceVersion(Base):
    """The facts of one service that differ from the release's, as JSON. Nothing of it changes but how it stands.
    `service` is its id; of a topic, `topic/` and the topic's."""

    __tablename__ = "service_versions"
    __table_args__ = (Index("ix_service_versions_service", "service", "in_force_at"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    service: Mapped[str] = mapped_column(String(80))
    kind: Mapped[VersionKind] = mapped_column(one_of(VersionKind))
    facts: Mapped[str] = mapped_column(Text)
    """Read row by row, so that one that cannot be read takes no other away."""
    why: Mapped[Because] = mapped_column(one_of(Because))
    based_on: Mapped[int]
    """The version that was in force when this one was proposed; `THE_RELEASE` where there was none."""
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    in_force_at: Mapped[datetime | None]
    refused_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    refused_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    """Since when it is rolled back, so that no rollback leads to it again."""

    @property
    def is_open(self) -> bool:
        return self.in_force_at is None and self.refused_at is None

    @property
    def has_two_people(self) -> bool:
        return self.approved_by is not None

    def approve(self, by: UUID, at: datetime) -> None:
        """Raises NotOpen, SamePerson."""
        if not self.is_open:
            raise NotOpen
        if by == self.proposed_by:
            raise SamePerson
        self.approved_by, self.in_force_at = by, at

    def refuse(self, by: UUID, at: datetime) -> None:
        """Raises NotOpen."""
        if not self.is_open:
            raise NotOpen
        self.refused_by, self.refused_at = by, at


class ServiceKeeper(Base):
    """Who keeps a service true, and who does it in their place. Locked while its facts change."""

    __tablename__ = "service_keepers"

    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    owner: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    deputy: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)


class ToldKind(StrEnum):
    """What practitioners tell of a service, in two taps."""

    RIGHT = "right"
    NOT_RIGHT = "not_right"
    NO_ANSWER = "did_not_work"


class ServiceTold(Base):
    """How often something was told of a service on one day in London: a count, and nobody who told it."""

    __tablename__ = "service_told"

    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[ToldKind] = mapped_column(one_of(ToldKind), primary_key=True)
    count: Mapped[int]
