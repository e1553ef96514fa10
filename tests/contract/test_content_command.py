"""`safeguarding content`: two people, by e-mail address; and writing what was approved into the files again."""

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from knowledge import safe_default
from knowledge.audit import COMMAND_LINE, Actor
from knowledge.check import check_content
from knowledge.database import Database, address
from knowledge.edits import all_still_right, new_hours, new_numbers
from knowledge.errors import Refusal
from knowledge.library import CONTENT, load
from knowledge.models.people import Via
from knowledge.overlay import Overlay, with_facts
from knowledge.roles import CONTENT_OWNER, Reason
from knowledge.topic_template import BadTopicId, TopicThere, from_template, new_topic
from knowledge.writing_back import with_fields, write_back
from tests.builders import MONDAY_MORNING, library
from tests.contract.test_command_line import ran, refused

TODAY = MONDAY_MORNING.date()
NEW = "020 7946 0123"
TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"


@pytest.fixture
def settings(sqlite_address: str) -> dict[str, str]:
    """A database with two content owners and somebody else."""

    async def fill() -> None:
        database = Database(address(sqlite_address))
        async with database.work(lambda: MONDAY_MORNING) as work:
            for name in ("ann", "ben", "eve"):
                person = await work.people.met(TENANT, name, name.title(), f"{name}@x.example")
                if name != "eve":
                    await work.grants.grant(person, CONTENT_OWNER, COMMAND_LINE, Reason.APPOINTED)
        await database.close()

    asyncio.run(fill())
    return {"SAFEGUARDING_DATABASE_URL": sqlite_address}


def test_two_people_change_a_number_and_it_is_written_into_the_files(settings: dict[str, str], tmp_path: Path) -> None:
    assert "proposal 1" in ran("content", "propose", "dols", "number", NEW, "--by", "ann@x.example", **settings).stdout
    assert "yourself" in refused(ran("content", "approve", "1", "--by", "ann@x.example", **settings))
    assert "Only a content owner" in refused(ran("content", "approve", "1", "--by", "eve@x.example", **settings))
    assert "proposal 1 | dols" in ran("content", "list", **settings).stdout
    assert "dols is changed" in ran("content", "approve", "1", "--by", "ben@x.example", **settings).stdout
    assert f"dols: Number: 020 8736 6153 → {NEW}" in ran("content", "diff", **settings).stdout
    ran("content", "export", "--out", str(tmp_path / "out"), **settings)
    assert load(tmp_path / "out" / "content").services["dols"].phones[0].value == NEW
    assert "0 faults" in ran("check", "--content", str(tmp_path / "out" / "content")).stdout


def test_topics_that_were_approved_are_in_the_diff(settings: dict[str, str], sqlite_address: str) -> None:
    facts = from_template("gas", "Laughing gas", "child", ["nitrous canisters"], TODAY)

    async def approve() -> None:
        database = Database(address(sqlite_address))
        async with database.work(lambda: MONDAY_MORNING) as work:
            ann, ben = [
                Actor(Via.COMMAND_LINE, (await work.people.identified_by(f"{name}@x.example")).id)
                for name in ("ann", "ben")
            ]
            for id, told in (("gas", facts), ("neglect", {"name": "Not looked after"})):
                version = await work.contacts.propose_topic(id, told, library(), ann)
                await work.contacts.approve(version.id, library(), ben)
        await database.close()

    asyncio.run(approve())
    said = ran("content", "diff", **settings).stdout
    assert "topic/gas: A new topic: Laughing gas" in said
    assert f"topic/neglect: Name: {library().topics['neglect'].name} → Not looked after" in said


def test_a_topic_and_its_wording_are_proposed_and_approved(settings: dict[str, str]) -> None:
    by = ("--by", "ann@x.example")
    added = ("propose-topic", "Laughing gas", "--subject", "child", "--words", "nitrous canisters", *by)
    assert "proposal 1" in ran("content", *added, **settings).stdout
    wording = ("topic", "neglect", "do_nots", "Do not wait. / Do not ask twice.", *by)
    assert "proposal 2" in ran("content", *wording, **settings).stdout
    for number in ("1", "2"):
        assert "is changed" in ran("content", "approve", number, "--by", "ben@x.example", **settings).stdout
    said = ran("content", "diff", **settings).stdout
    assert "topic/laughing_gas: A new topic: Laughing gas" in said
    assert "→ Do not wait., Do not ask twice." in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("topic", "neglect", "colour", "red"), "there is no field colour"),
        (("propose-topic", "Gas", "--subject", "child", "--words", "gas"), "in two plain words or more"),
        (("closed", "mash"), "only two people can show mash as shut"),
        (("confirm", "nowhere"), "There is no service nowhere"),
        (("refuse", "9"), "not open any more"),
    ],
)
def test_what_else_will_not_do_is_told_in_one_line(settings: dict[str, str], words: tuple[str, ...], says: str) -> None:
    assert says in refused(ran("content", *words, "--by", "ann@x.example", **settings))


def test_one_person_shuts_for_today_confirms_and_refuses(settings: dict[str, str]) -> None:
    by = ("--by", "ann@x.example")
    assert "dols is shown as shut for today" in ran("content", "closed", "dols", *by, **settings).stdout
    assert "Day: none → " in ran("content", "diff", **settings).stdout
    assert "mash: what was known is confirmed today." in ran("content", "confirm", "mash", *by, **settings).stdout
    assert "mash | Harrow MASH | 020 8901 2690 | confirmed |" in ran("content", "list", **settings).stdout
    ran("content", "propose", "dols", "number", NEW, *by, **settings)
    assert "Proposal 3 is closed" in ran("content", "refuse", "3", "--by", "ben@x.example", **settings).stdout


def test_one_person_withdraws_and_rolls_back(settings: dict[str, str]) -> None:
    ran("content", "withdraw", "dols", "--by", "ann@x.example", **settings)
    assert "dols | Harrow DoLS | - |" in ran("content", "list", **settings).stdout
    assert "never withdrawn" in refused(ran("content", "withdraw", "mash", "--by", "ann@x.example", **settings))
    ran("content", "rollback", "dols", "--by", "ann@x.example", **settings)
    assert "The release has everything." in ran("content", "diff", **settings).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("propose", "nowhere", "number", NEW), "There is no service nowhere"),
        (("propose", "dols", "colour", "red"), "there is no field colour"),
        (("propose", "dols", "number", "x"), "a number is digits and spaces"),
        (("propose", "dols", "note", "Tell your manager."), "write {lead} instead"),
        (("propose", "dols", "note", "Ring 101."), "write {service id} instead"),
        (("propose", "dols", "note", "There is no need to refer."), "nothing may say that a referral is not needed"),
        (("approve", "9"), "not open any more"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(settings: dict[str, str], words: tuple[str, ...], says: str) -> None:
    assert says in refused(ran("content", *words, "--by", "ann@x.example", **settings))


# Writing back


def changed(**facts: dict[str, object]) -> Overlay:
    from dataclasses import replace

    services = {**library().services}
    for id, fields in facts.items():
        services[id] = with_facts(services[id], fields)
    return Overlay(replace(library(), services=services, release=library()), dict.fromkeys(facts, 1))


def test_every_service_comes_back_from_the_files_as_it_was_approved(tmp_path: Path) -> None:
    facts = {
        id: {**all_still_right(service, TODAY), "exceptional_days": {"2026-12-24": "closed"}, "notes": ["One: two."]}
        for id, service in library().services.items()
    }
    overlay = changed(**facts)
    write_back(overlay, tmp_path)
    assert dict(load(tmp_path / "content").services) == dict(overlay.library.services)
    assert check_content(tmp_path / "content", TODAY).errors == ()


def test_no_other_line_of_the_files_changes(tmp_path: Path) -> None:
    write_back(changed(dols=dict(new_numbers(NEW, TODAY))), tmp_path)
    for file in CONTENT.rglob("*.yaml"):
        copy = tmp_path / "content" / file.relative_to(CONTENT)
        old, new = file.read_text("utf-8").splitlines(), copy.read_text("utf-8").splitlines()
        if file.name != "harrow_adults.yaml":
            assert old == new
        else:
            assert len(set(old) - set(new)) <= 3


def test_a_field_that_is_emptied_goes_and_one_that_is_new_comes_before_the_owner() -> None:
    text = "- id: a\n  notes:\n    - x\n  owner: y\n  review_by: 2027-01-01\n\n- id: b\n  owner: z\n"
    assert with_fields(text, "a", {"notes": [], "conflict": "c", "review_by": "2027-03-01"}) == (
        "- id: a\n  conflict: c\n  owner: y\n  review_by: '2027-03-01'\n\n- id: b\n  owner: z\n"
    )


def test_a_new_number_of_the_front_door_is_written_into_the_safe_default_too(tmp_path: Path) -> None:
    assert write_back(changed(mash=dict(new_numbers(NEW, TODAY))), tmp_path) == []
    source = (tmp_path / "safe_default.py").read_text("utf-8")
    assert f'MASH = "{NEW}"' in source
    assert f'EMERGENCY_DUTY_TEAM = "{safe_default.EMERGENCY_DUTY_TEAM}"' in source
    assert {fault.rule for fault in check_content(tmp_path / "content", TODAY).errors} == {"safe default"}


def test_what_only_a_developer_can_change_is_said(tmp_path: Path) -> None:
    (said,) = write_back(changed(adults_safeguarding=dict(new_numbers(NEW, TODAY))), tmp_path)
    assert NEW in said


def test_hours_as_they_are_written_come_back_as_they_are_read(tmp_path: Path) -> None:
    hours = new_hours("mon-fri 08:30-12:00, 13:00-17:00; sat 10:00-12:00; bank holidays as usual", TODAY)
    write_back(changed(dols=dict(hours)), tmp_path)
    (said,) = load(tmp_path / "content").services["dols"].hours
    assert said.value == (
        "Monday to Friday 8.30 am to noon and 1 pm to 5 pm; Saturday 10 am to noon, bank holidays too"
    )


# A new topic


@pytest.mark.parametrize("subject", ["child", "adult"])
def test_a_topic_from_the_template_can_be_read_as_it_stands(tmp_path: Path, subject: Literal["child", "adult"]) -> None:
    file = new_topic("hair_pulling", "Hair: pulled", subject, TODAY, tmp_path)
    assert load(tmp_path / "content").topics["hair_pulling"].name == "Hair: pulled"
    assert check_content(tmp_path / "content", TODAY).errors == ()
    assert file.name == "hair_pulling.yaml"
    new_topic("ear_pulling", "Ears pulled", subject, TODAY, tmp_path)
    assert {"hair_pulling", "ear_pulling"} <= set(load(tmp_path / "content").topics)


@pytest.mark.parametrize(("id", "no"), [("bullying", TopicThere), ("../x", BadTopicId), ("Bad", BadTopicId)])
def test_a_topic_that_is_there_or_has_no_proper_id_is_refused(tmp_path: Path, id: str, no: type[Refusal]) -> None:
    with pytest.raises(no):
        new_topic(id, "x", "child", TODAY, tmp_path)
    assert list(tmp_path.iterdir()) == []
