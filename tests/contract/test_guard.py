"""Who may come in: without a sign-in only this machine; with one, only Teams; and a page that sheds still shows 999."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.guard import MOST_A_MINUTE, Limiter
from bot.settings import DEVELOPMENT, AppIdentity, AppType, Environment, Settings
from bot.web import application
from knowledge import safe_default
from tests.builders import MONDAY_MORNING, conversation
from tests.fakes import Visitor, message, visiting

APP = AppIdentity(
    "2f8e1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30", AppType.SINGLE_TENANT, "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", "secret"
)
PRODUCTION = replace(
    DEVELOPMENT,
    environment=Environment.PRODUCTION,
    app=APP,
    tenants=frozenset({APP.tenant}),
    database_url="postgresql://127.0.0.1:9/away",
)


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with visiting(conversation()) as visitor:
        yield visitor


async def in_production(settings: Settings) -> Visitor:
    client = TestClient(TestServer(application(conversation(), lambda: MONDAY_MORNING, settings)))
    await client.start_server()
    return client


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"])
@pytest.mark.parametrize("path", ["/", "/api/messages"])
async def test_without_a_sign_in_nobody_comes_through_a_proxy(visitor: Visitor, name: str, path: str) -> None:
    response = await visitor.post(path, data={"text": "help"}, headers={name: "for=203.0.113.7"})
    assert response.status == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:3978", "127.0.0.1.evil.example", "203.0.113.7", "[2001:db8::1]"]
)
async def test_without_a_sign_in_a_name_of_another_machine_is_refused(visitor: Visitor, host: str) -> None:
    response = await visitor.get("/", headers={"Host": host})
    assert response.status == 403
    assert safe_default.MASH in await response.text()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:3978", "127.0.0.2", "[::1]:3978"])
async def test_this_machine_may_come_in_by_any_of_its_names(visitor: Visitor, host: str) -> None:
    assert (await visitor.get("/", headers={"Host": host})).status == 200


async def test_with_an_app_id_nobody_comes_in_without_a_token() -> None:
    client = await in_production(PRODUCTION)
    refused = await client.post("/api/messages", json=message("https://smba.trafficmanager.net/emea/", "hello"))
    assert refused.status == 401
    await client.close()


async def test_in_production_the_page_is_served_only_where_it_is_switched_on() -> None:
    off, on = await in_production(replace(PRODUCTION, serves_page=False)), await in_production(PRODUCTION)
    assert "<form" not in await (await off.get("/")).text()
    assert "<form" in await (await on.get("/")).text()
    await off.close()
    await on.close()


async def test_a_page_that_is_asked_too_often_still_shows_999_and_both_front_doors() -> None:
    client = await in_production(PRODUCTION)
    for _ in range(MOST_A_MINUTE):
        assert (await client.post("/", data={"text": "worried about a child"})).status == 200
    shed = await client.post("/", data={"text": "worried about a child"})
    assert shed.status == 429
    text = await shed.text()
    for words in ("999", safe_default.MASH, safe_default.ADULTS[0], safe_default.EMERGENCY_DUTY_TEAM):
        assert words in text
    await client.close()


def test_after_a_minute_an_address_may_ask_again_and_others_always_may() -> None:
    now = [0.0]
    limiter = Limiter(lambda: now[0])
    assert all(limiter.takes("203.0.113.7") for _ in range(MOST_A_MINUTE))
    assert not limiter.takes("203.0.113.7")
    assert limiter.takes("203.0.113.8")
    now[0] = 61
    assert limiter.takes("203.0.113.7")


async def test_whether_it_is_ready_is_told_by_its_content() -> None:
    client = await in_production(PRODUCTION)
    ready = await client.get("/readyz")
    assert (ready.status, (await ready.json())["content"]) == (200, conversation().library.version)
    await client.close()


async def test_it_is_not_ready_while_the_content_cannot_be_read() -> None:
    async with visiting(None) as visitor:
        assert (await visitor.get("/readyz")).status == 503
