"""What goes wrong with the contacts: each case has its sentence, and a concern is answered throughout."""

from collections.abc import Awaitable, Callable

import pytest

from bot.errands import Errands
from dialogs.reply import as_text
from dialogs.turn import Sender, Turn
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database, address
from knowledge.roles import ADMINISTRATOR, CONTENT_OWNER
from tests.builders import library
from tests.chats import TENANT, Office, reloaded

NEW, NEWER = "020 7946 0123", "020 7946 0456"
WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture
async def office(office: Office) -> Office:
    await office.employs("cy", CONTENT_OWNER)
    await office.employs("eve", ADMINISTRATOR)
    return office


async def two_editors_at_once(office: Office) -> str:
    await office.says("ann", f"change mash number to {NEW}")
    await office.says("ben", f"change mash number to {NEWER}")
    await office.says("cy", "approve 1")
    return await office.says("cy", "approve 2")


async def an_approver_who_is_the_editor(office: Office) -> str:
    await office.says("ann", f"change mash number to {NEW}")
    return await office.says("ann", "approve 1")


async def an_owner_who_left(office: Office) -> str:
    await office.says("eve", "owner of mash is ann@x.example")
    await office.says("eve", "deputy of mash is ben@x.example")
    async with office.database.work(lambda: office.now) as work:
        await work.people.mark_as_left(await work.people.get(office.ids["ann"]), COMMAND_LINE)
    return await office.says("ben", "contact mash")


async def an_approver_who_left(office: Office) -> str:
    await office.says("ann", f"change mash number to {NEW}")
    async with office.database.work(lambda: office.now) as work:
        await work.people.mark_as_left(await work.people.get(office.ids["ben"]), COMMAND_LINE)
    return await office.says("ben", "approve 1")


async def edited(office: Office, **fields: str) -> None:
    async with office.database.work(lambda: office.now) as work:
        version = await work.contacts.get(1)
        for name, value in fields.items():
            setattr(version, name, value)


async def a_service_that_the_next_release_removed(office: Office) -> str:
    await office.says("ann", f"change mash number to {NEW}")
    await office.says("ben", "approve 1")
    await edited(office, service="old_helpline")
    return await office.says("ben", "contacts")


async def a_proposal_for_a_service_that_the_next_release_removed(office: Office) -> str:
    await office.says("ann", f"change mash number to {NEW}")
    await edited(office, service="old_helpline")
    assert "There is no service old_helpline" in await office.says("ben", "approve 1")
    assert "1: old_helpline" in await office.says("ben", "proposals")
    return await office.says("ben", "proposal 1")


async def a_corrupted_overlay(office: Office) -> str:
    await office.says("ann", f"change mash number to {NEW}")
    await office.says("ben", "approve 1")
    await edited(office, facts='{"phones": [')
    return await office.says("ben", "contacts")


async def a_corrupted_proposal(office: Office) -> str:
    await office.says("ann", f"change mash number to {NEW}")
    await edited(office, facts='{"phones": 3}')
    assert "Proposal 1 cannot be read here" in await office.says("ben", "proposal 1")
    return await office.says("ben", "approve 1")


CASES: dict[Callable[[Office], Awaitable[str]], str] = {
    two_editors_at_once: (
        "Somebody else changed Harrow MASH since then, so nothing was changed. Please look again, and propose it anew."
    ),
    an_approver_who_is_the_editor: (
        "You proposed this change yourself. Somebody else with the role of content owner has to approve it."
    ),
    an_owner_who_left: (
        "Owner: nobody any more: who it was has left, or is no longer a content owner. Deputy: Ben."
    ),
    an_approver_who_left: "Only a content owner can do this. If that should be you, please ask an administrator.",
    a_service_that_the_next_release_removed: (
        "Version 1 of old_helpline is left out: this release no longer has the service."
    ),
    a_proposal_for_a_service_that_the_next_release_removed: (
        "There is no service old_helpline. “contacts” lists them all."
    ),
    a_corrupted_overlay: "Version 1 of mash is left out: it cannot be read.",
    a_corrupted_proposal: (
        "Proposal 1 cannot be read here, so nothing was changed. Please refuse it, and propose it anew."
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_each_has_its_sentence_and_a_concern_is_answered(
    office: Office, case: Callable[[Office], Awaitable[str]]
) -> None:
    assert CASES[case] in await case(office)
    await reloaded(office)
    shown = NEW if case is two_editors_at_once else "020 8901 2690"
    said = await office.says("ben", WORRY)
    assert said.startswith("In danger now? Ring 999.")
    assert f"Harrow MASH: {shown}" in said


async def test_a_database_that_comes_and_goes(office: Office, tmp_path: object) -> None:
    """The records are told to be away, and asked again; the last overlay answers meanwhile."""
    await office.says("ann", f"change mash number to {NEW}")
    await office.says("ben", "approve 1")
    await reloaded(office)
    away = Errands(Database(address(f"sqlite:///{tmp_path}/no/such/folder/x.db")), lambda: office.now)

    async def says(errands: Errands, number: int, words: str) -> str:
        sender = Sender(TENANT, "ann", "Ann")
        return as_text(await errands.reply(office.talk, Turn(f"a-{number}", "chat", office.now, words, sender=sender)))

    for number in range(2):
        assert "nothing was changed" in await says(away, number, "contact mash")
        assert f"Harrow MASH: {NEW}" in await says(away, number + 10, WORRY)
        back = Errands(office.database, lambda: office.now)
        assert "Owner: nobody yet." in await says(back, number + 20, "contact mash")


def test_the_release_has_what_these_tests_say() -> None:
    assert "old_helpline" not in library().services
