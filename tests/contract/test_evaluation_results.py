"""What learning leads see of closed rounds: cards with charts and words, cuts, comments to read, a workbook."""

import io
from datetime import timedelta

import openpyxl
import pytest

from dialogs.reply import Chart
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.evaluation.figures import results, t_quantile, themes_of
from knowledge.evaluation.workbook import workbook
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


@pytest.mark.parametrize(("freedom", "true"), [(4, 2.7764), (9, 2.2622), (30, 2.0423), (1000, 1.9623)])
def test_the_quantile_of_t_is_good_enough(freedom: int, true: float) -> None:
    assert t_quantile(freedom) == pytest.approx(true, rel=0.004)


def test_themes_are_found_by_the_words_of_the_content() -> None:
    assert themes_of("More case studies and a longer break") == ("Examples and practice", "Time and pace")
    assert themes_of("Lovely") == ()
