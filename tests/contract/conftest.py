"""What the contract tests of the door share: a connector, and the whole application behind a free port."""

from collections.abc import AsyncIterator

import pytest

from tests.builders import conversation
from tests.fakes import FakeConnector, Visitor, visiting


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
async def teams() -> AsyncIterator[Visitor]:
    async with visiting(conversation()) as visitor:
        yield visitor
