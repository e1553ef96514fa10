"""The door for Teams: activities in over HTTP, cards out to a connector. Once each, to loopback only, never a 5xx."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.cards.adaptive import last_card
from dialogs.conversation import Conversation
from dialogs.help import out_of_date, safe_answer, write_in_private
from dialogs.message import ShowConcern, StartAgain
from dialogs.reply import Reply, as_text
from dialogs.turn import Turn
from knowledge.topics import Subject, Urgency
from tests.builders import conversation, library, turn
from tests.fakes import FakeConnector, Step, Visitor, card_action, message, submitted, visiting, wire

CARD = "application/vnd.microsoft.card.adaptive"
WORRY = "A child told me his dad hits him"
CHILD = ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY)
SHARED = (
    {"id": "chat-1", "conversationType": "groupChat"},
    {"id": "chat-1", "conversationType": "channel"},
    {"id": "chat-1", "conversationType": "a kind to come"},
    {"id": "chat-1", "isGroup": True},
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
    assert attachment["content"]["speak"] == attachment["content"]["fallbackText"]


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


# Once each


async def test_an_activity_that_comes_twice_is_answered_once(teams: Visitor, connector: FakeConnector) -> None:
    for _ in range(2):
        assert await posted(teams, message(connector.url, WORRY)) == 200
    assert len(connector.calls) == 1


async def test_an_activity_that_comes_again_while_running_is_answered_once(teams: Visitor) -> None:
    answered = asyncio.Event()
    async with FakeConnector(Step(until=answered)) as connector:
        first = asyncio.create_task(posted(teams, message(connector.url, WORRY)))
        await connector.reached(1)
        assert await posted(teams, message(connector.url, WORRY)) == 200
        answered.set()
        assert await first == 200
        assert len(connector.calls) == 1


async def test_two_chats_may_use_the_same_activity_id(teams: Visitor, connector: FakeConnector) -> None:
    for chat in ("chat-1", "chat-2"):
        await posted(teams, message(connector.url, WORRY, conversation={"id": chat}))
    assert [call.conversation for call in connector.calls] == ["chat-1", "chat-2"]


async def test_an_activity_whose_reply_failed_three_times_is_answered_when_it_comes_again(teams: Visitor) -> None:
    async with FakeConnector(*[Step(status=500)] * 3) as connector:
        assert await posted(teams, message(connector.url, WORRY)) == 200
        assert [call.status for call in connector.calls] == [500] * 3
        await posted(teams, message(connector.url, WORRY))
        assert len(connector.accepted) == 1


@pytest.mark.parametrize(
    "step",
    [
        Step(status=500),
        Step(status=503),
        Step(status=429),
        Step(status=429, headers={"Retry-After": "1"}),
        Step(reset="before"),
        Step(reset="after"),
    ],
    ids=["500", "503", "429", "429 with a wait", "lost on its way", "receipt lost"],
)
async def test_a_reply_that_was_not_taken_is_tried_again(teams: Visitor, step: Step) -> None:
    async with FakeConnector(step) as connector:
        await posted(teams, message(connector.url, WORRY))
        last = connector.calls[-1]
        assert last.status == 200
        assert last.card["fallbackText"] == as_text(conversation().reply(turn(WORRY)))
        assert len(connector.calls) == (1 if step.reset == "before" else 2)


async def test_a_card_whose_update_was_refused_is_tried_again(teams: Visitor) -> None:
    async with FakeConnector(Step(status=500)) as connector:
        await posted(teams, submitted(connector.url, wire(CHILD)))
        assert [(call.method, call.status) for call in connector.calls] == [("PUT", 500), ("PUT", 200)]


async def test_a_connector_that_hangs_is_tried_again(teams: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.connector.SEND_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    async with FakeConnector(Step(delay=0.3)) as connector:
        assert await posted(teams, message(connector.url, WORRY)) == 200
        assert len(connector.calls) == 2


# Shared chats


@pytest.mark.parametrize("shared", SHARED, ids=["group", "channel", "unknown kind", "isGroup"])
async def test_a_shared_chat_is_only_asked_to_write_in_private(
    teams: Visitor, connector: FakeConnector, shared: dict[str, object]
) -> None:
    private = as_text(write_in_private())
    await posted(teams, message(connector.url, WORRY, conversation=shared))
    await posted(teams, submitted(connector.url, wire(CHILD), conversation=shared, id="activity-2"))
    await posted(teams, submitted(connector.url, {}, conversation=shared, id="activity-3"))
    assert [call.card["fallbackText"] for call in connector.calls] == [private] * 3
    assert await shown(teams, card_action(connector.url, wire(CHILD), conversation=shared)) == private


@pytest.mark.parametrize("shared", SHARED, ids=["group", "channel", "unknown kind", "isGroup"])
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


# What is not an activity


def like(**fields: Any) -> bytes:
    """A message with some fields replaced, as it comes over the wire. The connector in it takes nothing."""
    return json.dumps({**message("http://127.0.0.1:1", WORRY), **fields}).encode()


WRONG: tuple[Any, ...] = (7, 1e308, float("nan"), True, "", "text", [], [[]], {}, {"id": []}, {"id": {}}, None)
USED = ("type", "id", "name", "text", "value", "serviceUrl", "conversation", "replyToId", "from", "recipient")
HOSTILE = {
    "nothing": b"",
    "not JSON": b"hello",
    "half of it": like()[:-20],
    "an array": b"[]",
    "a number": b"7",
    "a long number": b"7" * 6_000,
    "a word": b'"message"',
    "null": b"null",
    "NaN": b"NaN",
    "Infinity": b"[-Infinity]",
    "300 KiB": b'{"text": "' + b"x" * 300 * 1024 + b'"}',
    "300 KiB in pieces": b" " * 300 * 1024,
    "3,000 deep": b"[" * 3_000 + b"]" * 3_000,
    "3,000 deep in value": like().replace(b"{", b'{"value": ' + b"[" * 3_000 + b"]" * 3_000 + b", ", 1),
    "3,000 wide": b"[" + b"[]," * 3_000 + b"[]]",
    "3,000 deep in objects": b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
    "1,900 deep": b"[" * 1_900 + b"]" * 1_900,
    "half a surrogate pair": like(text="\ud800"),
    "half a pair in the chat's id": like(conversation={"id": "\ud800"}),
    "half a pair in the id": like(id="\udfff"),
    "half a pair in a button": like(value={"message": {"kind": "\ud800"}}),
    "half a pair in a name": like(**{"\ud800": "\ud800"}),
    "not UTF-8": b'{"type": "message", "text": "\xff\xfe"}',
    "UTF-16": like().decode().encode("utf-16"),
    "a mark of order": b"\xef\xbb\xbf" + like(),
    "the nul character": like(text="\0", id="\0", conversation={"id": "\0"}),
    "a field twice": b'{"type": "message", "type": 7}',
    "no fields": b"{}",
    "only a type": b'{"type": "message"}',
    "only an invoke": b'{"type": "invoke", "name": "adaptiveCard/action"}',
    **{f"without {name}": like(**{name: None}) for name in USED},
    **{f"{name} is {value!r}": like(**{name: value}) for name in USED for value in WRONG},
    **{f"conversationType is {value!r}": like(conversation={"id": "c", "conversationType": value}) for value in WRONG},
    **{f"isGroup is {value!r}": like(conversation={"id": "c", "isGroup": value}) for value in WRONG},
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
async def test_what_is_not_an_activity_is_never_a_fault_of_ours(teams: Visitor, body: bytes) -> None:
    response = await teams.post("/api/messages", data=body, headers={"Content-Type": "application/json"})
    assert response.status < 500


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"hello", 400),
        (b"[]", 400),
        (b"[" * 3_000 + b"]" * 3_000, 400),
        (like(text="\ud800"), 400),
        (b'{"text": "\xff"}', 400),
        (b" " * 300 * 1024, 413),
    ],
)
async def test_what_is_not_an_activity_is_refused(teams: Visitor, body: bytes, status: int) -> None:
    assert (await teams.post("/api/messages", data=body)).status == status


async def test_a_body_without_a_length_is_measured_too(teams: Visitor) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 10 * 1024

    assert (await teams.post("/api/messages", data=pieces())).status == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "no-such"])
async def test_a_body_that_says_it_is_packed_and_is_not_is_never_a_fault_of_ours(teams: Visitor, encoding: str) -> None:
    response = await teams.post("/api/messages", data=b"{}", headers={"Content-Encoding": encoding})
    assert response.status < 500


@pytest.mark.parametrize(
    "id", ["a/b", "a\nb", "a\r\nHost: evil.example", "19:ä@thread.v2;messageid=1", "?a#b", "%2F", "..", "."]
)
async def test_a_strange_chat_id_never_leads_anywhere_else(teams: Visitor, connector: FakeConnector, id: str) -> None:
    assert await posted(teams, message(connector.url, WORRY, conversation={"id": id})) < 500
    assert {call.conversation for call in connector.calls} <= {id}


@pytest.mark.parametrize("id", ["a/b", "a\nb", "19:ä@thread.v2;messageid=1", "?a#b", "%2F"])
async def test_a_strange_chat_id_is_answered_all_the_same(teams: Visitor, connector: FakeConnector, id: str) -> None:
    await posted(teams, message(connector.url, WORRY, conversation={"id": id}, id=f"activity of {id}"))
    assert [(call.conversation, call.activity) for call in connector.calls] == [(id, f"activity of {id}")]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "not a URL",
        "https://smba.trafficmanager.net/uk/",
        "http://10.0.0.1{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0{port}/",
        "file:///etc/passwd",
        "ftp://127.0.0.1{port}/",
        "//127.0.0.1{port}/",
        "127.0.0.1{port}",
        "http://someone@127.0.0.1{port}/",
        "http://someone:secret@127.0.0.1{port}/",
        "http://127.0.0.1{port}@evil.example/",
        "http://127.0.0.1\\@evil.example/",
        "http://127.0.0.1.evil.example{port}/",
        "http://localhost.evil.example{port}/",
        "http://[::1/",
        "http://[::ffff:10.0.0.1]{port}/",
    ],
)
async def test_no_reply_goes_to_another_host(teams: Visitor, connector: FakeConnector, elsewhere: str) -> None:
    port = ":" + connector.url.rsplit(":", 1)[1].strip("/")
    assert await posted(teams, message(elsewhere.replace("{port}", port), WORRY)) == 403
    assert connector.calls == []


@pytest.mark.parametrize(
    "broken",
    [
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:1/%zz",
        "http://127.0.0.1: 1/",
        "http://localhost:1/\0",
        " http://127.0.0.1:1",
        "http://[::1]x:1",
    ],
)
async def test_a_loopback_address_that_does_not_work_is_never_a_fault_of_ours(teams: Visitor, broken: str) -> None:
    assert await posted(teams, message(broken, WORRY)) < 500


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(teams: Visitor, status: int) -> None:
    async with FakeConnector() as elsewhere:
        away = Step(status=status, headers={"Location": elsewhere.url})
        async with FakeConnector(away, away, away) as connector:
            assert await posted(teams, message(connector.url, WORRY)) == 200
            assert len(connector.calls) == 3
        assert elsewhere.calls == []


@pytest.mark.parametrize(
    "kind",
    ["typing", "conversationUpdate", "installationUpdate", "messageReaction", "event", "endOfConversation", "zzz", ""],
)
async def test_an_activity_of_another_type_is_taken_and_not_answered(
    teams: Visitor, connector: FakeConnector, kind: str
) -> None:
    assert 200 <= await posted(teams, message(connector.url, WORRY, type=kind)) < 500
    assert connector.calls == []


@pytest.mark.parametrize(
    "name", ["task/fetch", "composeExtension/query", "signin/verifyState", "adaptiveCard/other", "zzz", "", None]
)
async def test_an_unknown_invoke_is_taken_and_not_answered(
    teams: Visitor, connector: FakeConnector, name: str | None
) -> None:
    assert 200 <= await posted(teams, card_action(connector.url, wire(CHILD), name=name)) < 500
    assert connector.calls == []


# Anything at all

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
chats = st.fixed_dictionaries(
    {"id": st.text() | anything},
    optional={
        "conversationType": st.sampled_from(["personal", "groupChat", "channel"]) | anything,
        "isGroup": anything,
    },
)
presses = st.fixed_dictionaries({"message": anything | st.just(wire(CHILD)["message"])})
activities = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "invoke"]) | anything},
    optional={
        "id": st.text() | anything,
        "name": st.just("adaptiveCard/action") | anything,
        "text": st.text() | anything,
        "value": presses | st.fixed_dictionaries({"action": st.fixed_dictionaries({"data": presses})}) | anything,
        "serviceUrl": st.just("http://127.0.0.1:1/") | st.text() | anything,
        "conversation": chats | anything,
        "replyToId": st.text() | anything,
        "from": anything,
        "recipient": st.fixed_dictionaries({"id": anything}) | anything,
    },
)


@given(activity=anything | activities)
@settings(max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_nothing_that_is_posted_is_a_fault_of_ours(teams: Visitor, activity: object) -> None:
    assert await posted(teams, activity) < 500


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

    monkeypatch.setattr("bot.teams.as_adaptive_card", none_at_all)
    await posted(teams, message(connector.url, WORRY))
    assert [call.card for call in connector.calls] == [last_card()]
