"""Every place where somebody's own words are kept: each is read as a worry first, and refuses what tells who somebody
is. A column for words that is added without a way here fails this file. On both databases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import JSON, Enum, String, select

from dialogs.free_text import NOT_RECORDED
from knowledge.database import Database
from knowledge.free_text import NOT_PROSE, PROSE
from knowledge.models import Base
from knowledge.roles import CONTENT_OWNER, LEARNING_LEAD, Held, Role
from tests.builders import conversation
from tests.evaluation import ENDED, Cohort

DANGER = "he is hitting her right now and she is screaming"
SIGN = "y3 boy flinches and has a mark on his cheek shape of a hand"
DETAIL = "ring the zebra on 07700 900123"
TRACES = ("zebra", "screaming", "flinches", "900123")
COPIED = {"evaluation_comments.words"}
"""Written by the assistant from another column, when a round closes."""


@dataclass(frozen=True)
class Way:
    """How words come into a column: `said` by somebody, or filled into each `field` of the form that `said` brings;
    where that is nothing, of the one that was sent to them."""

    column: str
    who: str
    said: str
    field: str = ""
    is_finding: bool = False
    """What a review found, or the words of a catalogue: they name what happens to people, so only danger is a worry."""

    def __str__(self) -> str:
        return f"{self.column}: {self.said}{self.field and f', {self.field}'}"


finding = partial(Way, is_finding=True)
NEW_PLAN = "new plan QA27 in quality assurance from audit agreed 2 November 2026 about"
NEW_COURSE = "new course\ncode: Z-1\nlevel: 1\naudience: children\nhours: 3"
NEW_DATE = "new date\ncode: Z-1\ncourse: neg-2\nstarts: 2027-05-04 09:30\nends: 2027-05-04 12:30\nplaces: 9"
QUESTIONS = "change form end\nuseful: scale: How useful is it?\nhelped: text: "
OFFER = "near miss. What happened: {} What helped, or got in the way: it What should be learnt: that"
WAYS = (
    finding("plans.title", "cora", f"{NEW_PLAN} neglect: {{}}"),
    finding("plans.theme", "cora", f"{NEW_PLAN.replace('QA27', 'QA28')} {{}}: An audit"),
    finding("plans.chosen_why", "cora", "chosen QA26 for case finding: {}"),
    finding("plans.findings", "cora", "found QA26: {}"),
    finding("plans.findings_after", "cora", "found again QA26: {}"),
    finding("plans.challenge", "cora", "challenged QA26: {}"),
    finding("plans.lessons", "cora", "lessons QA26: {}"),
    finding("actions.title", "cora", "new action QA26/9 for nobody due 1 April 2027: {}"),
    finding("actions.beyond_why", "cora", "new action QA26/10 for nobody due 1 December 2027 because {}: Do it"),
    finding("actions.success_measure", "cora", "new action QA26/11 for nobody due 1 April 2027: Do it measured by {}"),
    finding("actions.success_measure", "cora", "measure QA26/1: {}"),
    finding("actions.recommendation", "cora", "recommendation QA26/1: {}"),
    Way("action_notes.words", "olga", "progress QA26/1: {}"),
    Way("action_notes.words", "olga", "blocked QA26/1: {}"),
    Way("action_notes.words", "olga", "not mine QA26/4: {}"),
    Way("action_notes.words", "olga", "QA26/5 is not mine because {}"),
    Way("action_notes.words", "olga", "done QA26/6 https://x.example {}"),
    Way("action_notes.words", "olga", "QA26/1: {}"),
    Way("action_notes.words", "carl", "send back QA26/2 because {}"),
    Way("action_notes.words", "olga", "embedded QA26/3 https://x.example {}"),
    Way("action_notes.words", "olga", "not embedded QA26/3: {}"),
    Way("action_extensions.why", "olga", "more time QA26/1: 1 June 2027 because {}"),
    Way("learning_offers.words", "olga", "near miss: {}"),
    Way("learning_offers.words", "olga", OFFER),
    Way("learning_offers.words", "olga", "near miss", "happened learnt"),
    finding("next_steps.words", "lea", "what comes next: {}"),
    Way("commitments.words", "ann", "commitment neg-2-a: {}"),
    Way("commitments.words", "amy", "feedback neg-2-a: 4 4 4 4|Finish without", "commitment"),
    Way("manager_views.words", "meg", "", "view"),
    Way("manager_views.words", "meg", "view neg-2-a of ann@x.example: {}"),
    Way("evaluation_open_answers.words", "ann", "comment neg-2-a: {}"),
    Way("evaluation_open_answers.words", "abe", "feedback neg-2-a: 4 4 4 4", "sentence"),
    finding("evaluation_forms.questions", "lea", f"{QUESTIONS}{{}}"),
    finding("courses.title", "lea", f"{NEW_COURSE}\ntitle: {{}}"),
    finding("courses.aims", "lea", f"{NEW_COURSE}\ntitle: T\naims: {{}}"),
    finding("courses.priority", "lea", f"{NEW_COURSE}\ntitle: T\npriority: {{}}"),
    finding("courses.commissioned_by", "lea", f"{NEW_COURSE}\ntitle: T\ncommissioned_by: {{}}"),
    finding("courses.challenge", "lea", f"{NEW_COURSE}\ntitle: T\nchallenge: {{}}"),
    *(
        finding(f"courses.{name}", "lea", "change course neg-2", name)
        for name in ("title", "aims", "priority", "commissioned_by", "challenge")
    ),
    finding("course_dates.room", "lea", f"{NEW_DATE}\nroom: {{}}"),
    finding("course_dates.room", "lea", "change date neg-2-a", "room"),
    *(
        finding("service_versions.facts", "ed", said)
        for said in (
            "add note to mash: {}", "change mash note 1 to {}", "change mash purpose to {}",
            "change mash no answer to {}", "change mash ask for to {}",
        )
    ),
    *(
        finding("service_versions.facts", "ed", "change contact mash", name)
        for name in ("note", "purpose", "no_answer", "ask_for")
    ),
)  # fmt: skip
MAY_HOLD_DETAILS = {"course_dates.room"}
"""A room has a postcode, and sometimes a telephone."""


@pytest.fixture
async def cohort(database: Database) -> Cohort:
    """A plan with an action that is open, one that is done and one that is confirmed; a course that is over, about
    which three people are asked, and so is Meg, their manager; and who keeps plans, courses and contacts."""
    cohort = Cohort(database)
    quality = Held(Role.CO_CHAIR, "quality_assurance")
    roles = {"cora": quality, "carl": quality, "lea": LEARNING_LEAD, "ed": CONTENT_OWNER, "eve": CONTENT_OWNER}
    for name, role in roles.items():
        await cohort.employs(name, role)
    for name in ("olga", "meg"):
        await cohort.employs(name)
    await cohort.office.says("cora", f"{NEW_PLAN.replace('QA27', 'QA26')} neglect: An audit")
    for number in range(1, 7):
        await cohort.office.says("cora", f"new action QA26/{number} for olga@x.example due 1 March 2027: Do it")
        await cohort.office.says("olga", f"accept QA26/{number}")
    for number in (2, 3):
        await cohort.office.says("olga", f"done QA26/{number} https://x.example all trained")
    await cohort.office.says("cora", "confirm QA26/3")
    day = await cohort.school.opened()
    await cohort.books(day, "ann", "amy", "abe")
    cohort.goes_to(ENDED + timedelta(minutes=1))
    for name in ("ann", "amy", "abe"):
        await cohort.marks(name, day)
    await cohort.looks()
    for name in ("ann", "amy"):
        await cohort.office.says(name, "ask my manager meg@x.example about neg-2-a")
        await cohort.sends()
    return cohort


async def write(cohort: Cohort, way: Way, words: str) -> str:
    """What somebody is answered who writes these words in this way."""
    said, *pressed = way.said.replace("{}", words).split("|")
    if said:
        await cohort.office.says(way.who, "start again")
        told = await cohort.office.says(way.who, said)
    if not way.field:
        return told
    for label in pressed:
        await cohort.office.presses(way.who, label)
    return await cohort.office.fills(way.who, **dict.fromkeys(way.field.split(), words))


async def kept(cohort: Cohort) -> Mapping[str, str]:
    """All that the records hold in each column for words."""
    held = {}
    async with cohort.school.reading() as work:
        for name, column in COLUMNS.items():
            held[name] = " ".join(map(str, await work.session.scalars(select(column))))
    return held


COLUMNS = {
    f"{table.name}.{column.name}": column
    for table in Base.metadata.sorted_tables
    for column in table.c
    if isinstance(column.type, JSON) or (isinstance(column.type, String) and not isinstance(column.type, Enum))
}


def named(columns: Mapping[str, str]) -> list[str]:
    return [f"{table}.{column}" for table, names in columns.items() for column in names.split()]


def test_of_every_column_for_words_it_is_said_whether_somebody_writes_them() -> None:
    assert sorted([*named(PROSE), *named(NOT_PROSE)]) == sorted(COLUMNS)


def test_every_column_that_somebody_writes_has_a_way_here() -> None:
    assert {way.column for way in WAYS} | COPIED == set(named(PROSE))


async def test_plain_words_are_kept_where_they_belong(cohort: Cohort) -> None:
    held = {}
    for place, way in enumerate(WAYS):
        words = f"write more {chr(97 + place // 26)}{chr(97 + place % 26)}zebra letters"
        said = await write(cohort, way, words)
        columns = [name for name, all_of_it in (await kept(cohort)).items() if words in all_of_it]
        held[str(way)] = columns if columns == [way.column] else [*columns, said]
    assert held == {str(way): [way.column] for way in WAYS}


def test_every_file_that_is_taken_in_says_which_of_its_words_are_kept() -> None:
    commands = [command for command in conversation()._commands if command.reads]
    assert len(commands) == 2
    assert all(command.keeps for command in commands)


REFUSED = [
    (DANGER, NOT_RECORDED, WAYS),
    (SIGN, NOT_RECORDED, [way for way in WAYS if not way.is_finding]),
    (DETAIL, "a telephone number", [way for way in WAYS if way.column not in MAY_HOLD_DETAILS]),
]


@pytest.mark.parametrize(("words", "answer", "ways"), REFUSED, ids=["danger", "sign", "detail"])
async def test_a_worry_is_answered_first_and_neither_it_nor_details_are_kept(
    cohort: Cohort, words: str, answer: str, ways: Sequence[Way]
) -> None:
    told = {str(way): await write(cohort, way, words) for way in ways}
    assert {way: said for way, said in told.items() if answer not in said} == {}
    if answer == NOT_RECORDED:
        assert {way: said for way, said in told.items() if not -1 < said.find("999") < said.find(answer)} == {}
    held = await kept(cohort)
    assert [name for name, words in held.items() if any(trace in words for trace in TRACES)] == []
