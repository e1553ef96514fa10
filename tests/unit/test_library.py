"""The library: what was read is found by id, marks in a line are filled in, and every fault is told at once."""

import re
import shutil
from pathlib import Path

import pytest

from knowledge.document import BrokenContent
from knowledge.library import CONTENT, NEEDED, load
from tests.builders import library

UNFILLED = re.compile(r"{[^}]*}")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_every_entry_stands_under_its_own_id() -> None:
    for shelf in (library().services, library().routes, library().topics):
        assert shelf
        assert all(document.id == id for id, document in shelf.items())


def test_every_topic_file_carries_its_id_as_its_name() -> None:
    files = {path.stem for path in (CONTENT / "topics").glob("*.yaml")}
    assert files == set(library().topics)


def test_every_file_of_content_is_read() -> None:
    pages = {place.page.name for place in library().places.values()}
    assert pages == {path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*") if path.is_file()}


def test_the_topics_that_the_code_needs_are_there() -> None:
    assert set(NEEDED) <= set(library().topics)


def test_every_entry_knows_the_line_it_starts_on() -> None:
    for (_, id), place in library().places.items():
        if id:
            line = (CONTENT / place.page.name).read_text("utf-8").splitlines()[place.line() - 1]
            assert line.removeprefix("- ") == f"id: {id}"


@pytest.mark.parametrize(
    ("line", "filled"),
    [
        ("Ring {mash}.", "Ring 020 8901 2690."),
        ("Ring {police_999} now.", "Ring 999 now."),
        ("Ring {nhs_111_2}.", "Ring 111, then press 2."),
        (
            "Ring {adults_safeguarding}.",
            "Ring 020 8736 6153 (not confirmed) or 020 8416 8412 (not confirmed) or 020 8420 9453 (not confirmed).",
        ),
        ("Ring {ofsted_whistleblowing}.", "Ring 0300 123 3155 (not confirmed)."),
        ("Ask {lado}.", "Ask Harrow LADO."),
        ("Tell {lead}.", "Tell your designated safeguarding lead."),
        ("Nothing to fill in.", "Nothing to fill in."),
    ],
)
def test_a_mark_in_a_line_is_filled_in_with_the_number(line: str, filled: str) -> None:
    assert library().filled(line) == filled


def test_where_the_lead_may_be_involved_another_person_stands_for_the_lead() -> None:
    filled = library().filled("Tell {lead}. Ring {mash}.", lead_may_be_involved=True)
    assert filled == "Tell a senior person who is not involved. Ring 020 8901 2690."


def test_no_line_names_the_person_who_stands_for_the_lead_twice() -> None:
    lines = [line for topic in library().topics.values() for line in (*topic.first_steps, topic.consent.line)]
    filled = [library().filled(line, lead_may_be_involved=True) for line in lines if "{lead}" in line]
    assert filled
    assert [line for line in filled if line.count("a senior person") > 1] == []


@pytest.mark.parametrize("id", sorted(library().topics))
def test_no_line_of_a_topic_is_left_with_a_mark_in_it(id: str) -> None:
    topic = library().topics[id]
    for line in (topic.consent.line, *topic.first_steps, *topic.do_nots, *topic.have_ready, *topic.what_next):
        assert not UNFILLED.search(library().filled(line))


def test_no_line_of_a_service_is_left_with_a_mark_in_it() -> None:
    for service in library().services.values():
        for line in (*service.notes, service.no_answer, service.ask_for, service.conflict):
            assert not UNFILLED.search(library().filled(line))


def test_the_version_names_the_day_the_content_was_collected() -> None:
    assert re.fullmatch(r"2026-11-22\.[0-9a-f]{7}", library().version)


def test_the_version_changes_with_any_letter_and_with_nothing_else(content: Path) -> None:
    assert load(content).version == library().version
    topic = content / "topics" / "bullying.yaml"
    topic.write_text(topic.read_text("utf-8").replace("name: Bullying", "name: Bullying."), "utf-8")
    assert load(content).version != library().version


def test_the_version_changes_when_a_file_is_renamed(content: Path) -> None:
    (content / "topics" / "bullying.yaml").rename(content / "topics" / "bullying_2.yaml")
    assert load(content).version != library().version


def test_the_faults_of_all_files_are_told_at_once(content: Path) -> None:
    for name in ("services/national.yaml", "topics/bullying.yaml", "wording.yaml"):
        path = content / name
        path.write_text(path.read_text("utf-8").replace("name:", "nome:", 1).replace("area:", "ares:", 1), "utf-8")
    with pytest.raises(BrokenContent) as broken:
        load(content)
    assert {fault.file for fault in broken.value.faults} == {
        "services/national.yaml",
        "topics/bullying.yaml",
        "wording.yaml",
    }


def test_the_faults_are_told_in_the_order_of_file_and_line(content: Path) -> None:
    for name in ("topics/neglect.yaml", "topics/bullying.yaml"):
        path = content / name
        path.write_text(path.read_text("utf-8") + "zzz: 1\nyyy: 2\n", "utf-8")
    with pytest.raises(BrokenContent) as broken:
        load(content)
    places = [(fault.file, fault.line) for fault in broken.value.faults]
    assert places == sorted(places)
    assert len(places) == 4
