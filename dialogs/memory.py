"""What a conversation said last: labels only, never text, in memory only, for a quarter of an hour."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from dialogs.reply import Button
from knowledge.understanding.reading import Reading

KEPT_FOR = timedelta(minutes=15)
MOST_CONVERSATIONS = 10_000
"""Beyond this the oldest are forgotten first, so that memory stays flat."""
T = TypeVar("T")


@dataclass(frozen=True)
class Remembered:
    """The last reading of a concern, and the buttons of the reply shown last (so that they can be typed)."""

    reading: Reading | None = None
    buttons: tuple[Button, ...] = ()


class Memory:
    """Keyed by conversation. A reading and the buttons shown after it each have a quarter of an hour of their own."""

    def __init__(self) -> None:
        self._readings: Shelf[Reading] = Shelf()
        self._buttons: Shelf[tuple[Button, ...]] = Shelf()

    def recall(self, conversation: str, at: datetime) -> Remembered:
        """What was said and shown in the 15 minutes before `at` (aware); empty where nothing was."""
        return Remembered(self._readings.find(conversation, at), self._buttons.find(conversation, at) or ())

    def keep(self, conversation: str, reading: Reading, at: datetime) -> None:
        self._readings.put(conversation, reading, at)

    def show(self, conversation: str, buttons: tuple[Button, ...], at: datetime) -> None:
        """The reply shown last has these buttons, in the order of their numbers, and those before it count no more."""
        if buttons:
            self._buttons.put(conversation, buttons, at)
        else:
            self._buttons.forget(conversation)
        self.forget_past(at)

    def forget(self, conversation: str) -> None:
        self._readings.forget(conversation)
        self._buttons.forget(conversation)

    def forget_past(self, at: datetime) -> None:
        """Forget everything that is older than a quarter of an hour."""
        self._readings.forget_past(at)
        self._buttons.forget_past(at)

    def __len__(self) -> int:
        """How many things are remembered, of all conversations together."""
        return len(self._readings) + len(self._buttons)


class Shelf(Generic[T]):
    """One thing for a conversation (or any other key) and the instant it was put there, the oldest first."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most or MOST_CONVERSATIONS
        self._kept: OrderedDict[str, tuple[datetime, T]] = OrderedDict()

    def put(self, conversation: str, thing: T, at: datetime) -> None:
        self._kept[conversation] = (at, thing)
        self._kept.move_to_end(conversation)
        self.forget_past(at)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def find(self, conversation: str, at: datetime) -> T | None:
        self.forget_past(at)
        kept = self._kept.get(conversation)
        return kept[1] if kept and not _is_past(kept[0], at) else None

    def forget(self, conversation: str) -> None:
        self._kept.pop(conversation, None)

    def forget_past(self, at: datetime) -> None:
        while self._kept and _is_past(next(iter(self._kept.values()))[0], at):
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)


def _is_past(since: datetime, at: datetime) -> bool:
    """A clock that was put back counts as one that was put on: else nothing would be past until it caught up."""
    return abs(at - since) > KEPT_FOR
