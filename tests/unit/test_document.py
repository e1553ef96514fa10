"""A page of content: how its words are read, and how its faults are told by file and line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.document import BrokenContent, Document, Fault, Page


class Colour(Document):
    name: str
    shade: int | None = None


class Box(Document):
    id: str
    colours: tuple[Colour, ...] = ()


Write = Callable[[str], Page]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def page(text: str) -> Page:
        path = tmp_path / "boxes" / "box.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return Page(path, tmp_path)

    return page


def faults(read: Callable[[], object]) -> list[tuple[int, str]]:
    with pytest.raises(BrokenContent) as broken:
        read()
    assert {fault.file for fault in broken.value.faults} == {"boxes/box.yaml"}
    return [(fault.line, fault.rule) for fault in broken.value.faults]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("101", "101"),
        ("020 8901 2690", "020 8901 2690"),
        ("0800", "0800"),
        ("09:00", "09:00"),
        ("09:00-17:00", "09:00-17:00"),
        ("no", "no"),
        ("on", "on"),
        ("1e3", "1e3"),
        ("2026-11-22", "2026-11-22"),
        ("True", "True"),
        ("NULL", "NULL"),
        ('"null"', "null"),
        ('"true"', "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("false", False),
        ("[1, two]", ["1", "two"]),
        ("{a: 1}", {"a": "1"}),
    ],
)
def test_words_are_read_as_they_stand(write: Write, written: str, value: Any) -> None:
    assert write(f"key: {written}\n").value == {"key": value}


def test_a_page_is_read_as_its_kind(write: Write) -> None:
    box = write("id: a\ncolours:\n  - name: red\n    shade: 3\n").read(Box)
    assert box == Box(id="a", colours=(Colour(name="red", shade=3),))


def test_white_space_round_a_value_is_dropped(write: Write) -> None:
    assert write('id: "  a  "\n').read(Box).id == "a"


def test_a_document_does_not_change_after_it_was_read(write: Write) -> None:
    box = write("id: a\n").read(Box)
    with pytest.raises(ValidationError):
        box.id = "b"  # type: ignore[misc]  # this is what is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a\ncolour: red\n", [(2, "unknown field")]),
        ("colours: []\n", [(1, "missing field")]),
        ("id: a\ncolours:\n  - name: red\n  - shade: 3\n", [(4, "missing field")]),
        ("id: a\ncolours:\n  - name: red\n    shade: dark\n", [(4, "not allowed")]),
        ("id: a\ncolours:\n  - name: red\n    tint: pink\n", [(4, "unknown field")]),
        ("id: null\n", [(1, "not allowed")]),
        ("colours: red\nsize: 3\n", [(1, "missing field"), (1, "not allowed"), (2, "unknown field")]),
        ("- id: a\n", [(1, "not allowed")]),
        ("", [(1, "not allowed")]),
    ],
)
def test_what_does_not_fit_is_told_by_its_line(write: Write, text: str, expected: list[tuple[int, str]]) -> None:
    assert sorted(faults(lambda: write(text).read(Box))) == expected


def test_each_entry_of_a_list_tells_its_own_faults(write: Write) -> None:
    page = write("- id: a\n- size: 3\n- id: c\n  size: 4\n")
    assert sorted(faults(lambda: page.read_list(Box))) == [
        (2, "missing field"),
        (2, "unknown field"),
        (4, "unknown field"),
    ]


def test_a_list_is_read_in_its_order(write: Write) -> None:
    assert [box.id for box in write("- id: b\n- id: a\n").read_list(Box)] == ["b", "a"]


def test_a_page_that_should_be_a_list_says_so(write: Write) -> None:
    assert faults(lambda: write("id: a\n").read_list(Box)) == [(1, "not a list")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a\nid: b\n", [(2, "key twice")]),
        ("id: a\ncolours:\n  - name: red\n    name: blue\n", [(4, "key twice")]),
        ("a: {b: 1, b: 2}\nc:\n  d: 1\n  d: 2\n", [(1, "key twice"), (4, "key twice")]),
        ("id: a: b\n", [(1, "not YAML")]),
        ("id: [a\nb: 1\n", [(2, "not YAML")]),
        ("id: a\n\tb: 1\n", [(2, "not YAML")]),
    ],
)
def test_what_is_not_yaml_or_says_a_key_twice_is_told_by_its_line(
    write: Write, text: str, expected: list[tuple[int, str]]
) -> None:
    assert faults(lambda: write(text)) == expected


def test_the_same_key_in_two_entries_is_no_fault(write: Write) -> None:
    assert write("- id: a\n- id: a\n").value == [{"id": "a"}, {"id": "a"}]


def test_a_page_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "box.yaml"
    path.write_bytes(b"id: caf\xe9\n")
    with pytest.raises(BrokenContent) as broken:
        Page(path, tmp_path)
    assert broken.value.faults == [Fault("box.yaml", 1, "not YAML", "this is not text in UTF-8")]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("id",), 1),
        (("colours",), 3),
        (("colours", 0), 3),
        (("colours", 1, "shade"), 5),
        (("colours", 1, "name"), 4),
        (("colours", 9), 3),
        (("nothing", "here"), 1),
    ],
)
def test_a_place_has_a_line_or_that_of_what_stands_round_it(
    write: Write, place: tuple[str | int, ...], line: int
) -> None:
    assert write("id: a\ncolours:\n  - name: red\n  - name: blue\n    shade: 3\n").line(place) == line


def test_a_fault_is_said_as_file_line_rule_and_words() -> None:
    assert str(Fault("services/a.yaml", 7, "key twice", "'id' stands here already")) == (
        "services/a.yaml:7: key twice: 'id' stands here already"
    )


def test_broken_content_says_all_its_faults() -> None:
    broken = BrokenContent([Fault("a.yaml", 1, "r", "one"), Fault("b.yaml", 2, "r", "two")])
    assert str(broken) == "a.yaml:1: r: one\nb.yaml:2: r: two"
