"""The front door: each case of the table in reliability 3.1 by its name, each form of a service URL, and the limits."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives import serialization

from bot.frontdoor import LARGEST_BODY, LOOPBACK_HOSTS, TEAMS_HOSTS, FrontDoor, HostRule, Refused, read_object
from bot.signing_keys import SigningKeys
from tests.builders import MONDAY_MORNING
from tests.keyserver import (
    APP_ID,
    SERVICE_URL,
    TENANT,
    Answer,
    FakeKeyServer,
    activity,
    body,
    claims,
    key_pair,
)

KEY = key_pair("key-1")
OTHERS_KEY = key_pair("key-1", bits=2049)  # of the same name, and nobody of Microsoft's
WEB_CHAT_KEY = key_pair("key-3", endorsements=("webchat",))
NOW = MONDAY_MORNING


@asynccontextmanager
async def front_door(hosts: HostRule = TEAMS_HOSTS) -> AsyncIterator[FrontDoor]:
    async with FakeKeyServer(KEY, WEB_CHAT_KEY) as server, aiohttp.ClientSession() as client:
        keys = SigningKeys(client, server.url, lambda: NOW)
        try:
            yield FrontDoor(APP_ID, frozenset({TENANT}), keys, lambda: NOW, hosts)
        finally:
            await keys.close()


def token(**changes: Any) -> str:
    return KEY.token(claims(NOW, **changes))


async def refusal(authorization: str | None, posted: bytes, hosts: HostRule = TEAMS_HOSTS) -> tuple[int, str]:
    """The status and the reason a request is refused with; fails where it is let in."""
    async with front_door(hosts) as door:
        with pytest.raises(Refused) as refused:
            await door.admit(authorization, posted)
    return refused.value.status, refused.value.reason


def seconds(**from_now: int) -> int:
    return int((NOW + timedelta(**from_now)).timestamp())


def by_hand(header: dict[str, Any], said: object, secret: bytes | None = None) -> str:
    """A token that no library would make: unsigned, or signed with a secret (HS256)."""
    head, claimed = (_base64url(json.dumps(part).encode()) for part in (header, said))
    proof = hmac.digest(secret, f"{head}.{claimed}".encode(), hashlib.sha256) if secret else b""
    return f"{head}.{claimed}.{_base64url(proof)}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


PUBLIC_KEY = KEY.private.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_what_teams_posts_is_let_in(scheme: str) -> None:
    async with front_door() as door:
        assert await door.admit(f"{scheme} {token()}", body(activity())) == activity()


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": seconds(minutes=-4)},
        {"nbf": seconds(minutes=4)},
        {"exp": seconds(minutes=1) + 0.5},
        {"iat": seconds(days=1)},
        {"serviceurl": SERVICE_URL.upper()},
        {"serviceurl": SERVICE_URL.removesuffix("/")},
    ],
    ids=str,
)
async def test_a_token_is_let_in_within_five_minutes_and_however_its_url_is_written(changes: dict[str, Any]) -> None:
    async with front_door() as door:
        assert await door.admit(f"Bearer {token(**changes)}", body(activity()))


TOKENS = {
    "garbage": ("Bearer garbage", "token.malformed"),
    "no header": (None, "token.missing"),
    "an empty header": ("", "token.missing"),
    "another scheme": (f"Basic {token()}", "token.malformed"),
    "no scheme": (token(), "token.malformed"),
    "two spaces": (f"Bearer  {token()}", "token.malformed"),
    "a line's end": (f"Bearer {token()}\n", "token.malformed"),
    "two parts": (f"Bearer {token().rpartition('.')[0]}", "token.malformed"),
    "four parts": (f"Bearer {token()}.AAAA", "token.malformed"),
    "base64 with padding": (f"Bearer {token()}==", "token.malformed"),
    "not ASCII": (f"Bearer {token()}é", "token.malformed"),
    "half a character": ("Bearer \ud800.a.a", "token.malformed"),
    "a huge token": (f"Bearer {'e' * 9_000}.{'e' * 9_000}.eeee", "token.malformed"),
    "a header nested too deep": (f"Bearer {_base64url(b'[' * 4_000)}.e30.AAAA", "token.malformed"),
    "a header that is a list": (f"Bearer {by_hand([], {})}AAAA", "token.malformed"),  # type: ignore[arg-type]
    "alg none": (f"Bearer {by_hand({'alg': 'none', 'kid': 'key-1'}, claims(NOW))}", "token.malformed"),
    "alg none, with a signature": (
        f"Bearer {by_hand({'alg': 'none', 'kid': 'key-1'}, claims(NOW))}AAAA",
        "token.algorithm",
    ),
    "HS256 confusion": (
        f"Bearer {by_hand({'alg': 'HS256', 'kid': 'key-1'}, claims(NOW), PUBLIC_KEY)}",
        "token.algorithm",
    ),
    "RS256 said, HS256 done": (
        f"Bearer {by_hand({'alg': 'RS256', 'kid': 'key-1'}, claims(NOW), PUBLIC_KEY)}",
        "token.signature",
    ),
    "something critical": (f"Bearer {by_hand({'alg': 'RS256', 'crit': ['x']}, {}, b'x')}", "token.malformed"),
    "no kid": (f"Bearer {by_hand({'alg': 'RS256'}, claims(NOW), b'x')}", "token.key_unknown"),
    "a kid that is no text": (f"Bearer {by_hand({'alg': 'RS256', 'kid': [1]}, {}, b'x')}", "token.malformed"),
    "unknown kid": (f"Bearer {KEY.token(claims(NOW), kid='key-9')}", "token.key_unknown"),
    "bad signature": (f"Bearer {OTHERS_KEY.token(claims(NOW))}", "token.signature"),
    "a key of the token's own": (
        f"Bearer {OTHERS_KEY.token(claims(NOW), jwk=OTHERS_KEY.jwk, jku='https://keys.example')}",
        "token.signature",
    ),
    "wrong iss": (f"Bearer {token(iss='https://api.botframework.com/')}", "token.issuer"),
    "no iss": (f"Bearer {token(iss=None)}", "token.claim_missing"),
    "wrong aud": (f"Bearer {token(aud='11111111-2222-3333-4444-555555555555')}", "token.audience"),
    "no aud": (f"Bearer {token(aud=None)}", "token.claim_missing"),
    "an aud among others": (f"Bearer {token(aud=[APP_ID, 'another'])}", "token.audience"),
    "expired": (f"Bearer {token(exp=seconds(minutes=-6))}", "token.expired"),
    "token without exp": (f"Bearer {token(exp=None)}", "token.claim_missing"),
    "an exp that is text": (f"Bearer {token(exp=str(seconds(hours=1)))}", "token.malformed"),
    "an exp that is true": (f"Bearer {token(exp=True)}", "token.malformed"),
    "an exp without end": (f"Bearer {token(exp=float('inf'))}", "token.malformed"),
    "an exp that is no number": (f"Bearer {token(exp=float('nan'))}", "token.malformed"),
    "an absurd exp": (f"Bearer {token(exp=10**4_000)}", "token.malformed"),
    "nbf": (f"Bearer {token(nbf=seconds(minutes=6))}", "token.not_yet_valid"),
    "token without nbf": (f"Bearer {token(nbf=None)}", "token.claim_missing"),
    "no serviceurl claim": (f"Bearer {token(serviceurl=None)}", "token.claim_missing"),
    "bot's own outbound token": (
        f"Bearer {token(iss='https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/')}",
        "token.issuer",
    ),
    "other app's skill/emulator token": (
        f"Bearer {token(iss=f'https://login.microsoftonline.com/{TENANT}/v2.0', aud='another', appid=APP_ID)}",
        "token.issuer",
    ),
}


@pytest.mark.parametrize(("authorization", "reason"), TOKENS.values(), ids=TOKENS.keys())
async def test_a_token_that_proves_nothing_is_refused_with_401(authorization: str | None, reason: str) -> None:
    assert await refusal(authorization, body(activity())) == (401, reason)


async def test_the_bots_own_outbound_token_signed_by_entra_is_refused() -> None:
    entra = key_pair("entra-1")
    own = entra.token(claims(NOW, iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"))
    evil = body(activity(serviceUrl="https://attacker.example/"))
    assert await refusal(f"Bearer {own}", evil) == (401, "token.key_unknown")


OTHER = "99999999-2b64-4c1f-9f0e-6a7b8c9d0e1f"
CHAT = {"id": "chat-1", "conversationType": "personal"}
ACTIVITIES: dict[str, tuple[dict[str, Any], str]] = {
    "wrong channel": ({"channelId": "webchat"}, "channel.not_teams"),
    "a channel that is not endorsed": ({"channelId": "slack"}, "channel.not_endorsed"),
    "a channel in capitals": ({"channelId": "MSTeams"}, "channel.not_endorsed"),
    "a channel that is no text": ({"channelId": ["msteams"]}, "channel.not_endorsed"),
    "activity without channelId": ({"channelId": None}, "channel.not_endorsed"),
    "activity without serviceUrl": ({"serviceUrl": None}, "service_url.differs"),
    "serviceurl mismatch": ({"serviceUrl": "https://smba.trafficmanager.net/emea/"}, "service_url.differs"),
    "a serviceUrl that is no text": ({"serviceUrl": [SERVICE_URL]}, "service_url.differs"),
    "other tenant": (
        {"conversation": {**CHAT, "tenantId": OTHER}, "channelData": {"tenant": {"id": OTHER}}},
        "tenant.not_ours",
    ),
    "other tenant in the conversation": ({"conversation": {**CHAT, "tenantId": OTHER}}, "tenant.differs"),
    "other tenant in the channel data": ({"channelData": {"tenant": {"id": OTHER}}}, "tenant.not_ours"),
    "other tenant, named once": (
        {"conversation": CHAT, "channelData": {"tenant": {"id": OTHER}}},
        "tenant.not_ours",
    ),
    "a tenant in the conversation only": ({"channelData": None}, "tenant.missing"),
    "channel data without a tenant": ({"channelData": {"team": {"id": "19:team"}}}, "tenant.missing"),
    "a tenant without an id": ({"channelData": {"tenant": {}}}, "tenant.missing"),
    "no tenant": ({"conversation": CHAT, "channelData": {}}, "tenant.missing"),
    "nothing to name a tenant in": ({"conversation": None, "channelData": None}, "tenant.missing"),
    "an empty tenant": ({"channelData": {"tenant": {"id": ""}}}, "tenant.not_ours"),
    "an empty tenant in the conversation": ({"conversation": {**CHAT, "tenantId": ""}}, "tenant.differs"),
    "a tenant that is no text": ({"channelData": {"tenant": {"id": [TENANT]}}}, "tenant.not_ours"),
    "a tenant in the conversation that is no text": ({"conversation": {"tenantId": [TENANT]}}, "tenant.differs"),
    "a conversation that is text": ({"conversation": TENANT}, "tenant.differs"),
    "channel data that is text": ({"channelData": TENANT}, "tenant.not_ours"),
    "a tenant that is text": ({"channelData": {"tenant": TENANT}}, "tenant.not_ours"),
    "a tenant that is a list": ({"channelData": {"tenant": [TENANT]}}, "tenant.not_ours"),
    "our tenant in other letters": ({"channelData": {"tenant": {"id": TENANT.upper()}}}, "tenant.not_ours"),
}


@pytest.mark.parametrize(("changes", "reason"), ACTIVITIES.values(), ids=ACTIVITIES.keys())
async def test_an_activity_that_is_not_for_us_is_refused_with_403(changes: dict[str, Any], reason: str) -> None:
    assert await refusal(f"Bearer {token()}", body(activity(**changes))) == (403, reason)


async def test_a_key_that_may_not_speak_for_teams_is_refused_with_403() -> None:
    web_chat = WEB_CHAT_KEY.token(claims(NOW))
    assert await refusal(f"Bearer {web_chat}", body(activity())) == (403, "channel.not_endorsed")


@pytest.mark.parametrize("conversation", [CHAT, {**CHAT, "tenantId": None}, None])
async def test_the_tenant_of_the_channel_data_is_enough(conversation: dict[str, Any] | None) -> None:
    async with front_door() as door:
        assert await door.admit(f"Bearer {token()}", body(activity(conversation=conversation)))


BODIES = {
    "100k-deep JSON": (b"[" * 100_000, 400, "body.too_nested"),
    "100k-deep JSON, closed": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 413, "body.too_large"),
    "1,500-deep JSON": (b"[" * 1_500 + b"]" * 1_500, 400, "body.not_json"),
    "2,001 brackets": (b"[" + b"{}," * 2_000 + b"1]", 400, "body.too_nested"),
    "brackets behind a quote that never ends": (b"[" * 2_001 + b'"\\"' * 50_000, 400, "body.too_nested"),
    "array": (b"[]", 400, "body.not_an_object"),
    "null": (b"null", 400, "body.not_an_object"),
    "not JSON": (b"hello", 400, "body.not_json"),
    "nothing": (b"", 400, "body.not_json"),
    "half of an object": (b'{"type":', 400, "body.not_json"),
    "UTF-16": (json.dumps(activity()).encode("utf-16"), 400, "body.not_json"),
    "not UTF-8": (b'{"text": "\xff"}', 400, "body.not_json"),
    "a number of 5,000 digits": (b'{"id": ' + b"9" * 5_000 + b"}", 400, "body.not_json"),
    "body 5 MB": (b" " * 5_000_000, 413, "body.too_large"),
    "a byte too many": (b" " * (LARGEST_BODY + 1), 413, "body.too_large"),
}


@pytest.mark.parametrize(("posted", "status", "reason"), BODIES.values(), ids=BODIES.keys())
async def test_a_body_that_is_no_activity_is_refused_before_its_token_is_read(
    posted: bytes, status: int, reason: str
) -> None:
    assert await refusal(f"Bearer {token()}", posted) == (status, reason)
    assert await refusal(None, posted) == (status, reason)


def test_brackets_that_somebody_typed_do_not_count() -> None:
    typed = {"text": '[{"\\' * 5_000, "more": ["[" * 2_001]}
    assert read_object(json.dumps(typed).encode()) == typed


def test_quotes_without_end_are_counted_in_one_pass() -> None:
    """Taken anew from each quote, this body would need ten thousand million steps."""
    with pytest.raises(Refused):
        read_object(b"[" * 2_001 + b'"' + b'\\"' * 125_000)


@pytest.mark.parametrize("url", ["https://SMBA.trafficmanager.net:443/uk", "https://webchat.botframework.com/"])
async def test_a_service_url_of_microsofts_is_let_in(url: str) -> None:
    async with front_door() as door:
        assert await door.admit(f"Bearer {token(serviceurl=url)}", body(activity(serviceUrl=url)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://smba.trafficmanager.net@evil/",
        "https://smba.trafficmanager.net.evil/",
        "https://smba.trafficmanager.net:8443/",
        "http://smba.trafficmanager.net/",
        "https://smba.trafficm\u0430nager.net/",
    ],
    ids=ascii,
)
async def test_a_service_url_that_is_signed_but_not_allowed_is_refused_with_403(url: str) -> None:
    asked = (f"Bearer {token(serviceurl=url)}", body(activity(serviceUrl=url)))
    assert await refusal(*asked) == (403, "service_url.not_allowed")


@pytest.mark.parametrize("url", ["http://127.0.0.1:50123/", "http://localhost:1/x", "https://127.0.0.1/"])
async def test_this_machine_is_let_in_only_where_that_is_chosen(url: str) -> None:
    asked = (f"Bearer {token(serviceurl=url)}", body(activity(serviceUrl=url)))
    assert await refusal(*asked) == (403, "service_url.not_allowed")
    async with front_door(LOOPBACK_HOSTS) as door:
        assert await door.admit(*asked)


@pytest.mark.parametrize(("app_id", "tenants"), [("", {TENANT}), (APP_ID, set()), (APP_ID, {""})])
async def test_a_door_without_app_id_or_tenant_is_not_built(app_id: str, tenants: set[str]) -> None:
    async with aiohttp.ClientSession() as client:
        keys = SigningKeys(client, "http://127.0.0.1:1/", lambda: NOW)
        with pytest.raises(ValueError, match="app id"):
            FrontDoor(app_id, frozenset(tenants), keys, lambda: NOW)


async def test_known_keys_are_let_in_while_the_key_server_hangs() -> None:
    clock = [NOW]
    release = asyncio.Event()
    async with FakeKeyServer(KEY) as server, aiohttp.ClientSession() as client:
        keys = SigningKeys(client, server.url, lambda: clock[0])
        door = FrontDoor(APP_ID, frozenset({TENANT}), keys, lambda: clock[0])
        assert await door.admit(f"Bearer {token()}", body(activity()))
        clock[0] += timedelta(hours=25)
        server.rest = Answer(until=release)
        unknown = key_pair("key-2").token(claims(clock[0]))
        waiting = asyncio.create_task(door.admit(f"Bearer {unknown}", body(activity())))
        await server.reached(3)
        for _ in range(100):
            assert await door.admit(f"Bearer {KEY.token(claims(clock[0]))}", body(activity()))
        assert not waiting.done()
        release.set()
        with pytest.raises(Refused, match=r"token\.key_unknown"):
            await waiting


async def test_a_refusal_says_nothing_of_what_was_posted() -> None:
    async with front_door() as door:
        with pytest.raises(Refused) as refused:
            await door.admit(f"Bearer {token(iss='CANARY')}", body(activity(text="CANARY")))
    assert "CANARY" not in repr(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
