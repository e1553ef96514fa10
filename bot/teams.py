"""Teams, by botbuilder-core: wire JSON in, cards out. The only file that knows the SDK.

Built around defects of botbuilder 4.17.1: an invoke's reply is written once (the stock adapter serialises it twice);
tenant and conversation are read from the wire JSON (the SDK drops them); what is sent is our own JSON (the SDK drops
fields it does not know). Who may come in is the front door's to say; without one, only this machine.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

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
from bot.connector import NOT_SENT, Connector, NotAccepted, address, compact_json, with_patience
from bot.errands import Errands
from bot.frontdoor import LARGEST_BODY, LOOPBACK_HOSTS, FrontDoor, Reason, Refused, read_object
from bot.tokens import Tokens
from bot.turns import Deliveries, found, welcome
from bot.wire import BadActivity, Wire, read_activity
from dialogs.cards.adaptive import as_adaptive_card, last_card
from dialogs.conversation import Conversation
from dialogs.reply import Reply
from dialogs.search import Found
from dialogs.turn import Turn
from knowledge.clock import Clock

CARD = "application/vnd.microsoft.card.adaptive"
REPLY_WITHIN = 12.0
"""Seconds for a reply with all its tries. Teams posts the turn again after 15 s, and one that failed is taken anew."""
TYPING_AFTER = 1.0
"""Seconds after which a person who waits sees that we are writing."""


class Adapter(BotAdapter):
    """The SDK's adapter, sending our own JSON."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self._connector = connector

    async def send_activities(self, context: TurnContext, activities: Sequence[Activity]) -> list[ResourceResponse]:
        return [await self._send("POST", activity, activity.reply_to_id) for activity in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        return await self._send("PUT", activity, activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        url = address(reference.service_url, reference.conversation.id, reference.activity_id)
        await self._connector.call("DELETE", url)

    async def _send(self, method: str, activity: Activity, id: str | None) -> ResourceResponse:
        url = address(activity.service_url, activity.conversation.id, id)
        return ResourceResponse(id=await self._connector.call(method, url, _as_wire(activity)))


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
        errands: Errands | None = None,
    ) -> None:
        """Without a front door anybody on this machine may speak to it, and it answers to this machine only."""
        self._conversation = conversation
        self._clock = clock
        self._front_door = front_door
        self._hosts = front_door.hosts if front_door else LOOPBACK_HOSTS
        self._adapter = Adapter(Connector(client, tokens))
        self._errands = errands or Errands(None, clock)
        self._deliveries = Deliveries()
        self._unfinished: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Let what is still being sent end."""
        await asyncio.gather(*self._unfinished)

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
            return await self._invoked(wire)
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

    async def _invoked(self, wire: Wire) -> web.Response:
        """An invoke is answered in the response itself; one that we do not know is taken and does nothing."""
        if wire.is_card_action:
            return web.json_response(await self._pressed(wire), dumps=compact_json)
        if wire.is_search:
            return web.json_response({"composeExtension": self._search(wire)}, dumps=compact_json)
        return web.json_response({})

    async def _pressed(self, wire: Wire) -> dict[str, Any]:
        """The card in answer to a button. Teams shows it at once, and the old one again when the chat is next opened:
        so the card in the chat is changed as well, unless it only brought itself up to date."""
        turn = wire.turn(self._clock())
        reply = await self._errands.reply(self._conversation, turn)
        self._errands.heard_from(wire)
        if wire.reply_to and not turn.is_automatic and self._may_reach(wire):
            self._later(self._put_in_place(wire, reply))
        return {"statusCode": 200, "type": CARD, "value": _drawn(reply, wire.writer)}

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)

    async def _put_in_place(self, wire: Wire, reply: Reply) -> None:
        activity = _activity(wire, reply)
        try:
            await self._updated(TurnContext(self._adapter, activity), activity, wire.reply_to)
        except NOT_SENT as error:
            logs.failure("card.not_updated", error)

    def _may_reach(self, wire: Wire) -> bool:
        """True where a reply has somewhere to go that our own token may be sent to."""
        return bool(wire.conversation) and self._hosts.allows(wire.service_url)

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
        if not self._may_reach(wire):
            return web.Response(status=403)
        turn = wire.turn(self._clock())

        async def deliver() -> None:
            async with asyncio.timeout(REPLY_WITHIN):
                with _typing_when_slow(lambda: self._say_typing(wire)):
                    await self._deliver(wire, await self._reply(wire, turn), updates=turn.click is not None)

        try:
            await self._deliveries.once(turn, deliver)
        except NOT_SENT as error:
            logs.failure("reply.failed", error, turn=turn.id)
        self._errands.heard_from(wire)
        return web.Response()

    async def _say_typing(self, wire: Wire) -> None:
        activity = _addressed(wire, "typing")
        try:
            await self._adapter.send_activities(TurnContext(self._adapter, activity), [activity])
        except NOT_SENT as error:  # the reply itself is still on its way
            logs.failure("typing.failed", error)

    async def _reply(self, wire: Wire, turn: Turn) -> Reply:
        if wire.is_welcome:
            return welcome(self._conversation, is_shared=wire.is_shared)
        return await self._errands.reply(self._conversation, turn)

    async def _deliver(self, wire: Wire, reply: Reply, *, updates: bool) -> None:
        activity = _activity(wire, reply)
        context = TurnContext(self._adapter, activity)
        if updates and wire.reply_to and await self._updated(context, activity, wire.reply_to):
            return
        await with_patience(lambda: self._adapter.send_activities(context, [activity]))

    async def _updated(self, context: TurnContext, activity: Activity, card: str) -> bool:
        """Put the activity in the place of a card sent before; False where that card is no longer there."""
        activity.id = card
        try:
            await with_patience(lambda: self._adapter.update_activity(context, activity))
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


@contextmanager
def _typing_when_slow(say: Callable[[], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """Say that we are writing, where what is done meanwhile takes longer than a person waits without wondering."""
    loop = asyncio.get_running_loop()
    said: list[asyncio.Task[None]] = []
    slow = loop.call_later(TYPING_AFTER, lambda: said.append(loop.create_task(say())))
    try:
        yield
    finally:
        slow.cancel()
        for task in said:
            task.cancel()


def _drawn(reply: Reply, seen_by: str) -> dict[str, Any]:
    """The reply as a card for one person; the safe default where it cannot be drawn."""
    try:
        return as_adaptive_card(reply, seen_by)
    except Exception as error:  # a person is waiting
        logs.failure("card.failed", error)
        return last_card()


def _search_result(result: Found) -> dict[str, Any]:
    preview = {"title": result.title, "text": result.kind}
    return {
        "contentType": CARD,
        "content": as_adaptive_card(result.card),
        "preview": {"contentType": "application/vnd.microsoft.card.thumbnail", "content": preview},
    }


def _activity(wire: Wire, reply: Reply) -> Activity:
    activity = _addressed(wire, "message")
    activity.summary = reply.summary
    activity.attachments = [Attachment(content_type=CARD, content=_drawn(reply, wire.writer))]
    return activity


def _addressed(wire: Wire, kind: str) -> Activity:
    """An activity that goes back to where another came from."""
    return Activity(
        type=kind,
        service_url=wire.service_url,
        conversation=ConversationAccount(id=wire.conversation),
        from_property=ChannelAccount(id=wire.recipient),
        recipient=ChannelAccount(id=wire.writer),
        reply_to_id=wire.id,
    )
