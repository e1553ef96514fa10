"""Stand-ins that are kept as part of the product: Microsoft's key server, its keys, and tokens signed with them.

The key server is a real HTTP server on loopback: its OpenID metadata at `url`, its keys beside it.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.frontdoor import ISSUER
from tests.loopback import Loopback

APP_ID = "0d6f0f5c-9a53-4a55-8e0c-7f4d4a0c9b11"
TENANT = "5f1c8d3e-2b64-4c1f-9f0e-6a7b8c9d0e1f"
SERVICE_URL = "https://smba.trafficmanager.net/uk/"
ENDORSEMENTS = ("msteams", "webchat", "directline")


@dataclass(frozen=True)
class KeyPair:
    """A key as Microsoft has it: the private half signs, `jwk` is how the public half is published."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: tuple[str, ...] = ENDORSEMENTS

    @property
    def jwk(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "n": _base64url(numbers.n),
            "e": _base64url(numbers.e),
            "endorsements": list(self.endorsements),
        }

    def token(self, claims: Mapping[str, Any], **header: Any) -> str:
        """A token with these claims, signed by this key; `header` adds to its header or replaces what is there."""
        return jwt.encode(dict(claims), self.private, algorithm="RS256", headers={"kid": self.kid, **header})


@cache
def key_pair(kid: str = "key-1", *, endorsements: tuple[str, ...] = ENDORSEMENTS, bits: int = 2048) -> KeyPair:
    """A key of this name, always the same one: making a key takes a while."""
    return KeyPair(kid, rsa.generate_private_key(65537, bits), endorsements)


def claims(now: datetime, **changes: Any) -> dict[str, Any]:
    """What the connector says in a token at this instant; `changes` add to it, and None takes away."""
    said = {
        "iss": ISSUER,
        "aud": APP_ID,
        "nbf": int((now - timedelta(minutes=1)).timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "serviceurl": SERVICE_URL,
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def activity(**changes: Any) -> dict[str, Any]:
    """What Teams posts with such a token; `changes` add to it, and None takes away."""
    posted = {
        "type": "message",
        "id": "activity-1",
        "channelId": "msteams",
        "serviceUrl": SERVICE_URL,
        "from": {"id": "29:practitioner"},
        "recipient": {"id": "28:assistant"},
        "conversation": {"id": "chat-1", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "text": "hello",
        **changes,
    }
    return {name: value for name, value in posted.items() if value is not None}


def body(posted: object) -> bytes:
    """An activity as it comes over the wire."""
    return json.dumps(posted).encode()


@dataclass(frozen=True)
class Answer:
    """How the key server answers one request: not before `until` is set, with `status` and `headers`, and with `body`
    in the place of the document that was asked for."""

    status: int = 200
    body: bytes | None = None
    until: asyncio.Event | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeKeyServer(Loopback):
    """The OpenID metadata and the signing keys of the Bot Connector, on a free port of 127.0.0.1.

    Publishes `keys`, which `rotate` replaces. Answers each request with the next step of its script, then with `rest`
    (None: as it should). `requests` are the paths that were asked for, in order.
    """

    def __init__(self, *keys: KeyPair) -> None:
        super().__init__()
        self.keys = keys
        self.requests: list[str] = []
        self.rest: Answer | None = None
        self.metadata: dict[str, Any] = {}
        """Adds to the metadata document, or replaces what is there."""
        self._script: list[Answer] = []

    @property
    def url(self) -> str:
        """The address of the metadata."""
        return self.at("/v1/.well-known/openidconfiguration")

    @property
    def keys_url(self) -> str:
        return self.at("/v1/.well-known/keys")

    @property
    def fetches(self) -> int:
        """How often somebody began to fetch the keys."""
        return sum(path.endswith("openidconfiguration") for path in self.requests)

    def rotate(self, *keys: KeyPair) -> None:
        """Publish these keys from now on, and no others."""
        self.keys = keys

    def then(self, *answers: Answer) -> None:
        """Add answers to the script."""
        self._script += answers

    async def reached(self, requests: int) -> None:
        """Wait until so many requests have come."""
        await self._until(lambda: len(self.requests) >= requests)

    async def _take(self, request: web.BaseRequest) -> web.Response:
        async with self._arriving():
            self.requests.append(request.path)
        answer = self._script.pop(0) if self._script else self.rest or Answer()
        if answer.until is not None:
            await answer.until.wait()
        document = json.dumps(self._document(request.path)).encode() if answer.body is None else answer.body
        return web.Response(
            status=answer.status, body=document, headers=answer.headers, content_type="application/json"
        )

    def _document(self, path: str) -> dict[str, Any]:
        if path.endswith("keys"):
            return {"keys": [key.jwk for key in self.keys]}
        return {
            "issuer": ISSUER,
            "jwks_uri": self.keys_url,
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
