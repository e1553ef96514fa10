"""The database when it is crowded, unreadable, full, locked, or gone: a named error, and nothing half-written."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from knowledge.database import Database, address
from knowledge.errors import DatabaseAway, DatabaseBusy, DatabaseFull, DatabaseUnreadable, Refusal
from knowledge.models import AuditRow, Person
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING
from tests.ledger import size
from tests.servers import free_port

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
WRITERS = size(30, 100)
SHORT = 0.3
"""Seconds to wait for a lock where it will not come."""


@asynccontextmanager
async def opened(where: str, wait: float = 8.0) -> AsyncIterator[Database]:
    database = Database(address(where), wait)
    try:
        yield database
    finally:
        await database.close()


async def meet(database: Database, object_id: str) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.people.met(TENANT, object_id)


async def count_people(database: Database) -> int:
    async with database.reading(lambda: MONDAY_MORNING) as work:
        return await work.session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture(params=range(size(1, 100)))
def again() -> None:
    """At full size the test is made a hundred times."""


EACH_TIME = pytest.mark.usefixtures("again")


# crowded


async def test_writers_at_once_are_all_served(database: Database) -> None:
    async def read_then_write(number: int) -> None:
        async with database.work(lambda: MONDAY_MORNING) as work:
            known = len(await work.people.everyone())
            await asyncio.sleep(0)
            await work.people.met(TENANT, f"{number}-{known}")

    await asyncio.gather(*(read_then_write(number) for number in range(WRITERS)))
    assert await count_people(database) == WRITERS


async def test_processes_that_write_at_once_are_all_served(sqlite_address: str) -> None:
    program = (
        "import asyncio, sys\n"
        "from tests.faults.test_records import Database, address, meet\n"
        "async def main():\n"
        "    database = Database(address(sys.argv[1]))\n"
        "    await asyncio.gather(*(meet(database, f'{sys.argv[2]}-{n}') for n in range(10)))\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, sqlite_address, str(number))
        for number in range(3)
    ]
    assert [await process.wait() for process in running] == [0, 0, 0]
    async with opened(sqlite_address) as database:
        assert await count_people(database) == 30


async def test_the_same_person_met_by_many_at_once_is_one(database: Database) -> None:
    await asyncio.gather(*(meet(database, "one") for _ in range(20)))
    assert await count_people(database) == 1


async def test_readers_and_the_writer_do_not_wait_for_each_other(sqlite_address: str) -> None:
    async with opened(sqlite_address, SHORT) as database:
        async with database.work(lambda: MONDAY_MORNING) as work:
            await work.people.met(TENANT, "one")
            await work.session.flush()
            assert await count_people(database) == 0
        async with database.reading(lambda: MONDAY_MORNING) as reading:
            assert len(await reading.people.everyone()) == 1
            await meet(database, "two")
        assert await count_people(database) == 2


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|read or written"):
        await write_while_reading(database)
    assert await count_people(database) == 0


async def write_while_reading(database: Database) -> None:
    async with database.reading(lambda: MONDAY_MORNING) as work:
        await work.people.met(TENANT, "one")
        await work.session.commit()


# away, unreadable, full, locked


@EACH_TIME
async def test_a_database_that_is_not_there_is_away() -> None:
    async with opened(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing") as database:
        with pytest.raises(DatabaseAway, match="nothing was changed"):
            await meet(database, "one")


@EACH_TIME
async def test_a_folder_that_is_not_there_is_away(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/missing/records.db") as database:
        with pytest.raises(DatabaseAway):
            await meet(database, "one")


@EACH_TIME
async def test_a_file_that_is_no_database_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"not a database" * 1000)
    async with opened(f"sqlite:///{tmp_path}/records.db") as database:
        with pytest.raises(DatabaseUnreadable):
            await meet(database, "one")


@EACH_TIME
async def test_a_full_database_is_told_and_goes_on_once_there_is_room(sqlite_address: str) -> None:
    async with opened(sqlite_address) as database:
        await meet(database, "one")
        async with database.writer.connect() as connection:
            pages = await connection.scalar(text("PRAGMA page_count"))
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(DatabaseFull):
            await meet_many(database)
        assert await count_people(database) == 1
        async with database.writer.connect() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1000000"))
        await meet(database, "two")
        assert await count_people(database) == 2


async def meet_many(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        for number in range(1_000):
            await work.people.met(TENANT, f"many-{number}")


@EACH_TIME
async def test_a_database_that_another_process_locks_is_busy(sqlite_address: str) -> None:
    other = sqlite3.connect(sqlite_address.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with opened(sqlite_address, SHORT) as database:
        with pytest.raises(DatabaseBusy):
            await meet(database, "one")
        other.execute("ROLLBACK")
        other.close()
        await meet(database, "two")
        assert await count_people(database) == 1


@EACH_TIME
async def test_a_row_that_another_transaction_locks_is_busy(postgres_address: str) -> None:
    async with opened(postgres_address, SHORT * 3) as database, opened(postgres_address) as other:
        await meet(database, "one")
        async with other.work(lambda: MONDAY_MORNING) as holding:
            await holding.session.execute(text("SELECT * FROM people FOR UPDATE"))
            with pytest.raises(DatabaseBusy):
                await touch(database)


async def touch(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.session.execute(text("UPDATE people SET email = 'x'"))


# gone in the middle


@EACH_TIME
async def test_a_connection_that_dies_in_the_middle_leaves_nothing(postgres_address: str) -> None:
    async with opened(postgres_address) as database:
        with pytest.raises(DatabaseAway):
            await meet_on_a_connection_that_dies(database)
        assert await count_people(database) == 0
        await meet(database, "three")


async def meet_on_a_connection_that_dies(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.people.met(TENANT, "one")
        await end(database, await work.session.scalar(text("SELECT pg_backend_pid()")))
        await work.people.met(TENANT, "two")


async def end(database: Database, pid: int | None) -> None:
    async with database.writer.connect() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


async def test_connections_that_died_while_idle_are_replaced_unnoticed(postgres_address: str) -> None:
    async with opened(postgres_address) as database, opened(postgres_address) as other:
        await meet(database, "one")
        async with other.writer.connect() as connection:
            mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
            await connection.execute(text(mine + "current_database()"))
        await meet(database, "two")
        assert await count_people(database) == 2


@EACH_TIME
def test_a_process_that_is_killed_in_the_middle_leaves_nothing(sqlite_address: str) -> None:
    program = (
        "import asyncio, sys, time\n"
        "from tests.faults.test_records import Database, address, MONDAY_MORNING, TENANT\n"
        "async def main():\n"
        "    async with Database(address(sys.argv[1])).work(lambda: MONDAY_MORNING) as work:\n"
        "        await work.people.met(TENANT, 'one')\n"
        "        await work.session.flush()\n"
        "        print('written', flush=True)\n"
        "        time.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, sqlite_address], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    with sqlite3.connect(sqlite_address.removeprefix("sqlite:///")) as left:
        assert left.execute("SELECT count(*) FROM people").fetchone() == (0,)
        assert left.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    left.close()


async def test_a_refusal_in_the_middle_leaves_nothing(database: Database) -> None:
    with pytest.raises(Refusal):
        await change_and_refuse(database)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        assert await work.session.scalar(select(func.count()).select_from(AuditRow)) == 0
    assert await count_people(database) == 0


async def change_and_refuse(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.people.met(TENANT, "one")
        await work.session.flush()
        raise Refusal


async def test_work_that_is_not_touched_meets_no_database() -> None:
    async with (
        opened(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing") as database,
        database.work(lambda: MONDAY_MORNING) as work,
    ):
        assert isinstance(work, UnitOfWork)
