"""The way out to Teams: one call of the Bot Framework's connector, with our token, over one shared client.

Never a redirect (it would carry our token elsewhere), never longer than ten seconds.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import aiohttp

from bot import logs
from bot.tokens import NoToken, Tokens
from knowledge.failures import Failure, of_status

FINAL = frozenset({400, 403, 404, 413})
"""Answers of the connector that another try would not change."""
SEND_TIMEOUT = aiohttp.ClientTimeout(total=10)
PAUSES = (0.5, 2.0)
"""Seconds before each further try at a reply: a person waits for it, so one too many is better than none."""


LONGEST_WAIT = 3600.0
"""Seconds; a connector that asks for more is asked again after an hour."""


class NotAccepted(Exception):
    """The connector did not take what was sent; `status` is what it answered, `wait` how many seconds it asks for."""

    def __init__(self, status: int, wait: float = 0.0) -> None:
        super().__init__(str(status))
        self.status, self.wait = status, wait


NOT_SENT = (aiohttp.ClientError, TimeoutError, NotAccepted, NoToken, OSError)
"""What keeps a reply from being taken."""


class Connector:
    """Calls the connector. `tokens` None: without one, as this machine's own emulator takes it."""

    def __init__(self, client: aiohttp.ClientSession, tokens: Tokens | None = None) -> None:
        self._client = client
        self._tokens = tokens

    async def call(self, method: str, url: str, payload: dict[str, Any] | None = None) -> str:
        """The id that the connector gives. A token that it refuses is fetched anew. Raises what is in NOT_SENT."""
        try:
            return await self._called(method, url, payload)
        except NotAccepted as refused:
            if refused.status != 401 or self._tokens is None:
                raise
            self._tokens.forget()
            return await self._called(method, url, payload)

    async def _called(self, method: str, url: str, payload: dict[str, Any] | None) -> str:
        headers = {"Authorization": f"Bearer {await self._tokens.bearer()}"} if self._tokens else {}
        async with self._client.request(
            method, url, json=payload, headers=headers, timeout=SEND_TIMEOUT, allow_redirects=False
        ) as response:
            if response.status >= 300:
                raise NotAccepted(response.status, _wait(response.headers.get("Retry-After", "")))
            try:
                return str((await response.json(content_type=None) or {}).get("id", ""))
            except (ValueError, AttributeError):
                return ""


def _wait(words: str) -> float:
    """What Retry-After asks for, in seconds; 0 where it is none that we read."""
    return min(float(words), LONGEST_WAIT) if words.isascii() and words.isdigit() else 0.0


def failure_of(error: Exception) -> Failure:
    """What kind of failure keeps a message from being taken; `error` is one of NOT_SENT."""
    if isinstance(error, NotAccepted):
        return of_status(error.status)
    never_left = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL, NoToken)
    return Failure.NEVER_LEFT if isinstance(error, never_left) else Failure.UNKNOWN


def address(service_url: str, conversation: str, activity: str | None) -> str:
    """Where a conversation's activities are posted, or one of them is changed."""
    tail = f"/{quote(activity, safe='')}" if activity else ""
    return f"{service_url.rstrip('/')}/v3/conversations/{quote(conversation, safe='')}/activities{tail}"


def compact_json(value: Any) -> str:
    """JSON without a byte to spare: Teams limits the size of a card."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


async def with_patience(send: Callable[[], Awaitable[object]]) -> None:
    """Try again after each pause where a reply was not taken; the last failure is passed on."""
    for pause in PAUSES:
        try:
            await send()
        except NOT_SENT as error:
            if isinstance(error, NotAccepted) and error.status in FINAL:
                raise
            logs.failure("reply.delayed", error)
            await asyncio.sleep(pause)
        else:
            return
    await send()
