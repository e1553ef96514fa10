"""The safe default: what is compiled in says the same as the content, and needs nothing to be said."""

import ast
import re
from pathlib import Path

import pytest

from knowledge import safe_default
from knowledge.services import Service
from tests.builders import library

NUMBER = re.compile(r"\b0\d[\d ]+\d\b|\b\d{3}\b")


def service(id: str) -> Service:
    return library().services[id]


def numbers(id: str) -> tuple[str, ...]:
    return tuple(phone.value for phone in service(id).phones)


def test_each_number_is_that_of_the_content() -> None:
    assert numbers("mash") == (safe_default.MASH,)
    assert numbers("adults_safeguarding") == safe_default.ADULTS
    assert numbers("emergency_duty_team") == (safe_default.EMERGENCY_DUTY_TEAM,)


@pytest.mark.parametrize("line", [*safe_default.LINES, safe_default.FOOTER, safe_default.TROUBLE])
def test_no_line_holds_a_number_that_the_content_has_not(line: str) -> None:
    ids = ("mash", "adults_safeguarding", "emergency_duty_team", "police_999", "police_101")
    assert set(NUMBER.findall(line)) <= {number for id in ids for number in numbers(id)}


@pytest.mark.parametrize("text", ["\n".join(safe_default.LINES), safe_default.FOOTER], ids=["lines", "footer"])
@pytest.mark.parametrize("id", ["police_999", "mash", "adults_safeguarding", "emergency_duty_team", "police_101"])
def test_the_lines_and_the_footer_name_every_number_that_is_needed(text: str, id: str) -> None:
    assert set(numbers(id)) <= set(NUMBER.findall(text))


def test_each_candidate_for_the_adults_team_is_said_not_to_be_confirmed() -> None:
    assert all(not phone.is_sure for phone in service("adults_safeguarding").phones)
    for number in safe_default.ADULTS:
        assert f"{number} (not confirmed)" in safe_default.ADULT
    assert "each not confirmed" in safe_default.FOOTER


def test_a_sure_number_is_not_said_to_be_unconfirmed() -> None:
    assert service("mash").phones[0].is_sure
    assert service("emergency_duty_team").phones[0].is_sure
    assert "not confirmed" not in safe_default.CHILD + safe_default.OTHER_TIMES


def test_the_hours_are_said_as_the_content_says_them() -> None:
    assert [hours.value for hours in service("mash").hours] == [safe_default.OFFICE_HOURS]
    taken = service("adults_safeguarding").working_hours
    assert taken is not None
    assert taken.words == safe_default.OFFICE_HOURS
    assert safe_default.OFFICE_HOURS in safe_default.CHILD
    assert "the same hours" in safe_default.ADULT


def test_danger_comes_first_and_says_what_to_do_without_a_voice() -> None:
    assert safe_default.LINES[0] == safe_default.DANGER
    assert "999" in safe_default.DANGER
    assert "55" in safe_default.DANGER


def test_the_lines_need_no_clock_for_they_name_both_the_day_and_the_night() -> None:
    text = "\n".join(safe_default.LINES)
    assert "At all other times" in text
    assert not re.search(r"\b(?:open now|opens|closed now|shut now|today|tonight)\b", text + safe_default.FOOTER)


def test_the_module_needs_no_file_no_clock_and_no_network() -> None:
    tree = ast.parse(Path(safe_default.__file__).read_text("utf-8"))
    needs = (ast.Import, ast.ImportFrom, ast.Call, ast.FunctionDef, ast.ClassDef)
    assert [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, needs)] == []
