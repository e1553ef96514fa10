"""A button changes the card it is on: the newest press stays, none hangs for ever, and a person is answered in time."""

import asyncio

import aiohttp
import pytest

from bot.card_changes import CHANGED_WITHIN, CardChanges
from bot.teams import REPLY_WITHIN, TeamsDoor
from dialogs.message import ShowConcern
from dialogs.reply import as_text
from knowledge.topics import Subject, Urgency
from tests.builders import MONDAY_MORNING, conversation, turn
from tests.fakes import FakeConnector, Step, Visitor, card_action, submitted, visiting, wire

CHILD = ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY)
ADULT = ShowConcern(subject=Subject.ADULT, urgency=Urgency.TODAY)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


@pytest.mark.parametrize(
    "steps",
    [[Step(reset="after")] * 6, [Step(reset="before")] * 6, [Step(503)] * 3, [Step(404)], [Step(delay=2)]],
    ids=["receipt lost", "lost on its way", "503", "gone", "hangs"],
)
async def test_an_older_button_whose_card_cannot_be_changed_is_answered_with_a_new_one(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch, steps: list[Step]
) -> None:
    monkeypatch.setattr("bot.card_changes.CHANGED_WITHIN", 0.3)
    connector.then(*steps)
    response = await asyncio.wait_for(teams.post("/api/messages", json=submitted(connector.url, wire(CHILD))), 5)
    assert response.status == 200
    last = connector.calls[-1]
    assert last.method == "POST"
    assert "id" not in last.body
    assert last.card["fallbackText"] == as_text(conversation().reply(turn(click=CHILD)))


def test_two_changes_leave_time_for_a_new_message() -> None:
    assert 2 * CHANGED_WITHIN < REPLY_WITHIN - 2


@pytest.mark.parametrize("press", [card_action, submitted], ids=["Execute", "Submit"])
async def test_of_two_presses_the_later_stays_however_slow_the_first_is(
    teams: Visitor, connector: FakeConnector, press: object
) -> None:
    until = asyncio.Event()
    connector.then(Step(until=until))
    assert callable(press)
    first = asyncio.create_task(teams.post("/api/messages", json=press(connector.url, wire(CHILD), id="press-1")))
    await connector.reached(1)
    second = asyncio.create_task(teams.post("/api/messages", json=press(connector.url, wire(ADULT), id="press-2")))
    await asyncio.sleep(0.1)
    assert len(connector.calls) == 1
    until.set()
    await connector.reached(2)
    await asyncio.gather(first, second)
    assert [call.method for call in connector.calls] == ["PUT", "PUT"]
    assert "020 8736 6153" in connector.calls[-1].card["fallbackText"].split("WHAT KIND")[0]


async def test_a_change_that_waits_gives_way_to_a_newer_one() -> None:
    changes, done, first_may_end = CardChanges(), [], asyncio.Event()

    async def change(name: str) -> None:
        if name == "first":
            await first_may_end.wait()
        done.append(name)

    async with asyncio.TaskGroup() as group:
        for name in ("first", "second", "third"):
            group.create_task(changes.change(("chat", "card"), lambda name=name: change(name)))  # type: ignore[misc]
        group.create_task(changes.change(("chat", "another"), lambda: change("another card")))
        await asyncio.sleep(0.01)
        first_may_end.set()
    assert done == ["another card", "first", "third"]
    assert len(changes._lines) == 0


async def test_the_process_ends_though_a_change_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.CLOSE_WITHIN", 0.1)
    until = asyncio.Event()
    async with FakeConnector(Step(until=until)) as connector:
        async with visiting(conversation()) as teams:
            await teams.post("/api/messages", json=card_action(connector.url, wire(CHILD)))
            await connector.reached(1)
            closed = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - closed < 3
        until.set()


async def test_a_door_with_nothing_to_send_closes_at_once() -> None:
    async with aiohttp.ClientSession() as client:
        await asyncio.wait_for(TeamsDoor(conversation(), lambda: MONDAY_MORNING, client).close(), 1)
