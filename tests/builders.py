"""What tests are built from: the real content, a fresh conversation, turns, and times of day in London."""

from datetime import datetime
from functools import cache
from typing import Any

from dialogs.conversation import Conversation
from dialogs.turn import Turn
from knowledge.clock import LONDON
from knowledge.library import Library, load
from knowledge.understanding.reader import Reader


@cache
def library() -> Library:
    return load()


@cache
def reader() -> Reader:
    return Reader(library())


def conversation() -> Conversation:
    return Conversation(library(), reader())


def london(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


MONDAY_MORNING = london(2026, 11, 30, 10)
FRIDAY_EVENING = london(2026, 11, 27, 18, 40)


def turn(text: str = "", at: datetime = MONDAY_MORNING, **fields: Any) -> Turn:
    return Turn(**{"id": "turn-1", "conversation": "chat-1", "at": at, "text": text, **fields})
