"""What Teams sends besides messages: installs, edits, reactions, searches from the compose box."""

from typing import Any

import pytest

from dialogs.help import what_i_can_do, write_in_private
from dialogs.reply import as_text
from tests.builders import library
from tests.fakes import FakeConnector, Visitor, everything_in, message

BOT = "28:bot"


def added(url: str, *ids: str, **fields: Any) -> dict[str, Any]:
    members = [{"id": id} for id in ids]
    return message(url, type="conversationUpdate", recipient={"id": BOT}, membersAdded=members, **fields)


async def test_who_adds_the_assistant_is_told_what_it_is_for(teams: Visitor, connector: FakeConnector) -> None:
    response = await teams.post("/api/messages", json=added(connector.url, BOT))
    assert response.status == 200
    assert connector.accepted[0].card["fallbackText"] == as_text(what_i_can_do(library()))


async def test_a_group_that_adds_it_is_told_to_write_in_private(teams: Visitor, connector: FakeConnector) -> None:
    chat = {"id": "19:group", "conversationType": "groupChat"}
    await teams.post("/api/messages", json=added(connector.url, BOT, conversation=chat))
    assert connector.accepted[0].card["fallbackText"] == as_text(write_in_private())


async def test_another_member_who_joins_is_not_greeted(teams: Visitor, connector: FakeConnector) -> None:
    assert (await teams.post("/api/messages", json=added(connector.url, "29:somebody"))).status == 200
    assert connector.accepted == []


@pytest.mark.parametrize(
    "kind",
    ["messageUpdate", "messageDelete", "messageReaction", "installationUpdate", "typing", "event", "endOfConversation"],
)
async def test_what_asks_for_no_answer_gets_none(teams: Visitor, connector: FakeConnector, kind: str) -> None:
    response = await teams.post("/api/messages", json=message(connector.url, "she hit him", type=kind))
    assert response.status == 200
    assert connector.accepted == []


@pytest.mark.parametrize("name", ["task/fetch", "message/submitAction", "composeExtension/submitAction", "a/new/one"])
async def test_an_invoke_that_nobody_knows_is_taken_and_does_nothing(teams: Visitor, name: str) -> None:
    response = await teams.post("/api/messages", json=message("http://127.0.0.1:1", type="invoke", name=name))
    assert (response.status, await response.json()) == (200, {})


async def searched(teams: Visitor, words: object) -> list[dict[str, Any]]:
    value = {"commandId": "search", "parameters": [{"name": "query", "value": words}]}
    activity = message("http://127.0.0.1:1", type="invoke", name="composeExtension/query", value=value)
    response = await teams.post("/api/messages", json=activity)
    assert response.status == 200
    extension = (await response.json())["composeExtension"]
    assert (extension["type"], extension["attachmentLayout"]) == ("result", "list")
    found: list[dict[str, Any]] = extension["attachments"]
    return found


def titles(found: list[dict[str, Any]]) -> list[str]:
    return [result["preview"]["content"]["title"] for result in found]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("golden number", "Harrow MASH"),
        ("samaritans", "Samaritans"),
        ("self neg", "Self-neglect"),
        ("do i need consent to refer", "before I refer"),
        ("cuckooing", "Cuckooing"),
    ],
)
async def test_the_compose_box_finds_services_guidance_and_topics(teams: Visitor, words: str, title: str) -> None:
    assert any(title.casefold() in found.casefold() for found in titles(await searched(teams, words)))


async def test_before_anything_is_typed_the_front_doors_are_offered(teams: Visitor) -> None:
    doors = ["Harrow MASH", "Harrow Safeguarding Adults Team", "Emergency Duty Team"]
    assert titles(await searched(teams, "")) == doors


async def test_a_card_put_into_a_chat_is_dated_and_has_nothing_to_press(teams: Visitor) -> None:
    for result in await searched(teams, "neglect"):
        card = result["content"]
        assert "As it stood on Mon 30 Nov 2026, 10 am." in card["fallbackText"]
        assert not [part for part in everything_in(card) if part.get("type") in ("Action.Execute", "Action.Submit")]


async def test_a_card_put_into_a_chat_asks_nobody_to_tell_of_somebody_there(teams: Visitor) -> None:
    for words in ("golden number", "do i need consent to refer", "neglect"):
        for result in await searched(teams, words):
            assert "Tell me what you saw" not in result["content"]["fallbackText"]
            assert "Others can read this chat." in result["content"]["fallbackText"]


async def test_what_was_typed_into_the_box_is_not_on_the_card(teams: Visitor) -> None:
    for result in await searched(teams, "neglect marked-text-4711"):
        assert "4711" not in str(result)


@pytest.mark.parametrize("words", [None, 7, ["a"], {"a": 1}, "zzxxqq", "x" * 5000])
async def test_a_strange_search_finds_something_harmless(teams: Visitor, words: object) -> None:
    assert isinstance(await searched(teams, words), list)


@pytest.mark.parametrize(
    "name",
    [
        "Siân Ó Súilleabháin",
        "மீனா குமார்",
        "محمد علي",
        "रीता शर्मा",
        "李小龍",
        "Ольга",
        "נועה",
        "ẞ'Müller-Łukasz",
        "🙃",
        "a" * 300,
    ],
)
async def test_a_writer_of_any_name_is_answered(teams: Visitor, connector: FakeConnector, name: str) -> None:
    person = {"id": "29:practitioner", "name": name, "aadObjectId": "00000000-0000-4000-8000-000000000001"}
    activity = message(connector.url, "she flinches when he comes in, she is 6", **{"from": person})
    assert (await teams.post("/api/messages", json=activity)).status == 200
    card = connector.accepted[0].card
    assert "020 8901 2690" in card["fallbackText"]
    assert name not in str(card)
