"""Whatever breaks inside a turn, over real HTTP: the person is still shown 999 and the duty numbers."""

from collections.abc import AsyncIterator

import pytest

from dialogs.message import ShowConcern
from knowledge import safe_default
from knowledge.topics import Subject, Urgency
from tests.breakage import DRAWING, EDGE, SEARCH, STEPS, WELCOME, breaks
from tests.builders import conversation
from tests.fakes import FakeConnector, Visitor, card_action, message, submitted, visiting, wire

CHILD = wire(ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY))
WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    talk = conversation()
    async with visiting(talk) as visitor:
        await visitor.post("/", data={"text": "worried about a child", "conversation": "again"})
        yield visitor


def is_safe(words: str) -> bool:
    needed = ("999", safe_default.MASH, *safe_default.ADULTS, safe_default.EMERGENCY_DUTY_TEAM)
    return all(number in words for number in needed)


@pytest.mark.parametrize("step", STEPS)
async def test_a_message_in_teams_is_answered_whatever_step_breaks(
    visitor: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    response = await visitor.post("/api/messages", json=message(connector.url, WORRY))
    assert response.status == 200
    assert is_safe(connector.accepted[0].card["fallbackText"])


@pytest.mark.parametrize("step", STEPS)
async def test_the_page_answers_whatever_step_breaks(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    response = await visitor.post("/", data={"text": WORRY, "conversation": "again"})
    assert is_safe(await response.text())


@pytest.mark.parametrize("step", DRAWING)
async def test_where_no_card_can_be_drawn_the_one_that_needs_no_drawing_is_sent(
    visitor: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    assert (await visitor.post("/api/messages", json=message(connector.url, WORRY))).status == 200
    assert is_safe(connector.accepted[0].card["fallbackText"])
    assert is_safe(str(connector.accepted[0].card["body"]))


@pytest.mark.parametrize("step", DRAWING)
async def test_a_button_is_answered_even_where_no_card_can_be_drawn(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    response = await visitor.post("/api/messages", json=card_action("http://127.0.0.1:1", {"message": {"kind": "x"}}))
    assert response.status == 200
    assert is_safe(await response.text())


@pytest.mark.parametrize("step", EDGE)
async def test_a_message_or_an_older_button_is_answered_whatever_breaks_at_the_edge(
    visitor: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    for activity in (message(connector.url, WORRY), submitted(connector.url, CHILD, id="activity-2")):
        assert (await visitor.post("/api/messages", json=activity)).status == 200
        assert is_safe(connector.accepted[-1].card["fallbackText"])
    assert len(connector.accepted) == 2


@pytest.mark.parametrize("step", [*EDGE, *STEPS])
async def test_a_button_is_answered_whatever_breaks(
    visitor: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    response = await visitor.post("/api/messages", json=card_action(connector.url, CHILD))
    assert response.status == 200
    assert is_safe((await response.json())["value"]["fallbackText"])


@pytest.mark.parametrize("step", [*EDGE, *WELCOME])
async def test_who_adds_the_assistant_is_answered_whatever_breaks(
    visitor: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    added = message(connector.url, type="conversationUpdate", membersAdded=[{"id": "28:assistant"}])
    assert (await visitor.post("/api/messages", json=added)).status == 200
    assert is_safe(connector.accepted[0].card["fallbackText"])


@pytest.mark.parametrize("step", SEARCH)
async def test_a_search_that_breaks_finds_999_and_the_duty_numbers(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    value = {"parameters": [{"name": "query", "value": WORRY}]}
    asked = message("http://127.0.0.1:1", type="invoke", name="composeExtension/query", value=value)
    response = await visitor.post("/api/messages", json=asked)
    assert response.status == 200
    (found,) = (await response.json())["composeExtension"]["attachments"]
    assert is_safe(found["content"]["fallbackText"])


@pytest.mark.parametrize("step", ["bot.teams.read_activity", "bot.teams.read_object", "bot.teams._body"])
async def test_an_activity_that_cannot_be_read_at_all_is_no_5xx(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, breaks)
    assert (await visitor.post("/api/messages", json=message("http://127.0.0.1:1", WORRY))).status == 400


async def test_the_page_still_shows_999_where_it_cannot_be_drawn(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.page._drawn", breaks)
    response = await visitor.post("/", data={"text": WORRY})
    assert is_safe(await response.text())
