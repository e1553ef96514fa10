"""The sign that we are writing, for a person who waits."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from bot.connector import Patience

TYPING_AFTER = 1.0
"""Seconds after which a person who waits sees that we are writing."""


@contextmanager
def typing_when_slow(say: Callable[[], Coroutine[Any, Any, None]], patience: Patience) -> Iterator[None]:
    """Say that we are writing, where what is done meanwhile takes longer than a person waits without wondering. Not to
    a connector that has refused us in this turn: it would only be asked once more."""
    loop = asyncio.get_running_loop()
    said: list[asyncio.Task[None]] = []
    slow = loop.call_later(TYPING_AFTER, lambda: None if patience.refusals else said.append(loop.create_task(say())))
    try:
        yield
    finally:
        slow.cancel()
        for task in said:
            task.cancel()
