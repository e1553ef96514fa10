"""Teams waits 15 seconds for a turn: a slow connector is given up before, and the person sees that we are writing."""

import asyncio

import aiohttp
import pytest

from bot.connector import FINAL, LAST_TRY, PAUSES, NotAccepted, Patience, with_patience
from bot.teams import CLOSE_WITHIN, REPLY_WITHIN
from bot.typing_sign import typing_when_slow
from dialogs.cards.adaptive import last_card
from tests.builders import conversation
from tests.fakes import FakeConnector, Step, Visitor, message, visiting

WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


async def posted(teams: Visitor, connector: FakeConnector, id: str = "activity-1") -> int:
    return (await teams.post("/api/messages", json=message(connector.url, WORRY, id=id))).status


def kinds(connector: FakeConnector) -> list[str]:
    return [call.body["type"] for call in connector.calls]


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses as they are, a hundred times shorter."""
    monkeypatch.setattr("bot.connector.PAUSES", tuple(pause / 100 for pause in PAUSES))


async def test_a_reply_that_takes_long_is_announced(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.typing_sign.TYPING_AFTER", 0.02)
    until = asyncio.Event()
    connector.then(Step(until=until))
    reply = asyncio.create_task(posted(teams, connector))
    await connector.reached(2)
    until.set()
    assert await reply == 200
    assert kinds(connector) == ["message", "typing"]
    assert connector.calls[1].body["conversation"] == {"id": "chat-1"}


async def test_a_reply_that_is_there_at_once_is_not(teams: Visitor, connector: FakeConnector) -> None:
    assert await posted(teams, connector) == 200
    assert kinds(connector) == ["message"]


async def test_a_reply_arrives_though_typing_cannot_be_told(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.typing_sign.TYPING_AFTER", 0.02)
    connector.then(Step(delay=0.3), Step(status=500))
    assert await posted(teams, connector) == 200
    assert kinds(connector) == ["message", "typing"]


@pytest.mark.parametrize(("refusals", "signs"), [([], 1), ([429], 0), ([503, 500], 0)])
async def test_a_connector_that_refused_us_is_not_told_that_we_are_writing(
    monkeypatch: pytest.MonkeyPatch, refusals: list[int], signs: int
) -> None:
    monkeypatch.setattr("bot.typing_sign.TYPING_AFTER", 0)
    said: list[int] = []

    async def say() -> None:
        said.append(1)

    patience = Patience.of(REPLY_WITHIN)
    with typing_when_slow(say, patience):
        patience.within(1).refusals.extend(refusals)  # a part of the time is the same turn
        await asyncio.sleep(0.05)
    assert len(said) == signs


async def test_a_connector_that_hangs_is_given_up_in_time_and_the_turn_is_taken_anew(
    teams: Visitor, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.teams.REPLY_WITHIN", 1.0)
    until = asyncio.Event()
    connector.then(Step(until=until))
    assert await asyncio.wait_for(posted(teams, connector), 5) == 200
    assert await posted(teams, connector) == 200
    until.set()
    assert len(connector.calls) == 2


def test_all_tries_together_use_the_time_there_is_and_end_before_teams_posts_the_turn_again() -> None:
    assert REPLY_WITHIN < 15
    assert sum(PAUSES) >= REPLY_WITHIN
    assert list(PAUSES) == sorted(PAUSES)
    assert CLOSE_WITHIN < 10


@pytest.mark.usefixtures("hurry")
async def test_a_connector_that_comes_back_late_still_gets_the_reply(teams: Visitor, connector: FakeConnector) -> None:
    connector.then(*[Step(503)] * (len(PAUSES) - 1), Step(reset="before"))
    assert await posted(teams, connector) == 200
    assert len(connector.accepted) == 1


async def test_the_wait_that_the_connector_asks_for_is_kept() -> None:
    tries: list[float] = []
    loop = asyncio.get_running_loop()

    async def send() -> None:
        tries.append(loop.time())
        if len(tries) == 1:
            raise NotAccepted(429, 1.0)

    await with_patience(send, Patience.of(REPLY_WITHIN))
    assert tries[1] - tries[0] >= 0.99


def test_a_wait_that_is_longer_than_the_turn_ends_with_one_last_try_in_time() -> None:
    async def asked() -> float | None:
        return Patience.of(5).pause(NotAccepted(429, 60.0), PAUSES[0])

    assert asyncio.run(asked()) == pytest.approx(5 - LAST_TRY, abs=0.1)


@pytest.mark.parametrize("status", sorted(FINAL))
def test_what_another_try_would_not_change_is_not_tried_again(status: int) -> None:
    async def asked() -> float | None:
        return Patience.of(5).pause(NotAccepted(status), PAUSES[0])

    assert asyncio.run(asked()) is None


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("words", ["Sun, 22 Nov 2026 18:40:00 GMT", "-1", "1e9", ""])
async def test_a_strange_wait_is_none(teams: Visitor, connector: FakeConnector, words: str) -> None:
    connector.then(Step(429, headers={"Retry-After": words}))
    assert await posted(teams, connector) == 200
    assert connector.accepted[-1].body["type"] == "message"


@pytest.mark.parametrize("status", [400, 413])
async def test_a_card_that_is_not_taken_gives_way_to_the_smallest(
    teams: Visitor, connector: FakeConnector, status: int
) -> None:
    connector.then(Step(status))
    assert await posted(teams, connector) == 200
    assert [call.status for call in connector.calls] == [status, 200]
    assert connector.calls[1].card == last_card()


async def test_the_numbers_of_a_card_that_was_not_taken_cannot_be_typed(
    teams: Visitor, connector: FakeConnector
) -> None:
    connector.then(Step(413))
    for number, text in enumerate(("help", "2")):
        await teams.post("/api/messages", json=message(connector.url, text, id=f"activity-{number}"))
    assert "Who are you worried about?".upper() in connector.calls[-1].card["fallbackText"]


@pytest.mark.parametrize("status", [400, 413])
async def test_the_smallest_card_is_not_tried_for_ever(teams: Visitor, connector: FakeConnector, status: int) -> None:
    connector.then(*[Step(status)] * 9)
    assert await posted(teams, connector) == 200
    assert len(connector.calls) == 2


async def test_a_body_that_never_ends_is_given_up_in_time(teams: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.REPLY_WITHIN", 0.1)

    async def for_ever() -> object:
        yield b"{"
        await asyncio.sleep(3)

    refused = await teams.post("/api/messages", data=for_ever(), headers={"Content-Type": "application/json"})
    assert refused.status == 400


async def test_a_worry_does_not_wait_for_130_others_whose_connector_hangs() -> None:
    until = asyncio.Event()
    async with (
        FakeConnector(*[Step(until=until)] * 130) as hanging,
        FakeConnector() as well,
        visiting(conversation()) as teams,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client,
    ):
        url = teams.make_url("/api/messages")
        others = [
            asyncio.create_task(client.post(url, json=message(hanging.url, WORRY, id=f"other-{number}")))
            for number in range(130)
        ]
        await asyncio.wait_for(hanging.reached(130), 10)
        assert (await asyncio.wait_for(client.post(url, json=message(well.url, WORRY)), 5)).status == 200
        assert len(well.accepted) == 1
        until.set()
        assert {response.status for response in await asyncio.gather(*others)} == {200}
