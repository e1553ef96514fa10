"""The database: its address, its connections, and a name for each way in which it can fail. Nothing else opens one.

The same code serves SQLite and PostgreSQL. On SQLite one connection of the process writes, so writers queue in order
and never meet "database is locked"; a transaction that writes takes its lock at its start (BEGIN IMMEDIATE).
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as QueueTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm.exc import StaleDataError

from knowledge.clock import Clock
from knowledge.errors import (
    ChangedMeanwhile,
    DatabaseAway,
    DatabaseBusy,
    DatabaseFull,
    DatabaseNotReady,
    DatabaseUnreadable,
    RecordsAway,
)
from knowledge.unit_of_work import UnitOfWork

WAIT = 8.0
"""Seconds to wait for a lock or a connection: Teams sends a turn again after 15."""
READERS = 4
CONNECTIONS = 10
_SQLITE = {
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_CANTOPEN: DatabaseAway,
}
_POSTGRES = {
    "53100": DatabaseFull,
    "40001": DatabaseBusy,
    "40P01": DatabaseBusy,
    "55P03": DatabaseBusy,
    "57014": DatabaseBusy,
    "42P01": DatabaseNotReady,
    "42703": DatabaseNotReady,
}
_CONNECTION = ("08", "57P", "53", "28", "3D")
"""Classes of SQLSTATE for no connection: lost, shutting down, too many, no entry, no such database."""


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


@contextmanager
def named_errors() -> Iterator[None]:
    """Tell what the database's errors mean. What only a fault of ours can raise passes as it is."""
    try:
        yield
    except StaleDataError as stale:
        raise ChangedMeanwhile from stale
    except QueueTimeout as waited:
        raise DatabaseBusy from waited
    except (DBAPIError, OSError) as error:
        named = _named(error)
        if named is None:
            raise
        raise named from error


def _named(error: DBAPIError | OSError) -> RecordsAway | None:
    if isinstance(error, OSError) or error.connection_invalidated:
        return DatabaseAway()
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _named_sqlite(code & 0xFF, str(error.orig))
    state: str = getattr(error.orig, "sqlstate", None) or ""
    if state in _POSTGRES:
        return _POSTGRES[state]()
    is_away = state.startswith(_CONNECTION) or (not state and isinstance(error, InterfaceError | OperationalError))
    return DatabaseAway() if is_away else None


def _named_sqlite(code: int, words: str) -> RecordsAway | None:
    if code == sqlite3.SQLITE_ERROR:
        return DatabaseNotReady() if words.startswith(("no such table", "no such column")) else None
    if code in (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_MISUSE):
        return None
    return _SQLITE.get(code, DatabaseUnreadable)()


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
