"""What comes over the wire from Teams: JSON that anybody may have written, to the few words of it that we use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.turns import is_text
from dialogs.message import pressed
from dialogs.turn import Attached, Sender, Turn
from knowledge.models.sending import ConversationKind

FILE = "application/vnd.microsoft.teams.file.download.info"
MOST_LINES, LONGEST_LINE = 40, 4_000
"""Of a form; what is more than that is none of ours."""
_ID = re.compile(r"[0-9a-fA-F-]{36}")


class BadActivity(Exception):
    """A field of the activity is not of its type; it is answered with 400."""


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
    writer: str
    """The id that Teams gives the writer in this bot's chats."""
    recipient: str
    added: tuple[str, ...] = ()
    locale: str = ""
    time_zone: str = ""
    attached: Attached | None = None
    sender: Sender | None = None
    conversation_kind: ConversationKind = ConversationKind.PERSONAL

    @property
    def is_card_action(self) -> bool:
        return self.kind == "invoke" and self.name == "adaptiveCard/action"

    @property
    def is_search(self) -> bool:
        return self.kind == "invoke" and self.name == "composeExtension/query"

    @property
    def is_welcome(self) -> bool:
        """True where the assistant itself was added to the conversation."""
        return self.kind == "conversationUpdate" and bool(self.recipient) and self.recipient in self.added

    @property
    def searched(self) -> str:
        """The words typed into the compose box; "" where there are none."""
        parameters = self.value.get("parameters") if isinstance(self.value, dict) else None
        for parameter in parameters if isinstance(parameters, list) else ():
            if isinstance(parameter, dict) and parameter.get("name") == "query":
                words = parameter.get("value")
                return words if isinstance(words, str) else ""
        return ""

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
            filled=_filled(data) if click else {},
            is_shared=self.is_shared,
            is_automatic=self._is_automatic,
            sender=self.sender,
            attached=self.attached,
            locale=self.locale,
            time_zone=self.time_zone,
        )

    @property
    def _is_automatic(self) -> bool:
        """True where Teams asked by itself, because somebody looked at a card."""
        return self.is_card_action and isinstance(self.value, dict) and self.value.get("trigger") == "automatic"

    def _pressed_data(self) -> Any:
        if not self.is_card_action:
            return self.value
        action = self.value.get("action") if isinstance(self.value, dict) else None
        data = action.get("data") if isinstance(action, dict) else None
        return data if data is not None else {}


def _filled(data: dict[str, Any]) -> dict[str, str]:
    """What was filled into a form: it comes back beside the button's own message."""
    lines = {name: words for name, words in data.items() if isinstance(words, str) and is_text(name + words)}
    is_ours = len(lines) <= MOST_LINES and all(len(words) <= LONGEST_LINE for words in lines.values())
    return lines if is_ours else {}


def read_activity(activity: dict[str, Any]) -> Wire:
    """An activity to what we use of it. Raises BadActivity where a field is not of its type."""
    conversation = _object(activity, "conversation")
    return Wire(
        kind=_words(activity, "type"),
        id=_id(activity, "id"),
        name=_words(activity, "name"),
        text=_words(activity, "text"),
        value=activity.get("value"),
        service_url=_words(activity, "serviceUrl"),
        conversation=_id(conversation, "id"),
        is_shared=_is_shared(conversation),
        reply_to=_id(activity, "replyToId"),
        writer=_words(_object(activity, "from"), "id"),
        recipient=_words(_object(activity, "recipient"), "id"),
        added=tuple(_added(activity)),
        locale=_words(activity, "locale"),
        time_zone=_words(activity, "localTimezone"),
        attached=next(_attached(activity), None),
        sender=_sender(activity),
        conversation_kind=_kind(conversation),
    )


def _sender(activity: dict[str, Any]) -> Sender | None:
    """Who wrote, where it is said by which tenant they are known, and as whom there."""
    writer = _object(activity, "from")
    tenant = _words(_object(_object(activity, "channelData"), "tenant"), "id")
    tenant = tenant or _words(_object(activity, "conversation"), "tenantId")
    person = _words(writer, "aadObjectId")
    if not (_ID.fullmatch(tenant) and _ID.fullmatch(person)):
        return None
    return Sender(tenant.lower(), person.lower(), _words(writer, "name"))


def _kind(conversation: dict[str, Any]) -> ConversationKind:
    if not _is_shared(conversation):
        return ConversationKind.PERSONAL
    is_channel = _words(conversation, "conversationType") == "channel"
    return ConversationKind.CHANNEL if is_channel else ConversationKind.GROUP


def _is_shared(conversation: dict[str, Any]) -> bool:
    """False only where the chat says that it is personal; or where it does not say what it is (as another channel's
    may), and neither its mark of groups nor an id of the form of a group's or a channel's speaks against it."""
    kind = _words(conversation, "conversationType")
    if kind:
        return kind != "personal"
    return conversation.get("isGroup") not in (None, False) or _words(conversation, "id").strip().startswith("19:")


def _added(activity: dict[str, Any]) -> Iterator[str]:
    """The ids of who was added to the conversation."""
    members = activity.get("membersAdded")
    if isinstance(members, list):
        yield from (_words(member, "id") for member in members if isinstance(member, dict))


def _attached(activity: dict[str, Any]) -> Iterator[Attached]:
    """The files that were attached in a private chat; pictures and cards are none."""
    attachments = activity.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, dict) and one.get("contentType") == FILE:
            url = _words(_object(one, "content"), "downloadUrl")
            if url:
                yield Attached(url)


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
    if not isinstance(value, str) or not is_text(value):
        raise BadActivity
    return value


def _id(holder: dict[str, Any], name: str) -> str:
    """An id that goes into an address: dots alone would leave the path."""
    value = _words(holder, name)
    if value and not value.strip("."):
        raise BadActivity
    return value
