"""Each activity is answered once: dropped where it comes again, tried again where the connector did not take it."""

import asyncio

import aiohttp
import pytest

from dialogs.message import ShowConcern
from dialogs.reply import as_text
from knowledge.topics import Subject, Urgency
from tests.builders import conversation, turn
from tests.fakes import FakeConnector, Step, Visitor, message, submitted, wire

WORRY = "A child told me his dad hits him"
CHILD = ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again, but does not wait."""
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


async def posted(teams: Visitor, activity: object) -> int:
    return (await teams.post("/api/messages", json=activity)).status


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


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(teams: Visitor, status: int) -> None:
    async with FakeConnector() as elsewhere:
        away = Step(status=status, headers={"Location": elsewhere.url})
        async with FakeConnector(away, away, away) as connector:
            assert await posted(teams, message(connector.url, WORRY)) == 200
            assert len(connector.calls) == 3
        assert elsewhere.calls == []
