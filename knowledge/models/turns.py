"""What makes a click on a record count once: the turns that were answered, and the tokens that buttons carry."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.models.base import Base, Payload


class InboxRow(Base):
    """One activity that changed a record, and what it came to: a second delivery is given the same."""

    __tablename__ = "inbox"

    conversation_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    result: Mapped[Payload | None]


class ActionToken(Base):
    """Leave to do one thing once. Only a hash of the token is kept."""

    __tablename__ = "action_tokens"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(60))
    subject: Mapped[Payload]
    """The ids that the action is about: read here at the click, never from the card."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    result: Mapped[Payload | None]
