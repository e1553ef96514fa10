"""The safety net round a turn, and each delivery once."""

import asyncio

import pytest

from bot.turns import Deliveries, answered
from dialogs.conversation import Conversation
from dialogs.help import safe_answer, write_in_private
from dialogs.reply import Reply
from dialogs.turn import Turn
from tests.builders import conversation, turn


class Failing(Conversation):
    def reply(self, turn: Turn) -> Reply:
        raise RuntimeError(turn.text)


class Refused(Exception):
    """The connector did not take it."""


class Post:
    """Delivers; counts how often, waits for `opens`, and fails as often as it is told to."""

    def __init__(self, failures: int = 0, error: type[BaseException] = Refused) -> None:
        self.delivered = 0
        self.opens = asyncio.Event()
        self.opens.set()
        self._failures = failures
        self._error = error

    async def __call__(self) -> None:
        await self.opens.wait()
        if self._failures:
            self._failures -= 1
            raise self._error
        self.delivered += 1


def failing() -> Conversation:
    content = conversation()
    return Failing(content.library, content.reader)


def test_a_turn_is_answered_by_the_conversation() -> None:
    assert answered(conversation(), turn("help")) == conversation().reply(turn("help"))


def test_a_failing_turn_gives_the_safe_default() -> None:
    assert answered(failing(), turn("help")) == safe_answer()


def test_no_content_gives_the_safe_default() -> None:
    assert answered(None, turn("help")) == safe_answer()


@pytest.mark.parametrize("broken", [True, False])
def test_a_failing_turn_in_a_shared_chat_asks_to_write_in_private(broken: bool) -> None:
    assert answered(failing() if broken else None, turn("help", is_shared=True)) == write_in_private()


async def test_a_turn_is_delivered_once() -> None:
    deliveries, post = Deliveries(), Post()
    assert await deliveries.once(turn(), post)
    assert not await deliveries.once(turn(), post)
    assert post.delivered == 1


async def test_a_turn_that_comes_again_while_running_is_dropped() -> None:
    deliveries, post = Deliveries(), Post()
    post.opens.clear()
    running = asyncio.create_task(deliveries.once(turn(), post))
    await asyncio.sleep(0)
    assert not await deliveries.once(turn(), post)
    post.opens.set()
    assert await running
    assert post.delivered == 1


@pytest.mark.parametrize("error", [Refused, TimeoutError, asyncio.CancelledError])
async def test_a_turn_whose_delivery_failed_may_come_again(error: type[BaseException]) -> None:
    deliveries, post = Deliveries(), Post(failures=1, error=error)
    with pytest.raises(error):
        await deliveries.once(turn(), post)
    assert await deliveries.once(turn(), post)
    assert post.delivered == 1


@pytest.mark.parametrize("other", [turn(id="turn-2"), turn(conversation="chat-2")])
async def test_another_turn_or_chat_is_delivered_too(other: Turn) -> None:
    deliveries, post = Deliveries(), Post()
    await deliveries.once(turn(), post)
    assert await deliveries.once(other, post)


async def test_a_turn_without_an_id_is_always_delivered() -> None:
    deliveries, post = Deliveries(), Post()
    for _ in range(2):
        assert await deliveries.once(turn(id=""), post)


async def test_only_the_oldest_turns_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.turns.MOST_REMEMBERED", 2)
    deliveries, post = Deliveries(), Post()
    for id in ("a", "b", "c"):
        await deliveries.once(turn(id=id), post)
    assert not await deliveries.once(turn(id="c"), post)
    assert not await deliveries.once(turn(id="b"), post)
    assert await deliveries.once(turn(id="a"), post)
