"""Workers are killed, frozen for longer than their lease, and lose their database in the midst of sending: nothing is
lost, and what is repeated says so. Each worker is a process of its own. On both databases."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Protocol

import pytest

from bot.delivery import IN_FLIGHT
from knowledge.database import Database, address
from knowledge.models.sending import State
from tests.databases import make_filled
from tests.ledger import (
    SEED,
    Answer,
    Connector,
    End,
    Fault,
    chance,
    clock_of,
    end,
    fill,
    offset_to_monday,
    settled,
    size,
)
from tests.owed import Once, Reminder
from tests.postgres import Server, postgres, why_no_postgres
from tests.worker import LONG, SHORT, Fleet

SENDS = size(500, 20_000)
KILLS, FREEZES, STOPS = size(5, 40), size(2, 20), size(2, 10)
RESTARTS, SENDS_RESTARTED = size(1, 3), size(300, 5_000)
PROCESSES = pytest.mark.parametrize("processes", [1, 3])


class Breakable(Protocol):
    """A database that can be taken away for a while."""

    @property
    def address(self) -> str: ...

    async def away(self, seconds: float, lots: Random) -> None: ...


@dataclass
class SqliteFile:
    """Another process holds the file's lock, or its folder is not there."""

    folder: Path

    @property
    def address(self) -> str:
        return f"sqlite:///{self.folder / 'records.db'}"

    async def away(self, seconds: float, lots: Random) -> None:
        await (self._locked(seconds) if lots.random() < 0.5 else self._moved(seconds))

    async def _locked(self, seconds: float) -> None:
        holder = sqlite3.connect(self.folder / "records.db", isolation_level=None, timeout=10, check_same_thread=False)
        await asyncio.to_thread(holder.execute, "BEGIN EXCLUSIVE")
        await asyncio.sleep(seconds)
        holder.execute("ROLLBACK")
        holder.close()

    async def _moved(self, seconds: float) -> None:
        elsewhere = self.folder.rename(self.folder.with_name("elsewhere"))
        await asyncio.sleep(seconds)
        elsewhere.rename(self.folder)


@dataclass
class PostgresServer:
    """A server that is stopped without tidying up, and started again."""

    server: Server
    address: str

    async def away(self, seconds: float, lots: Random) -> None:
        await asyncio.to_thread(self.server.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.server.start)


@pytest.fixture
def breakable(kind: str, request: pytest.FixtureRequest) -> Iterator[Breakable]:
    if kind == "sqlite":
        path = Path(str(request.getfixturevalue("sqlite_address")).removeprefix("sqlite:///"))
        folder = path.with_name("data")
        folder.mkdir()
        path.rename(folder / path.name)
        yield SqliteFile(folder)
    elif why_not := why_no_postgres():
        pytest.skip(why_not)
    else:
        with postgres() as server:
            yield PostgresServer(server, make_filled(server.address))


@dataclass
class Run:
    """Messages, the connector they go to, and the processes that send them."""

    where: str
    offset: timedelta
    connector: Connector
    fleet: Fleet
    database: Database

    async def over(self, within: float) -> End:
        """How it ended, once nothing is left to do."""
        await settled(self.database, clock_of(self.offset), within)
        return await end(self.database, clock_of(self.offset), self.connector.marks)


@asynccontextmanager
async def running(where: str, processes: int, sends: int, lease: float) -> AsyncIterator[Run]:
    """Every tenth message is one that is held, not repeated, where it may have arrived."""
    offset, connector = offset_to_monday(), Connector(lambda conversation: Answer(delay=0.02))
    database = Database(address(where))
    async with connector:
        await fill(
            database, clock_of(offset), connector.url, sends, sends // 2, lambda n: Once if n % 10 == 9 else Reminder
        )
        fleet = Fleet(where, offset, processes, lease)
        try:
            yield Run(where, offset, connector, fleet, database)
        finally:
            fleet.end()
            await database.close()


async def befall(run: Run, breakable: Breakable, lots: Random) -> None:
    """Kills, freezes and stops in a random order, each when a random number of messages has arrived."""
    faults: list[Fault] = [*["kill"] * KILLS, *["freeze"] * FREEZES, *["stop"] * STOPS]  # type: ignore[list-item]
    lots.shuffle(faults)
    thawing = set()
    for fault, at in zip(faults, sorted(lots.sample(range(5, SENDS * 9 // 10), len(faults))), strict=True):
        await run.connector.reached(at)
        await asyncio.sleep(lots.uniform(0, 0.05))
        victim = lots.randrange(len(run.fleet.processes))
        if fault == "kill":
            run.fleet.kill(victim)
        elif fault == "freeze":
            thawing.add(asyncio.create_task(run.fleet.freeze(victim, lots.uniform(1.1, 2.5) * SHORT)))
        else:
            await breakable.away(lots.uniform(0.2, 1.2) * SHORT, lots)
    await asyncio.gather(*thawing)


@PROCESSES
async def test_whatever_befalls_it_nothing_is_lost_and_every_repeat_is_marked(
    breakable: Breakable, processes: int
) -> None:
    lots = chance("crashes", type(breakable).__name__, processes)
    async with running(breakable.address, processes, SENDS, SHORT) as run:
        await befall(run, breakable, lots)
        ended = await run.over(within=30 + SENDS / 20)
    print(f"seed {SEED}: {ended}")  # noqa: T201
    assert sum(ended.states.values()) == SENDS
    assert ended.lost == []
    assert ended.unmarked == []
    crashes = KILLS + FREEZES
    assert ended.repeats <= IN_FLIGHT * crashes
    assert ended.states.get(State.HELD, 0) <= IN_FLIGHT * (crashes + STOPS)


@PROCESSES
async def test_a_rolling_restart_loses_and_repeats_nothing(database_address: str, processes: int) -> None:
    lots = chance("restarts", processes)
    async with running(database_address, processes, SENDS_RESTARTED, LONG) as run:
        for at in sorted(lots.sample(range(5, SENDS_RESTARTED * 8 // 10), RESTARTS)):
            await run.connector.reached(at)
            for number in range(processes):
                assert await run.fleet.replace(number) == 0
        ended = await run.over(within=60 + SENDS_RESTARTED / 10)
    print(f"seed {SEED}: {ended}")  # noqa: T201
    assert ended == End({State.SENT: SENDS_RESTARTED}, [], 0, [])
    assert not any(any(each) for each in run.connector.marks.values())
