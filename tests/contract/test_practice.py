"""From learning to practice: commitments that come back, a manager's named view, and what changed after a review."""

from datetime import timedelta
from uuid import UUID

import pytest

from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.erasure import erase
from knowledge.models.training import Attendance
from knowledge.roles import LEARNING_LEAD, Held, Role
from tests.builders import london
from tests.contract.test_evaluation_attacker import closes, everybody
from tests.evaluation import ENDED, Cohort
from tests.training import MARCH

EMERGENCY = "a girl in my class has taken 20 paracetamol"


@pytest.fixture
def cohort(database: Database) -> Cohort:
    return Cohort(database)


async def over(cohort: Cohort, *names: str) -> UUID:
    """These people were there, and it is over."""
    day = await cohort.school.opened()
    await cohort.books(day, *names)
    cohort.goes_to(ENDED + timedelta(minutes=1))
    for name in names:
        await cohort.marks(name, day)
    await cohort.looks()
    return day


async def test_a_commitment_is_ones_own_is_numbered_and_can_be_deleted(cohort: Cohort) -> None:
    await over(cohort, "ann", "ben")
    await cohort.office.plays("""
        Ann: feedback 4 4 4 4
        Bot: What helped you most
        Ann: [Finish without]
        Bot: THANK YOU | what will you do differently? | - I will: -
        Ann: commitment neg-2-a: ask about a day in the child's life
        Bot: 1. ask about a day in the child's life (NEG-2-A | Only you see them
        Ann: commitment neg-2-a: write it down
        Bot: 2. write it down
        Ben: my commitments
        Bot: Nothing yet.
        Ben: delete commitment 1
        Bot: You have no commitment with that number.
        Ann: delete commitment 1
        Bot: 1. write it down
    """)


async def test_it_comes_back_as_the_opening_of_the_follow_up(cohort: Cohort) -> None:
    await over(cohort, "ann", "ben")
    await cohort.office.says("ann", "commitment neg-2-a: ask about a day in the child's life")
    cohort.goes_to(ENDED + timedelta(weeks=6, hours=1))
    await cohort.looks()
    got = await cohort.sends()
    assert "You said: I will ask about a day in the child's life" in got["ann"][-1]
    assert "SOME WEEKS LATER: WHAT CHANGED?" in got["ben"][-1]
    assert "You said" not in got["ben"][-1]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("commitment neg-2-a: ring 020 7946 0001", "That holds a telephone number"),
        (f"commitment neg-2-a: {EMERGENCY}", "020 8901 2690"),
        ("commitment neg-2-b: read", "There is no"),
        ("ask my manager nobody@x.example about neg-2-a", "no such person"),
        ("ask my manager ann@x.example about neg-2-a", "That is you"),
        ("view neg-2-a of ben@x.example: good", "Nobody asks you"),
        ("managers' views", "Only"),
        ("what comes next: more dates", "Only"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_sentence(cohort: Cohort, words: str, answer: str) -> None:
    await over(cohort, "ann", "ben")
    assert answer in await cohort.office.says("ann", words)
    async with cohort.school.reading() as work:
        assert await work.practice.commitments_of(cohort.office.ids["ann"]) == []


async def test_who_was_not_there_commits_to_nothing_and_three_are_enough(cohort: Cohort) -> None:
    day = await cohort.school.opened()
    await cohort.books(day, "ann", "ben")
    assert "You were not at that date" in await cohort.office.says("ann", "commitment neg-2-a: read")
    cohort.goes_to(ENDED)
    await cohort.marks("ben", day, Attendance.ABSENT)
    assert "You were not at that date" in await cohort.office.says("ben", "commitment neg-2-a: read")
    for number in range(3):
        await cohort.office.says("ann", f"commitment neg-2-a: read {number}")
    assert "three commitments" in await cohort.office.says("ann", "commitment neg-2-a: read 4")


async def test_a_manager_who_is_asked_adds_a_view_by_name(cohort: Cohort) -> None:
    await over(cohort, "ann")
    await cohort.employs("meg")
    await cohort.employs("lea", LEARNING_LEAD)
    assert "Meg is asked" in await cohort.office.says("ann", "ask my manager meg@x.example about neg-2-a")
    await cohort.office.says("ann", "ask my manager meg@x.example about neg-2-a")
    (asked,) = (await cohort.sends())["meg"]
    assert "Ann was at Neglect and asks you, as their manager" in asked
    assert "It is named" in asked
    await cohort.office.plays("""
        Meg: view neg-2-a of ann@x.example: she asks better questions
        Bot: with your name
        Ann: my commitments
        Bot: Meg on Neglect: she asks better questions
        Lea: managers' views
        Bot: Meg on Ann since Neglect: she asks better questions
    """)
    async with cohort.school.work() as work:
        await erase(work, await work.people.get(cohort.office.ids["meg"]), COMMAND_LINE)
        assert await work.practice.views_on(cohort.office.ids["ann"]) == []


async def test_one_page_says_what_changed_after_a_review(cohort: Cohort) -> None:
    await cohort.employs("cho", Held(Role.CO_CHAIR, "case_review"))
    await cohort.employs("lea", LEARNING_LEAD)
    await cohort.employs("own")
    await cohort.office.plays("""
        Cho: new plan SAR1 in case review from sar agreed 1 December 2026 about neglect: What we learnt of Child A
        Bot: Plan SAR1 is there
        Cho: new action SAR1/1 for own@x.example due 1 March 2027: Train all schools
        Bot: SAR1/1 is there
    """)
    day = await cohort.school.opened()
    await cohort.office.plays("""
        Own: neg-2 serves sar1
        Bot: Only
        Lea: neg-2 serves sar1
        Bot: NEG-2 serves SAR1
        Lea: neg-2 serves sar1
        Bot: NEG-2 serves SAR1 already
        Cho: neg-2 serves sar1/1
        Bot: NEG-2 serves SAR1/1
        Cho: neg-2 no longer serves sar1/1
        Bot: no longer serves SAR1/1
        Cho: neg-2 no longer serves sar1/1
        Bot: NEG-2 does not serve SAR1/1
    """)
    await cohort.books(day, *"abcdefg")
    for at, answers in ((MARCH.starts_at - timedelta(days=2), (1, 1)), (ENDED + timedelta(minutes=1), (1, 1, 1, 1))):
        cohort.goes_to(at)
        await cohort.looks()
        await everybody(cohort, list("abcdefg"), answers)
    for name in "abcdefg":
        await cohort.marks(name, day)
    await cohort.office.says("a", "commitment neg-2-a: ask more")
    cohort.goes_to(london(2027, 4, 1, 9))
    await closes(cohort)
    await cohort.office.says("cho", "found again sar1: practice is better")
    for who in ("lea", "cho"):
        said = await cohort.office.says(who, "what changed after SAR1?")
        for words in (
            "WHAT CHANGED AFTER SAR1", "What we learnt of Child A",
            "Dates since then: 1. People who came: 7, of agencies: 0.",
            "Commitments they made: 1. Managers asked for a view: 0.", "Answered at the end: 7 of 7 (100%)",
            "SAR1/1 Train all schools: not done", "Found when it was audited again: practice is better",
        ):  # fmt: skip
            assert words in said
    assert "Only" in await cohort.office.says("own", "what changed after sar1")
    assert "There is no plan" in await cohort.office.says("lea", "what changed after sar9")
