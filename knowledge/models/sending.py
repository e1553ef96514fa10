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


SETTLED = (State.SENT, State.REPEATED, State.DEAD, State.CANCELLED)


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
    fence: Mapped[int] = mapped_column(default=0)
    """Counts the claims: only the latest claimer may settle."""
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure_class: Mapped[str | None] = mapped_column(String(40))
    activity_id: Mapped[str | None] = mapped_column(String(255))
    content_version: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Tick(Base):
    """Periodic work that some process took on: the row is there once, so the work is done once."""

    __tablename__ = "ticks"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    instant: Mapped[datetime] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
