"""The schema: brings a database to this release's, once, however many processes start at the same time."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, text

from knowledge.database import WAIT, Database
from knowledge.errors import DatabaseNewer
from knowledge.naming import named_errors

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_305_417
"""A number of ours: who holds it on PostgreSQL is the one who migrates."""


async def migrate(url: URL, wait: float = WAIT) -> str:
    """Bring the database at `url` (from `database.address`) to this release's schema; gives its revision.

    It runs in a thread of its own: a concern waits for none of it. Raises RecordsAway; then nothing was changed.
    """
    return await asyncio.to_thread(lambda: asyncio.run(_migrate(url, wait)))


async def _migrate(url: URL, wait: float) -> str:
    database = Database(url, wait)
    try:
        with named_errors():
            async with database.writer.begin() as connection:
                return await connection.run_sync(_upgrade)
    except CommandError as unknown:
        raise DatabaseNewer from unknown
    finally:
        await database.close()


def _upgrade(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    head = ScriptDirectory.from_config(config).get_current_head() or ""
    if MigrationContext.configure(connection).get_current_revision() != head:
        command.upgrade(config, head)
    return head
