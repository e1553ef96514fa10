"""The schema: the migrations make what the models say, once, whoever comes first, on both databases."""

import asyncio
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from knowledge.database import Database, address
from knowledge.errors import DatabaseNewer, DatabaseNotReady
from knowledge.models import Base
from knowledge.schema import MIGRATIONS, migrate
from tests.builders import MONDAY_MORNING

ROOT = Path(__file__).parents[2]


async def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)

    async with database.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_whoever_comes_first_migrates_and_the_others_find_it_done(empty_address: str) -> None:
    heads = await asyncio.gather(*(migrate(address(empty_address)) for _ in range(5)))
    assert len(set(heads)) == 1
    assert await migrate(address(empty_address)) == heads[0]


async def test_a_database_without_the_schema_is_told(empty_address: str) -> None:
    database = Database(address(empty_address))
    with pytest.raises(DatabaseNotReady, match="safeguarding migrate"):
        async with database.work(lambda: MONDAY_MORNING) as work:
            await work.session.execute(text("SELECT id FROM people"))
    await database.close()


async def test_a_newer_releases_database_is_left_alone(database: Database, database_address: str) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer, match="newer release"):
        await migrate(address(database_address))


async def test_a_step_that_fails_leaves_nothing_behind(empty_address: str) -> None:
    database = Database(address(empty_address))
    async with database.writer.begin() as connection:  # in the way of the first step's last table
        await connection.execute(text("CREATE TABLE audit (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        await migrate(address(empty_address))
    async with database.writer.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert tables == ["audit"]
    await database.close()


def test_an_installed_wheel_has_the_migrations(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(tmp_path)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    steps = {f"knowledge/migrations/versions/{path.name}" for path in (MIGRATIONS / "versions").glob("*.py")}
    assert steps | {"knowledge/migrations/env.py"} <= set(zipfile.ZipFile(wheel).namelist())
    assert len(steps) > 1
