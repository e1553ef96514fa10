"""Tokens for what we send: one fetch for all who ask, nobody blocked, each way of proving who we are."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import jwt
import pytest

from bot.settings import AppIdentity, AppType, ManagedIdentity
from bot.tokens import NoToken, Tokens, tokens_for
from tests.tokenservice import TokenService, certificate_with_key, token_service

APP, TENANT = "2f8e1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30", "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
NOW = datetime(2026, 11, 27, 18, 40, tzinfo=UTC)
WITH_PASSWORD = AppIdentity(APP, AppType.SINGLE_TENANT, TENANT, password="correct horse")  # noqa: S106


@pytest.fixture
async def service() -> AsyncIterator[TokenService]:
    async with token_service() as service:
        yield service


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


def with_password(service: TokenService, client: aiohttp.ClientSession) -> Tokens:
    return tokens_for(WITH_PASSWORD, client, lambda: NOW, login=service.url)


async def test_a_password_is_changed_for_a_token(service: TokenService, client: aiohttp.ClientSession) -> None:
    assert await with_password(service, client).bearer() == "token-1"
    asked = service.asked[0]
    assert asked["path"] == f"/{TENANT}/oauth2/v2.0/token"
    assert (asked["client_id"], asked["client_secret"]) == (APP, "correct horse")
    assert asked["scope"] == "https://api.botframework.com/.default"


async def test_a_certificate_signs_the_claim_to_be_the_app(
    service: TokenService, client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    path, certificate = certificate_with_key(tmp_path, NOW)
    app = AppIdentity(APP, AppType.SINGLE_TENANT, TENANT, certificate=path)
    await tokens_for(app, client, lambda: NOW, login=service.url).bearer()
    claim = jwt.decode(
        service.asked[0]["client_assertion"],
        certificate.public_key(),  # type: ignore[arg-type]
        algorithms=["PS256"],
        audience=f"{service.url}/{TENANT}/oauth2/v2.0/token",
        options={"verify_exp": False, "verify_nbf": False},
    )
    assert (claim["iss"], claim["sub"]) == (APP, APP)
    assert claim["exp"] - claim["nbf"] == 300
    assert "client_secret" not in service.asked[0]


async def test_a_managed_identity_needs_no_secret(service: TokenService, client: aiohttp.ClientSession) -> None:
    app = AppIdentity(APP, AppType.MANAGED_IDENTITY, TENANT)
    managed = ManagedIdentity(f"{service.url}/msi/token", "proof")
    assert await tokens_for(app, client, lambda: NOW, managed).bearer() == "token-1"
    assert service.asked[0]["header"] == "proof"
    assert service.asked[0]["resource"] == "https://api.botframework.com"


async def test_a_managed_identity_that_is_nowhere_offered_gives_no_token(client: aiohttp.ClientSession) -> None:
    app = AppIdentity(APP, AppType.MANAGED_IDENTITY, TENANT)
    with pytest.raises(NoToken):
        await tokens_for(app, client, lambda: NOW).bearer()


async def test_all_who_ask_at_once_share_one_fetch(service: TokenService, client: aiohttp.ClientSession) -> None:
    service.delay = 0.05
    tokens = with_password(service, client)
    assert await asyncio.gather(*(tokens.bearer() for _ in range(20))) == ["token-1"] * 20
    assert len(service.asked) == 1


async def test_a_token_near_its_end_is_fetched_anew(service: TokenService, client: aiohttp.ClientSession) -> None:
    service.life = 0.0001
    tokens = with_password(service, client)
    await tokens.bearer()
    await asyncio.sleep(0.001)
    assert await tokens.bearer() == "token-2"


async def test_an_ageing_token_is_used_while_its_successor_is_fetched_and_fails(
    service: TokenService, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tokens.PAUSE", 0.0)
    monkeypatch.setattr("bot.tokens.FRESH_SHARE", 0.0)
    tokens = with_password(service, client)
    assert await tokens.bearer() == "token-1"
    service.status = 503
    assert await tokens.bearer() == "token-1"
    await asyncio.sleep(0.1)
    assert len(service.asked) == 2
    service.status = 200
    assert await tokens.bearer() == "token-1"
    await asyncio.sleep(0.1)
    assert await tokens.bearer() == "token-3"
    await tokens.close()


async def test_nobody_waits_for_the_successor_of_a_token_that_is_good(
    service: TokenService, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tokens.FRESH_SHARE", 0.0)
    tokens = with_password(service, client)
    await tokens.bearer()
    service.delay = 3
    assert await asyncio.wait_for(tokens.bearer(), 1) == "token-1"
    await tokens.close()


async def test_a_service_that_fails_is_not_asked_with_every_turn(
    service: TokenService, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tokens.FRESH_SHARE", 0.0)
    tokens = with_password(service, client)
    await tokens.bearer()
    service.status = 503
    for _ in range(5):
        await tokens.bearer()
        await asyncio.sleep(0.05)
    assert len(service.asked) == 2


async def test_a_token_that_has_expired_is_not_used(service: TokenService, client: aiohttp.ClientSession) -> None:
    service.life = 0.0001
    tokens = with_password(service, client)
    await tokens.bearer()
    await asyncio.sleep(0.001)
    service.status = 503
    with pytest.raises(NoToken):
        await tokens.bearer()


async def test_who_gives_up_waiting_does_not_end_the_fetch_for_the_others(
    service: TokenService, client: aiohttp.ClientSession
) -> None:
    service.delay = 0.2
    tokens = with_password(service, client)
    patient = asyncio.create_task(tokens.bearer())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(tokens.bearer(), 0.05)
    assert await patient == "token-1"


@pytest.mark.parametrize(
    "pem", [b"", b"no PEM", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", None]
)
async def test_a_certificate_that_went_bad_gives_no_token(
    service: TokenService, client: aiohttp.ClientSession, tmp_path: Path, pem: bytes | None
) -> None:
    path = tmp_path / "app.pem"
    if pem is not None:
        path.write_bytes(pem)
    app = AppIdentity(APP, AppType.SINGLE_TENANT, TENANT, certificate=path)
    with pytest.raises(NoToken):
        await tokens_for(app, client, lambda: NOW, login=service.url).bearer()
    assert service.asked == []


async def test_a_refused_token_that_was_replaced_meanwhile_costs_no_other(
    service: TokenService, client: aiohttp.ClientSession
) -> None:
    tokens = with_password(service, client)
    first = await tokens.bearer()
    tokens.forget(first)
    second = await tokens.bearer()
    tokens.forget(first)
    assert await tokens.bearer() == second


async def test_a_token_that_was_refused_is_forgotten(service: TokenService, client: aiohttp.ClientSession) -> None:
    tokens = with_password(service, client)
    await tokens.bearer()
    tokens.forget("token-1")
    assert await tokens.bearer() == "token-2"


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
async def test_a_refusal_of_the_token_service_is_named(
    service: TokenService, client: aiohttp.ClientSession, status: int
) -> None:
    service.status = status
    with pytest.raises(NoToken) as refused:
        await with_password(service, client).bearer()
    assert refused.value.status == status


async def test_the_others_go_on_while_a_token_is_slow(service: TokenService, client: aiohttp.ClientSession) -> None:
    service.delay = 0.3
    asking = asyncio.create_task(with_password(service, client).bearer())
    turns = 0
    while not asking.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100


def test_no_secret_is_in_what_is_printed_of_an_app() -> None:
    assert "correct horse" not in repr(WITH_PASSWORD)
