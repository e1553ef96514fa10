"""Teams, by botbuilder-core: wire JSON in, cards out. The only file that knows the SDK.

Built around defects of botbuilder 4.17.1: an invoke's reply is written once (the stock adapter serialises it twice);
tenant and conversation are read from the wire JSON (the SDK drops them); what is sent is our own JSON (the SDK drops
fields it does not know). Who may come in is the front door's to say; without one, only this machine.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

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
from bot.frontdoor import LARGEST_BODY, LOOPBACK_HOSTS, FrontDoor, Reason, Refused, read_object
from bot.tokens import NoToken, Tokens
from bot.turns import Deliveries, answered, found, welcome
from bot.wire import BadActivity, Wire, read_activity
from dialogs.cards.adaptive import LAST_CARD, as_adaptive_card
from dialogs.conversation import Conversation
from dialogs.reply import Reply
from dialogs.search import Found
from dialogs.turn import Turn
from knowledge.clock import Clock

FINAL = frozenset({400, 403, 404, 413})
"""Answers of the connector that another try would not change."""
CARD = "application/vnd.microsoft.card.adaptive"
SEND_TIMEOUT = aiohttp.ClientTimeout(total=10)
PAUSES = (0.5, 2.0)
"""Seconds before each further try at a reply: a person waits for it, so one too many is better than none."""


def compact_json(value: Any) -> str:
    """JSON without a byte to spare: Teams limits the size of a card."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class NotAccepted(Exception):
    """The connector did not take what was sent; `status` is what it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


NOT_SENT = (aiohttp.ClientError, TimeoutError, NotAccepted, NoToken, OSError)
"""What keeps a reply from being taken."""


class Connector(BotAdapter):
    """The SDK's adapter, sending our own JSON over one shared client."""

    def __init__(self, client: aiohttp.ClientSession, tokens: Tokens | None = None) -> None:
        super().__init__()
        self._client = client
        self._tokens = tokens

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
        """The id that the connector gives. A token that it refuses is fetched anew. Raises NotAccepted, NoToken."""
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
        "attachments": [{"contentType": a.content_type, "content": a.content} for a in activity.attachments or ()]
        or None,
    }
    return {name: value for name, value in wire.items() if value not in (None, "")}


class TeamsDoor:
    """Handles POST /api/messages."""

    def __init__(
        self,
        conversation: Conversation | None,
        clock: Clock,
        client: aiohttp.ClientSession,
        front_door: FrontDoor | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        """Without a front door anybody on this machine may speak to it, and it answers to this machine only."""
        self._conversation = conversation
        self._clock = clock
        self._front_door = front_door
        self._hosts = front_door.hosts if front_door else LOOPBACK_HOSTS
        self._connector = Connector(client, tokens)
        self._deliveries = Deliveries()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one activity. 4xx for what is none; never a 5xx."""
        try:
            wire = read_activity(await self._admitted(request))
        except Refused as refused:
            logs.event("request.refused", reason=refused.reason)
            return web.Response(status=refused.status)
        except (BadActivity, web.RequestPayloadError):  # a wrong type; or it says it is packed, and is not
            return web.Response(status=400)
        if wire.kind == "invoke":
            return self._invoked(wire)
        if wire.kind == "message" or wire.is_welcome:
            return await self._message(wire)
        return web.Response()  # edits, reactions, read receipts and the like need no answer

    async def _admitted(self, request: web.Request) -> dict[str, Any]:
        """The activity, where Teams sent it; in development, whatever this machine sent. Raises Refused."""
        body = await _body(request)
        if self._front_door is None:
            return read_object(body)
        sent = request.headers.getall("Authorization", [])
        if len(sent) > 1:
            raise Refused(Reason.TOKEN_MALFORMED)
        return await self._front_door.admit(sent[0] if sent else None, body)

    def _invoked(self, wire: Wire) -> web.Response:
        """An invoke is answered in the response itself; one that we do not know is taken and does nothing."""
        if wire.is_card_action:
            card = _drawn(answered(self._conversation, wire.turn(self._clock())))
            return web.json_response({"statusCode": 200, "type": CARD, "value": card}, dumps=compact_json)
        if wire.is_search:
            return web.json_response({"composeExtension": self._search(wire)}, dumps=compact_json)
        return web.json_response({})

    def _search(self, wire: Wire) -> dict[str, Any]:
        """What the compose box of any chat shows for a few words; nothing where it fails."""
        try:
            results = found(self._conversation, wire.searched, self._clock())
            attachments = [_search_result(result) for result in results]
        except Exception as error:  # the person goes on typing
            logs.failure("search.failed", error)
            attachments = []
        return {"type": "result", "attachmentLayout": "list", "attachments": attachments}

    async def _message(self, wire: Wire) -> web.Response:
        if not (wire.conversation and self._hosts.allows(wire.service_url)):
            return web.Response(status=403)
        turn = wire.turn(self._clock())

        async def deliver() -> None:
            await self._deliver(wire, self._reply(wire, turn), updates=turn.click is not None)

        try:
            await self._deliveries.once(turn, deliver)
        except NOT_SENT as error:
            logs.failure("reply.failed", error, turn=turn.id)
        return web.Response()

    def _reply(self, wire: Wire, turn: Turn) -> Reply:
        if wire.is_welcome:
            return welcome(self._conversation, is_shared=wire.is_shared)
        return answered(self._conversation, turn)

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
        raise Refused(Reason.BODY_TOO_LARGE)
    body = bytearray()
    async for piece in request.content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > LARGEST_BODY:
            raise Refused(Reason.BODY_TOO_LARGE)
    return bytes(body)


def _drawn(reply: Reply) -> dict[str, Any]:
    """The reply as a card; the safe default where it cannot be drawn."""
    try:
        return as_adaptive_card(reply)
    except Exception as error:  # a person is waiting
        logs.failure("card.failed", error)
        return LAST_CARD


def _search_result(result: Found) -> dict[str, Any]:
    preview = {"title": result.title, "text": result.kind}
    return {
        "contentType": CARD,
        "content": as_adaptive_card(result.card),
        "preview": {"contentType": "application/vnd.microsoft.card.thumbnail", "content": preview},
    }


def _activity(wire: Wire, reply: Reply) -> Activity:
    return Activity(
        type="message",
        service_url=wire.service_url,
        conversation=ConversationAccount(id=wire.conversation),
        from_property=ChannelAccount(id=wire.recipient),
        recipient=ChannelAccount(id=wire.sender),
        reply_to_id=wire.id,
        summary=reply.summary,
        attachments=[Attachment(content_type=CARD, content=_drawn(reply))],
    )


async def _with_patience(send: Callable[[], Awaitable[object]]) -> None:
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
