"""The keys that Microsoft signs its requests with: fetched off the turn's way, kept, and found by their id.

A key is known for five days after it was last fetched, so that a key server that is away silences nobody.
"""

import asyncio
import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from bot import logs
from knowledge.clock import Clock

BOT_CONNECTOR = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""Microsoft's OpenID metadata: "Authentication with the Bot Connector API", connector to bot, step 2."""
FRESH_FOR = timedelta(hours=24)
SERVED_FOR = timedelta(days=5)
PAUSE = timedelta(minutes=5)
"""Between two fetches for a key that is not known, and between two tries while keys grow old."""
PAUSE_WITHOUT_KEYS = timedelta(seconds=10)
"""Between two tries while there is no key at all, and so nobody can be let in."""
PATIENCE = 10.0
"""Seconds for one fetch, metadata and keys together."""
LARGEST_ANSWER = 1024 * 1024
MOST_KEYS = 100
STRENGTHS = range(2048, 8193)
"""Bits of a key that is taken: weaker can be forged, stronger only costs time."""


class OddAnswer(ValueError):
    """The key server's answer is not one that keys can be read from."""


@dataclass(frozen=True)
class SigningKey:
    """A public key, and the channels it may speak for."""

    public_key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """Keys by their id, fetched over one shared client from the document that `metadata_url` names.

    Refreshed every 24 hours behind the turns, and at once for an id that is not known (at most every five minutes). One
    fetch at a time; only a turn whose key is not known waits for it.
    """

    def __init__(
        self, client: aiohttp.ClientSession, metadata_url: str, clock: Clock, *, patience: float = PATIENCE
    ) -> None:
        self._client = client
        self._metadata_url = metadata_url
        self._clock = clock
        self._patience = patience
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        """The key with this id; None where there is none, or none that is young enough. Raises nothing."""
        key = self._known(kid)
        self._refresh_if_due(is_unknown=key is None)
        if key is None and self._fetch is not None and self._is_fetching:
            await asyncio.wait({self._fetch})
            key = self._known(kid)
        return key

    async def close(self) -> None:
        """Give up a fetch that is under way. Call it before the client is closed."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    @property
    def _is_fetching(self) -> bool:
        return self._fetch is not None and not self._fetch.done()

    def _known(self, kid: str) -> SigningKey | None:
        return None if self._has_passed(SERVED_FOR, self._fetched_at) else self._keys.get(kid)

    def _refresh_if_due(self, *, is_unknown: bool) -> None:
        """Start a fetch where it is time. The fetch for an unknown id has a pause of its own, so that a key that is new
        just after an ordinary refresh is found at once."""
        if self._is_fetching:
            return
        if self._has_passed(SERVED_FOR, self._fetched_at):
            is_due = self._has_passed(PAUSE_WITHOUT_KEYS, self._tried_at)
        elif is_unknown and self._has_passed(PAUSE, self._looked_at):
            self._looked_at, is_due = self._clock(), True
        else:
            is_due = self._has_passed(FRESH_FOR, self._fetched_at) and self._has_passed(PAUSE, self._tried_at)
        if is_due:
            self._fetch = asyncio.create_task(self._refresh())

    def _has_passed(self, span: timedelta, since: datetime | None) -> bool:
        """A clock that was put back counts as one that was put on: else nothing would be due until it caught up."""
        return since is None or abs(self._clock() - since) > span

    async def _refresh(self) -> None:
        """Fetch, and keep what was there where that fails."""
        try:
            async with asyncio.timeout(self._patience):
                keys = await self._download()
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:  # RuntimeError: nested too deep
            logs.failure("keys.not_fetched", error)
        else:
            self._keys, self._fetched_at = keys, self._clock()
            logs.event("keys.fetched", keys=len(keys))
        finally:
            self._tried_at = self._clock()

    async def _download(self) -> dict[str, SigningKey]:
        metadata = await self._document(self._metadata_url)
        address = metadata.get("jwks_uri")
        if not isinstance(address, str) or not self._is_trusted(address):
            raise OddAnswer("jwks_uri")
        return read_keys(await self._document(address))

    def _is_trusted(self, address: str) -> bool:
        there, here = urlsplit(address), urlsplit(self._metadata_url)
        return there.scheme == "https" or (there.scheme, there.netloc) == (here.scheme, here.netloc)

    async def _document(self, address: str) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=self._patience)
        async with self._client.get(address, timeout=timeout, allow_redirects=False) as response:
            if response.status != 200:
                raise OddAnswer("status")
            body = bytearray()
            async for piece in response.content.iter_chunked(64 * 1024):
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise OddAnswer("size")
        document = json.loads(body)
        if not isinstance(document, dict):
            raise OddAnswer("document")
        return document


def read_keys(document: dict[str, Any]) -> dict[str, SigningKey]:
    """The RSA keys of a JSON Web Key Set (RFC 7517) by their id; a key that is odd is left out.

    Raises OddAnswer where none is left.
    """
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise OddAnswer("keys")
    found = {entry["kid"]: key for entry in listed[:MOST_KEYS] if (key := _read_key(entry)) is not None}
    if not found:
        raise OddAnswer("keys")
    return found


def _read_key(entry: object) -> SigningKey | None:
    if not isinstance(entry, dict) or entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig":
        return None
    if not isinstance(entry.get("kid"), str):
        return None
    try:
        modulus, exponent = _number(entry.get("n")), _number(entry.get("e"))
        if modulus.bit_length() not in STRENGTHS or exponent.bit_length() > 32:
            return None
        return SigningKey(RSAPublicNumbers(exponent, modulus).public_key(), _endorsements(entry))
    except ValueError:
        return None


def _number(words: object) -> int:
    if not isinstance(words, str):
        raise OddAnswer("number")
    return int.from_bytes(base64.urlsafe_b64decode(words + "=="), "big")


def _endorsements(entry: dict[str, Any]) -> frozenset[str]:
    listed = entry.get("endorsements")
    return frozenset(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else frozenset()
