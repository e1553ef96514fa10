"""Teams waits 15 seconds for a turn: a slow connector is given up before, and the person sees that we are writing."""

import asyncio

import pytest

from tests.fakes import FakeConnector, Step, Visitor, message

WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


async def posted(teams: Visitor, connector: FakeConnector, id: str = "activity-1") -> int:
    return (await teams.post("/api/messages", json=message(connector.url, WORRY, id=id))).status


def kinds(connector: FakeConnector) -> list[str]:
    return [call.body["type"] for call in connector.calls]


async def test_a_reply_that_takes_long_is_announced(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.teams.TYPING_AFTER", 0.02)
    until = asyncio.Event()
    connector.then(Step(until=until))
    reply = asyncio.create_task(posted(teams, connector))
    await connector.reached(2)
    until.set()
    assert await reply == 200
    assert kinds(connector) == ["message", "typing"]
    assert connector.calls[1].body["conversation"] == {"id": "chat-1"}


async def test_a_reply_that_is_there_at_once_is_not(teams: Visitor, connector: FakeConnector) -> None:
    assert await posted(teams, connector) == 200
    assert kinds(connector) == ["message"]


async def test_a_reply_arrives_though_typing_cannot_be_told(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.teams.TYPING_AFTER", 0.02)
    connector.then(Step(delay=0.3), Step(status=500))
    assert await posted(teams, connector) == 200
    assert kinds(connector) == ["message", "typing"]


async def test_a_connector_that_hangs_is_given_up_in_time_and_the_turn_is_taken_anew(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.teams.REPLY_WITHIN", 0.1)
    until = asyncio.Event()
    connector.then(Step(until=until))
    assert await asyncio.wait_for(posted(teams, connector), 5) == 200
    assert await posted(teams, connector) == 200
    until.set()
    assert len(connector.calls) == 2


def test_all_tries_together_end_before_teams_posts_the_turn_again() -> None:
    from bot.teams import REPLY_WITHIN

    assert REPLY_WITHIN < 15
