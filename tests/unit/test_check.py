"""`check`: each kind of fault in the content is told by its file, its line and its rule, and none is invented.

Each test breaks one thing in a copy of the real content.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from knowledge.check import Report, check_content
from knowledge.document import Fault
from knowledge.library import CONTENT
from tests.builders import library

TODAY = date(2026, 12, 1)

CHILDREN = "services/harrow_children.yaml"
ADULTS = "services/harrow_adults.yaml"
BULLYING = "topics/bullying.yaml"
ROUTES = "routes.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@dataclass(frozen=True)
class Break:
    """One thing broken: in `file` the first `old` after `entry` becomes `new`; the fault stands `below` lines under
    the place where the change begins."""

    rule: str
    file: str
    old: str
    new: str
    entry: str = ""
    below: int = 0

    def apply(self, root: Path) -> tuple[str, int, str]:
        path = root / self.file
        text = path.read_text("utf-8")
        assert self.entry in text
        start = text.index(self.old, text.index(self.entry))
        path.write_text(text[:start] + self.new + text[start + len(self.old) :], "utf-8")
        return self.file, text.count("\n", 0, start) + 1 + self.below, self.rule


def told(faults: Sequence[Fault]) -> set[tuple[str, int, str]]:
    return {(fault.file, fault.line, fault.rule) for fault in faults}


def check(root: Path, today: date = TODAY) -> Report:
    return check_content(root, today)


def test_the_content_has_no_fault(content: Path) -> None:
    report = check(content)
    assert report.faults == ()
    assert report.summary.startswith(f"{len(library().services)} services: ")
    assert report.summary.endswith(": 0 faults, 0 warnings")


MASH_SOURCES = """\
      sources:
        - https://www.harrowscb.co.uk/report-a-concern/general-referral-form-for-practitioners/
        - https://www.harrow.gov.uk/childrens-social-care/harrows-pledge-children-care
"""
THREE_NUMBERS = "  conflict: Three daytime numbers are published for this team. Try them in this order.\n"
MASH_NAME = "  short_name: Harrow MASH\n"

OF_FORM = {
    "unknown field": Break("unknown field", CHILDREN, MASH_NAME, MASH_NAME + "  colour: red\n", below=1),
    "unknown field of a fact": Break(
        "unknown field", CHILDREN, "      confidence: medium\n", "      confidence: medium\n      tint: red\n", below=1
    ),
    "no source given": Break("missing field", CHILDREN, MASH_SOURCES, "", below=-2),
    "an empty list of sources": Break("not allowed", CHILDREN, MASH_SOURCES, "      sources: []\n"),
    "no name": Break("missing field", BULLYING, "name: Bullying\n", "", below=-1),
    "no approval said": Break("missing field", BULLYING, "id: bullying\n", "x_id: bullying\n"),
    "a number with letters": Break("not allowed", CHILDREN, "value: 020 8901 2690", "value: 020 8901 269O"),
    "a web page that is none": Break("not allowed", CHILDREN, "value: https://www.harrowscb", "value: www.harrowscb"),
    "a mailbox that is none": Break(
        "not allowed", ADULTS, "value: safeguarding.adults@", "value: safeguarding.adults at "
    ),
    "hours that cannot be read": Break("not allowed", CHILDREN, "{mon-fri: 09:00-17:00}", "{mon-fri: 9 to 5}"),
    "a confidence that is none": Break("not allowed", CHILDREN, "confidence: medium", "confidence: quite"),
    "a day that is none": Break("not allowed", CHILDREN, "review_by: 2027-02-22", "review_by: 2027-02-30"),
    "an urgency that is none": Break(
        "not allowed", BULLYING, "urgency: advice", "urgency: soon", entry="    urgency: today\n"
    ),
    "key twice": Break("key twice", CHILDREN, MASH_NAME, MASH_NAME * 2, below=1),
    "not YAML": Break("not YAML", CHILDREN, MASH_NAME, "  short_name: Harrow: MASH\n"),
    "id twice": Break("id twice", CHILDREN, "- id: lado\n", "- id: mash\n"),
    "id twice in two files": Break("id twice", "services/national.yaml", "- id: ceop\n", "- id: mash\n"),
    "no line for the cards": Break("missing field", "partnership.yaml", "area: Harrow\n", "", below=-1),
}


@pytest.mark.parametrize("broken", OF_FORM.values(), ids=OF_FORM)
def test_a_fault_of_form_is_told_by_file_line_and_rule(content: Path, broken: Break) -> None:
    expected = broken.apply(content)
    assert expected in told(check(content).errors)


def test_one_broken_thing_is_told_once(content: Path) -> None:
    expected = OF_FORM["unknown field"].apply(content)
    report = check(content)
    assert [(fault.file, fault.line, fault.rule) for fault in report.faults] == [expected]
    assert report.summary == "1 fault, 0 warnings"


def test_two_broken_files_are_told_together(content: Path) -> None:
    expected = {OF_FORM["key twice"].apply(content), OF_FORM["no name"].apply(content)}
    assert told(check(content).errors) == expected


ACROSS_FILES = {
    "two numbers without a conflict": Break("numbers differ", ADULTS, THREE_NUMBERS, "", below=1),
    "a rival of high confidence": Break(
        "numbers differ",
        ADULTS,
        "    - value: 020 8416 8412\n      confidence: low\n",
        "    - value: 020 8416 8412\n      confidence: high\n",
    ),
    "two sets of hours without a conflict": Break(
        "numbers differ",
        "services/national.yaml",
        "      confidence: low\n",
        "      confidence: high\n",
        entry="    - value: Monday to Friday 8 am to 10 pm, weekends 9 am to 6 pm\n",
        below=-4,
    ),
    "one name for two services": Break(
        "numbers differ",
        CHILDREN,
        "  name: Harrow Early Support (early help)\n",
        "  name: harrow emergency duty team (Children and Adults)\n",
    ),
    "a dead out_of_hours": Break(
        "dead reference", CHILDREN, "out_of_hours: emergency_duty_team", "out_of_hours: nobody"
    ),
    "a dead fallback": Break("dead reference", CHILDREN, "fallback: mash", "fallback: nobody"),
    "a dead service of a route": Break("dead reference", ROUTES, "services: [lado]", "services: [nobody]"),
    "a dead service of a route with two lists": Break("dead reference", ROUTES, "adult: [cnwl_spa]", "adult: [nobody]"),
    "a dead service of a route by subject": Break("dead reference", ROUTES, "adult: [cqc]", "adult: [nobody]"),
    "a dead stand-in of a route": Break("dead reference", ROUTES, "child: [mash]", "child: [nobody]"),
    "a dead route of a topic": Break(
        "dead reference", BULLYING, "advice: [safeguarding_lead, early_help]", "advice: [safeguarding_lead, nobody]"
    ),
    "a dead mark in a topic": Break("dead reference", BULLYING, "  - Do not call it banter", "  - Ring {nobody}"),
    "a dead mark in the wording": Break("dead reference", "wording.yaml", "ring_now: ", "ring_now: Ring {nobody}, "),
    "a dead mark in a service": Break(
        "dead reference", CHILDREN, "    - Tell the LADO today.", "    - Refer to {nobody}."
    ),
    "a dead kind of worry": Break("dead reference", "wording.yaml", "  - neglect\n", "  - nobody\n", below=-1),
    "a mark with more in it than an id": Break(
        "dead reference", BULLYING, "  - Do not call it banter", "  - Ring {mash.name}"
    ),
    "a number in a topic": Break("number in prose", BULLYING, "  - Do not call it banter", "  - Ring 020 8901 2690"),
    "a short number in a topic": Break("number in prose", BULLYING, "  - Do not call it banter", "  - Ring 999"),
    "a number in the wording": Break("number in prose", "wording.yaml", "ring_now: ", "ring_now: 101 "),
    "a number in a note of a service": Break(
        "number in prose", CHILDREN, "    - Tell the LADO today.", "    - Ring 020 8424 0999."
    ),
    "a number in the advice of a route": Break(
        "number in prose", ROUTES, "    - Not there, or you do not agree?", "    - Not there? Ring 116 123."
    ),
    "the lead in a topic": Break(
        "lead in prose", BULLYING, "  - Do not call it banter", "  - Tell your designated safeguarding lead"
    ),
    "no fallback": Break("no fallback", CHILDREN, "  fallback: mash\n", "", entry="- id: lado\n", below=-11),
    "a fallback that comes back to itself": Break(
        "no fallback",
        CHILDREN,
        "  fallback: mash\n",
        "  fallback: early_support\n",
        entry="- id: early_support\n",
        below=-10,
    ),
    "an emergency that does not start with 999": Break(
        "999 first",
        BULLYING,
        "emergency: [police_999, children_front_door]",
        "emergency: [children_front_door, police_999]",
    ),
    "no routes for one urgency": Break(
        "missing field", BULLYING, "    today: [children_front_door, safeguarding_lead]\n", "", below=-1
    ),
    "an empty list of routes": Break(
        "missing field", BULLYING, "today: [children_front_door, safeguarding_lead]", "today: []", below=-1
    ),
    "routes for nobody": Break("not allowed", BULLYING, "  child:\n", "  unclear:\n", entry="routes:\n", below=1),
    "a topic that leaves nobody to ring": Break(
        "nobody to ring", BULLYING, "advice: [safeguarding_lead, early_help]", "advice: [procedures]"
    ),
    "a bad pattern of a topic": Break("bad pattern", BULLYING, "  - bullied\n", "  - bullied ...\n"),
    "a pattern with a group that is not there": Break("bad pattern", BULLYING, "  - bullied\n", "  - <nobody> hit\n"),
    "a bad pattern of a sign": Break(
        "bad pattern", BULLYING, "      - self harm ... bully*/bullied/bullies\n", "      - she's hurt\n"
    ),
}


@pytest.mark.parametrize("broken", ACROSS_FILES.values(), ids=ACROSS_FILES)
def test_a_fault_across_files_is_told_by_file_line_and_rule(content: Path, broken: Break) -> None:
    expected = broken.apply(content)
    assert expected in told(check(content).errors)


def test_a_conflict_without_its_reason_is_the_only_fault(content: Path) -> None:
    expected = ACROSS_FILES["two numbers without a conflict"].apply(content)
    report = check(content)
    assert [(fault.file, fault.line, fault.rule) for fault in report.faults] == [expected]
    assert report.summary.endswith(": 1 fault, 0 warnings")


def test_every_number_of_the_content_is_known_as_a_number_in_prose(content: Path) -> None:
    numbers = {phone.value for service in library().services.values() for phone in service.phones}
    steps = "".join(f"  - Ring {number} today.\n" for number in sorted(numbers))
    Break("", BULLYING, "do_nots:\n", f"do_nots:\n{steps}").apply(content)
    lines = (content / BULLYING).read_text("utf-8").splitlines()
    found = [fault.line for fault in check(content).errors if fault.rule == "number in prose"]
    assert {lines[line - 1] for line in found} == set(steps.splitlines())


@pytest.mark.parametrize(
    "number", ["+44 20 8901 2690", "020-8901-2690", "(020) 8901 2690", "02089012690", "0800 1111", "116123"]
)
def test_a_number_in_prose_is_found_however_it_is_written(content: Path, number: str) -> None:
    broken = Break("number in prose", BULLYING, "  - Do not call it banter", f"  - Ring {number}")
    assert broken.apply(content) in told(check(content).errors)


def test_digits_that_nobody_can_ring_are_no_number_in_prose(content: Path) -> None:
    Break("", BULLYING, "  - Do not call it banter", "  - Room 105, by 9 am, within 28 days of 2026").apply(content)
    assert check(content).faults == ()


def test_a_brace_that_stands_alone_is_a_fault_for_the_line_could_not_be_filled_in(content: Path) -> None:
    file, line, _ = Break("", BULLYING, "  - Do not call it banter", "  - Do not { call").apply(content)
    assert (file, line) in {(fault.file, fault.line) for fault in check(content).errors}


def test_the_topic_that_stands_in_for_all_others_has_to_be_there(content: Path) -> None:
    (content / "topics" / "not_sure.yaml").unlink()
    assert ("topics", 1, "dead reference") in told(check(content).errors)


def test_a_route_that_the_code_needs_has_to_be_there(content: Path) -> None:
    for path in (content / "topics").glob("*.yaml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace(", procedures", "").replace("[procedures, ", "["), "utf-8")
    Break("", ROUTES, "- id: procedures\n", "- id: london_procedures\n").apply(content)
    assert any(fault.rule == "dead reference" and "procedures" in fault.words for fault in check(content).errors)


def test_missing_wording_is_told(content: Path) -> None:
    (content / "wording.yaml").unlink()
    assert told(check(content).errors) == {("wording.yaml", 1, "missing file")}


def test_wording_that_is_not_yaml_is_told_as_that_and_not_as_missing(content: Path) -> None:
    (content / "wording.yaml").write_text("area: Harrow: London\n", "utf-8")
    assert told(check(content).errors) == {("wording.yaml", 1, "not YAML")}


def test_a_topic_that_leaves_nobody_to_ring_is_told_once_with_an_hour(content: Path) -> None:
    ACROSS_FILES["a topic that leaves nobody to ring"].apply(content)
    assert [fault.words for fault in check(content).errors] == ["nobody to ring in office hours for child, advice"]


def test_an_hour_between_two_services_with_nobody_to_ring_is_found(content: Path) -> None:
    Break("", CHILDREN, "00:00-09:00, 17:00-24:00", "00:00-09:00, 18:00-24:00").apply(content)
    words = {fault.words for fault in check(content).errors}
    assert "nobody to ring on Mon 30 Nov 2026, 5 pm for child, today" in words


def test_content_that_disagrees_with_the_compiled_safe_default_is_a_fault(content: Path) -> None:
    Break("", CHILDREN, "020 8424 0999", "020 8424 0998").apply(content)
    assert {fault.rule for fault in check(content).errors} == {"safe default"}


def test_a_file_that_nobody_would_read_is_a_fault(content: Path) -> None:
    (content / "topics" / "lost.yml").write_text("id: lost\n")
    assert told(check(content).errors) == {("topics/lost.yml", 1, "stray file")}


def test_an_expired_review_is_a_warning_and_fails_nothing(content: Path) -> None:
    expected = Break("review expired", CHILDREN, "review_by: 2027-02-22", "review_by: 2026-11-30").apply(content)
    report = check(content)
    assert told(report.faults) == {expected}
    assert report.faults[0].is_warning
    assert report.errors == ()
    assert report.summary.endswith(": 0 faults, 1 warnings")


def test_a_review_is_not_expired_on_its_own_day(content: Path) -> None:
    Break("", CHILDREN, "review_by: 2027-02-22", "review_by: 2026-12-01").apply(content)
    assert check(content, date(2026, 12, 1)).faults == ()
    assert len(check(content, date(2026, 12, 2)).faults) == 1


def test_every_service_and_topic_is_to_be_reviewed(content: Path) -> None:
    report = check(content, date(2100, 1, 1))
    shelves = (library().services, library().topics, library().guidance, library().partnership.law_watch)
    assert len(report.faults) == sum(map(len, shelves))
    assert report.errors == ()
