"""Many contacts of one person at once: each can be reached from what is sent, and looked at one after the other."""

from datetime import timedelta

import pytest

from bot.connector import compact_json
from dialogs.cards.adaptive import as_adaptive_card
from dialogs.notices import words
from dialogs.reply import Reply, as_text
from knowledge import live
from knowledge.dispatch import Dispatch
from knowledge.parcels import Rate
from knowledge.roles import ADMINISTRATOR
from tests.builders import library
from tests.chats import Office

pytestmark = pytest.mark.usefixtures("compiled")
TEAMS_TAKES = 28 * 1024
IDS = list(library().services)


async def sent_to(office: Office, name: str) -> Reply:
    """The one message that a person is sent now."""
    live.show(library())
    async with office.database.work(lambda: office.now) as work:
        parcels = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(9)
        (parcel,) = (each for each in parcels if each.recipient == office.ids[name])
        return await words(work, parcel)


async def keeps(office: Office, *ids: str) -> None:
    await office.employs("eve", ADMINISTRATOR)
    for id in ids:
        await office.says("eve", f"owner of {id} is ann@x.example")


@pytest.mark.parametrize("count", [1, 3, 4, 11, 52])
async def test_however_many_are_due_the_message_fits_and_leads_to_each(office: Office, count: int) -> None:
    await keeps(office, *IDS[:count])
    sent = await sent_to(office, "ann")
    assert len(compact_json(as_adaptive_card(sent)).encode()) < TEAMS_TAKES
    labels = [button.label for button in sent.buttons]
    if count < 4:  # beside the message that Ann is a content owner
        assert labels == ["Still right", "Changed to...", "Not mine"] * count
    else:
        assert labels == ["Go through them"]
        assert all(f"contact {id}”" in as_text(sent) for id in IDS[:count])


async def test_one_after_the_other_until_none_is_left(office: Office) -> None:
    await keeps(office, "dols", "mash", "lado")
    said = await office.says("ann", "my contacts")
    assert "3 of your contacts have to be looked at." in said
    assert said.index("Harrow MASH") < said.index("Harrow DoLS"), "what everybody is sent to first"
    await office.presses("ann", "Harrow MASH")
    await office.presses("ann", "Still right")
    said = await office.presses("ann", "Yes, all of it")
    assert "Harrow MASH is confirmed until 28 February 2027." in said
    assert "2 of your contacts have still to be looked at." in said
    assert "020 8736 6153" in await office.presses("ann", "Next: Harrow DoLS")
    await office.says("ann", "confirm dols")
    await office.presses("ann", "Next: Harrow LADO")
    said = await office.says("ann", "confirm lado")
    assert "Next" not in said, "what stays unconfirmed was looked at today"
    assert "None of your contacts has to be looked at now." in await office.says("ann", "my contacts")
    office.now += timedelta(days=1)
    assert "1 of your contacts has to be looked at." in await office.says("ann", "my contacts")


async def test_who_keeps_none_has_none(office: Office) -> None:
    assert "None of your contacts" in await office.says("ben", "my contacts")


async def test_more_than_a_card_holds_are_said_to_be_the_first(office: Office) -> None:
    await keeps(office, *IDS)
    said = await office.says("ann", "my contacts")
    assert "52 of your contacts have to be looked at. These are the first 12." in said
    assert len(office.shown["ann"].buttons) == 12
    assert office.shown["ann"].buttons[4].label == "Police non-emergency line"
