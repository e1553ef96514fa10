"""The database: its address and its connections. Nothing else opens one.

The same code serves SQLite and PostgreSQL. On SQLite one connection of the process writes, so writers queue in order
and never meet "database is locked"; a transaction that writes takes its lock at its start (BEGIN IMMEDIATE).
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from knowledge.clock import Clock
from knowledge.naming import named_errors
from knowledge.unit_of_work import UnitOfWork

WAIT = 8.0
"""Seconds to wait for a lock or a connection: Teams sends a turn again after 15."""
READERS = 4
CONNECTIONS = 10


class BadAddress(Exception):
    """The address is not one of a database that the assistant can use; the message says what to write."""


def address(words: str) -> URL:
    """Read an address such as `sqlite:///data.db` or `postgresql://user:password@host/name`. Raises BadAddress."""
    try:
        url = make_url(words)
    except (ArgumentError, ValueError):
        raise BadAddress("write an address such as sqlite:///data.db or postgresql://user@host/name") from None
    if url.drivername == "sqlite":
        if url.database in (None, "", ":memory:") or url.host:
            raise BadAddress("write the path of a file after three slashes, such as sqlite:///data.db")
        return url.set(drivername="sqlite+aiosqlite")
    if url.drivername in ("postgresql", "postgres"):
        return _with_ssl(url.set(drivername="postgresql+asyncpg"))
    raise BadAddress("only sqlite:/// and postgresql:// addresses can be used")


def _with_ssl(url: URL) -> URL:
    """`sslmode=` is what portals print; the driver's own word for it is `ssl`."""
    mode = url.query.get("sslmode")
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else url


class Database:
    """Connections to one database, opened when first needed; `close` gives them back."""

    def __init__(self, url: URL, wait: float = WAIT) -> None:
        """`url` from `address`; `wait`: seconds for a lock or a connection."""
        self.writer, self._reader = _sqlite(url, wait) if _is_sqlite(url) else _postgres(url, wait)

    @asynccontextmanager
    async def work(self, clock: Clock) -> AsyncIterator[UnitOfWork]:
        """One transaction that may write, opened at its first statement and committed at the end; rolled back where
        anything is raised. Raises RecordsAway."""
        with named_errors():
            async with AsyncSession(self.writer, expire_on_commit=False) as session:
                yield UnitOfWork(session, clock)
                await session.commit()

    @asynccontextmanager
    async def reading(self, clock: Clock) -> AsyncIterator[UnitOfWork]:
        """One transaction that can only read, and waits for no writer. Raises RecordsAway."""
        with named_errors():
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield UnitOfWork(session, clock)

    async def ping(self) -> None:
        """Pass where the database answers and has a schema. Raises RecordsAway."""
        with named_errors():
            async with self._reader.connect() as connection:
                await connection.execute(text("SELECT version_num FROM alembic_version"))

    async def close(self) -> None:
        await self._reader.dispose()
        await self.writer.dispose()


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _sqlite(url: URL, wait: float) -> tuple[AsyncEngine, AsyncEngine]:
    def engine(connections: int, begin: str, *pragmas: str) -> AsyncEngine:
        made = create_async_engine(
            url, hide_parameters=True, pool_size=connections, max_overflow=0, pool_timeout=wait
        )  # fmt: skip

        @event.listens_for(made.sync_engine, "do_connect")
        def try_first(dialect: object, record: object, arguments: list[str], options: object) -> None:
            """The driver starts a thread and leaves it behind where the file cannot be opened: so look first."""
            sqlite3.connect(arguments[0]).close()

        @event.listens_for(made.sync_engine, "connect")
        def prepare(connection: Any, record: object) -> None:
            connection.isolation_level = None  # the driver opens no transaction of its own: `begin` below does
            cursor = connection.cursor()
            for pragma in (f"busy_timeout = {int(wait * 1000)}", "foreign_keys = ON", *pragmas):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        event.listen(made.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return made

    # FULL: a commit that was answered survives a power cut. WAL: readers do not wait for the writer. Secure delete:
    # what is destroyed (the key of a round of evaluation) is overwritten in the file, too.
    writer = engine(1, "BEGIN IMMEDIATE", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
    return writer, engine(READERS, "BEGIN", "query_only = ON")


def _postgres(url: URL, wait: float) -> tuple[AsyncEngine, AsyncEngine]:
    writer = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=True,
        connect_args={
            "timeout": wait / 2,
            "command_timeout": wait,
            "server_settings": {"lock_timeout": str(int(wait * 800))},  # milliseconds; told as busy
        },
    )
    return writer, writer.execution_options(postgresql_readonly=True)
