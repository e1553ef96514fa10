"""What stands before every page: who may come in without a sign-in, how often, and that nobody leaves without 999."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from hashlib import blake2b
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot import logs
from bot.page import Handler, rendered
from bot.settings import Environment, Settings, is_loopback
from dialogs.help import safe_answer
from knowledge import live

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
MOST_A_MINUTE = 30
"""Answers of the page that one address gets in a minute; a further one is the safe default."""
MOST_ADDRESSES = 10_000


def middlewares(settings: Settings) -> list[Middleware]:
    """Outermost first. Without an app id only this machine may come in; in production the page is limited."""
    chosen: list[Middleware] = [always_999]
    if settings.app is None:
        chosen.append(only_this_machine)
    if settings.environment is Environment.PRODUCTION:
        chosen.append(Limiter().middleware)
    return chosen


@web.middleware
async def always_999(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever goes wrong, a person with a browser sees 999 and the duty numbers; and no page is kept anywhere."""
    try:
        return await handler(request)
    except web.HTTPException as refused:
        if request.path.startswith("/api/"):
            return web.Response(status=refused.status)
        return safe_page(refused.status)
    except Exception as error:  # a person is waiting
        logs.failure("request.failed", error)
        return safe_page(500)


def safe_page(status: int) -> web.Response:
    """The safe default as a page; as plain text where not even that can be drawn."""
    try:
        return rendered(safe_answer(), "", status)
    except Exception as error:  # a person is waiting
        logs.failure("page.failed", error)
        return web.Response(text="\n".join(live.lines()), status=status)


async def never_kept(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nobody may come in through a proxy, or by a name that is not this machine's (as a page elsewhere could make a
    browser do): without a sign-in anybody would be let in."""
    host = (request.host or "").rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if any(name in request.headers for name in FORWARDED) or not is_loopback(host):
        raise web.HTTPForbidden
    return await handler(request)


class Limiter:
    """At most 30 answers of the page a minute for one address. Addresses are kept as keyed hashes, in memory only."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(16)
        self._asked: OrderedDict[bytes, deque[float]] = OrderedDict()

    @property
    def middleware(self) -> Middleware:
        @web.middleware
        async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._limited(request, handler)

        return limited

    async def _limited(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method != "POST" or request.path != "/" or self.takes(request.remote or ""):
            return await handler(request)
        logs.event("page.shed")
        return safe_page(429)

    def takes(self, address: str) -> bool:
        """Whether one more answer may go to an address now."""
        now, who = self._clock(), blake2b(address.encode(), key=self._key, digest_size=8).digest()
        asked = self._asked.setdefault(who, deque())
        self._asked.move_to_end(who)
        while asked and now - asked[0] > 60:
            asked.popleft()
        while len(self._asked) > MOST_ADDRESSES:
            self._asked.popitem(last=False)
        if len(asked) >= MOST_A_MINUTE:
            return False
        asked.append(now)
        return True
