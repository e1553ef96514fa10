"""Actions: what a review or audit led to, who does it by when, and what became of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.errors import Refusal
from knowledge.models.base import Base, RowNumber, one_of
from knowledge.models.plans import Plan


class Stage(StrEnum):
    """How far an action is."""

    OFFERED = "offered"
    """It waits for its owner to accept it, or for an owner."""
    ACCEPTED = "accepted"
    BLOCKED = "blocked"
    DONE = "done"
    """Its owner says so; nobody has checked it."""
    CONFIRMED = "confirmed"


OPEN = (Stage.OFFERED, Stage.ACCEPTED, Stage.BLOCKED)


class Rung(StrEnum):
    """Whom an action that is overdue and not answered has come to, from the first to the last."""

    DEPUTY = "deputy"
    AGENCY_LEAD = "agency_lead"
    CO_CHAIRS = "co_chairs"
    BOARD = "board"


class NoteKind(StrEnum):
    """What somebody wrote about an action."""

    PROGRESS = "progress"
    BLOCKED = "blocked"
    NOT_MINE = "not_mine"
    DONE = "done"
    RETURNED = "returned"
    EMBEDDED = "embedded"
    NOT_EMBEDDED = "not_embedded"


class NotOpen(Refusal):
    """{reference} is not open any more: it was said to be done. Nothing was changed."""


class NotDone(Refusal):
    """{reference} does not wait to be checked. Nothing was changed."""


class AcceptedAlready(Refusal):
    """{reference} is accepted already, and yours."""


class NotConfirmed(Refusal):
    """{reference} is not confirmed as done yet, so nobody can say whether it is embedded."""


_NOT_YET = text("embedded_on IS NULL")


class Action(Base):
    """What one person has to do by a day. The day can be moved; the first one stays."""

    __tablename__ = "actions"
    __table_args__ = (
        Index("ix_actions_open", "stage", "due_on"),
        Index("ix_actions_not_embedded", "confirmed_on", sqlite_where=_NOT_YET, postgresql_where=_NOT_YET),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    recommendation: Mapped[str] = mapped_column(Text, default="")
    success_measure: Mapped[str] = mapped_column(Text, default="")
    links: Mapped[str] = mapped_column(Text, default="")
    """Addresses, one in a line."""
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    deputy_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    verifier_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """Who checks it besides the co-chairs."""
    offered_to: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """Whom its owner wants to hand it to, until they accept."""
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"))
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    beyond_why: Mapped[str] = mapped_column(Text, default="")
    """A co-chair's reason for a day more than six months after the plan was agreed."""
    slipped: Mapped[int] = mapped_column(default=0)
    """How often the day was moved back."""
    stage: Mapped[Stage] = mapped_column(one_of(Stage), default=Stage.OFFERED)
    since: Mapped[date]
    """From when this owner and this day hold: no reminder is for an earlier day."""
    unowned_since: Mapped[date | None]
    answered_on: Mapped[date | None]
    """When the owner or the deputy last said anything about it."""
    snoozed_until: Mapped[date | None]
    rung: Mapped[Rung | None] = mapped_column(one_of(Rung))
    evidence: Mapped[str] = mapped_column(Text, default="")
    """The address of what shows that it is done."""
    done_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    embedded_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    def must_be_open(self) -> None:
        """Raises NotOpen."""
        if not self.is_open:
            raise NotOpen(reference=self.reference)

    def accept(self) -> None:
        """Raises NotOpen, AcceptedAlready."""
        self.must_be_open()
        if self.stage is not Stage.OFFERED:
            raise AcceptedAlready(reference=self.reference)
        self.stage = Stage.ACCEPTED

    def answered(self, day: date) -> None:
        """Its owner or deputy said something: whoever else was told of it need not do more."""
        self.answered_on, self.rung = day, None

    def belongs_to(self, owner: UUID | None, day: date) -> None:
        """From a day on it is somebody's, who has to accept it, and stands in no more; or nobody's. Raises NotOpen."""
        self.must_be_open()
        self.owner_id, self.offered_to, self.since, self.stage = owner, None, day, Stage.OFFERED
        self.unowned_since = None if owner else day
        if owner and owner == self.deputy_id:
            self.deputy_id = None
        self.snoozed_until = self.rung = None

    def move(self, to: date, day: date) -> None:
        """Due on another day; a later one counts as slipped. Raises NotOpen."""
        self.must_be_open()
        self.slipped += to > self.due_on
        self.due_on, self.since, self.snoozed_until, self.rung = to, day, None, None

    def finish(self, evidence: str, day: date) -> None:
        """Raises NotOpen."""
        self.must_be_open()
        self.stage, self.evidence, self.done_on = Stage.DONE, evidence, day

    def confirm(self, by: UUID | None, day: date) -> None:
        """Raises NotDone."""
        self._must_be_done()
        self.stage, self.confirmed_on, self.confirmed_by = Stage.CONFIRMED, day, by

    def send_back(self, day: date) -> None:
        """It is not done after all. Raises NotDone."""
        self._must_be_done()
        self.stage, self.done_on, self.since = Stage.ACCEPTED, None, day

    def is_embedded(self, day: date | None) -> None:
        """Practice has changed, as was found on a day; None: it has not. Raises NotConfirmed."""
        if self.stage is not Stage.CONFIRMED:
            raise NotConfirmed(reference=self.reference)
        self.embedded_on = day

    def _must_be_done(self) -> None:
        if self.stage is not Stage.DONE:
            raise NotDone(reference=self.reference)


class ActionNote(Base):
    """What somebody wrote about an action, in their words."""

    __tablename__ = "action_notes"

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("actions.id"), index=True)
    author: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[NoteKind] = mapped_column(one_of(NoteKind))
    words: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class Extension(Base):
    """More time that was asked for, and what a co-chair decided."""

    __tablename__ = "action_extensions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("actions.id"), index=True)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    from_day: Mapped[date]
    to_day: Mapped[date]
    why: Mapped[str] = mapped_column(Text)
    is_granted: Mapped[bool | None]
    """None until it is decided; a request that no longer matters (done, moved on) is decided as not granted."""
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]


class OfferKind(StrEnum):
    """What a practitioner offers to the Case Review Sub-group."""

    NEAR_MISS = "near_miss"
    GOOD_PRACTICE = "good_practice"


class Offer(Base):
    """A near miss or good practice that somebody offered, in their words, without anybody's details."""

    __tablename__ = "learning_offers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[OfferKind] = mapped_column(one_of(OfferKind))
    words: Mapped[str] = mapped_column(Text)
    offered_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    offered_at: Mapped[datetime]
