"""What is posted to the door for Teams and is no activity, or one that leads elsewhere: refused, and never a 5xx."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.message import ShowConcern
from knowledge.topics import Subject, Urgency
from tests.fakes import FakeConnector, Visitor, card_action, message, wire

JSON = {"Content-Type": "application/json"}
WORRY = "A child told me his dad hits him"
CHILD = ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again, but does not wait."""
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


async def posted(teams: Visitor, activity: object) -> int:
    return (await teams.post("/api/messages", json=activity)).status


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
    response = await teams.post("/api/messages", data=body, headers=JSON)
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
    assert (await teams.post("/api/messages", data=body, headers=JSON)).status == status


async def test_a_body_without_a_length_is_measured_too(teams: Visitor) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 10 * 1024

    assert (await teams.post("/api/messages", data=pieces(), headers=JSON)).status == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "no-such"])
async def test_a_body_that_says_it_is_packed_and_is_not_is_never_a_fault_of_ours(teams: Visitor, encoding: str) -> None:
    response = await teams.post("/api/messages", data=b"{}", headers={**JSON, "Content-Encoding": encoding})
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
