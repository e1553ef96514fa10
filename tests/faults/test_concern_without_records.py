"""A database that breaks before a turn or in the middle of one: a worry is answered with 999 and the front door at
once, all else is told plainly, nothing is half-written, and it goes on once the database is there again."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge import inbox
from knowledge.database import Database, address
from knowledge.inbox import Effect, Inbox
from knowledge.models import Payload
from tests.contract.test_errands import ANN, SCHOOL, TENANT, WORRY, Chats, agency, clock
from tests.fakes import FakeConnector
from tests.ledger import size

WAIT = 1.0
"""Seconds for a lock or a connection."""
AT_ONCE = 4.0
"""Seconds within which a worry is answered, on a machine that is busy with other tests."""
JOINS = "i work for stanmore school"
Breaks = Callable[[Database, Path, pytest.MonkeyPatch], AbstractAsyncContextManager[None]]


@pytest.fixture(params=range(size(1, 100)))
def again() -> None:
    """At full size the test is made a hundred times."""


@pytest.fixture
def movable(sqlite_address: str, tmp_path: Path) -> Path:
    """A file in a folder of its own."""
    (tmp_path / "data").mkdir()
    return Path(sqlite_address.removeprefix("sqlite:///")).rename(tmp_path / "data" / "records.db")


# Ways to break it. SQLite's file is `path`


@asynccontextmanager
async def away(database: Database, path: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    await database.close()
    elsewhere = path.parent.rename(path.parent.with_name("elsewhere"))
    yield
    elsewhere.rename(path.parent)


@asynccontextmanager
async def unreadable(database: Database, path: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    await database.close()
    whole = await asyncio.to_thread(path.rename, path.with_name("whole.db"))
    await asyncio.to_thread(path.write_bytes, b"not a database" * 1000)
    yield
    await database.close()
    whole.rename(path)


@asynccontextmanager
async def full(database: Database, path: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """There is room for nothing more; the first row that needs any does not get it."""
    async with database.writer.connect() as connection:
        await connection.exec_driver_sql("CREATE TABLE filling (words TEXT)")
        await connection.commit()
    filled = _in_the_middle(patch, _fills)
    yield
    filled()


@asynccontextmanager
async def locked(database: Database, path: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@asynccontextmanager
async def locked_on_postgres(database: Database, path: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    other = Database(database.writer.url)
    async with other.work(clock) as work:
        await work.session.execute(text("LOCK TABLE people IN ACCESS EXCLUSIVE MODE"))
        yield
    await other.close()


@asynccontextmanager
async def stopped_in_the_middle(database: Database, path: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    mended = _in_the_middle(patch, _ends)
    yield
    mended()


def _in_the_middle(patch: pytest.MonkeyPatch, breaks: Callable[[Inbox], Awaitable[None]]) -> Callable[[], None]:
    """Let an errand do its work, and break the database before it is committed. Gives what mends it."""
    once = Inbox.once

    async def broken(self: Inbox, conversation_id: str, activity_id: str, effect: Effect) -> Payload:
        result = await once(self, conversation_id, activity_id, effect)
        await self.session.flush()
        await breaks(self)
        return result

    patch.setattr(inbox.Inbox, "once", broken)
    return lambda: patch.setattr(inbox.Inbox, "once", once)


async def _fills(inbox: Inbox) -> None:
    pages = await inbox.session.scalar(text("PRAGMA page_count"))
    await inbox.session.execute(text(f"PRAGMA max_page_count = {pages}"))
    await inbox.session.execute(text("INSERT INTO filling VALUES (:words)"), {"words": "x" * 10_000_000})


async def _ends(inbox: Inbox) -> None:
    await inbox.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


# What holds whatever breaks


async def answers(chats: Chats, words: str) -> tuple[str, float]:
    """What is answered, and after how many seconds."""
    chats._turns += 1
    before, started = len(chats.connector.calls), time.monotonic()
    activity = {"id": f"turn-{chats._turns}", "type": "message", "serviceUrl": chats.connector.url, "text": words}
    posted = asyncio.create_task(chats.visitor.post("/", json=chats.posted({**activity, "channelId": "msteams"}, ANN)))
    while not (sent := [call for call in chats.connector.calls[before:] if "attachments" in call.body]):
        await chats.connector.reached(len(chats.connector.calls) + 1)
    took = time.monotonic() - started
    assert (await posted).status == 200
    await chats.errands.close()
    return sent[0].card["fallbackText"], took


async def holds(chats: Chats, database: Database, path: Path, breaks: Breaks, patch: pytest.MonkeyPatch) -> None:
    await agency(database)
    await chats.knows(ANN)
    async with breaks(database, path, patch):
        for _ in range(2):
            told, _ = await answers(chats, JOINS)
            assert "nothing was changed" in told
            worry, took = await answers(chats, WORRY)
            assert "999" in worry
            assert "020 8901 2690" in worry
            assert took < AT_ONCE
            service, _ = await answers(chats, "contact lado")
            assert "nothing was changed" in service
            assert "Harrow LADO" in service
    async with database.reading(clock) as work:
        person = await work.people.find(TENANT, ANN)
        assert person
        assert person.agency_id is None
    assert f"you work for {SCHOOL.name}" in (await answers(chats, JOINS))[0]


@pytest.mark.usefixtures("again")
@pytest.mark.parametrize("breaks", [away, unreadable, full, locked])
async def test_a_worry_is_answered_whatever_befalls_sqlite(
    movable: Path, breaks: Breaks, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(address(f"sqlite:///{movable}"), WAIT)
    async with FakeConnector() as connector, Chats(database, connector) as chats:
        await holds(chats, database, movable, breaks, monkeypatch)
    await database.close()
    with sqlite3.connect(movable) as left:
        assert left.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    left.close()


@pytest.mark.usefixtures("again")
@pytest.mark.parametrize("breaks", [locked_on_postgres, stopped_in_the_middle])
async def test_a_worry_is_answered_whatever_befalls_postgres(
    postgres_address: str, tmp_path: Path, breaks: Breaks, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(address(postgres_address), WAIT)
    async with FakeConnector() as connector, Chats(database, connector) as chats:
        await holds(chats, database, tmp_path, breaks, monkeypatch)
    await database.close()
