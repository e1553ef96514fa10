"""“Changed to...”: the form of a contact, from what stands in it to what is proposed, and what is told where not."""

from datetime import date

import pytest

from dialogs.message import SendChange
from dialogs.reply import Form, as_text
from knowledge import live
from knowledge.audit import COMMAND_LINE
from knowledge.check import wrong_in_words
from knowledge.editing import EDITABLE, filled_in
from knowledge.overlay import with_facts
from tests.builders import library
from tests.chats import Office, reloaded

NEW, NEWER = "020 7946 0123", "020 7946 0456"
TODAY = date(2026, 11, 30)
WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


pytestmark = pytest.mark.usefixtures("compiled")


async def proposals(office: Office) -> int:
    async with office.database.reading(lambda: office.now) as work:
        return len(await work.contacts.open())


def lines(office: Office, name: str = "ann") -> dict[str, str]:
    (form,) = (block for block in office.shown[name].blocks if isinstance(block, Form))
    return {line.name: line.value for line in form.lines}


async def test_the_form_shows_what_stands_now(office: Office) -> None:
    await office.says("ann", "contact adults_safeguarding")
    await office.presses("ann", "Changed to...")
    shown = lines(office)
    assert shown["number"] == "020 8736 6153, 020 8416 8412, 020 8420 9453"
    assert shown["email"] == "safeguarding.adults@harrow.gov.uk"
    await office.says("ann", "change contact mash")
    assert lines(office)["hours"] == "mon-fri 09:00-17:00; bank holidays closed"
    assert "Hours: mon-fri 09:00-17:00; bank holidays closed" in as_text(office.shown["ann"]), "the twin says it too"


async def test_what_is_filled_in_is_proposed_approved_and_on_the_card(office: Office) -> None:
    await office.says("ann", "change contact mash")
    said = await office.fills("ann", number=NEW, email="front.door@example.org", why="wrong")
    for words in ("proposal 1", "(wrong)", f"Number: 020 8901 2690 → {NEW}", "E-mail address: none → front.door@"):
        assert words in said
    await office.says("ben", "proposal 1")
    await office.presses("ben", "Approve")
    await reloaded(office)
    said = await office.says("ann", WORRY)
    assert f"Harrow MASH: {NEW}" in said
    assert "front.door@example.org" in said


async def test_several_numbers_that_two_people_stand_behind_are_not_called_unconfirmed(office: Office) -> None:
    await office.says("ann", "change adults_safeguarding numbers to 020 7946 0123, 020 7946 0456 then press 2")
    assert "adults_safeguarding is changed" not in await office.says("ben", "approve 1")
    await reloaded(office)
    said = await office.says("ann", "neighbour of 84 has bruises and is scared of her son")
    assert f"Harrow Safeguarding Adults Team: {NEW} or {NEWER}, then press 2" in said
    assert f"{NEW} [not confirmed]" not in said
    assert f"Harrow's adults' team {NEW} or {NEWER}, then press 2, the same hours." in "\n".join(live.lines())


@pytest.mark.parametrize(
    ("service", "filled", "says"),
    [
        ("dols", {"web": "https://example.org/Dols_Form, https://example.org/b"}, "Web address: "),
        ("dols", {"web": "https://example.org/Dols_Form"}, "https://example.org/Dols_Form"),
        ("dols", {"email": ""}, "E-mail address: dols@harrow.gov.uk → none"),
        ("dols", {"hours": "24/7"}, "24 hours a day, every day"),
        ("mash", {"day": "2026-12-24 09:00-12:00"}, "Day: none → 2026-12-24 09:00-12:00"),
        ("mash", {"note": "Ask for the Duty Worker."}, "Ask for the Duty Worker."),
        ("mash", {"no_answer": "Ring {police_101}."}, "If nobody answers: "),
        ("mash", {"ask_for": "Ask for the duty desk."}, "What to ask for: "),
        ("mash", {"purpose": "Talk about a child."}, "What it is for: "),
    ],
)
async def test_each_line_can_be_changed(office: Office, service: str, filled: dict[str, str], says: str) -> None:
    await office.says("ann", f"change contact {service}")
    said = await office.fills("ann", **filled)
    assert "Noted as proposal 1." in said
    assert says in said


@pytest.mark.parametrize(
    ("filled", "says"),
    [
        ({"number": "12a", "note": "New."}, "Number 1: a number is digits and spaces"),
        ({"number": f"{NEW}, x"}, "Number 2: a number is digits and spaces"),
        ({"number": ""}, "One that is dead is withdrawn, not emptied"),
        ({"email": "nobody"}, "E-mail address 1: an e-mail address has one @"),
        ({"web": "example"}, "Web address 1: a web address starts with https://"),
        ({"hours": "9 to 5"}, "Hours are written as"),
        ({"day": "christmas closed"}, "A day is written as 2026-12-24"),
        ({"note": "Tell your manager."}, "write {lead} instead"),
        ({"purpose": "Ring 020 7946 0000"}, "That holds a telephone number"),
        ({}, "That is how it stands already"),
    ],
)
async def test_what_will_not_do_is_told_in_the_fields_words_and_shown_again_as_it_was_sent(
    office: Office, filled: dict[str, str], says: str
) -> None:
    await office.says("ann", "change contact mash")
    shown = lines(office)
    assert says in await office.fills("ann", **filled)
    assert {name: lines(office)[name] for name in filled} == filled
    assert await proposals(office) == 0, "nothing is half saved"
    assert "Noted as proposal" in await office.fills("ann", **{**shown, "number": NEW}), "and can be mended"


async def test_a_form_that_is_sent_twice_is_proposed_once(office: Office) -> None:
    await office.says("ann", "change contact mash")
    (form,) = (block for block in office.shown["ann"].blocks if isinstance(block, Form))
    for _ in range(2):
        said = await office._answered("ann", "", form.message, filled={"number": NEW})
        assert "Noted as proposal 1." in said
    assert await proposals(office) == 1


async def test_what_changed_since_the_form_was_shown_is_not_overwritten(office: Office) -> None:
    await office.says("ann", "change contact dols")
    await office.says("ben", "withdraw numbers of dols")
    said = await office.fills("ann", number=NEW)
    assert "Harrow DoLS changed since that card, so nothing was changed." in said
    assert await proposals(office) == 0


async def test_a_dead_number_goes_at_once_and_the_new_one_comes_when_it_is_approved(office: Office) -> None:
    await office.says("ann", "change contact homelessness_harrow")
    assert "Noted as proposal 2." in await office.fills("ann", number=NEW, meanwhile="stop")
    await reloaded(office)
    said = await office.says("ben", "contact homelessness_harrow")
    assert "The number of Harrow homelessness team was withdrawn. Ring " in said
    assert "020 8424 1093 (" not in said
    assert "Noted" not in await office.says("ben", "approve 2")
    await reloaded(office)
    said = await office.says("ann", "contact homelessness_harrow")
    assert f"Harrow homelessness team: {NEW}" in said
    assert "was withdrawn. Ring" not in said
    assert "Fallback" not in await office.says("ben", "proposal 2"), "who stood in meanwhile stays out of the change"


async def test_where_else_the_old_number_stands_is_said(office: Office) -> None:
    said = await office.says("ann", f"change dols number to {NEW}")
    assert "020 8736 6153 also stands on Harrow Safeguarding Adults Team. Look there too." in said
    said = await office.says("ann", "withdraw numbers of dols")
    assert "020 8736 6153 also stands on Harrow Safeguarding Adults Team." in said
    assert "also stands" not in await office.says("ann", f"change mash number to {NEW}")


async def test_whoever_proposed_it_is_told_that_it_was_approved(office: Office) -> None:
    await office.says("ann", f"change mash number to {NEW}")
    await office.says("ben", "approve 1")
    async with office.database.reading(lambda: office.now) as work:
        told = {row.kind: person.display_name for row, person in await work.outbox.due_by(office.now)}
    assert told["contact.approved"] == "Ann"


async def test_a_dead_number_can_go_without_a_new_one(office: Office) -> None:
    await office.says("ann", "change contact dols")
    assert "the number is withdrawn, and who stands in is shown" in await office.fills("ann", meanwhile="stop")
    assert await proposals(office) == 0


async def test_a_dead_number_goes_also_where_nobody_could_approve_the_new_one(office: Office) -> None:
    async with office.database.work(lambda: office.now) as work:
        await work.people.mark_as_left(await work.people.get(office.ids["ben"]), COMMAND_LINE)
    await office.says("ann", "change contact dols")
    said = await office.fills("ann", number=NEW, meanwhile="stop")
    assert "the number is withdrawn, and who stands in is shown. Nobody else is a content owner" in said
    assert await proposals(office) == 0
    assert "The number of Harrow DoLS was withdrawn." in await office.says("ann", "contact dols")


@pytest.mark.parametrize("id", ["police_999", "mash", "emergency_duty_team"])
async def test_what_everybody_needs_is_never_offered_to_be_stopped(office: Office, id: str) -> None:
    await office.says("ann", f"change contact {id}")
    assert "meanwhile" not in lines(office)
    assert "never withdrawn" in await office.fills("ann", number=NEW, meanwhile="stop")
    assert await proposals(office) == 0


async def test_a_worry_in_a_line_of_a_form_is_answered_and_not_kept(office: Office) -> None:
    await office.says("ann", "change contact mash")
    said = await office.fills("ann", note="he is hitting her right now and she is screaming")
    assert said.startswith("In danger now? Ring 999.")
    assert "Nothing of what you wrote was recorded." in said
    assert await proposals(office) == 0


async def test_after_then_press_come_keys_and_no_words(office: Office) -> None:
    said = f"change adults_safeguarding numbers to {NEW} then press he is hitting her"
    assert "come the keys" in await office.says("ann", said)
    await office.says("ann", "change contact adults_safeguarding")
    assert "come the keys" in await office.fills("ann", number=f"{NEW} then press their name")
    assert await proposals(office) == 0


async def test_only_content_owners_are_shown_the_form(office: Office) -> None:
    await office.employs("eve")
    assert "Only a content owner" in await office.says("eve", "change contact mash")


async def test_a_form_of_somebody_else_and_a_forged_one_change_nothing(office: Office) -> None:
    await office.says("ann", "change contact mash")
    (form,) = (block for block in office.shown["ann"].blocks if isinstance(block, Form))
    assert "is for somebody else" in await office._answered("ben", "", form.message, filled={"number": NEW})
    forged = SendChange(token="x" * 32)
    assert "not known here" in await office._answered("ann", "", forged, filled={"number": NEW})
    assert await proposals(office) == 0


@pytest.mark.parametrize("id", sorted(library().services))
def test_a_form_that_comes_back_as_it_went_changes_nothing_and_each_line_reads_back(id: str) -> None:
    service = library().services[id]
    shown = {name: editable.shown(service) for name, editable in EDITABLE.items()}
    assert filled_in(service, shown, TODAY) == {}
    written = {"number": f"{NEW}, {NEWER} then press 2", "hours": "mon-fri 08:00-18:00; bank holidays closed"}
    written |= {"email": "a@example.org, b@example.org", "web": "https://example.org/A, https://example.org/b"}
    changed = with_facts(service, filled_in(service, written, TODAY))
    assert {name: EDITABLE[name].shown(changed) for name in written} == written
    assert wrong_in_words(changed, library()) == []
