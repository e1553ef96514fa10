"""A topic added from a template in a chat, and other wording of one: from the form to the answer and into the files."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dialogs.reply import Form
from knowledge.added_topics import with_added
from knowledge.check import check_content
from knowledge.library import CONTENT, load
from knowledge.topic_template import from_template
from knowledge.topics import Topic
from knowledge.understanding.reading import Intent
from knowledge.writing_back import write_back
from tests.builders import library, reader
from tests.chats import Office, reloaded

TODAY = date(2026, 11, 30)
ADD = "add topic Laughing gas canisters for a child: nitrous canisters / laughing gas"
WORRY = "found a bag of nitrous canisters in her locker"


pytestmark = pytest.mark.usefixtures("compiled")


def form(office: Office) -> Form:
    (form,) = (block for block in office.shown["ann"].blocks if isinstance(block, Form))
    return form


async def test_a_topic_is_added_by_two_people_and_answers(office: Office) -> None:
    assert "About: A child" not in await office.says("ann", WORRY)
    await office.says("ann", "add topic")
    said = await office.fills("ann", name="Laughing gas canisters", words="nitrous canisters / laughing gas")
    for words in ("Noted as proposal 1.", "A new topic.", "- nitrous canisters", "tried with is answered as before"):
        assert words in said
    await reloaded(office)
    assert "Laughing gas canisters" not in await office.says("ann", WORRY)
    await office.says("ben", "proposal 1")
    assert "Laughing gas canisters is changed." in await office.presses("ben", "Approve")
    contacts = await reloaded(office)
    assert contacts.differing == ("topic/laughing_gas_canisters",)
    said = await office.says("ben", WORRY)
    assert "Laughing gas canisters" in said
    assert "Write down what you saw and heard" in said
    assert "Harrow MASH: 020 8901 2690" in said
    assert "This is draft wording" in said or "Drafted from" in said


async def test_it_can_be_typed_changed_and_rolled_back(office: Office) -> None:
    said = await office.says("ann", ADD)
    assert "Noted as proposal 1." in said
    await office.says("ben", "approve 1")
    said = await office.says(
        "ann", "change topic laughing gas canisters first steps to Ring {first}. / Keep them safe."
    )
    assert "- Keep them safe." in said
    await office.says("ben", "approve 2")
    await reloaded(office)
    assert "Keep them safe." in await office.says("ben", WORRY)
    assert "is rolled back" in await office.says("ann", "roll back topic laughing_gas_canisters")
    await reloaded(office)
    assert "Keep them safe." not in await office.says("ben", WORRY)
    await office.says("ann", "roll back topic laughing_gas_canisters")
    await reloaded(office)
    assert "Laughing gas canisters" not in await office.says("ben", WORRY)


async def test_the_wording_of_a_topic_of_the_release_is_changed_and_its_words_stay(office: Office) -> None:
    await office.says("ann", "change topic physical_abuse")
    assert "words" not in {line.name for line in form(office).lines}
    stands = {line.name: line.value for line in form(office).lines}
    said = await office.fills("ann", first_steps="Ring {first} now. / " + stands["first_steps"])
    assert "Other wording of a topic." in said
    await office.says("ben", "approve 1")
    await reloaded(office)
    said = await office.says("ben", "y3 boy flinches and has a mark on his cheek shape of a hand")
    assert "Ring Harrow MASH now." in said


@pytest.mark.parametrize(
    ("filled", "says"),
    [
        ({"name": "Gas", "words": "gas"}, "Write how people name it, each in two plain words or more"),
        ({"name": "Gas", "words": ""}, "Write how people name it"),
        ({"name": "Neglect", "words": "no food at all"}, "There is a topic neglect already"),
        ({"name": "Gas", "words": "laughing ... gas"}, "in two plain words or more"),
        ({"name": "!", "words": "laughing gas"}, "is not an id for a topic"),
        ({"name": "{mash}", "words": "laughing gas"}, "A name holds no { and no }."),
        ({"name": "Gas", "words": "laughing gas", "first_steps": "Tell your manager."}, "write {lead} instead"),
        ({"name": "Gas", "words": "laughing gas", "do_nots": "Do not ring 020 7946 0000."}, "a telephone number"),
        ({"name": "Gas", "words": "gas safety / fullfat milk"}, "would then be answered otherwise"),
    ],
)
async def test_what_will_not_do_is_told_beside_the_form(office: Office, filled: dict[str, str], says: str) -> None:
    await office.says("ann", "add topic")
    assert says in await office.fills("ann", **filled)
    assert {line.name: line.value for line in form(office).lines}["name"] == filled["name"]
    assert "Nothing waits for approval." in await office.says("ann", "proposals")


@pytest.mark.parametrize("id", ["missing_child", "hoarding_fire", "own_crisis"])
async def test_wording_that_speaks_of_danger_is_no_worry_of_the_editors(office: Office, id: str) -> None:
    await office.says("ann", f"change topic {id}")
    shown = {line.name: line.value for line in form(office).lines}
    said = await office.fills("ann", do_nots=shown["do_nots"] + " / Do not wait.")
    assert "Noted as proposal 1." in said
    said = await office.says("ann", f"change topic {id} what next to If she is not breathing, ring {{police_999}}.")
    assert "Noted as proposal 2." in said


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("9 lives", "topic_9_lives"),
        ("Günther’s “odd” & <b>other</b> gas", "g_nther_s_odd_b_other_b_gas"),
        ("Ab " * 21 + "x", "ab_" * 19 + "ab"),
    ],
)
async def test_any_name_will_do(office: Office, name: str, id: str) -> None:
    assert "Noted as proposal 1." in await office.says("ann", f"add topic {name} for a child: nitrous canisters")
    await office.says("ben", "approve 1")
    await reloaded(office)
    assert office.talk.library.topics[id].name == name
    assert name in await office.says("ben", WORRY)


async def test_only_content_owners_and_never_the_editor_alone(office: Office) -> None:
    await office.employs("eve")
    for words in ("add topic", ADD, "change topic neglect", "change topic neglect name to Neglect"):
        assert "Only a content owner" in await office.says("eve", words)
    await office.says("ann", ADD)
    assert "You proposed this change yourself" in await office.says("ann", "approve 1")


async def test_a_topic_that_the_next_release_removed_or_carries_is_left_to_the_release(office: Office) -> None:
    await office.says("ann", "change topic neglect name to Not looked after")
    await office.says("ben", "approve 1")
    async with office.database.work(lambda: office.now) as work:
        (await work.contacts.get(1)).service = "topic/old_topic"
    assert "Version 1 of topic/old_topic is left out: this release no longer has the topic." in await office.says(
        "ann", "contacts"
    )
    await reloaded(office)
    assert "020 8901 2690" in await office.says("ben", WORRY + " she is 9")


async def test_it_is_written_into_the_files_for_the_next_release(office: Office, tmp_path: Path) -> None:
    await office.says("ann", ADD)
    await office.says("ben", "approve 1")
    await office.says("ann", "change topic physical_abuse do nots to Do not wait. / Do not ask twice.")
    await office.says("ben", "approve 2")
    async with office.database.reading(lambda: office.now) as work:
        overlay = await work.contacts.overlay(library())
    write_back(overlay, tmp_path)
    written = load(tmp_path / "content")
    assert dict(written.topics) == dict(overlay.library.topics)
    assert check_content(tmp_path / "content", TODAY).errors == ()
    old, new = ((folder / "topics" / "physical_abuse.yaml").read_text() for folder in (CONTENT, tmp_path / "content"))
    assert len(set(new.splitlines()) - set(old.splitlines())) == 2, "no other line changes"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        (WORRY, Intent.CONCERN),
        ("what is the weather? Nitrous canisters!", Intent.CONCERN),
        ("book me on the laughing gas course", Intent.TRAINING_SIGNUP),
        ("i want to kill myself with nitrous canisters", Intent.SELF_CRISIS),
        ("he has a knife and nitrous canisters and is hurting her now", Intent.CONCERN),
    ],
)
def test_an_added_topic_is_found_by_its_words_and_takes_nothing_away(text: str, intent: Intent) -> None:
    words = ["nitrous canisters", "laughing gas"]
    added = Topic.model_validate(from_template("gas", "Laughing gas", "child", words, TODAY))
    held = replace(library(), topics={**library().topics, "gas": added}, release=library())
    before = reader().read(text)
    now = with_added(before, text, held)
    assert now.intent is intent
    assert ("gas" in now.concerns) == (intent is Intent.CONCERN)
    assert set(before.concerns) <= set(now.concerns)
    assert now.urgency.rank >= before.urgency.rank
    assert with_added(before, text, library()) == before, "the release alone reads as it did"
    assert with_added(before, "nitrous, canisters", held).concerns[:1] == now.concerns[:1]
    assert with_added(before, "nitrousx canisters", held) == before
