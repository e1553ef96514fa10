"""Fixtures that every kind of test may use."""

import pytest

from tests.databases import (
    database,
    database_address,
    empty_address,
    kind,
    postgres_address,
    postgres_server,
    sqlite_address,
    sqlite_file,
)
from tests.ledger import FULL, SEED
from tests.transcript import Chat

__all__ = [
    "database",
    "database_address",
    "empty_address",
    "kind",
    "postgres_address",
    "postgres_server",
    "sqlite_address",
    "sqlite_file",
]


@pytest.fixture
def chat() -> Chat:
    return Chat()


def pytest_report_header() -> str:
    return f"lots are drawn from SAFEGUARDING_SEED={SEED}, at {'full' if FULL else 'CI'} size"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running, and no test with a loop of its own can follow."""
    items.sort(key=lambda item: "e2e" in item.path.parts)
