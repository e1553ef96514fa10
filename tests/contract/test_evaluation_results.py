"""What learning leads see of closed rounds: cards with charts and words, cuts, comments to read, a workbook."""

import io
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest

from dialogs.feedback_buttons import DecideComment
from dialogs.reply import Chart
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.erasure import erase
from knowledge.evaluation.figures import results, t_quantile, themes_of
from knowledge.evaluation.workbook import workbook
from knowledge.models.evaluation import CommentState
from knowledge.roles import LEARNING_LEAD
from tests.builders import london
from tests.contract.test_evaluation_attacker import a_closed_course, closes, end_of, everybody, person
from tests.evaluation import ENDED, Cohort


@pytest.fixture
def cohort(database: Database) -> Cohort:
    return Cohort(database)


async def test_leads_see_rates_means_changes_and_distributions(cohort: Cohort) -> None:
    await a_closed_course(cohort)
    await cohort.employs("lea", LEARNING_LEAD)
    said = await cohort.office.says("lea", "evaluation results")
    assert "Answered before the course: 21 of 24 (88%)" in said
    assert "Answered at the end: 22 of 24 (92%)" in said
    assert "a change of" in said
    assert "22 answers can be shown; 22 of 24 (92%) answered at the end." in said
    assert [block for block in cohort.office.shown["lea"].blocks if isinstance(block, Chart)]
    said = await cohort.office.presses("lea", "By agency")
    assert "LARGE" in said
    assert "AGENCIES TOO SMALL TO BE TOLD APART" in said
    assert not any(name in said for name in ("SMALL\n", "PAIR", "SINGLE"))
    for way in ("course", "date", "session", "trainer", "quarter"):
        assert "of 24" in await cohort.office.says("lea", f"evaluation results by {way}")
    assert "WHAT DELEGATES ANSWERED: NEGLECT (NEG-2)" in await cohort.office.says("lea", "feedback results neg-2")
    assert "WHAT DELEGATES ANSWERED: NEGLECT" in await cohort.office.says(
        "lea", "what did people say about the neglect course"
    )


async def test_an_agency_is_told_apart_only_where_it_is_told_how_many_of_it_were_asked(cohort: Cohort) -> None:
    """Three others were asked too, and none of them answered: with their number, they could be told from the rest."""
    day = await cohort.school.opened(capacity=40)
    large, handful = [f"large{number}" for number in range(10)], [f"few{number}" for number in range(3)]
    await cohort.books(day, *large, agency="Large")
    await cohort.books(day, *handful, agency="Few")
    await cohort.employs("lea", LEARNING_LEAD)
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    await everybody(cohort, large[:6], (1, 1, 1, 1))
    cohort.goes_to(london(2027, 4, 1, 9))
    await closes(cohort)
    said = await cohort.office.says("lea", "evaluation results by agency")
    assert "AGENCIES TOO SMALL TO BE TOLD APART" in said
    assert "6 answers can be shown; 6 of 13 (46%) answered at the end." in said
    assert "LARGE" not in said


async def test_nobody_else_sees_them_and_nothing_is_shown_before_the_close(cohort: Cohort) -> None:
    await cohort.school.opened()
    await cohort.employs("lea", LEARNING_LEAD)
    await cohort.employs("ann")
    for words in ("evaluation results", "evaluation results by agency", "evaluation results neg-2", "read comments"):
        assert "Only" in await cohort.office.says("ann", words)
    assert "No round of feedback has closed" in await cohort.office.says("lea", "evaluation results")
    assert "No round of feedback has closed" in await cohort.office.says("lea", "evaluation results by course")
    assert "No round of feedback on Neglect" in await cohort.office.says("lea", "evaluation results neg-2")
    assert "There is no course" in await cohort.office.says("lea", "evaluation results xx-9")


async def test_a_trainer_who_is_erased_is_named_no_more(cohort: Cohort) -> None:
    await a_closed_course(cohort)
    await cohort.employs("lea", LEARNING_LEAD)
    await cohort.employs("tia")
    assert "TIA" in await cohort.office.says("lea", "evaluation results by trainer")
    async with cohort.school.work() as work:
        await erase(work, await work.people.get(cohort.office.ids["tia"]), COMMAND_LINE)
    assert "TIA" not in await cohort.office.says("lea", "evaluation results by trainer")


async def commented(cohort: Cohort) -> None:
    """Five people answer, and three of them write a sentence."""
    day = await cohort.school.opened()
    await cohort.employs("lea", LEARNING_LEAD)
    await cohort.books(day, *"abcde")
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    await everybody(cohort, list("abcde"), (1, 1, 1, 1))
    async with cohort.school.work() as work:
        end = await end_of(work, day)
        for name, words in zip(
            "abc", ("More case studies", "The slides were long", "In my team nobody checks"), strict=True
        ):
            await work.evaluation.say(await person(work, cohort, name), end, words)
    cohort.goes_to(london(2027, 4, 1, 9))
    await closes(cohort)


async def test_a_lead_reads_each_sentence_before_anybody_else(cohort: Cohort) -> None:
    await commented(cohort)
    assert "Comments from courses are to be read".upper() in (await cohort.sends())["lea"][0]
    said = await cohort.office.says("lea", "read comments")
    assert "3 COMMENTS TO READ" in said
    assert "More case studies" not in await cohort.office.says("lea", "evaluation results")
    for words, label in (
        ("More case studies", "Release"), ("The slides were long", "Keep back"),
        ("In my team nobody checks", "This names a risk, act on it"),
    ):  # fmt: skip
        said = await cohort.office.says("lea", "read comments")
        number = next(n for n in range(1, 4) if f"{n}. {words}" in said)
        said = await cohort.office.presses("lea", f"{label}: {number}")
    assert "THIS NAMES A RISK" in said
    assert "In my team nobody checks" in said
    told = await cohort.office.says("lea", "evaluation results")
    assert "More case studies" in told
    assert "Examples and practice: a few" in told
    assert not any(words in told for words in ("The slides were long", "nobody checks"))
    await cohort.office.says("lea", "read comments")
    assert "It is noted as acted on" in await cohort.office.presses("lea", "I have acted on risk 1")
    assert "No comment waits to be read" in await cohort.office.says("lea", "read comments")


async def test_a_release_can_be_taken_back_and_two_leads_do_not_undo_each_other(cohort: Cohort) -> None:
    await commented(cohort)
    await cohort.employs("lou", LEARNING_LEAD)
    said = await cohort.office.says("lou", "read comments")
    number = next(n for n in range(1, 4) if f"{n}. In my team nobody checks" in said)
    release, withhold = (cohort.office.button("lou", f"{label}: {number}") for label in ("Release", "Keep back"))
    await cohort.office.says("lea", "read comments")
    await cohort.office.presses("lea", f"This names a risk, act on it: {number}")
    for button in (release, withhold):
        assert "That was decided already" in await cohort.office.clicks("lou", button)
    said = await cohort.office.says("lou", "read comments")
    assert "THIS NAMES A RISK" in said
    assert "2 COMMENTS TO READ" in said
    first = said.partition("1. ")[2].splitlines()[0]
    button = cohort.office.button("lou", "Release: 1")
    for _ in range(2):
        assert f"“{first}”" in await cohort.office.clicks("lou", button), "a double click does it once"
    assert "ONE COMMENT TO READ" in await cohort.office.says("lou", "read comments")
    assert first in await cohort.office.says("lou", "evaluation results")
    await cohort.office.clicks("lou", button)
    assert "It is kept back" in await cohort.office.presses("lou", "Keep it back after all")
    assert first not in await cohort.office.says("lou", "evaluation results")
    gone = DecideComment(comment=uuid4(), state=CommentState.RELEASED)
    assert "not there any more" in await cohort.office.clicks("lou", gone)


async def test_the_workbook_holds_all_of_it_and_computes_nothing(cohort: Cohort) -> None:
    await a_closed_course(cohort)
    async with cohort.school.reading() as work:
        told = await results(work, london(2026, 4, 1).date(), london(2027, 3, 31).date(), COMMAND_LINE)
    book = openpyxl.load_workbook(io.BytesIO(workbook(told)))
    assert book.sheetnames == ["Answers", "Change", "Comments"]
    rows = [[cell.value for cell in row] for row in book["Answers"].iter_rows(min_row=2)]
    assert ["all", "All courses", "at the end", 24, 22, 92] in [row[:6] for row in rows]
    assert {row[0] for row in rows} == {"all", "course", "date", "trainer", "agency", "quarter"}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


# Forms

FORM = """change form end neg-2
confidence: confidence: How confident are you to do this at work? {aims}
brave: scale: How brave are you now? [Not at all | Very]
why: choice: What helped? [The trainer | The group]
comment: text: Anything else?"""


async def test_a_lead_changes_the_questions_of_a_course_and_old_answers_stay_as_they_were(cohort: Cohort) -> None:
    day = await cohort.school.opened()
    await cohort.employs("lea", LEARNING_LEAD)
    await cohort.books(day, "ann")
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    await cohort.office.says("ann", "feedback 4")
    said = await cohort.office.says("lea", "form end neg-2")
    assert "change form end neg-2" in said
    assert "useful: scale: How useful is it for your work? [Not at all | Very]" in said
    assert "The new questions are asked from the next round on" in await cohort.office.says("lea", FORM)
    assert "That is what is asked already" in await cohort.office.says("lea", FORM)
    assert "brave: scale: How brave are you now?" in await cohort.office.says("lea", "form end neg-2")
    assert "useful" in await cohort.office.says("lea", "form end"), "that of all courses is as it was"
    assert "How much do you know about it?" in await cohort.office.says("ann", "feedback")
    later = await cohort.school.date(code="NEG-2-B", starts_at=london(2027, 4, 20, 9), ends_at=london(2027, 4, 20, 12))
    await cohort.books(later, "ben")
    cohort.goes_to(london(2027, 4, 20, 13))
    await cohort.looks()
    await cohort.office.plays("""
        Ben: feedback 3
        Bot: How brave are you now?
        Ben: 5
        Bot: What helped? | The group
        Ben: the group
        Bot: Anything else?
    """)


@pytest.mark.parametrize(
    ("was", "becomes", "answer"),
    [
        ("scale: How", "stars: How", "I cannot read"),
        ("[The trainer | The group]", "[The trainer]", "two to six words"),
        ("comment: text", "brave: text", "two questions have one id"),
        ("Anything else?", "Ring 020 7946 0001?", "holds a telephone number"),
        ("form end neg-2", "form end xx-9", "There is no course"),
        ("why: choice", "a1: scale: One?\na2: scale: Two?\na3: scale: Three?\nwhy: choice", "one to 5 questions"),
    ],
)
async def test_what_is_wrong_in_a_form_is_told(cohort: Cohort, was: str, becomes: str, answer: str) -> None:
    await cohort.school.course()
    await cohort.employs("lea", LEARNING_LEAD)
    assert answer in await cohort.office.says("lea", FORM.replace(was, becomes))
    assert "useful" in await cohort.office.says("lea", "form end neg-2")


async def test_only_leads_see_and_change_forms(cohort: Cohort) -> None:
    await cohort.school.course()
    await cohort.employs("ann")
    assert "Only" in await cohort.office.says("ann", FORM)
    assert "Only" in await cohort.office.says("ann", "form end")


@pytest.mark.parametrize(("freedom", "true"), [(4, 2.7764), (9, 2.2622), (30, 2.0423), (1000, 1.9623)])
def test_the_quantile_of_t_is_good_enough(freedom: int, true: float) -> None:
    assert t_quantile(freedom) == pytest.approx(true, rel=0.004)


def test_themes_are_found_by_the_words_of_the_content() -> None:
    assert themes_of("More case studies and a longer break") == ("Examples and practice", "Time and pace")
    assert themes_of("Lovely, I was already shown photos") == ()
