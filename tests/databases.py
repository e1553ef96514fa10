"""Fixtures: an empty database of this release's schema, on SQLite and on PostgreSQL, for each test that asks."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from knowledge.database import Database, address
from knowledge.schema import migrate
from tests.postgres import postgres, why_no_postgres

NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server with a database `filled` that has the schema. Skipped with its reason where PostgreSQL is
    not installed; in CI that fails instead."""
    why_not = why_no_postgres()
    if why_not and os.environ.get("CI"):
        pytest.fail(f"CI has to install what tests of the records need: {why_not}")
    if why_not:
        pytest.skip(why_not)
    with postgres() as server:
        make_filled(server.address)
        yield server.address


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the schema."""
    path = tmp_path_factory.mktemp("schema") / "filled.db"
    asyncio.run(migrate(address(f"sqlite:///{path}")))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """The database that the test runs on."""
    return str(request.param)


@pytest.fixture
def empty_address(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    return _database(request.getfixturevalue("postgres_server"), "template1")


@pytest.fixture
def sqlite_address(sqlite_file: Path, tmp_path: Path) -> str:
    """The address of a database with this release's schema and no rows, as the two below."""
    return f"sqlite:///{shutil.copy(sqlite_file, tmp_path / 'records.db')}"


@pytest.fixture
def postgres_address(postgres_server: str) -> str:
    return _database(postgres_server, "filled")


@pytest.fixture
def database_address(kind: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{kind}_address"))


@pytest.fixture
async def database(database_address: str) -> AsyncIterator[Database]:
    database = Database(address(database_address))
    yield database
    await database.close()


def make_filled(server: str) -> str:
    """Add a database `filled` that has the schema; gives its address."""
    asyncio.run(_create(server, "CREATE DATABASE filled"))
    where = f"{server.rpartition('/')[0]}/filled"
    asyncio.run(migrate(address(where)))
    return where


def _database(server: str, template: str) -> str:
    name = f"test_{next(NUMBERS)}"
    asyncio.run(_create(server, f"CREATE DATABASE {name} TEMPLATE {template}"))
    return f"{server.rpartition('/')[0]}/{name}"


async def _create(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
