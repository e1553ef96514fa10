"""Cards that others hold: what an action's messages are answered by, and that they change when it does."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import aiohttp
import pytest
from sqlalchemy import func, select, update

from bot.card_truth import CardTruth
from bot.connector import Connector
from bot.errands import Errands
from bot.frontdoor import LOOPBACK_HOSTS, HostRule
from dialogs.action_buttons import AnswerAction, WritePlan
from dialogs.notices import words_now
from dialogs.reply import Reply, as_text
from dialogs.turn import Sender, Turn
from knowledge.audit import COMMAND_LINE
from knowledge.erasure import erase
from knowledge.models import ConversationReference, Waiting
from knowledge.outdated import Outdated, Stale
from knowledge.unit_of_work import UnitOfWork
from tests.chats import TENANT, Office
from tests.contract.test_actions import ACTION, action, office
from tests.contract.test_nudging import morning, sent
from tests.fakes import FakeConnector, Step

__all__ = ["office"]


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


async def brought_up_to_date(
    office: Office, connector: FakeConnector, hosts: HostRule = LOOPBACK_HOSTS
) -> list[tuple[str, str]]:
    """What the cards in which chats were changed to."""
    async with office.database.work(lambda: office.now) as work:
        await work.session.execute(update(ConversationReference).values(service_url=connector.url))
    before = len(connector.calls)
    async with aiohttp.ClientSession() as client:
        truth = CardTruth(office.database, Connector(client), hosts, words_now, lambda: office.now, "28:bot")
        await truth.once()
    return [(call.conversation, call.card["fallbackText"]) for call in connector.calls[before:] if call.method == "PUT"]


async def waits(office: Office) -> int:
    """How many cards are out of date now."""
    async with office.database.reading(lambda: office.now) as work:
        query = select(func.count()).select_from(Waiting).where(Waiting.outdated_at.is_not(None))
        return int(await work.session.scalar(query) or 0)


async def asked_for_time(office: Office) -> None:
    """Both co-chairs hold the card that asks for more time."""
    await office.says("olga", "more time QA26/1 two weeks because a new lead started")
    await morning(office, date(2026, 12, 1))
    await sent(office, "cora")


async def test_once_one_co_chair_decides_the_other_ones_card_says_so(office: Office, connector: FakeConnector) -> None:
    await asked_for_time(office)
    assert await brought_up_to_date(office, connector) == []
    await office.says("cora", "allow more time QA26/1")
    changed = dict(await brought_up_to_date(office, connector))
    assert set(changed) == {"chat-carl", "chat-olga"}, "cora answered on a card of her own"
    assert "QA26/1 HAS BEEN SEEN TO" in changed["chat-carl"]
    assert "due on Mon 15 Mar 2027" in changed["chat-carl"]
    assert "Allow more time" not in changed["chat-carl"]
    assert await brought_up_to_date(office, connector) == []


async def test_an_owner_accepts_refuses_or_decides_from_the_message_itself(office: Office) -> None:
    await morning(office, date(2026, 12, 1))
    (offered,) = await sent(office, "olga")
    assert "[1] Accept QA26/1\n[2] Not mine QA26/1\n[3] Open QA26/1" in offered
    await office.clicks("olga", AnswerAction(action=(await action(office)).id, answer="accept", seen=1))
    await morning(office, date(2027, 2, 9))
    (due,) = await sent(office, "olga")
    assert "[1] QA26/1 is done\n[2] More time for QA26/1\n[3] Remind me of QA26/1 in 3 working days" in due


async def test_a_digest_of_much_has_no_answers_on_it(office: Office) -> None:
    for number in range(2, 7):
        await office.says("cora", ACTION.replace("/1 ", f"/{number} "))
    await morning(office, date(2026, 12, 1))
    (said,) = await sent(office, "olga")
    assert "6 THINGS FOR YOU" in said
    assert "[1]" not in said


async def test_a_card_whose_words_cannot_be_made_holds_up_no_other(
    office: Office, connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked_for_time(office)
    await office.says("cora", "allow more time QA26/1")

    real = words_now

    async def but_carls(work: UnitOfWork, stale: Stale) -> Reply:
        if stale.recipient == office.ids["carl"]:
            raise ValueError("no words")
        return await real(work, stale)

    monkeypatch.setattr("tests.contract.test_action_cards.words_now", but_carls)
    before = await waits(office)
    assert [chat for chat, _ in await brought_up_to_date(office, connector)] == ["chat-olga"]
    assert (before, await waits(office)) == (2, 0)


async def test_who_is_no_longer_anything_to_it_learns_nothing_of_it(office: Office, connector: FakeConnector) -> None:
    await morning(office, date(2026, 12, 1))
    await sent(office, "olga")
    await office.says("cora", "assign QA26/1 to dan@x.example")
    changed = dict(await brought_up_to_date(office, connector))
    assert "QA26/1 IS NO LONGER WITH YOU" in changed["chat-olga"]
    assert "Roll out" not in changed["chat-olga"]


async def test_a_digest_keeps_what_still_waits(office: Office, connector: FakeConnector) -> None:
    await office.says("cora", ACTION.replace("/1 ", "/2 "))
    await morning(office, date(2026, 12, 1))
    await sent(office, "olga")
    await office.says("cora", "assign QA26/1 to dan@x.example")
    changed = dict(await brought_up_to_date(office, connector))
    assert "QA26/1 IS NO LONGER WITH YOU" in changed["chat-olga"]
    assert "ACTION QA26/2 IS FOR YOU" in changed["chat-olga"]


@pytest.mark.parametrize(("status", "left"), [(404, 0), (403, 0), (400, 0), (429, 1), (502, 1)])
async def test_a_change_that_may_pass_is_tried_again_and_no_other(office: Office, status: int, left: int) -> None:
    await asked_for_time(office)
    await office.says("cora", "progress QA26/1 x")
    await office.says("olga", "progress QA26/1 begun")
    async with FakeConnector(*[Step(status=status)] * 2) as connector:
        await brought_up_to_date(office, connector)
        assert bool(await waits(office)) == bool(left)
        office.now += timedelta(minutes=2)
        again = await brought_up_to_date(office, connector)
        assert bool(again) == bool(left)
    assert await waits(office) == 0


async def test_a_change_in_the_meantime_is_not_lost(office: Office) -> None:
    await asked_for_time(office)
    await office.says("olga", "progress QA26/1 begun")
    async with office.database.work(lambda: office.now) as work:
        stale = await Outdated(work).next()
    assert stale
    office.now += timedelta(seconds=5)
    await office.says("olga", "progress QA26/1 half of it")
    async with office.database.work(lambda: office.now) as work:
        await Outdated(work).settle(stale, None)
    assert await waits(office) > 0


async def test_a_card_of_somebody_erased_or_at_a_strange_address_is_left_alone(
    office: Office, connector: FakeConnector
) -> None:
    await asked_for_time(office)
    async with office.database.work(lambda: office.now) as work:
        await work.people.mark_as_left(await work.people.get(office.ids["carl"]), COMMAND_LINE)
        await erase(work, await work.people.get(office.ids["carl"]), COMMAND_LINE)
    await office.says("olga", "progress QA26/1 begun")
    assert await brought_up_to_date(office, connector, HostRule()) == []
    assert await waits(office) == 0


async def test_a_card_that_is_looked_at_brings_itself_up_to_date_and_remembers_nothing(office: Office) -> None:
    await office.says("olga", "action QA26/1")
    again = office.shown["olga"].again
    assert again is not None
    await office.says("cora", "measure QA26/1: nine in ten files")
    before = office.talk.memory.recall("chat-olga", office.now)
    sender = Sender(TENANT, "olga", "Olga")
    turn = Turn("look", "chat-olga", office.now, click=again, sender=sender, is_automatic=True)
    errands = Errands(office.database, lambda: office.now)
    for _ in range(2):
        assert "nine in ten files" in as_text(await errands.reply(office.talk, turn))
    assert office.talk.memory.recall("chat-olga", office.now) == before


async def test_only_looking_is_automatic(office: Office) -> None:
    turn = Turn("look", "chat-olga", office.now, sender=Sender(TENANT, "olga", "Olga"), is_automatic=True)
    found = await action(office)
    for click in (
        AnswerAction(action=found.id, answer="accept", seen=found.version), WritePlan(token="x" * 20),
    ):  # fmt: skip
        errands = Errands(office.database, lambda: office.now)
        await errands.reply(office.talk, Turn(**{**vars(turn), "click": click}))
    assert (await action(office)).version == found.version
