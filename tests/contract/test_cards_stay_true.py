"""A card that was sent is changed where it stands, and brings itself up to date when somebody looks at it again."""

from typing import Any

import aiohttp
import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference

from bot.connector import Connector
from bot.teams import Adapter
from dialogs.help import out_of_date
from dialogs.message import ShowConcern, ShowGuidance
from dialogs.reply import as_text
from dialogs.turn import Turn
from knowledge.topics import Subject, Urgency
from tests.builders import FRIDAY_EVENING, MONDAY_MORNING, conversation, turn
from tests.fakes import FakeConnector, Step, Visitor, card_action, everything_in, message, visiting, wire

WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"
CHILD = ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY)
AUTOMATIC = {"trigger": "automatic"}


def looked_at(url: str, data: Any, **fields: Any) -> dict[str, Any]:
    """What Teams posts by itself when somebody looks at a card."""
    activity = card_action(url, data, **fields)
    return {**activity, "value": {**activity["value"], **AUTOMATIC}}


async def card(teams: Visitor, activity: dict[str, Any]) -> dict[str, Any]:
    response = await teams.post("/api/messages", json=activity)
    assert response.status == 200
    shown: dict[str, Any] = (await response.json())["value"]
    return shown


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


async def test_the_card_in_the_chat_is_changed_too_when_a_button_was_answered(
    teams: Visitor, connector: FakeConnector
) -> None:
    shown = await card(teams, card_action(connector.url, wire(CHILD)))
    await connector.reached(1)
    (call,) = connector.calls
    assert (call.method, call.activity, call.card) == ("PUT", "card-1", shown)


async def test_a_card_that_cannot_be_changed_is_answered_all_the_same(teams: Visitor, connector: FakeConnector) -> None:
    connector.then(*[Step(404)] * 3)
    shown = await card(teams, card_action(connector.url, wire(CHILD)))
    await connector.reached(1)
    assert "020 8901 2690" in shown["fallbackText"]


async def test_a_button_does_not_wait_for_the_card_in_the_chat(teams: Visitor, connector: FakeConnector) -> None:
    connector.then(Step(delay=0.5))
    await card(teams, card_action(connector.url, wire(CHILD)))
    assert connector.calls == []


async def test_a_concern_card_says_how_it_is_shown_anew_to_its_reader(teams: Visitor, connector: FakeConnector) -> None:
    await teams.post("/api/messages", json=message(connector.url, WORRY))
    refresh = connector.accepted[0].card["refresh"]
    assert refresh["userIds"] == ["29:practitioner"]
    again = refresh["action"]["data"]["message"]
    assert (refresh["action"]["type"], again["kind"]) == ("Action.Execute", "concern.show")


async def test_looked_at_at_once_the_card_is_the_same_word_for_word(teams: Visitor, connector: FakeConnector) -> None:
    await teams.post("/api/messages", json=message(connector.url, WORRY))
    sent = connector.accepted[0].card
    assert await card(teams, looked_at(connector.url, sent["refresh"]["action"]["data"])) == sent


async def test_looked_at_in_the_evening_it_knows_that_the_day_team_has_gone(connector: FakeConnector) -> None:
    now = [MONDAY_MORNING]
    async with visiting(conversation(), lambda: now[0]) as teams:
        await teams.post("/api/messages", json=message(connector.url, WORRY))
        sent = connector.accepted[0].card
        now[0] = FRIDAY_EVENING
        later = await card(teams, looked_at(connector.url, sent["refresh"]["action"]["data"]))
    assert later["fallbackText"].index("020 8424 0999") < later["fallbackText"].index("020 8901 2690")


async def test_to_look_at_a_card_changes_nothing_in_the_chat(teams: Visitor, connector: FakeConnector) -> None:
    await card(teams, looked_at(connector.url, wire(CHILD)))
    await teams.post("/api/messages", json=message(connector.url, "thanks"))
    assert [call.method for call in connector.calls] == ["POST"]


def test_to_look_at_an_old_card_says_nothing_new() -> None:
    talk = conversation()
    talk.reply(turn("an old lady next door has no food in the house"))
    before = talk.memory.recall("chat-1", MONDAY_MORNING)
    talk.reply(turn(click=CHILD, is_automatic=True))
    assert talk.memory.recall("chat-1", MONDAY_MORNING) == before


def test_an_answer_of_guidance_is_shown_anew_and_one_that_is_gone_is_out_of_date() -> None:
    talk = conversation()
    asked = ShowGuidance(guidance="recording")
    assert talk.reply(turn(click=asked, is_automatic=True)) == talk.reply(turn(click=asked))
    gone = ShowGuidance(guidance="no_longer_there")
    assert talk.reply(turn(click=gone, is_automatic=True)) == out_of_date()


async def test_nothing_that_others_read_is_brought_up_to_date(teams: Visitor, connector: FakeConnector) -> None:
    group = {"id": "chat-1", "conversationType": "groupChat"}
    await teams.post("/api/messages", json=message(connector.url, WORRY, conversation=group))
    assert "refresh" not in connector.accepted[0].card


def test_what_shows_a_concern_again_carries_labels_only() -> None:
    reply = conversation().reply(Turn("1", "chat-1", MONDAY_MORNING, f"Zebulonquist {WORRY}"))
    assert isinstance(reply.again, ShowConcern)
    assert "Zebulonquist" not in reply.again.model_dump_json()
    assert "Zebulonquist" not in as_text(reply)


async def test_a_card_put_into_another_chat_has_nothing_to_refresh(teams: Visitor) -> None:
    value = {"commandId": "search", "parameters": [{"name": "query", "value": "neglect"}]}
    activity = message("http://127.0.0.1:1", type="invoke", name="composeExtension/query", value=value)
    found = await (await teams.post("/api/messages", json=activity)).json()
    assert not [part for part in everything_in(found) if "refresh" in part]


@pytest.mark.parametrize(
    "id", ["sent-1", "1700000000000", "a/b"], ids=["as the connector gives it", "as Teams gives it", "strange"]
)
async def test_a_card_that_was_sent_can_be_taken_back(connector: FakeConnector, id: str) -> None:
    async with aiohttp.ClientSession() as client:
        adapter = Adapter(Connector(client))
        reference = ConversationReference(
            activity_id=id, service_url=connector.url, conversation=ConversationAccount(id="chat-1")
        )
        await adapter.delete_activity(TurnContext(adapter, Activity()), reference)
    assert [(call.method, call.conversation, call.activity) for call in connector.calls] == [("DELETE", "chat-1", id)]
