"""The door for Teams: activities in over HTTP, cards out to a connector. Once each, to loopback only, never a 5xx."""

import json
from typing import Any

import pytest

from dialogs.cards.adaptive import last_card
from dialogs.conversation import Conversation
from dialogs.help import out_of_date, safe_answer, write_in_private
from dialogs.message import ShowConcern, StartAgain
from dialogs.reply import Reply, as_text
from dialogs.turn import Turn
from knowledge.topics import Subject, Urgency
from tests.builders import conversation, library, turn
from tests.fakes import FakeConnector, Visitor, card_action, message, submitted, visiting, wire

CARD = "application/vnd.microsoft.card.adaptive"
JSON = {"Content-Type": "application/json"}
WORRY = "A child told me his dad hits him"
CHILD = ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY)
SHARED = (
    {"id": "chat-1", "conversationType": "groupChat"},
    {"id": "chat-1", "conversationType": "channel"},
    {"id": "chat-1", "conversationType": "a kind to come"},
    {"id": "chat-1", "isGroup": True},
    {"id": "19:general@thread.tacv2"},
    {"id": " 19:group@thread.v2", "isGroup": False},
)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again, but does not wait."""
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


async def posted(teams: Visitor, activity: object) -> int:
    return (await teams.post("/api/messages", json=activity)).status


async def shown(teams: Visitor, activity: object) -> str:
    """The words of the card that an invoke is answered with."""
    response = await teams.post("/api/messages", json=activity)
    answer = await response.json()
    assert (response.status, answer["statusCode"], answer["type"]) == (200, 200, CARD)
    assert isinstance(answer["value"], dict), "encoded twice"
    assert answer["value"]["type"] == "AdaptiveCard"
    words: str = answer["value"]["fallbackText"]
    return words


# Messages


async def test_a_message_is_answered_with_one_card(teams: Visitor, connector: FakeConnector) -> None:
    assert await posted(teams, message(connector.url, WORRY)) == 200
    (call,) = connector.calls
    assert (call.method, call.path) == ("POST", "/v3/conversations/chat-1/activities/activity-1")
    (attachment,) = call.body["attachments"]
    assert attachment["contentType"] == CARD
    assert attachment["content"]["type"] == "AdaptiveCard"
    assert attachment["content"]["fallbackText"] == as_text(conversation().reply(turn(WORRY)))
    assert set(attachment["content"]["speak"].splitlines()) <= set(attachment["content"]["fallbackText"].splitlines())


async def test_a_notification_shows_who_to_contact_and_not_the_worry(teams: Visitor, connector: FakeConnector) -> None:
    await posted(teams, message(connector.url, WORRY))
    (call,) = connector.calls
    assert call.body["summary"] == "Who to contact"
    assert "text" not in call.body


async def test_the_answer_goes_back_to_the_person_who_wrote(teams: Visitor, connector: FakeConnector) -> None:
    await posted(teams, message(connector.url, WORRY))
    (call,) = connector.calls
    assert call.body["type"] == "message"
    assert call.body["from"] == {"id": "28:assistant"}
    assert call.body["recipient"] == {"id": "29:practitioner"}
    assert call.body["conversation"] == {"id": "chat-1"}
    assert call.body["replyToId"] == "activity-1"


async def test_a_message_without_an_id_is_answered_too(teams: Visitor, connector: FakeConnector) -> None:
    await posted(teams, {name: value for name, value in message(connector.url, WORRY).items() if name != "id"})
    (call,) = connector.calls
    assert call.path == "/v3/conversations/chat-1/activities"


async def test_nothing_typed_is_sent_back(teams: Visitor, connector: FakeConnector) -> None:
    await posted(teams, message(connector.url, f"Zebulonquist says: {WORRY}"))
    (call,) = connector.calls
    assert "Zebulonquist" not in json.dumps(call.body)


async def test_broken_content_gives_the_safe_default(connector: FakeConnector) -> None:
    async with visiting(None) as teams:
        await posted(teams, message(connector.url, WORRY))
        (call,) = connector.calls
        assert call.card["fallbackText"] == as_text(safe_answer())
        assert await shown(teams, card_action(connector.url, wire(CHILD))) == as_text(safe_answer())


async def test_broken_content_says_nothing_else_in_a_group(connector: FakeConnector) -> None:
    async with visiting(None) as teams:
        await posted(teams, message(connector.url, WORRY, conversation=SHARED[0]))
        (call,) = connector.calls
        assert call.card["fallbackText"] == as_text(write_in_private())


# Buttons


async def test_a_pressed_button_is_answered_in_place(teams: Visitor, connector: FakeConnector) -> None:
    words = await shown(teams, card_action(connector.url, wire(CHILD)))
    assert words == as_text(conversation().reply(turn(click=CHILD)))


async def test_an_older_teams_has_its_card_updated(teams: Visitor, connector: FakeConnector) -> None:
    assert await posted(teams, submitted(connector.url, wire(CHILD))) == 200
    (call,) = connector.calls
    assert (call.method, call.path) == ("PUT", "/v3/conversations/chat-1/activities/card-1")
    assert call.body["id"] == "card-1"
    assert call.card["fallbackText"] == as_text(conversation().reply(turn(click=CHILD)))


async def test_a_button_that_does_not_say_which_card_it_is_on_gets_a_new_one(
    teams: Visitor, connector: FakeConnector
) -> None:
    await posted(teams, submitted(connector.url, wire(StartAgain()), replyToId=None))
    assert [call.method for call in connector.calls] == ["POST"]


@pytest.mark.parametrize(
    "data",
    [
        {"message": {"kind": "tickets.close", "ticket_id": 7}},
        {"message": {**wire(CHILD)["message"], "text": "more than we said"}},
        {"message": None},
        {"message": "concern.show"},
        {"msteams": {"type": "task/fetch"}},
        {},
        [],
        "concern.show",
        0,
        float("nan"),
    ],
)
async def test_an_unknown_button_is_told_to_be_out_of_date(
    teams: Visitor, connector: FakeConnector, data: object
) -> None:
    assert await shown(teams, card_action("http://127.0.0.1:1", data)) == as_text(out_of_date())
    await posted(teams, submitted(connector.url, data))
    assert [call.card["fallbackText"] for call in connector.calls] == [as_text(out_of_date())]


@pytest.mark.parametrize("value", [None, {}, [], "text", 7, {"action": None}, {"action": []}, {"action": {}}])
async def test_a_press_that_carries_nothing_is_told_to_be_out_of_date(
    teams: Visitor, connector: FakeConnector, value: object
) -> None:
    assert await shown(teams, card_action(connector.url, None, value=value)) == as_text(out_of_date())


# Shared chats


@pytest.mark.parametrize(
    "shared", SHARED, ids=["group", "channel", "unknown kind", "isGroup", "a channel's id", "a group's id"]
)
async def test_a_shared_chat_is_only_asked_to_write_in_private(
    teams: Visitor, connector: FakeConnector, shared: dict[str, object]
) -> None:
    private = as_text(write_in_private())
    await posted(teams, message(connector.url, WORRY, conversation=shared))
    await posted(teams, submitted(connector.url, wire(CHILD), conversation=shared, id="activity-2"))
    await posted(teams, submitted(connector.url, {}, conversation=shared, id="activity-3"))
    assert [call.card["fallbackText"] for call in connector.calls] == [private] * 3
    assert await shown(teams, card_action(connector.url, wire(CHILD), conversation=shared)) == private


@pytest.mark.parametrize(
    "shared", SHARED, ids=["group", "channel", "unknown kind", "isGroup", "a channel's id", "a group's id"]
)
async def test_a_shared_chat_sees_no_word_of_a_topic(
    teams: Visitor, connector: FakeConnector, shared: dict[str, object]
) -> None:
    names = {name.casefold() for topic in library().topics.values() for name in (topic.name, topic.asked_as) if name}
    for topic in library().topics.values():
        text = f"{topic.name}: {topic.words[0]}"
        await posted(teams, message(connector.url, text, conversation=shared, id=f"about-{topic.id}"))
    assert len(connector.calls) == len(library().topics)
    first, *others = [json.dumps(call.card, ensure_ascii=False).casefold() for call in connector.calls]
    assert set(others) == {first}, "the card depends on what was written"
    assert [name for name in names if name in first] == []


# When all fails


class Failing(Conversation):
    def reply(self, turn: Turn) -> Reply:
        raise ValueError(turn.text)


async def test_a_failing_conversation_gives_the_safe_default(connector: FakeConnector) -> None:
    content = conversation()
    async with visiting(Failing(content.library, content.reader)) as teams:
        await posted(teams, message(connector.url, WORRY))
        assert [call.card["fallbackText"] for call in connector.calls] == [as_text(safe_answer())]
        assert await shown(teams, card_action(connector.url, wire(CHILD))) == as_text(safe_answer())


async def test_a_card_that_cannot_be_drawn_gives_one_that_needs_no_drawing(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_at_all(reply: Reply) -> dict[str, Any]:
        raise ValueError(as_text(reply))

    monkeypatch.setattr("bot.drawing.as_adaptive_card", none_at_all)
    await posted(teams, message(connector.url, WORRY))
    assert [call.card for call in connector.calls] == [last_card()]
