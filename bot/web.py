"""The web server: the page for a browser, the door for Teams, and whether the process is up."""

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot import logs
from bot.teams import TeamsDoor, compact_json
from bot.turns import answered
from dialogs.conversation import Conversation
from dialogs.help import safe_answer
from dialogs.message import pressed
from dialogs.reply import Block, Danger, Reply
from dialogs.turn import Turn
from knowledge import safe_default
from knowledge.clock import Clock

PAGES = Path(__file__).parent / "pages"
LARGEST_FORM = 64 * 1024
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

DOOR = web.AppKey("door", TeamsDoor)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(conversation: Conversation | None, clock: Clock) -> web.Application:
    """The whole of what is served. `conversation` None: the content could not be read, and all answers are the safe
    default."""
    app = web.Application(client_max_size=LARGEST_FORM, middlewares=[_always_999])
    page = Page(conversation, clock)
    app.on_response_prepare.append(_never_kept)
    app.add_routes(
        [
            web.get("/", page.ask),
            web.post("/", page.answer),
            web.get("/style.css", _style),
            web.get("/healthz", _healthz),
        ]
    )

    async def open_door(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(trust_env=False, json_serialize=compact_json) as client:
            app[DOOR] = TeamsDoor(conversation, clock, client)
            yield

    app.cleanup_ctx.append(open_door)
    app.router.add_post("/api/messages", _messages)
    return app


async def _messages(request: web.Request) -> web.StreamResponse:
    return await request.app[DOOR].handle(request)


class Page:
    """What are you worried about? -> the answer. Rendered here, without JavaScript; nothing typed is in an address."""

    def __init__(self, conversation: Conversation | None, clock: Clock) -> None:
        self._conversation = conversation
        self._clock = clock

    async def ask(self, request: web.Request) -> web.Response:
        return rendered(None, secrets.token_urlsafe(12))

    async def answer(self, request: web.Request) -> web.Response:
        try:
            form = await request.post()
        except (ValueError, LookupError, KeyError, AssertionError, web.RequestPayloadError):
            raise web.HTTPBadRequest from None  # not a form that can be read
        text, message = str(form.get("text", "")), str(form.get("message", ""))
        conversation = str(form.get("conversation", ""))[:64] or secrets.token_urlsafe(12)
        if not message and not text.strip():
            return rendered(None, conversation)
        click = pressed(_json(message)) if message else None
        turn = Turn(
            id=secrets.token_urlsafe(8),
            conversation=f"page:{conversation}",
            at=self._clock(),
            text=text,
            click=click,
            is_unknown_click=bool(message) and click is None,
        )
        return rendered(answered(self._conversation, turn), conversation)


def rendered(reply: Reply | None, conversation: str, status: int = 200) -> web.Response:
    """The page with a reply on it, or with only the question. The fixed line comes before anything else."""
    html = _PAGE.render(
        reply=reply and Reply(tuple(b for b in reply.blocks if not isinstance(b, Danger)), footer=reply.footer),
        draw=lambda block: _drawn(block, conversation),
        footer=safe_answer().footer,
        danger=safe_default.DANGER,
        conversation=conversation,
        is_old=status >= 400,
    )
    return web.Response(text=html, content_type="text/html", status=status)


@web.middleware
async def _always_999(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever goes wrong, a person with a browser sees 999 and the duty numbers; and no page is kept anywhere."""
    try:
        response = await handler(request)
    except web.HTTPException as refused:
        if request.path.startswith("/api/"):
            response = web.Response(status=refused.status)
        else:
            response = rendered(safe_answer(), "", refused.status)
    except Exception as error:  # a person is waiting
        logs.failure("request.failed", error)
        response = rendered(safe_answer(), "", 500)
    return response


async def _never_kept(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def _style(request: web.Request) -> web.Response:
    return web.Response(text=_STYLE, content_type="text/css")


async def _healthz(request: web.Request) -> web.Response:
    return web.json_response({"status": "up"})


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _drawn(block: Block, conversation: str) -> Markup:
    drawn: Markup = _BLOCKS.module.draw(block, conversation)  # type: ignore[attr-defined]
    return drawn


_TEMPLATES = Environment(
    loader=PackageLoader("bot", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGE = _TEMPLATES.get_template("page.html")
_BLOCKS = _TEMPLATES.get_template("blocks.html")
_STYLE = (PAGES / "style.css").read_text("utf-8")
