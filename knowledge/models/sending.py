"""What the assistant owes somebody, where to reach them, and which periodic work was done."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.models.base import Base, Payload, RowNumber, one_of


class ConversationKind(StrEnum):
    PERSONAL = "personal"
    GROUP = "group"
    CHANNEL = "channel"


class State(StrEnum):
    """How far a message is. The totals of the states are the total of the messages."""

    DUE = "due"
    SENDING = "sending"
    AMBIGUOUS = "ambiguous"
    HELD = "held"
    SENT = "sent"
    REPEATED = "repeated"
    """Sent again, marked "you may have had this"."""
    DEAD = "dead"
    CANCELLED = "cancelled"
    TAKING_BACK = "taking_back"
    """Somebody asked to remove it from the chat."""
    TAKEN_BACK = "taken_back"


ARRIVED = (State.SENT, State.REPEATED)
SETTLED = (*ARRIVED, State.DEAD, State.CANCELLED, State.TAKEN_BACK)


class ConversationReference(Base):
    """Where Teams last heard from a person. The service address is checked again whenever something is sent."""

    __tablename__ = "conversation_references"
    __table_args__ = (UniqueConstraint("person_id", "conversation_id"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(36))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    conversation_id: Mapped[str] = mapped_column(String(255))
    service_url: Mapped[str] = mapped_column(String(255))
    kind: Mapped[ConversationKind] = mapped_column(one_of(ConversationKind))
    seen_at: Mapped[datetime]


class Waiting(Base):
    """One message that the assistant owes somebody: written in the transaction of the change that caused it.

    It holds ids and no words; the words are rendered when it is sent.
    """

    __tablename__ = "send_ledger"
    __table_args__ = (
        Index("ix_send_ledger_due", "state", "priority", "due_at"),
        Index("ix_send_ledger_lease", "state", "lease_until"),
        Index("ix_send_ledger_recipient", "recipient", "state"),
        Index("ix_send_ledger_just_sent", "settled_at", "recipient"),
        Index("ix_send_ledger_about", "about"),
        Index("ix_send_ledger_outdated", "outdated_at"),
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256 of subject, rule, local due date and recipient: the same message is owed once."""
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    payload: Mapped[Payload]
    """The ids from which the words are made."""
    priority: Mapped[int] = mapped_column(default=1)
    """0 an escalation, 1 a deadline, 2 information."""
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    state: Mapped[State] = mapped_column(one_of(State), default=State.DUE)
    may_have_arrived: Mapped[bool] = mapped_column(default=False)
    """It was sent, and nobody knows whether it arrived: sent again, it says so."""
    fence: Mapped[int] = mapped_column(default=0)
    """Counts the claims: only the latest claimer may settle."""
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure_class: Mapped[str | None] = mapped_column(String(40))
    activity_id: Mapped[str | None] = mapped_column(String(255))
    content_version: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When it was last sent, or given up."""
    about: Mapped[UUID | None]
    """The record whose state its card shows, where it shows one: when that changes, so does the card."""
    outdated_at: Mapped[datetime | None]
    """From when its card, which arrived, shows what is no longer so; None once it was brought up to date."""

    def claim(self, lease_until: datetime) -> None:
        """Take it out of the queue, until the lease ends."""
        self.state, self.lease_until = State.SENDING, lease_until
        self.fence += 1
        self.attempts += 1

    def accepted(self, activity_id: str, at: datetime) -> None:
        self._settle(State.REPEATED if self.may_have_arrived else State.SENT, at)
        self.activity_id = activity_id

    def put_off(self, until: datetime, failure: str | None = None) -> None:
        """It did not arrive, and is due again at an instant."""
        self.state, self.due_at, self.lease_until = State.DUE, until, None
        self.failure_class = failure or self.failure_class

    def doubtful(self, repeat_at: datetime | None, failure: str, at: datetime) -> None:
        """It may have arrived: due once more, marked, at `repeat_at`; held where that is None or was done."""
        was_repeated, self.may_have_arrived = self.may_have_arrived, True
        if repeat_at is None or was_repeated:
            self.hold(failure, at)
            return
        self.state, self.due_at, self.lease_until = State.AMBIGUOUS, repeat_at, None
        self.failure_class = failure

    def hold(self, failure: str, at: datetime) -> None:
        """Wait until somebody looks."""
        self._settle(State.HELD, at)
        self.failure_class = failure

    def give_up(self, reason: str, at: datetime) -> None:
        self._settle(State.DEAD, at)
        self.failure_class = reason

    def cancel(self, reason: str, at: datetime) -> None:
        """It is no longer wanted."""
        self._settle(State.CANCELLED, at)
        self.failure_class = reason

    def taken_back(self, at: datetime) -> None:
        self._settle(State.TAKEN_BACK, at)

    def arm(self, at: datetime) -> None:
        """Due again: somebody asked, or the person can be reached again."""
        self.state, self.due_at, self.attempts, self.settled_at = State.DUE, at, 0, None
        self.failure_class = None

    def _settle(self, state: State, at: datetime) -> None:
        self.state, self.lease_until, self.settled_at = state, None, at


class Pace(Base):
    """How fast messages go to one tenant: shared by all processes."""

    __tablename__ = "sending_pace"

    tenant_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    next_at: Mapped[datetime]
    """When the next message may leave; later than now while everything waits."""
    why: Mapped[str] = mapped_column(String(40), default="")
    """Why everything waits: the failure that asked for it; "" where it is only the pace."""


class Tick(Base):
    """Periodic work that some process took on: the row is there once, so the work is done once."""

    __tablename__ = "ticks"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    instant: Mapped[datetime] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
