"""A name for each way in which the database can fail."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as QueueTimeout
from sqlalchemy.orm.exc import StaleDataError

from knowledge.errors import (
    ChangedMeanwhile,
    DatabaseAway,
    DatabaseBusy,
    DatabaseFull,
    DatabaseNotReady,
    DatabaseUnreadable,
    RecordsAway,
)

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
