"""Work in the background: nobody waits for it, and it is not forgotten before it ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Tasks that look after their own failures, kept until they end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def one_ends(self) -> None:
        """Wait until one of them has ended; not at all where there is none."""
        if self._tasks:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, within: float) -> None:
        """Let them end for so many seconds; what has not by then is cancelled."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
