"""The strict front door over real HTTP, with its key server and its connector in trouble: a worry is still answered."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.frontdoor import LOOPBACK_HOSTS, FrontDoor
from bot.signing_keys import SigningKeys
from bot.teams import TeamsDoor
from tests.builders import conversation
from tests.fakes import FakeConnector, Step
from tests.keyserver import APP_ID, TENANT, Answer, FakeKeyServer, activity, claims, key_pair

NOW = datetime(2026, 11, 27, 18, 40, tzinfo=UTC)
WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


class Teams:
    """The door on a free port, and Teams posting to it with a token that is as it should be."""

    def __init__(self, keys: FakeKeyServer, connector: FakeConnector) -> None:
        self.keys, self.connector = keys, connector
        self.now = NOW
        self._posted = 0

    async def __aenter__(self) -> "Teams":
        self._client = aiohttp.ClientSession()
        self._signing = SigningKeys(self._client, self.keys.url, lambda: self.now)
        front_door = FrontDoor(APP_ID, frozenset({TENANT}), self._signing, lambda: self.now, LOOPBACK_HOSTS)
        app = web.Application()
        app.router.add_post("/", TeamsDoor(conversation(), lambda: self.now, self._client, front_door).handle)
        self._visitor = TestClient(TestServer(app))
        await self._visitor.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._signing.close()
        await self._visitor.close()
        await self._client.close()

    async def posts(self, *, key: str = "key-1", **changes: Any) -> int:
        """Post a worry; gives the status."""
        self._posted += 1
        url = self.connector.url
        token = key_pair(key).token(claims(self.now, serviceurl=url))
        posted = activity(serviceUrl=url, text=WORRY, id=f"activity-{self._posted}", **changes)
        response = await self._visitor.post("/", json=posted, headers={"Authorization": f"Bearer {token}"})
        return response.status


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again, but does not wait."""
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


@pytest.fixture
async def teams() -> AsyncIterator[Teams]:
    async with FakeKeyServer(key_pair("key-1")) as keys, FakeConnector() as connector, Teams(keys, connector) as teams:
        yield teams


async def test_a_worry_with_a_good_token_is_answered(teams: Teams) -> None:
    assert await teams.posts() == 200
    assert "020 8424 0999" in teams.connector.accepted[0].card["fallbackText"]


async def test_another_tenant_is_refused_and_told_nothing(teams: Teams) -> None:
    assert await teams.posts(channelData={"tenant": {"id": "another"}}) == 403
    assert teams.connector.calls == []


async def test_a_worry_is_answered_while_the_key_server_is_down(teams: Teams) -> None:
    await teams.posts()
    teams.keys.rest = Answer(status=500)
    for hours in (1, 25, 100):
        teams.now = NOW + timedelta(hours=hours)
        assert await teams.posts() == 200
    assert len(teams.connector.accepted) == 4


async def test_a_worry_is_answered_while_the_key_server_hangs(teams: Teams) -> None:
    await teams.posts()
    until = asyncio.Event()
    teams.keys.rest = Answer(until=until)
    teams.now = NOW + timedelta(hours=25)
    hanging = asyncio.create_task(teams.posts(key="key-2"))
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(teams.posts(), 5) == 200
    until.set()
    assert await hanging == 401


async def test_the_wait_for_a_key_and_for_the_connector_count_together(
    teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.teams.REPLY_WITHIN", 1.0)
    until, loop = asyncio.Event(), asyncio.get_running_loop()
    teams.keys.rest = Answer(until=until)
    teams.connector.then(Step(until=asyncio.Event()))
    start = loop.time()
    loop.call_later(0.7, until.set)
    assert await asyncio.wait_for(teams.posts(), 10) == 200
    assert 0.9 < loop.time() - start < 1.5
    assert len(teams.connector.calls) == 1


async def test_a_key_that_microsoft_rolled_is_found_at_once(teams: Teams) -> None:
    await teams.posts()
    teams.keys.rotate(key_pair("key-2"))
    assert await teams.posts(key="key-2") == 200


@pytest.mark.parametrize("step", [Step(429), Step(500), Step(503), Step(reset="before"), Step(reset="after")])
async def test_a_reply_that_was_not_taken_is_sent_again(teams: Teams, step: Step) -> None:
    teams.connector.then(step)
    assert await teams.posts() == 200
    assert len(teams.connector.accepted) >= 1


async def test_a_connector_that_sends_us_elsewhere_gets_nothing_there(teams: Teams) -> None:
    async with FakeConnector() as elsewhere:
        teams.connector.then(*[Step(307, headers={"Location": elsewhere.url})] * 3)
        assert await teams.posts() == 200
        assert elsewhere.calls == []
