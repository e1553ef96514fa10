"""Learning needs: how often somebody asked about what, in a week. No row leads to a person, a chat or a day."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.models.base import Base


class LearningNeed(Base):
    """One count for everything that is alike."""

    __tablename__ = "learning_needs"

    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    """The ISO week in London: 2026-W49."""
    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    routes: Mapped[str] = mapped_column(Text, primary_key=True)
    """The ids of the routes that were shown, in their order."""
    content_version: Mapped[str] = mapped_column(String(64), primary_key=True)
    sector: Mapped[str] = mapped_column(String(40), primary_key=True)
    """"" where it is not known."""
    asked: Mapped[bool] = mapped_column(primary_key=True)
    """We asked back, because we were unsure."""
    count: Mapped[int]
