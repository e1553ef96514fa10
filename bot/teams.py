"""Teams, by botbuilder-core: wire JSON in, cards out. The only file that knows the SDK.

Built around defects of botbuilder 4.17.1: an invoke's reply is written once (the stock adapter serialises it twice);
tenant and conversation are read from the wire JSON (the SDK drops them); what is sent is our own JSON (the SDK drops
fields it does not know). Who may come in is the front door's to say; without one, only this machine.
"""

import asyncio
from collections.abc import Sequence
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
from bot.background import Background
from bot.card_changes import CHANGED_WITHIN, CardChanges
from bot.connector import NOT_SENT, Connector, NotAccepted, Patience, address, compact_json, with_patience
from bot.drawing import CARD, drawn, last_message, last_result, search_result
from bot.errands import Errands
from bot.frontdoor import LARGEST_BODY, LOOPBACK_HOSTS, FrontDoor, Reason, Refused, read_object
from bot.tokens import Tokens
from bot.turns import Deliveries, found, welcomed
from bot.typing_sign import typing_when_slow
from bot.wire import BadActivity, Wire, read_activity
from dialogs.cards.adaptive import last_card
from dialogs.conversation import Conversation
from dialogs.reply import Reply
from dialogs.turn import Turn
from knowledge.clock import Clock

REPLY_WITHIN = 12.0
"""Seconds from the arrival of a turn for its reply with all its tries. Teams posts it again after 15 s, and one that
failed is taken anew."""
CLOSE_WITHIN = 8.0
"""Seconds that what is still being sent gets when the process ends."""
NOT_AS_A_CARD = frozenset({400, 413})
"""Answers of the connector after which the smallest card of all is worth a try."""


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
        self._connector = Connector(client, tokens)
        self._adapter = Adapter(self._connector)
        self._errands = errands or Errands(None, clock)
        self._deliveries = Deliveries()
        self._changes = CardChanges()
        self._later = Background()

    async def close(self) -> None:
        """Let what is still being sent end, for a while."""
        await self._later.close(CLOSE_WITHIN)
        await self._connector.close()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one activity, within REPLY_WITHIN whatever hangs. 4xx for what is none; never a 5xx."""
        patience = Patience.of(REPLY_WITHIN)
        try:
            async with asyncio.timeout_at(patience.until):
                wire = read_activity(await self._admitted(request))
        except Refused as refused:
            logs.event("request.refused", reason=refused.reason)
            return web.Response(status=refused.status)
        except (BadActivity, web.RequestPayloadError, TimeoutError):
            return web.Response(status=400)  # a wrong type; it says it is packed, and is not; it never ends
        if wire.kind == "invoke":
            return await self._invoked(wire)
        if wire.kind == "message" or wire.is_welcome:
            return await self._message(wire, patience)
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
            answer = {"statusCode": 200, "type": CARD, "value": await self._pressed(wire)}
            return web.json_response(answer, dumps=compact_json)
        if wire.is_search:
            return web.json_response({"composeExtension": self._search(wire)}, dumps=compact_json)
        return web.json_response({})

    async def _pressed(self, wire: Wire) -> dict[str, Any]:
        """The card in answer to a button. Teams shows it at once, and the old one again when the chat is next opened:
        so the card in the chat is changed as well, unless it only brought itself up to date."""
        try:
            turn = wire.turn(self._clock())
            reply = await self._errands.reply(self._conversation, turn)
            self._errands.heard_from(wire)
            if wire.reply_to and not turn.is_automatic and self._may_reach(wire):
                self._later.start(self._put_in_place(wire, reply))
            return drawn(reply, wire.writer)
        except Exception as error:  # a person is waiting
            logs.failure("turn.failed", error, turn=wire.id)
            return last_card()

    async def _put_in_place(self, wire: Wire, reply: Reply) -> None:
        try:
            activity = _activity(wire, reply)
            context, patience = TurnContext(self._adapter, activity), Patience.of(2 * CHANGED_WITHIN)
            await self._updated(context, activity, wire.reply_to, patience)
        except Exception as error:  # the person has been answered
            logs.failure("card.not_updated", error)

    def _may_reach(self, wire: Wire) -> bool:
        """True where a reply has somewhere to go that our own token may be sent to."""
        return bool(wire.conversation) and self._hosts.allows(wire.service_url)

    def _search(self, wire: Wire) -> dict[str, Any]:
        """What the compose box of any chat shows for a few words; the safe default where it fails."""
        try:
            results = found(self._conversation, wire.searched, self._clock())
            attachments = [search_result(result) for result in results]
        except Exception as error:  # the person goes on typing
            logs.failure("search.failed", error)
            attachments = [last_result()]
        return {"type": "result", "attachmentLayout": "list", "attachments": attachments}

    async def _message(self, wire: Wire, patience: Patience) -> web.Response:
        if not self._may_reach(wire):
            return web.Response(status=403)
        try:
            async with asyncio.timeout_at(patience.until):
                await self._answered(wire, patience)
        except NOT_SENT as error:
            logs.failure("reply.failed", error, turn=wire.id)
        self._errands.heard_from(wire)
        return web.Response()

    async def _answered(self, wire: Wire, patience: Patience) -> None:
        """Send the reply; the safe default where anything of ours fails. Raises what is in NOT_SENT."""

        async def deliver() -> None:
            with typing_when_slow(lambda: self._say_typing(wire), patience):
                await self._deliver(wire, await self._reply(wire, turn), patience, updates=turn.click is not None)

        try:
            turn = wire.turn(self._clock())
            await self._deliveries.once(turn, deliver)
        except NOT_SENT:
            raise
        except Exception as error:  # a person is waiting
            logs.failure("turn.failed", error, turn=wire.id)
            await self._connector.call("POST", _chat(wire), last_message())

    async def _say_typing(self, wire: Wire) -> None:
        try:
            activity = _addressed(wire, "typing")
            await self._adapter.send_activities(TurnContext(self._adapter, activity), [activity])
        except Exception as error:  # the reply itself is still on its way
            logs.failure("typing.failed", error)

    async def _reply(self, wire: Wire, turn: Turn) -> Reply:
        if wire.is_welcome:
            return welcomed(self._conversation, turn)
        return await self._errands.reply(self._conversation, turn)

    async def _deliver(self, wire: Wire, reply: Reply, patience: Patience, *, updates: bool) -> None:
        activity = _activity(wire, reply)
        context = TurnContext(self._adapter, activity)
        if updates and wire.reply_to and await self._updated(context, activity, wire.reply_to, patience):
            return
        try:
            await with_patience(lambda: self._adapter.send_activities(context, [activity]), patience)
        except NotAccepted as refused:
            if refused.status not in NOT_AS_A_CARD:
                raise
            logs.failure("card.not_taken", refused, status=refused.status)
            if self._conversation is not None:
                self._conversation.memory.show(wire.conversation, (), self._clock())  # it has no numbers to type
            activity.attachments = [Attachment(content_type=CARD, content=last_card())]
            await with_patience(lambda: self._adapter.send_activities(context, [activity]), patience)

    async def _updated(self, context: TurnContext, activity: Activity, card: str, patience: Patience) -> bool:
        """Put the activity in the place of a card sent before; False where that did not succeed in time."""
        activity.id = card

        async def put() -> None:
            await with_patience(
                lambda: self._adapter.update_activity(context, activity), patience.within(CHANGED_WITHIN)
            )

        try:
            await self._changes.change((activity.conversation.id, card), put)
        except NOT_SENT as error:
            logs.failure("card.not_updated", error, status=getattr(error, "status", 0))
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


def _chat(wire: Wire) -> str:
    """Where a new message goes. It shares nothing with what may have failed before."""
    return f"{wire.service_url.rstrip('/')}/v3/conversations/{quote(wire.conversation, safe='')}/activities"


def _activity(wire: Wire, reply: Reply) -> Activity:
    activity = _addressed(wire, "message")
    activity.summary = reply.summary
    activity.attachments = [Attachment(content_type=CARD, content=drawn(reply, wire.writer))]
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
