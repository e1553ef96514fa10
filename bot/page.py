"""The page for a browser: what are you worried about? -> the answer. Rendered here, without JavaScript."""

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.turns import answered, is_text
from dialogs.conversation import Conversation
from dialogs.help import safe_answer
from dialogs.message import pressed
from dialogs.reply import Block, Danger, Reply
from dialogs.turn import Turn
from knowledge import live
from knowledge.clock import Clock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FIELDS = ("text", "message", "conversation")
PAGES = Path(__file__).parent / "pages"


class Page:
    """Handles the page. Nothing typed is in an address, and nothing of it is kept."""

    def __init__(self, conversation: Conversation | None, clock: Clock) -> None:
        self._conversation = conversation
        self._clock = clock

    async def ask(self, request: web.Request) -> web.Response:
        return rendered(None, secrets.token_urlsafe(12))

    async def answer(self, request: web.Request) -> web.Response:
        form = await _form(request)
        text, message = form["text"], form["message"]
        conversation = form["conversation"][:64] or secrets.token_urlsafe(12)
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


async def _form(request: web.Request) -> dict[str, str]:
    """What was typed or pressed, "" where there is none. Raises HTTPException."""
    try:
        sent = await request.post()
    except web.HTTPException:
        raise
    except Exception:  # a form says itself how it is to be read, and there are many ways to say it wrongly
        raise web.HTTPBadRequest from None
    form = {name: value if isinstance(value := sent.get(name), str) else "" for name in FIELDS}
    if not all(map(is_text, form.values())):
        raise web.HTTPBadRequest
    return form


def rendered(reply: Reply | None, conversation: str, status: int = 200) -> web.Response:
    """The page with a reply on it, or with only the question. The fixed line comes before anything else."""
    html = _PAGE.render(
        reply=reply and Reply(tuple(b for b in reply.blocks if not isinstance(b, Danger)), footer=reply.footer),
        draw=lambda block: _drawn(block, conversation),
        footer=safe_answer().footer,
        danger=live.danger(),
        conversation=conversation,
        is_old=status >= 400,
    )
    return web.Response(text=html, content_type="text/html", status=status)


def notice(title: str, said: Reply) -> Handler:
    """A page that says one thing to everybody."""

    async def show(request: web.Request) -> web.Response:
        shown = replace(said, footer=safe_answer().footer)
        drawn = _NOTICE.render(title=title, reply=shown, draw=_nothing_to_press, danger=live.danger())
        return web.Response(text=drawn, content_type="text/html")

    return show


def _nothing_to_press(block: Block) -> Markup:
    return _drawn(block, "")


async def style(request: web.Request) -> web.Response:
    return web.Response(text=_STYLE, content_type="text/css")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _drawn(block: Block, conversation: str) -> Markup:
    drawn: Markup = _BLOCKS.module.draw(block, conversation)  # type: ignore[attr-defined]
    return drawn


TEMPLATES = Environment(
    loader=PackageLoader("bot", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGE = TEMPLATES.get_template("page.html")
_NOTICE = TEMPLATES.get_template("notice.html")
_BLOCKS = TEMPLATES.get_template("blocks.html")
_STYLE = (PAGES / "style.css").read_text("utf-8")
