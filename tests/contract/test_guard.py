"""Who may come in: without a sign-in only this machine; with one, only Teams; and a page that sheds still shows 999."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.guard import MOST_A_MINUTE, Limiter, client_address
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


@pytest.mark.parametrize(
    "name",
    "Forwarded X-Forwarded-For x-forwarded-host X-Forwarded-Proto X-Forwarded-Port X-Forwarded-Prefix "
    "X-Forwarded-Server X-Forwarded-Anything X-Forwarded X-Real-IP Via".split(),
)
@pytest.mark.parametrize("path", ["/", "/api/messages"])
async def test_without_a_sign_in_nobody_comes_through_a_proxy(visitor: Visitor, name: str, path: str) -> None:
    response = await visitor.post(path, json={"text": "help"}, headers={name: "for=203.0.113.7"})
    assert response.status == 403


@pytest.mark.parametrize("path", ["/", "/api/messages", "/healthz"])
async def test_a_request_that_does_not_say_for_whom_it_is_is_refused(visitor: Visitor, path: str) -> None:
    assert visitor.port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", visitor.port)
    writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:3978", "null", ""])
async def test_a_page_cannot_make_a_browser_speak_to_the_door(visitor: Visitor, origin: str) -> None:
    posted = await visitor.post(
        "/api/messages", json=message("http://127.0.0.1:1", "hello"), headers={"Origin": origin}
    )
    assert posted.status == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", ""]
)
async def test_what_a_browser_may_send_without_asking_is_no_activity(visitor: Visitor, kind: str) -> None:
    body = json.dumps(message("http://127.0.0.1:1", "hello")).encode()
    assert (await visitor.post("/api/messages", data=body, headers={"Content-Type": kind})).status == 400


async def test_what_teams_and_its_emulators_send_is_one(visitor: Visitor) -> None:
    body = json.dumps(message("http://127.0.0.1:1", "hello", type="typing")).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await visitor.post("/api/messages", data=body, headers=headers)).status == 200


async def test_in_development_with_an_app_id_the_page_is_for_this_machine_and_the_door_for_teams() -> None:
    client = await in_production(replace(DEVELOPMENT, app=APP))
    through = {"X-Forwarded-For": "203.0.113.7", "Host": "tunnel.example"}
    assert (await client.get("/")).status == 200
    assert (await client.get("/", headers=through)).status == 403
    assert (await client.post("/", data={"text": "help"}, headers=through)).status == 403
    asked = await client.post(
        "/api/messages", json=message("https://smba.trafficmanager.net/", "hello"), headers=through
    )
    assert asked.status == 401
    await client.close()


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


SAW = "198.51.100.1, 203.0.113.7"
HOPS = [
    (0, [SAW], "127.0.0.1"),
    (1, [], "127.0.0.1"),
    (1, [""], "127.0.0.1"),
    (1, ["203.0.113.7"], "203.0.113.7"),
    (1, [SAW], "203.0.113.7"),
    (2, [SAW], "198.51.100.1"),
    (3, [SAW], "127.0.0.1"),
    (1, ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
    (1, ["203.0.113.7:50123"], "203.0.113.7"),
    (1, ["[2001:db8::7]:50123"], "2001:db8::7"),
    (1, ["2001:DB8::7"], "2001:db8::7"),
    (1, ["nonsense"], "127.0.0.1"),
    (1, ["203.0.113.777"], "127.0.0.1"),
    (1, ["x" * 5_000], "127.0.0.1"),
]


@pytest.mark.parametrize(("proxies", "lines", "address"), HOPS)
async def test_behind_proxies_of_ours_an_address_is_what_the_first_of_them_saw(
    proxies: int, lines: list[str], address: str
) -> None:
    async def seen(request: web.Request) -> web.Response:
        return web.Response(text=client_address(request, proxies))

    app = web.Application()
    app.router.add_get("/", seen)
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/", headers=[("X-Forwarded-For", line) for line in lines])
        assert await response.text() == address


async def test_behind_a_proxy_each_address_has_a_limit_of_its_own_and_cannot_write_another() -> None:
    client = await in_production(replace(PRODUCTION, trusted_proxies=1))

    async def asks(saw: str) -> int:
        response = await client.post("/", data={"text": "help"}, headers={"X-Forwarded-For": saw})
        return response.status

    assert {await asks(f"198.51.100.{number}, 203.0.113.7") for number in range(MOST_A_MINUTE)} == {200}
    assert await asks("203.0.113.7") == 429
    assert await asks("203.0.113.8") == 200
    await client.close()


async def test_without_a_proxy_of_ours_nobody_is_believed() -> None:
    client = await in_production(PRODUCTION)
    for number in range(MOST_A_MINUTE):
        await client.post("/", data={"text": "help"}, headers={"X-Forwarded-For": f"203.0.113.{number}"})
    assert (await client.post("/", data={"text": "help"}, headers={"X-Forwarded-For": "203.0.113.99"})).status == 429
    await client.close()


async def test_whether_it_is_ready_is_told_by_its_content() -> None:
    client = await in_production(PRODUCTION)
    ready = await client.get("/readyz")
    assert (ready.status, (await ready.json())["content"]) == (200, conversation().library.version)
    await client.close()


async def test_it_is_not_ready_while_the_content_cannot_be_read() -> None:
    async with visiting(None) as visitor:
        assert (await visitor.get("/readyz")).status == 503
