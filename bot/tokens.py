"""Tokens for what we send to Teams: fetched without blocking anybody, renewed when four fifths of their life are over.

The client-credentials grant of the Microsoft identity platform, with a password or a certificate's assertion; or the
managed identity that Azure App Service offers at IDENTITY_ENDPOINT.
"""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import aiohttp
import jwt
from cryptography.hazmat.primitives import hashes

from bot import logs
from bot.certificate import BadCertificate, certificate_and_key
from bot.settings import AppIdentity, AppType, ManagedIdentity
from knowledge.clock import Clock

SCOPE = "https://api.botframework.com/.default"
RESOURCE = "https://api.botframework.com"
LOGIN = "https://login.microsoftonline.com"
TIMEOUT = aiohttp.ClientTimeout(total=10)
FRESH_SHARE = 0.8
"""The share of a token's life after which a new one is asked for."""
PAUSE = 10.0
"""Seconds between two tries at a new token while the old one is still good."""
ASSERTION_LIFE = 300
"""Seconds for which a certificate's assertion is good."""


class NoToken(Exception):
    """The token service gave none; `status` is what it answered, 0 where it was not reached."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class _Held:
    """A token, and until when (by a clock that only runs forward) it is young, and good at all."""

    token: str
    fresh_until: float
    good_until: float


class Tokens:
    """The bearer token for one app: one fetch at a time, whoever asks; behind the turns while the one we have is good.

    `ask`: how to get one, (token, life in seconds). Raises NoToken.
    """

    def __init__(self, ask: Callable[[], Awaitable[tuple[str, float]]]) -> None:
        self._ask = ask
        self._held: _Held | None = None
        self._fetch: asyncio.Task[_Held | NoToken] | None = None
        self._wait_until = 0.0

    async def bearer(self) -> str:
        """The token. Raises NoToken where there is none to be had."""
        held, now = self._held, time.monotonic()
        if held and now < held.good_until:
            if now >= max(held.fresh_until, self._wait_until):
                self._fetching()
            return held.token
        fetch = self._fetching()
        await asyncio.wait({fetch})  # who gives up waiting does not end the fetch for the others
        fetched = fetch.result()
        if isinstance(fetched, NoToken):
            raise NoToken(fetched.status)
        return fetched.token

    def forget(self, token: str) -> None:
        """The connector refused this token: unless it has been replaced, the next one is fetched anew."""
        if self._held and self._held.token == token:
            self._held = None

    async def close(self) -> None:
        """Give up a fetch that is under way. Call it before the client is closed."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    def _fetching(self) -> "asyncio.Task[_Held | NoToken]":
        if self._fetch is None or self._fetch.done():
            self._fetch = asyncio.create_task(self._fetched())
        return self._fetch

    async def _fetched(self) -> _Held | NoToken:
        """A new token; or why there is none, and then none is asked for again at once while the old one is good."""
        try:
            token, life = await self._ask()
        except NoToken as none:
            logs.failure("token.not_fetched", none, status=none.status)
            self._wait_until = time.monotonic() + PAUSE
            return none
        now = time.monotonic()
        self._held = _Held(token, now + FRESH_SHARE * life, now + life)
        return self._held


def tokens_for(
    app: AppIdentity,
    client: aiohttp.ClientSession,
    clock: Clock,
    managed: ManagedIdentity | None = None,
    login: str = LOGIN,
) -> Tokens:
    """The tokens of an app, in the way its type asks for. `managed`: where App Service offers its identity."""
    if app.type is AppType.MANAGED_IDENTITY:
        return Tokens(lambda: _from_managed_identity(app, client, managed))
    return Tokens(lambda: _from_login(app, client, clock, login))


async def _from_login(app: AppIdentity, client: aiohttp.ClientSession, clock: Clock, login: str) -> tuple[str, float]:
    url = f"{login}/{app.tenant}/oauth2/v2.0/token"
    form = {"grant_type": "client_credentials", "client_id": app.id, "scope": SCOPE}
    if app.certificate:
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form["client_assertion"] = await _asserted(app, app.certificate, url, clock())
    else:
        form["client_secret"] = app.password
    return await _asked(client.post(url, data=form, timeout=TIMEOUT, allow_redirects=False))


async def _from_managed_identity(
    app: AppIdentity, client: aiohttp.ClientSession, managed: ManagedIdentity | None
) -> tuple[str, float]:
    if managed is None:
        raise NoToken(0)
    query = {"resource": RESOURCE, "api-version": "2019-08-01", "client_id": app.id}
    headers = {"X-IDENTITY-HEADER": managed.header}
    return await _asked(
        client.get(managed.endpoint, params=query, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    )


async def _asked(request: "aiohttp.client._RequestContextManager") -> tuple[str, float]:
    try:
        async with request as response:
            if response.status != 200:
                raise NoToken(response.status)
            answer = await response.json(content_type=None)
            return str(answer["access_token"]), float(answer.get("expires_in") or ASSERTION_LIFE)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError):
        raise NoToken(0) from None


async def _asserted(app: AppIdentity, certificate: Path, audience: str, at: datetime) -> str:
    try:
        return await asyncio.to_thread(assertion, app, certificate, audience, at)
    except (OSError, BadCertificate, jwt.PyJWTError):
        raise NoToken(0) from None


def assertion(app: AppIdentity, certificate: Path, audience: str, at: datetime) -> str:
    """A signed claim to be the app, made with its certificate (PEM, with the key in the same file), good for five
    minutes from `at` (aware). Raises OSError and BadCertificate."""
    public, key = certificate_and_key(certificate.read_bytes())
    thumbprint = public.fingerprint(hashes.SHA256())
    now = int(at.timestamp())
    claims = {
        "aud": audience,
        "iss": app.id,
        "sub": app.id,
        "jti": str(uuid4()),
        "nbf": now,
        "exp": now + ASSERTION_LIFE,
    }
    headers = {"x5t#S256": base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")}
    return jwt.encode(claims, key, algorithm="PS256", headers=headers)
