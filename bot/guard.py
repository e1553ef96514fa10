"""What stands before every page: who may come in without a sign-in, how often, and that nobody leaves without 999."""

import ipaddress
import re
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
FORWARDED = ("forwarded", "via", "x-forwarded", "x-real-ip")
"""How the names of headers begin that a proxy adds, in small letters."""
DOOR = "/api/messages"
MOST_A_MINUTE = 30
"""Answers of the page that one address gets in a minute; a further one is the safe default."""
MOST_ADDRESSES = 10_000


def middlewares(settings: Settings) -> list[Middleware]:
    """Outermost first. What needs no sign-in in development is for this machine only; in production the page is
    limited."""
    chosen: list[Middleware] = [always_999]
    if settings.app is None:
        chosen.append(only_this_machine)
    elif settings.environment is Environment.DEVELOPMENT:
        chosen.append(page_for_this_machine)
    if settings.environment is Environment.PRODUCTION:
        chosen.append(Limiter(proxies=settings.trusted_proxies).middleware)
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
        return web.Response(status=400) if request.path.startswith("/api/") else safe_page(500)


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
    """Nobody may come in through a proxy, or by a name that is not this machine's, nor may a page elsewhere make a
    browser speak to the door: without a sign-in anybody would be let in."""
    _refuse_others(request)
    if request.path == DOOR:
        _refuse_browsers(request)
    return await handler(request)


@web.middleware
async def page_for_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The same where the door asks for a token and the page does not."""
    if request.path == "/":
        _refuse_others(request)
    return await handler(request)


def _refuse_others(request: web.Request) -> None:
    host = request.headers.get("Host", "")  # without one, aiohttp would name our own address
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    if any(header.lower().startswith(FORWARDED) for header in request.headers) or not is_loopback(name):
        raise web.HTTPForbidden


def _refuse_browsers(request: web.Request) -> None:
    """A browser names the page it comes from, or sends a form or plain text, which it may without asking first."""
    if "Origin" in request.headers:
        raise web.HTTPForbidden
    if request.content_type != "application/json":
        raise web.HTTPBadRequest


def client_address(request: web.Request, proxies: int) -> str:
    """Who asks. Behind so many proxies of ours, the address that the first of them saw: the last entries of
    X-Forwarded-For are theirs, and what stands before them anybody may have written."""
    peer = request.remote or ""
    if not proxies:
        return peer
    hops = [hop for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")]
    return (_address(hops[-proxies]) if len(hops) >= proxies else "") or peer


def _address(hop: str) -> str:
    """The address of an entry without its port; "" where it is none."""
    found = re.fullmatch(r"\[([^\]]+)\](?::\d+)?|([\d.]+)(?::\d+)?|([\da-fA-F:.]+)", hop.strip())
    try:
        return str(ipaddress.ip_address(next(filter(None, found.groups())))) if found else ""
    except ValueError:
        return ""


class Limiter:
    """At most 30 answers of the page a minute for one address. Addresses are kept as keyed hashes, in memory only."""

    def __init__(self, clock: Callable[[], float] = monotonic, *, proxies: int = 0) -> None:
        """`proxies`: how many of ours stand between a browser and us."""
        self._clock = clock
        self._proxies = proxies
        self._key = secrets.token_bytes(16)
        self._asked: OrderedDict[bytes, deque[float]] = OrderedDict()

    @property
    def middleware(self) -> Middleware:
        @web.middleware
        async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._limited(request, handler)

        return limited

    async def _limited(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        is_answer = request.method == "POST" and request.path == "/"
        if not is_answer or self.takes(client_address(request, self._proxies)):
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
