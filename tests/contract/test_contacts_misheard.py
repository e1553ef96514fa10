"""What sounds like a command about contacts and is none: it is answered as anybody's words are."""

import pytest

from dialogs.reply import as_text
from dialogs.turn import Turn
from knowledge.roles import ADMINISTRATOR
from tests.builders import conversation
from tests.chats import Office


@pytest.fixture
async def office(office: Office) -> Office:
    await office.employs("eve", ADMINISTRATOR)
    await office.employs("pat")
    return office


async def told(office: Office) -> list[tuple[str, list[str]]]:
    """What administrators are owed of contacts that nobody keeps."""
    async with office.database.reading(lambda: office.now) as work:
        due = await work.outbox.due_by(office.now)
        return [(each.display_name, row.payload["services"]) for row, each in due if "services" in row.payload]


@pytest.mark.parametrize("name", ["pat", "ann"])
@pytest.mark.parametrize(
    "words",
    [
        "the baby is not mine",
        "he says the baby is not mine",
        "my school is closed today",
        "contact his mother",
        "confirm a disclosure",
        "still right after all",
        "number of the helpline did not work",
    ],
)
async def test_what_names_no_contact_is_no_command(office: Office, name: str, words: str) -> None:
    as_anybodys = conversation().reply(Turn("1", "a chat without records", office.now, words))
    assert await office.says(name, words) == as_text(as_anybodys)


@pytest.mark.parametrize("words", ["contact mash", "contact Harrow MASH", "mash is closed today", "mash is not mine"])
async def test_whoever_looks_after_no_contact_is_shown_who_to_ring(office: Office, words: str) -> None:
    said = await office.says("pat", words)
    assert "Harrow MASH: 020 8901 2690 (open now, until 5 pm)" in said
    assert "Only a" not in said
    assert "Thank you" not in said
    assert await told(office) == []


async def test_contacts_is_a_question_of_anybodys(office: Office) -> None:
    said = await office.says("pat", "contacts")
    for words in ("Emergency services: 999", "Harrow MASH: 020 8901 2690", "Police non-emergency line: 101"):
        assert words in said
    assert "HOW FRESH" in await office.says("ann", "contacts")


async def test_who_does_not_keep_it_lets_go_of_nothing(office: Office) -> None:
    assert "You do not look after Harrow MASH" in await office.says("ann", "mash is not mine")
    assert await told(office) == []


async def test_who_lets_go_is_asked_no_more_and_administrators_hear_of_each(office: Office) -> None:
    async with office.database.work(lambda: office.now) as work:
        await work.keepers.nudge_all(office.talk.library)
    ((_, alone),) = await told(office)
    assert len(alone) == 52
    for id in ("mash", "dols"):
        await office.says("eve", f"owner of {id} is ann@x.example")
    await office.says("eve", "deputy of dols is ben@x.example")
    assert "I tell the administrators that it needs somebody." in await office.says("ann", "mash is not mine")
    assert "administrators" not in await office.says("ann", "dols is not mine"), "its deputy is there"
    assert "You do not look after Harrow MASH" in await office.says("ann", "mash is not mine")
    assert ("Eve", ["mash"]) in await told(office)
    assert "administrators" in await office.says("ben", "dols is not mine")
    assert ("Eve", ["dols"]) in await told(office)


@pytest.mark.parametrize("words", ["the mash number did not work", "number of Harrow MASH doesn't work"])
async def test_a_dead_number_is_counted_however_it_is_said(office: Office, words: str) -> None:
    assert "Thank you. I have counted it" in await office.says("pat", words)
