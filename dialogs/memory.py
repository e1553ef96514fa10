"""What a conversation said last: labels only, never text, in memory only, for a quarter of an hour."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogs.reply import Button
from knowledge.understanding.reading import Reading

KEPT_FOR = timedelta(minutes=15)
MOST_CONVERSATIONS = 10_000
"""Beyond this the oldest are forgotten first, so that memory stays flat."""


@dataclass(frozen=True)
class Remembered:
    """The last reading of a concern, and the buttons that were last shown (so that they can be typed)."""

    at: datetime
    reading: Reading | None = None
    buttons: tuple[Button, ...] = ()


class Memory:
    """Keyed by conversation."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Remembered] = OrderedDict()

    def recall(self, conversation: str, at: datetime) -> Remembered:
        """What was said in the last 15 minutes before `at` (aware); empty where nothing was."""
        kept = self._kept.get(conversation)
        if kept is None or at - kept.at > KEPT_FOR:
            self.forget(conversation)
            return Remembered(at)
        return kept

    def keep(self, conversation: str, remembered: Remembered) -> None:
        self._kept[conversation] = remembered
        self._kept.move_to_end(conversation)
        while len(self._kept) > MOST_CONVERSATIONS or self._oldest_is_past(remembered.at):
            self._kept.popitem(last=False)

    def _oldest_is_past(self, at: datetime) -> bool:
        return at - next(iter(self._kept.values())).at > KEPT_FOR

    def forget(self, conversation: str) -> None:
        self._kept.pop(conversation, None)
