"""Content owners in a chat: from "the number changed" to the new number on a card, and everything on the way."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.connector import compact_json
from bot.contacts import LiveContacts
from knowledge import live
from knowledge.database import Database
from knowledge.models.contacts import VersionKind
from knowledge.roles import ADMINISTRATOR, CONTENT_OWNER
from tests.contract.test_errands import ANN, BEN, WORRY, Chats, clock
from tests.fakes import FakeConnector, everything_in

NEW = "020 7946 0123"


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("bot.typing_sign.TYPING_AFTER", 60.0)
    yield
    live.show(None)


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
async def chats(database: Database, connector: FakeConnector) -> AsyncIterator[Chats]:
    async with Chats(database, connector) as chats:
        assert chats.door._conversation
        chats.live = LiveContacts(chats.door._conversation, clock)  # type: ignore[attr-defined]
        await chats.knows(ANN, "ann@x.example", CONTENT_OWNER)
        await chats.knows(BEN, "ben@x.example", CONTENT_OWNER)
        yield chats


async def reloaded(chats: Chats) -> None:
    """What every process does every five seconds."""
    assert chats.database
    async with chats.database.reading(clock) as work:
        await chats.live.read(work)  # type: ignore[attr-defined]


async def test_from_the_number_changed_to_the_new_number_on_a_card(chats: Chats) -> None:
    said = await chats.says(f"change mash number to {NEW}")
    shown = ("proposal 1", f"020 8901 2690 → {NEW}", "THE CARD NOW", "THE CARD WITH THE CHANGE", "answers would change")
    for words in shown:
        assert words in said
    assert "About: " in said
    assert re.search(r"Of \d\d+ messages to try it with, \d\d+ are answered otherwise\.", said)
    await reloaded(chats)
    assert NEW not in await chats.says(WORRY)
    assert f"Harrow MASH: {NEW}" in await chats.says("proposal 1", BEN)
    assert "is changed" in await chats.presses("Approve", BEN)
    assert "is changed" in await chats.presses("Approve", BEN), "Teams delivers a click twice"
    await reloaded(chats)
    said = await chats.says(WORRY)
    assert f"Harrow MASH: {NEW}" in said
    assert "020 8901 2690" not in said
    assert said.splitlines()[-1].count(NEW) == 1


async def test_everything_can_be_typed(chats: Chats) -> None:
    await chats.says(f"change dols number to {NEW}")
    assert "You proposed this change yourself" in await chats.says("approve 1")
    assert "is changed" in await chats.says("approve 1", BEN)
    assert "not open any more" in await chats.says("approve 1", BEN)
    assert "is withdrawn" in await chats.says("withdraw numbers of dols")
    assert "was withdrawn" in await chats.says("contact dols")
    assert "is rolled back" in await chats.says("roll back dols")
    said = await chats.says("contact dols")
    assert NEW in said
    for words in ("changed by Ann Ash, approved by Ben Bay", "withdrawn by Ann Ash", "rolled back by Ann Ash"):
        assert words in said


@pytest.mark.parametrize("words", ["numbers of mash", "numbers of the emergency duty team", "number 999 of police_999"])
async def test_what_everybody_needs_is_never_withdrawn(chats: Chats, words: str) -> None:
    assert "never withdrawn" in await chats.says(f"withdraw {words}")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("change mash number to 0208901x", "a number is digits and spaces"),
        ("change mash number to 020 8901 2690", "proposal 1"),
        ("change nowhere number to 020 7946 0000", "There is no service nowhere"),
        ("change mash hours to mon-fri 9 to 5", "write a time as 09:00"),
        ("change mash hours to whenever", "Hours are written as"),
        ("change mash hours to mon-fri 09:00-17:00; bank holidays maybe", "closed, as usual or open all day"),
        ("change mash hours to mon-fri 08:00-18:00; bank holidays closed", "Monday to Friday 8 am to 6 pm"),
        ("change mash day 2020-12-24 to closed", "That day is past"),
        ("change mash day 2026-12-24 to 09:00-12:00", "2026-12-24 09:00-12:00"),
        ("change mash day christmas to closed", "A day is written as 2026-12-24"),
        ("mash is closed today", "Ring the Emergency Duty Team"),
        ("add note to mash: Ask for the Duty Worker.", "Ask for the Duty Worker."),
        ("change mash note 9 to Ask.", "There is no note 9"),
        ("add note to mash: ring 020 7946 0000", "a telephone number"),
        ("change mash no answer to Ring {police_101}.", "Ring {police_101}."),
        ("proposal 77", "not open any more"),
        ("owner of mash is ben@x.example", "Only an administrator"),
    ],
)
async def test_what_is_typed_is_taken_or_told_in_its_own_words(chats: Chats, command: str, says: str) -> None:
    assert says in await chats.says(command)


@pytest.mark.parametrize("command", ["still right mash", "proposals", "change mash number to 1", "approve 1"])
async def test_nobody_else_may(chats: Chats, command: str) -> None:
    assert "Only a" in await chats.says(command, "7a0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10")


async def test_closed_today_counts_at_once_but_for_what_everybody_needs(chats: Chats) -> None:
    assert "is shown as shut for today" in await chats.says("dols is closed today")
    async with chats.database.reading(clock) as work:  # type: ignore[union-attr]
        (version,) = await work.contacts.in_force()
        assert version.kind is VersionKind.WITHDRAWAL


async def test_two_taps_confirm(chats: Chats) -> None:
    assert "not confirmed" in (await chats.says("contact mash")).lower()
    assert "Yes, all of it" in await chats.presses("Still right")


async def test_still_right_is_confirmed_for_ninety_days(chats: Chats) -> None:
    await chats.says("still right mash")
    said = await chats.presses("Yes, all of it")
    assert "confirmed until 28 February 2027" in said
    assert "Confirmed on 30 November 2026" in await chats.says("contact mash")


@pytest.mark.parametrize(
    ("id", "stays"),
    [
        ("adults_safeguarding", "Several numbers are published, and one may be wrong, so they stay “not confirmed”."),
        ("lado", "No number or address is known yet, so it stays “not confirmed”."),
    ],
)
async def test_what_still_right_cannot_settle_is_said_before_and_after(chats: Chats, id: str, stays: str) -> None:
    assert stays in await chats.says(f"still right {id}")
    said = await chats.presses("Yes, all of it")
    assert "is noted as looked at, until 28 February 2027." in said
    assert stays in said
    assert "Not confirmed." in await chats.says(f"contact {id}")


async def test_one_number_of_several_that_goes_leaves_the_others(chats: Chats) -> None:
    said = await chats.says("withdraw number 020 8736 6153 of adults_safeguarding")
    assert "the number is withdrawn, and 020 8416 8412 or 020 8420 9453 is still shown." in said
    said = await chats.says("withdraw numbers of adults_safeguarding")
    assert "the number is withdrawn, and who stands in is shown." in said


async def test_what_changed_since_the_card_is_not_confirmed(chats: Chats) -> None:
    await chats.says("still right dols")
    async with chats.database.work(clock) as work:  # type: ignore[union-attr]
        from knowledge.audit import Actor
        from knowledge.models.people import Via
        from tests.builders import library

        ben = await work.people.identified_by("ben@x.example")
        await work.contacts.withdraw("dols", "", library(), Actor(Via.CHAT, ben.id))
    assert "changed since that card" in await chats.presses("Yes, all of it")


async def test_an_administrator_names_an_owner_who_is_asked_at_once(chats: Chats, database: Database) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    assert "Ben Bay" not in await chats.says("contact mash")
    await chats.says("hello", BEN)
    assert "is now owner of Harrow MASH" in await chats.says("owner of mash is ben@x.example")
    assert "Owner: Ben Bay." in await chats.says("contact mash")
    async with database.reading(clock) as work:
        due = [row.kind for row, _ in await work.outbox.due_by(clock())]
        assert "contact.check" in due
    assert "no longer ask you" in await chats.says("mash is not mine", BEN)
    assert "Owner: nobody yet." in await chats.says("contact mash")


async def test_leads_see_how_fresh_everything_is(chats: Chats) -> None:
    said = await chats.says("contacts")
    assert "How fresh 52 contacts are: confirmed 0, not confirmed 52, not checked for too long 0." in said
    assert "Harrow MASH (mash): Not confirmed. Collected on 22 November 2026. Nobody keeps it." in said
    card = chats.connector.calls[-1].card
    drawn = {part.get("type") for part in everything_in(card)}
    assert {"Chart.HorizontalBar", "Table"} <= drawn
    assert len(compact_json(card).encode()) < 25 * 1024, "Teams takes no message of 28 KB"


async def test_with_records_away_a_concern_is_answered_and_the_rest_told(connector: FakeConnector) -> None:
    async with Chats(None, connector) as chats:
        assert "I cannot reach the records here" in await chats.says("contact mash")
        assert "020 8901 2690" in await chats.says(WORRY)
