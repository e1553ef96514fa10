"""Changes of cards that were sent: one at a time for a card, and the newest is the one that stays."""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

CHANGED_WITHIN = 4.5
"""Seconds for one change with all its tries. Two of them leave time for a new message in its place."""


class _Line:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.newest = 0


class CardChanges:
    """Cards by conversation and id."""

    def __init__(self) -> None:
        self._lines: WeakValueDictionary[tuple[str, str], _Line] = WeakValueDictionary()

    async def change(self, card: tuple[str, str], send: Callable[[], Awaitable[None]]) -> None:
        """Run `send` when the change of this card before it is over, unless a newer one has come meanwhile. Raises what
        `send` raises, and TimeoutError."""
        line = self._lines.setdefault(card, _Line())
        line.newest += 1
        mine = line.newest
        async with line.lock:
            if mine == line.newest:
                async with asyncio.timeout(CHANGED_WITHIN):
                    await send()
