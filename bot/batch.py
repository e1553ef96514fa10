"""`safeguarding answer`: messages in, answers out, a JSON object a line, by the same code as the faces."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.turns import answered, is_text
from dialogs.conversation import Conversation
from dialogs.reply import as_text
from dialogs.turn import Turn
from knowledge.clock import Clock
from knowledge.understanding.reading import UNREADABLE


class BadLine(ValueError):
    """A line of the file that is not a message; the words say which and why."""


def answers(conversation: Conversation, clock: Clock, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One answer for each line `{"id", "text", "at"?}`, each a conversation of its own. Raises BadLine."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer(conversation, _turn(line, number, clock))


def _turn(line: str, number: int, clock: Clock) -> Turn:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine(f"line {number}: this is not JSON") from None
    if (
        not isinstance(message, dict)
        or not isinstance(message.get("id"), str)
        or not isinstance(message.get("text"), str)
    ):
        raise BadLine(f'line {number}: a line is {{"id": "...", "text": "...", "at": "..."}}, each in quotes')
    if not is_text(message["id"]) or not is_text(message["text"]):
        raise BadLine(f"line {number}: this has half a character in it")
    return Turn(message["id"], f"line:{number}", _instant(message.get("at"), number) or clock(), message["text"])


def _instant(words: object, number: int) -> datetime | None:
    if words is None:
        return None
    try:
        instant = datetime.fromisoformat(str(words))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BadLine(f"line {number}: 'at' is an instant with its offset, such as 2026-11-30T10:00:00+00:00")
    return instant


def _answer(conversation: Conversation, turn: Turn) -> dict[str, Any]:
    reply = answered(conversation, turn)
    conversation.memory.forget(turn.conversation)
    reading = reply.reading or UNREADABLE
    return {
        "id": turn.id,
        "intent": reading.intent,
        "subject": reading.subject,
        "urgency": reading.urgency,
        "concerns": list(conversation.labels(reading)),
        "routes": list(reply.routes),
        "shown": as_text(reply),
    }
