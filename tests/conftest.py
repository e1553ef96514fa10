"""Fixtures that every kind of test may use."""

import pytest

from tests.transcript import Chat


@pytest.fixture
def chat() -> Chat:
    return Chat()
