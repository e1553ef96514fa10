"""A worker on a database and a connector that can be scripted, with a clock that can be moved."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import aiohttp
import pytest

from bot.connector import Connector
from bot.delivery import Worker
from bot.frontdoor import LOOPBACK_HOSTS, HostRule
from dialogs.notices import words
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Waiting
from knowledge.models.sending import ConversationKind, State
from knowledge.parcels import Rate
from knowledge.roles import LEARNING_LEAD, Reason
from tests.builders import MONDAY_MORNING
from tests.fakes import FakeConnector

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
FAST = Rate(per_second=1_000.0, between=timedelta())
PATIENCE = 30.0
"""Seconds for what has to come true, however busy the machine is."""


async def comes_true(holds: Callable[[], bool]) -> None:
    """Wait for it. Raises AssertionError where it does not."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


class PostOffice:
    """People who are owed messages, and the worker that sends them."""

    def __init__(self, database: Database, connector: FakeConnector, client: aiohttp.ClientSession) -> None:
        self.database, self.connector, self.client = database, connector, client
        self.ahead = timedelta()
        self.started = datetime.now(UTC)

    def clock(self) -> datetime:
        return MONDAY_MORNING.astimezone(UTC) + self.ahead + (datetime.now(UTC) - self.started)

    async def appoints(self, name: str = "ann") -> UUID:
        """Grant a role, which owes its person a message."""
        async with self.database.work(self.clock) as work:
            person = await work.people.met(TENANT, name)
            await work.references.heard_from(person, f"chat-{name}", self.connector.url, ConversationKind.PERSONAL)
            await work.grants.grant(person, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
            return person.id

    def worker(self, hosts: HostRule = LOOPBACK_HOSTS) -> Worker:
        sender = Connector(self.client)
        return Worker(self.database, sender, hosts, words, self.clock, "28:bot", FAST, poll=0.02, sweep=0.05)

    @asynccontextmanager
    async def working(self, worker: Worker | None = None) -> AsyncIterator[Worker]:
        worker = worker or self.worker()
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await worker.stop()
            await asyncio.wait_for(running, PATIENCE)

    async def states(self) -> dict[State, int]:
        async with self.database.reading(self.clock) as work:
            return (await work.outbox.totals()).by_state

    async def until(self, **wanted: int) -> None:
        """Wait until so many messages are in these states."""
        expected = {State(name): count for name, count in wanted.items()}
        deadline = time.monotonic() + PATIENCE
        while (states := await self.states()) != expected:
            assert time.monotonic() < deadline, f"{states}, not {expected}"
            await asyncio.sleep(0.02)

    async def failed(self, failure: str) -> None:
        """Wait until the first message failed in this way."""
        deadline = time.monotonic() + PATIENCE
        while True:
            async with self.database.reading(self.clock) as work:
                row = await work.session.get(Waiting, 1)
            if row and row.failure_class == failure:
                return
            assert time.monotonic() < deadline, f"it did not fail as {failure}"
            await asyncio.sleep(0.02)


@pytest.fixture
async def office(database: Database) -> AsyncIterator[PostOffice]:
    async with FakeConnector() as connector, aiohttp.ClientSession() as client:
        yield PostOffice(database, connector, client)
