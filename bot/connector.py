"""The way out to Teams: one call of the Bot Framework's connector, with our token, over one shared client.

Never a redirect (it would carry our token elsewhere), never longer than ten seconds; tried as long as a person waits.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import aiohttp

from bot import logs
from bot.tokens import NoToken, Tokens
from knowledge.failures import Failure, of_status

FINAL = frozenset({400, 403, 404, 413})
"""Answers of the connector that another try would not change."""
SEND_TIMEOUT = aiohttp.ClientTimeout(total=10)
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try at a reply, more than a turn has: a person waits for it, so one too many is better
than none."""
LAST_TRY = 1.0
"""Seconds that are kept for a last try, however long the connector asks us to wait."""
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
    """Calls the connector. `tokens` None: without one, as this machine's own emulator takes it. `timeout`: how long it
    may take to answer, SEND_TIMEOUT where None."""

    def __init__(
        self, client: aiohttp.ClientSession, tokens: Tokens | None = None, timeout: aiohttp.ClientTimeout | None = None
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._timeout = timeout

    @property
    def timeout(self) -> aiohttp.ClientTimeout:
        return self._timeout or SEND_TIMEOUT

    async def call(self, method: str, url: str, payload: dict[str, Any] | None = None) -> str:
        """The id that the connector gives. A token that it refuses is fetched anew. Raises what is in NOT_SENT."""
        token = await self._tokens.bearer() if self._tokens else ""
        try:
            return await self._called(method, url, payload, token)
        except NotAccepted as refused:
            if refused.status != 401 or self._tokens is None:
                raise
        self._tokens.forget(token)
        return await self._called(method, url, payload, await self._tokens.bearer())

    async def close(self) -> None:
        """Give up a token that is being fetched."""
        if self._tokens is not None:
            await self._tokens.close()

    async def _called(self, method: str, url: str, payload: dict[str, Any] | None, token: str) -> str:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._client.request(
            method, url, json=payload, headers=headers, timeout=self.timeout, allow_redirects=False
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


@dataclass(frozen=True)
class Patience:
    """Until when (by the event loop's clock) a reply may be tried, and what the connector refused meanwhile."""

    until: float
    refusals: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, seconds: float) -> "Patience":
        return cls(asyncio.get_running_loop().time() + seconds)

    def within(self, seconds: float) -> "Patience":
        """The same, for at most so many seconds of it."""
        return replace(self, until=min(self.until, asyncio.get_running_loop().time() + seconds))

    def pause(self, error: Exception, pause: float) -> float | None:
        """How many seconds to wait after a failure, at least `pause`; None where another try is of no use."""
        asked = 0.0
        if isinstance(error, NotAccepted):
            self.refusals.append(error.status)
            asked = error.wait
            if error.status in FINAL:
                return None
        left = self.until - asyncio.get_running_loop().time() - LAST_TRY
        return min(max(pause, asked), left) if left > 0 else None


async def with_patience(send: Callable[[], Awaitable[object]], patience: Patience) -> None:
    """Try again after growing pauses while there is time; the last failure is passed on."""
    for pause in PAUSES:
        try:
            await send()
        except NOT_SENT as error:
            wait = patience.pause(error, pause)
            if wait is None:
                raise
            logs.failure("reply.delayed", error)
            await asyncio.sleep(wait)
        else:
            return
    await send()
