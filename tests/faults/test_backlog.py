"""Much is due at once, and a third of it is closed while it drains: the most urgent first, nothing that was closed, and
no more memory for more messages. On both databases."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.connector import Connector as Sender
from bot.delivery import IN_FLIGHT, Worker
from bot.frontdoor import LOOPBACK_HOSTS
from dialogs.notices import words
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.models import Waiting
from knowledge.models.sending import State
from tests.ledger import (
    FAST,
    SEED,
    Connector,
    End,
    clock_of,
    end,
    fill,
    offset_to_monday,
    settled,
    size,
)
from tests.owed import UNWANTED, Escalation, Idle, Reminder

SENDS = size(1_000, 20_000)
LOTS = 10
CLOSED_A_LOT = SENDS * 3 // 10 // LOTS
MOST_GROWTH = 24
"""MiB that the process may grow by, from a tenth of the messages to the last: at full size eighteen times as many."""


def kind(number: int) -> type[Reminder]:
    return Escalation if number % 10 == 0 else Reminder if number % 10 < 4 else Idle


def memory() -> float:
    """MiB that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def close_some(database: Database, clock: Clock) -> None:
    """Close what nobody has claimed at this moment: whoever claims it from now on sees that it is."""
    async with database.work(clock) as work:
        waiting = select(Waiting.payload).where(Waiting.state == State.DUE).order_by(func.random())
        some = waiting.limit(CLOSED_A_LOT + len(UNWANTED)).with_for_update(skip_locked=True)
        names = [payload["name"] for payload in await work.session.scalars(some)]
        UNWANTED.update([name for name in names if name not in UNWANTED][:CLOSED_A_LOT])


@asynccontextmanager
async def draining(database: Database, clock: Clock) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as client:
        worker = Worker(database, Sender(client), LOOPBACK_HOSTS, words, clock, "28:bot", FAST, poll=0.05)
        running = asyncio.create_task(worker.run())
        yield
        await worker.stop()
        await running


@pytest.fixture(autouse=True)
def _none_is_closed() -> None:
    UNWANTED.clear()


async def test_a_backlog_drains_by_priority_without_what_was_closed(database: Database) -> None:
    connector, clock = Connector(), clock_of(offset_to_monday())
    async with connector:
        await fill(database, clock, connector.url, SENDS, SENDS // 2, kind)
        async with draining(database, clock):
            before = 0.0
            for lot in range(LOTS):
                await connector.reached(SENDS * (lot + 1) // 20, within=60 + SENDS / 100)
                await close_some(database, clock)
                before = before or memory()
            await settled(database, clock, within=60 + SENDS / 10)
            grown = memory() - before
    ended = await end(database, clock, connector.marks)
    print(f"seed {SEED}: {ended}; grown by {grown:.1f} MiB")  # noqa: T201
    assert len(UNWANTED) == CLOSED_A_LOT * LOTS
    assert ended == End({State.SENT: SENDS - len(UNWANTED), State.CANCELLED: len(UNWANTED)}, [], 0, [])
    assert not UNWANTED & {str(number) for number in connector.marks}
    assert overtaken(connector.order) <= 2 * IN_FLIGHT
    assert grown < MOST_GROWTH


def overtaken(order: list[int]) -> int:
    """The most messages that arrived after a less urgent one."""
    priorities = [int(kind(number).priority) for number in order]
    ranked = sorted(priorities)
    places = {priority: len(ranked) - ranked[::-1].index(priority) for priority in set(ranked)}
    return max(
        sum(1 for each in priorities[:place] if each > priority) for priority, place in places.items()
    )  # fmt: skip
