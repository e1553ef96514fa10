"""Copies in memory of what answers need: read anew soon after they changed, and once a minute whatever happens."""

import time
from collections.abc import Awaitable, Callable, Mapping

from knowledge.changes import Mark
from knowledge.unit_of_work import UnitOfWork

EVERY = 60.0
"""Seconds after which a copy is read anew though nothing changed: a date that has passed is no longer on offer."""

Read = Callable[[UnitOfWork], Awaitable[None]]


class Copies:
    """`readers`: how each copy is read, by its name in the database's marks."""

    def __init__(self, readers: Mapping[str, Read]) -> None:
        self._readers = readers
        self._seen: dict[str, tuple[Mark | None, float]] = {}

    async def look(self, work: UnitOfWork) -> None:
        """Read those that changed. The marks come first: a change after them is found at the next look."""
        marks = await work.changes.marks()
        for name, read in self._readers.items():
            mark, now = marks.get(name), time.monotonic()
            seen, at = self._seen.get(name, (None, -EVERY))
            if mark != seen or now - at >= EVERY:
                await read(work)
                self._seen[name] = (mark, now)
