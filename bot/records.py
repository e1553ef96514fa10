"""The records' place at the edge: the schema is brought up in the background, and tried again until the database comes.

Nothing waits for it: a concern is answered without records.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from enum import StrEnum

from aiohttp import web

from bot import logs
from bot.contacts import LiveContacts
from bot.copies import Copies
from bot.settings import Settings
from knowledge.appointments import appoint_first
from knowledge.clock import system_clock
from knowledge.database import Database, address
from knowledge.leads import Leads
from knowledge.learning import LessonsKnown
from knowledge.learning_needs import Tally
from knowledge.schema import migrate
from knowledge.training.on_offer import OnOffer

LOOK_AGAIN = 5.0
"""Seconds between two looks at the database."""
LOOK_FOR = 2.0
"""Seconds between two looks at one that is away: with the wait for a connection that hangs, what was approved is shown
within ten seconds of its return."""


async def brought_up(url: str, administrators: Sequence[tuple[str, str]]) -> tuple[str, int]:
    """Migrate the database and appoint the first administrators; gives its revision and how many were appointed.
    Raises RecordsAway."""
    revision = await migrate(address(url))
    database = Database(address(url))
    try:
        return revision, await appoint_first(database, administrators, system_clock)
    finally:
        await database.close()


class State(StrEnum):
    NONE = "none"
    """No address is set (in development): nothing is recorded."""
    AWAY = "away"
    READY = "ready"


class Records:
    """The database of one process, and whether it can be reached."""

    def __init__(
        self,
        settings: Settings,
        look_again: float = LOOK_AGAIN,
        contacts: LiveContacts | None = None,
        needs: Tally | None = None,
    ) -> None:
        self._settings, self._look_again = settings, look_again
        self._has_schema, self._failure = False, ""
        self.state = State.AWAY if settings.database_url else State.NONE
        self.database = Database(address(settings.database_url)) if settings.database_url else None
        self.leads, self.on_offer, self.lessons = Leads(), OnOffer(), LessonsKnown()
        self._needs = needs or Tally()
        self.contacts = contacts or LiveContacts(None, system_clock)
        readers = {"contacts": self.contacts.read, "leads": self.leads.read, "on_offer": self.on_offer.read}
        readers["lessons"] = self.lessons.read
        self._copies = Copies(readers)

    async def kept_ready(self, app: web.Application) -> AsyncIterator[None]:
        """For `cleanup_ctx`: look after the database while the process runs, and never hold up its start."""
        if self.database is None:
            yield
            return
        database = self.database
        keeping = asyncio.create_task(self._keep(database))
        yield
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await self._keep_needs(database)
        await database.close()

    async def _keep(self, database: Database) -> None:
        while True:
            await self._look(database)
            await self._keep_needs(database)
            is_ready = self.state is State.READY
            await asyncio.sleep(self._look_again if is_ready else min(self._look_again, LOOK_FOR))

    async def _look(self, database: Database) -> None:
        try:
            if not self._has_schema:
                await brought_up(self._settings.database_url, self._settings.administrators)
                self._has_schema = True
            async with database.reading(system_clock) as work:
                await self._copies.look(work)
        except Exception as away:  # whatever it is, concerns are answered, and the next look may find it mended
            self._is_away(away)
        else:
            self._is_ready()

    async def _keep_needs(self, database: Database) -> None:
        """Write down what was asked about since the last look: nobody waits for it, and it is lost where that fails."""
        if not (counts := self._needs.taken()):
            return
        try:
            async with asyncio.timeout(LOOK_AGAIN), database.work(system_clock) as work:
                await work.needs.add(counts)
        except Exception as error:  # best effort
            logs.failure("needs.lost", error, count=sum(counts.values()))

    def _is_away(self, failure: Exception) -> None:
        """Logged once, not at every look."""
        if self._failure != type(failure).__name__:
            logs.failure("database.away", failure)
        self.state, self._failure = State.AWAY, type(failure).__name__

    def _is_ready(self) -> None:
        if self.state is State.AWAY:
            logs.event("database.reached")
        self.state, self._failure = State.READY, ""
