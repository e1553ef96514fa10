"""What the contract tests of the door share: a connector, the whole application behind a free port, and the ledger."""

from collections.abc import AsyncIterator

import pytest

from knowledge.database import Database
from tests.builders import conversation
from tests.chats import compiled, office
from tests.desk import Desk
from tests.fakes import FakeConnector, Visitor, visiting
from tests.owed import UNWANTED

__all__ = ["compiled", "office"]


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
async def teams() -> AsyncIterator[Visitor]:
    async with visiting(conversation()) as visitor:
        yield visitor


@pytest.fixture
def desk(database: Database) -> Desk:
    UNWANTED.clear()
    return Desk(database)
