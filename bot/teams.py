"""Teams, by botbuilder-core: wire JSON in, cards out. The only file that knows the SDK.

Built around defects of botbuilder 4.17.1: an invoke's reply is written once (the stock adapter serialises it twice);
tenant and conversation are read from the wire JSON (the SDK drops them); what is sent is our own JSON (the SDK drops
fields it does not know). Development only and loopback only: there is no sign-in here yet.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import (
    Activity,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    ResourceResponse,
)

from bot import logs
from bot.settings import is_loopback
from bot.turns import Deliveries, answered, is_text
from dialogs.cards.adaptive import as_adaptive_card
from dialogs.conversation import Conversation
from dialogs.help import safe_answer
from dialogs.message import pressed
from dialogs.reply import Reply, as_text
from dialogs.turn import Turn
from knowledge.clock import Clock

LARGEST_BODY = 256 * 1024
MOST_BRACKETS = 2_000
FINAL = frozenset({400, 403, 404, 413})
"""Answers of the connector that another try would not change."""
CARD = "application/vnd.microsoft.card.adaptive"
SEND_TIMEOUT = aiohttp.ClientTimeout(total=10)
PAUSES = (0.5, 2.0)
"""Seconds before each further try at a reply: a person waits for it, so one too many is better than none."""


def compact_json(value: Any) -> str:
    """JSON without a byte to spare: Teams limits the size of a card."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class BadActivity(Exception):
    """What was posted is not an activity; it is answered with 400 (or `status`)."""

    status = 400


class TooLarge(BadActivity):
    status = 413


class NotAccepted(Exception):
    """The connector did not take what was sent; `status` is what it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class Wire:
    """What we use of an inbound activity, checked."""

    kind: str
    id: str
    name: str
    text: str
    value: Any
    service_url: str
    conversation: str
    is_shared: bool
    reply_to: str
    sender: str
    recipient: str

    @property
    def is_card_action(self) -> bool:
        return self.kind == "invoke" and self.name == "adaptiveCard/action"

    def turn(self, at: datetime) -> Turn:
        """The turn behind the activity, at the instant it came in."""
        data = self._pressed_data()
        click = pressed(data.get("message")) if isinstance(data, dict) else None
        was_pressed = data is not None and not (self.text.strip() and click is None)
        return Turn(
            id=self.id,
            conversation=self.conversation,
            at=at,
            text=self.text,
            click=click,
            is_unknown_click=was_pressed and click is None,
            is_shared=self.is_shared,
        )

    def _pressed_data(self) -> Any:
        if not self.is_card_action:
            return self.value
        action = self.value.get("action") if isinstance(self.value, dict) else None
        data = action.get("data") if isinstance(action, dict) else None
        return data if data is not None else {}


def read_activity(body: bytes) -> Wire:
    """Wire JSON to what we use of it. Raises BadActivity for anything that is not an activity."""
    if len(body) > LARGEST_BODY:
        raise TooLarge
    if body.count(b"{") + body.count(b"[") > MOST_BRACKETS:
        raise BadActivity
    try:
        activity = json.loads(body)
        body.decode("utf-8")
    except (ValueError, RecursionError):
        raise BadActivity from None
    if not isinstance(activity, dict):
        raise BadActivity
    conversation = _object(activity, "conversation")
    kind = _words(conversation, "conversationType")
    return Wire(
        kind=_words(activity, "type"),
        id=_id(activity, "id"),
        name=_words(activity, "name"),
        text=_words(activity, "text"),
        value=activity.get("value"),
        service_url=_words(activity, "serviceUrl"),
        conversation=_id(conversation, "id"),
        is_shared=kind != "personal" and (kind != "" or conversation.get("isGroup") not in (None, False)),
        reply_to=_id(activity, "replyToId"),
        sender=_words(_object(activity, "from"), "id"),
        recipient=_words(_object(activity, "recipient"), "id"),
    )


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadActivity
    return value


def _words(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadActivity
    if not is_text(value):
        raise BadActivity
    return value


def _id(holder: dict[str, Any], name: str) -> str:
    """An id that goes into an address: dots alone would leave the path."""
    value = _words(holder, name)
    if value and not value.strip("."):
        raise BadActivity
    return value


class Connector(BotAdapter):
    """The SDK's adapter, sending our own JSON over one shared client."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        super().__init__()
        self._client = client

    async def send_activities(self, context: TurnContext, activities: Sequence[Activity]) -> list[ResourceResponse]:
        return [await self._send("POST", activity, activity.reply_to_id) for activity in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        return await self._send("PUT", activity, activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        await self._call("DELETE", _url(reference.service_url, reference.conversation.id, reference.activity_id), None)

    async def _send(self, method: str, activity: Activity, id: str | None) -> ResourceResponse:
        url = _url(activity.service_url, activity.conversation.id, id)
        return ResourceResponse(id=await self._call(method, url, _as_wire(activity)))

    async def _call(self, method: str, url: str, payload: dict[str, Any] | None) -> str:
        async with self._client.request(
            method, url, json=payload, timeout=SEND_TIMEOUT, allow_redirects=False
        ) as response:
            if response.status >= 300:
                raise NotAccepted(response.status)
            try:
                return str((await response.json(content_type=None) or {}).get("id", ""))
            except (ValueError, AttributeError):
                return ""


def _url(service_url: str, conversation: str, id: str | None) -> str:
    tail = f"/{quote(id, safe='')}" if id else ""
    return f"{service_url.rstrip('/')}/v3/conversations/{quote(conversation, safe='')}/activities{tail}"


def _as_wire(activity: Activity) -> dict[str, Any]:
    wire = {
        "type": activity.type,
        "id": activity.id,
        "from": {"id": activity.from_property.id},
        "recipient": {"id": activity.recipient.id},
        "conversation": {"id": activity.conversation.id},
        "replyToId": activity.reply_to_id,
        "summary": activity.summary,
        "text": activity.text,
        "textFormat": "plain" if activity.text else None,
        "attachments": [{"contentType": a.content_type, "content": a.content} for a in activity.attachments or ()]
        or None,
    }
    return {name: value for name, value in wire.items() if value not in (None, "")}


class TeamsDoor:
    """Handles POST /api/messages."""

    def __init__(self, conversation: Conversation | None, clock: Clock, client: aiohttp.ClientSession) -> None:
        self._conversation = conversation
        self._clock = clock
        self._connector = Connector(client)
        self._deliveries = Deliveries()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one activity. 4xx for what is none; never a 5xx."""
        try:
            wire = read_activity(await _body(request))
        except BadActivity as bad:
            return web.Response(status=bad.status)
        except web.RequestPayloadError:  # it says it is packed, and is not
            return web.Response(status=400)
        if wire.is_card_action:
            reply = answered(self._conversation, wire.turn(self._clock()))
            return web.json_response({"statusCode": 200, "type": CARD, "value": _drawn(reply)}, dumps=compact_json)
        if wire.kind == "message":
            return await self._message(wire)
        return web.Response()

    async def _message(self, wire: Wire) -> web.Response:
        if not (wire.conversation and _may_send_to(wire.service_url)):
            return web.Response(status=403)
        turn = wire.turn(self._clock())

        async def deliver() -> None:
            await self._deliver(wire, answered(self._conversation, turn), updates=turn.click is not None)

        try:
            await self._deliveries.once(turn, deliver)
        except (aiohttp.ClientError, TimeoutError, NotAccepted, OSError) as error:
            logs.failure("reply.failed", error, turn=turn.id)
        return web.Response()

    async def _deliver(self, wire: Wire, reply: Reply, *, updates: bool) -> None:
        activity = _activity(wire, reply)
        context = TurnContext(self._connector, activity)
        if updates and wire.reply_to and await self._updated(context, activity, wire.reply_to):
            return
        await _with_patience(lambda: self._connector.send_activities(context, [activity]))

    async def _updated(self, context: TurnContext, activity: Activity, card: str) -> bool:
        """Put the activity in the place of a card sent before; False where that card is no longer there."""
        activity.id = card
        try:
            await _with_patience(lambda: self._connector.update_activity(context, activity))
        except NotAccepted as refused:
            logs.failure("card.not_updated", refused, status=refused.status)
            activity.id = ""
            return False
        return True


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LARGEST_BODY:
        raise TooLarge
    body = bytearray()
    async for piece in request.content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooLarge
    return bytes(body)


def _may_send_to(service_url: str) -> bool:
    try:
        parts = urlsplit(service_url)
        return parts.scheme in ("http", "https") and not parts.username and is_loopback(parts.hostname or "")
    except ValueError:
        return False


def _drawn(reply: Reply) -> dict[str, Any]:
    """The reply as a card; the safe default where it cannot be drawn."""
    try:
        return as_adaptive_card(reply)
    except Exception as error:  # a person is waiting
        logs.failure("card.failed", error)
        return as_adaptive_card(safe_answer())


def _activity(wire: Wire, reply: Reply) -> Activity:
    activity = Activity(
        type="message",
        service_url=wire.service_url,
        conversation=ConversationAccount(id=wire.conversation),
        from_property=ChannelAccount(id=wire.recipient),
        recipient=ChannelAccount(id=wire.sender),
        reply_to_id=wire.id,
        summary=reply.summary,
    )
    try:
        activity.attachments = [Attachment(content_type=CARD, content=_drawn(reply))]
    except Exception as error:  # not even the safe card can be drawn: its words still can
        logs.failure("card.failed", error)
        activity.text = as_text(safe_answer())
    return activity


async def _with_patience(send: Callable[[], Awaitable[object]]) -> None:
    """Try again after each pause where a reply was not taken; the last failure is passed on."""
    for pause in PAUSES:
        try:
            await send()
        except (aiohttp.ClientError, TimeoutError, NotAccepted, OSError) as error:
            if isinstance(error, NotAccepted) and error.status in FINAL:
                raise
            logs.failure("reply.delayed", error)
            await asyncio.sleep(pause)
        else:
            return
    await send()
