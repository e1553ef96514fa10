"""Stand-ins that are kept as part of the product: a Teams connector to talk to, and what Teams posts to our door.

The connector is a real HTTP server on loopback, so that what is tested is what is sent.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web import application
from dialogs.conversation import Conversation
from dialogs.message import Message
from knowledge.clock import Clock
from tests.builders import MONDAY_MORNING
from tests.loopback import Loopback, cut

Visitor = TestClient[web.Request, web.Application]

_ACTIVITIES = re.compile(r"/v3/conversations/(?P<conversation>[^/]+)/activities(?:/(?P<activity>[^/]+))?")


@dataclass(frozen=True)
class Call:
    """One request that reached the connector. `path` is as it came over the wire, still quoted; `conversation` and
    `activity` are the ids in it, "" where the path is not one of the Bot Framework's."""

    method: str
    path: str
    conversation: str
    activity: str
    body: Any
    status: int

    @property
    def card(self) -> dict[str, Any]:
        """The one card that was sent."""
        (attachment,) = self.body["attachments"]
        card: dict[str, Any] = attachment["content"]
        return card


@dataclass(frozen=True)
class Step:
    """How the connector answers one call: after `delay` seconds, and not before `until` is set, with `status` and
    `headers`. `reset` closes the connection instead: "before" the call is recorded (the reply was lost on its way), or
    "after" it (the reply arrived and its receipt was lost)."""

    status: int = 200
    delay: float = 0.0
    until: asyncio.Event | None = None
    reset: Literal["before", "after"] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeConnector(Loopback):
    """The Bot Framework's connector, on a free port of 127.0.0.1.

    Takes any POST, PUT and DELETE, records it in `calls`, and answers with the next step of its script; when the script
    is at its end, with 200. Use it as `async with FakeConnector(Step(status=500)) as connector`, and give the bot
    `connector.url` as serviceUrl.
    """

    def __init__(self, *script: Step) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._script = list(script)

    @property
    def url(self) -> str:
        return self.at()

    @property
    def accepted(self) -> list[Call]:
        """The calls that were answered with 2xx."""
        return [call for call in self.calls if call.status < 300]

    def then(self, *steps: Step) -> None:
        """Add steps to the script."""
        self._script += steps

    async def reached(self, calls: int) -> None:
        """Wait until so many calls have been recorded."""
        await self._until(lambda: len(self.calls) >= calls)

    async def _take(self, request: web.BaseRequest) -> web.Response:
        step = self._script.pop(0) if self._script else Step()
        body = await request.json() if request.can_read_body else None
        if step.reset == "before":
            return cut(request)
        await self._record(request, body, step.status)
        await asyncio.sleep(step.delay)
        if step.until is not None:
            await step.until.wait()
        if step.reset == "after":
            return cut(request)
        return web.json_response({"id": f"sent-{len(self.calls)}"}, status=step.status, headers=step.headers)

    async def _record(self, request: web.BaseRequest, body: Any, status: int) -> None:
        path = request.rel_url.raw_path
        found = _ACTIVITIES.fullmatch(path)
        ids = {name: unquote(id or "") for name, id in found.groupdict().items()} if found else {}
        async with self._arriving():
            call = Call(request.method, path, ids.get("conversation", ""), ids.get("activity", ""), body, status)
            self.calls.append(call)


@asynccontextmanager
async def visiting(conversation: Conversation | None, clock: Clock = lambda: MONDAY_MORNING) -> AsyncIterator[Visitor]:
    """The whole application on a free port, and a client that visits it."""
    async with TestClient(TestServer(application(conversation, clock))) as visitor:
        yield visitor


def message(service_url: str, text: object = "", **fields: Any) -> dict[str, Any]:
    """A message as Teams posts it, from a chat with one person; `fields` add to it or replace what is there."""
    return {
        "type": "message",
        "id": "activity-1",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": "29:practitioner"},
        "recipient": {"id": "28:assistant"},
        "conversation": {"id": "chat-1", "conversationType": "personal", "tenantId": "tenant-1"},
        "text": text,
        **fields,
    }


def card_action(service_url: str, data: Any, **fields: Any) -> dict[str, Any]:
    """A press of an Action.Execute, as Teams posts it."""
    value = {"action": {"type": "Action.Execute", "verb": "any", "data": data}, "trigger": "manual"}
    return {
        **message(service_url),
        "type": "invoke",
        "name": "adaptiveCard/action",
        "replyToId": "card-1",
        "value": value,
        **fields,
    }


def submitted(service_url: str, data: Any, **fields: Any) -> dict[str, Any]:
    """A press of an Action.Submit, the older kind of button, as Teams posts it: a message that carries a value."""
    return message(service_url, **{"value": data, "replyToId": "card-1", **fields})


def wire(button: Message) -> dict[str, Any]:
    """What one of our buttons sends back."""
    return {"message": button.model_dump(mode="json")}


def everything_in(card: Any) -> Iterable[dict[str, Any]]:
    """Each object inside a card, however deep."""
    if isinstance(card, dict):
        yield card
        for value in card.values():
            yield from everything_in(value)
    elif isinstance(card, list):
        for value in card:
            yield from everything_in(value)
