"""The privacy page says 15 minutes: what was said is forgotten then, whether or not anybody writes again."""

import asyncio
from datetime import timedelta

import pytest

from dialogs.memory import KEPT_FOR
from tests.builders import MONDAY_MORNING, conversation
from tests.fakes import visiting


async def test_what_was_said_is_forgotten_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.forgetting.EVERY", 0.01)
    now, talk = [MONDAY_MORNING], conversation()
    async with visiting(talk, lambda: now[0]) as visitor:
        await visitor.post("/", data={"text": "I am worried about someone", "conversation": "mine"})
        await asyncio.sleep(0.05)
        assert len(talk.memory) > 0
        now[0] += KEPT_FOR + timedelta(seconds=1)
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not len(talk.memory):
                break
        assert len(talk.memory) == 0


async def test_it_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.forgetting.EVERY", 0.01)
    asked: list[int] = []

    def stopped() -> None:
        asked.append(1)
        raise OverflowError

    async with visiting(conversation(), stopped):  # type: ignore[arg-type]
        await asyncio.sleep(0.1)
    assert len(asked) > 1


@pytest.mark.parametrize("talk", [None])
async def test_without_content_there_is_nothing_to_forget(talk: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.forgetting.EVERY", 0.01)
    async with visiting(talk) as visitor:
        await asyncio.sleep(0.03)
        assert (await visitor.get("/healthz")).status == 200
