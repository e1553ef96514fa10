"""A wrong number of what everybody is sent to first does not wait for Monday: who can approve the new one hears now."""

from datetime import datetime, timedelta

import pytest

from dialogs.notices import words
from dialogs.reply import as_text
from knowledge.dispatch import Dispatch
from knowledge.parcels import Rate
from knowledge.roles import CONTENT_OWNER
from knowledge.sending_hours import Quiet, may_send
from tests.builders import MONDAY_MORNING, london
from tests.chats import Office

NEW = "020 7946 0123"
SATURDAY_NIGHT = london(2026, 11, 28, 23)
NOW, LATER = "Ben can approve it, and I tell them now.", "I tell them on the next working day: if it cannot wait"


async def sent_to_ben(office: Office) -> str:
    async with office.database.work(lambda: office.now) as work:
        parcels = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(9)
        return "\n".join([as_text(await words(work, each)) for each in parcels if each.recipient == office.ids["ben"]])


@pytest.mark.parametrize(
    ("at", "change", "told", "is_sent"),
    [
        (SATURDAY_NIGHT, f"change emergency_duty_team number to {NEW}", NOW, True),
        (SATURDAY_NIGHT, "mash is closed today", NOW, True),
        (SATURDAY_NIGHT, "change mash hours to mon-fri 08:00-18:00; bank holidays closed", NOW, True),
        (SATURDAY_NIGHT, f"change dols number to {NEW}", LATER, False),
        (SATURDAY_NIGHT, "add note to mash: Ask for the duty worker.", LATER, False),
        (SATURDAY_NIGHT, "change topic neglect name to Not looked after", LATER, False),
        (MONDAY_MORNING, f"change dols number to {NEW}", NOW, True),
    ],
)
async def test_who_approves_is_named_and_told_when_it_matters(
    office: Office, at: datetime, change: str, told: str, is_sent: bool
) -> None:
    office.now = at
    assert told in await office.says("ann", change)
    said = await sent_to_ben(office)
    assert ("A CHANGE WAITS FOR YOU" in said) == is_sent
    assert ("You are now a content owner." in said) == may_send(at, Quiet()), "what can wait waits"


async def test_a_note_after_an_approved_number_can_wait(office: Office) -> None:
    await office.says("ann", f"change mash number to {NEW}")
    await office.says("ben", "approve 1")
    office.now = SATURDAY_NIGHT + timedelta(days=7)
    assert LATER in await office.says("ann", "add note to mash: Ask for the duty worker.")
    assert "A CHANGE WAITS FOR YOU" not in await sent_to_ben(office)


async def test_many_who_approve_are_not_all_named(office: Office) -> None:
    for name in ("cy", "di", "ed", "flo", "gus"):
        await office.employs(name, CONTENT_OWNER)
    assert " or 2 more can approve it, and I tell them now." in await office.says("ann", f"change dols number to {NEW}")
