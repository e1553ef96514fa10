"""The training and impact report: its sections and denominators, as a Word document and as a page, within seconds."""

import io
import re
import time
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import docx
import openpyxl
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.impact_report import as_document, as_page
from bot.settings import DEVELOPMENT
from bot.web import application
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.evaluation.impact import Impact, Section, Table, impact
from knowledge.learning_needs import Need
from knowledge.models import Person
from knowledge.models.evaluation import CommentState, Point
from knowledge.roles import LEARNING_LEAD, NotAllowed, Reason
from knowledge.training.bookings import by
from tests.builders import conversation, library, london
from tests.contract.test_evaluation_attacker import closes
from tests.evaluated_year import Year, filled
from tests.evaluation import ENDED, Cohort
from tests.training import MARCH

SINCE, UNTIL = london(2026, 4, 1).date(), london(2027, 3, 31).date()
TOPICS = {id: topic.name for id, topic in library().topics.items()}
BOARDS = ("Harrow Safeguarding Children Board", "Harrow Safeguarding Adults Board")
NEW_WORDS = """change form end
confidence: confidence: How sure are you of it now?
knowledge: scale: How much do you know about it? [Nothing | All I need]
useful: scale: How useful is it for your work? [Not at all | Very]
delivery: scale: How well was it taught? [Badly | Very well]"""
SECTIONS = [
    "In short", "Commissioned and delivered", "Reach and gaps by agency", "Quality, as delegates saw it at the end",
    "Impact: before, at the end, and six to twelve weeks later", "Who answered, and who did not",
    "Needs: what people ask about, and demand that is not met", "How learning was embedded across agencies",
    "In delegates' words", "What comes next", "Definitions and method",
]  # fmt: skip


@pytest.fixture
def cohort(database: Database) -> Cohort:
    return Cohort(database)


async def reported(database: Database) -> tuple[Impact, Year, float]:
    year = await filled(database, 72, 8)
    async with database.work(lambda: london(2027, 4, 1)) as work:
        lead = await work.people.met("t", "lead", "Lea", "lea@x.example")
        for comment in (await work.comments.in_state(CommentState.WAITING, COMMAND_LINE))[:3]:
            await work.comments.decide(comment.id, CommentState.RELEASED, COMMAND_LINE)
        await work.practice.plan_next("More dates of <Neglect>.", lead, COMMAND_LINE)
        await work.needs.add({Need("2026-W49", "neglect", (), "1", "", False): 9})
    async with database.reading(lambda: london(2027, 4, 1)) as work:
        began = time.perf_counter()
        made = await impact(work, SINCE, UNTIL, BOARDS, TOPICS, COMMAND_LINE)
        return made, year, time.perf_counter() - began


async def test_the_report_has_every_section_with_its_denominators(database: Database) -> None:
    made, year, seconds = await reported(database)
    assert [section.title for section in made.sections] == SECTIONS
    words = all_words(made)
    asked = [each for each in year.asked if each[5] is Point.END]
    answered = {(each.person, each.date) for each in year.truths if each.point is Point.END}
    share = round(100 * len(answered) / len(asked))
    assert f"{len(answered)} of {len(asked)} ({share}%) of those who were asked at the end answered." in words
    assert "Report to Harrow Safeguarding Children Board and Harrow Safeguarding Adults Board." in made.under
    for told in (
        "More dates of <Neglect>.",
        "Neglect of a child",
        "95% interval",
        "There is no group without training",
    ):
        assert told in words
    assert not any(f"P{number}" in words.split() for number in range(72)), "it names no delegate"
    assert seconds < 10


async def test_it_is_a_word_document_and_a_page_to_print(database: Database) -> None:
    made, _, _ = await reported(database)
    document = docx.Document(io.BytesIO(as_document(made)))
    headings = [each.text for each in document.paragraphs if each.style and each.style.name == "Heading 1"]
    assert headings == SECTIONS
    assert len(document.tables) == sum(isinstance(p, Table) and bool(p.rows) for s in made.sections for p in s.parts)
    widths = [column.width or 0 for column in document.tables[0].columns]
    assert widths[0] > widths[-1], "columns are as wide as what stands in them"
    page = as_page(made)
    assert "More dates of &lt;Neglect&gt;." in page
    assert "http" not in page.replace("http-equiv", "")
    assert Headings.of(page) == SECTIONS


async def test_only_leads_may_have_it(database: Database) -> None:
    async with database.work(lambda: london(2027, 4, 1)) as work:
        ann: Person = await work.people.met("t", "ann")
        with pytest.raises(NotAllowed):
            await impact(work, SINCE, UNTIL, BOARDS, TOPICS, by(ann))


async def test_a_year_without_anything_is_said_to_be_one(database: Database) -> None:
    async with database.reading(lambda: london(2027, 4, 1)) as work:
        made = await impact(work, SINCE, UNTIL, BOARDS, TOPICS, COMMAND_LINE)
    assert "Dates held: 0, of different courses: 0. People who came: 0" in all_words(made)
    assert "The learning lead has not written this yet." in all_words(made)
    assert as_document(made)
    assert "Nothing to show." in as_page(made)


async def two_dates(cohort: Cohort) -> None:
    """Five people each; before the second, a lead asks at the end how sure they are, in new words."""
    await cohort.employs("lea", LEARNING_LEAD)
    first, starts = await cohort.school.opened(), london(2027, 4, 20, 9)
    await cohort.books(first, *"abcde")
    second = await cohort.school.date(code="NEG-2-B", starts_at=starts, ends_at=starts + timedelta(hours=3))
    await cohort.books(second, *"fghij")
    for code, begins, ends, names in (
        ("neg-2-a", MARCH.starts_at, ENDED, "abcde"), ("neg-2-b", starts, starts + timedelta(hours=3), "fghij"),
    ):  # fmt: skip
        for at, numbers in ((begins - timedelta(days=2), "2 2"), (ends + timedelta(minutes=1), "4 4 4 4")):
            cohort.goes_to(at)
            await cohort.looks()
            for name in names:
                await cohort.office.says(name, f"feedback {code}: {numbers}")
        await cohort.office.says("lea", NEW_WORDS)
    cohort.goes_to(london(2027, 6, 1, 9))
    await closes(cohort)


async def test_a_question_in_new_words_stands_for_itself(cohort: Cohort) -> None:
    await two_dates(cohort)
    async with cohort.school.reading() as work:
        made = await impact(work, SINCE, london(2027, 6, 1).date(), BOARDS, TOPICS, COMMAND_LINE)
    (means,) = (p for s in made.sections for p in s.parts if isinstance(p, Table) and p.heads[0].startswith("Mean"))
    assert list(means.rows) == [
        ("How confident are you to do this at work?", "2.0 (10)", "4.0 (5)", "-"),
        ("How much do you know about it?", "2.0 (10)", "4.0 (10)", "-"),
    ]
    assert "How sure are you of it now? 4.0 5" in all_words(made)


async def test_what_is_still_to_come_was_not_held(cohort: Cohort) -> None:
    day = await cohort.school.opened()
    await cohort.books(day, "ann")
    async with cohort.school.reading() as work:
        made = await impact(work, SINCE, london(2027, 6, 1).date(), BOARDS, TOPICS, COMMAND_LINE)
    assert "Dates held: 0, of different courses: 0." in all_words(made)
    cohort.goes_to(ENDED)
    async with cohort.school.reading() as work:
        made = await impact(work, SINCE, london(2027, 6, 1).date(), BOARDS, TOPICS, COMMAND_LINE)
    assert "Dates held: 1, of different courses: 1." in all_words(made)


async def test_what_comes_next_is_listed_and_a_line_can_be_taken_out(cohort: Cohort) -> None:
    await cohort.employs("lea", LEARNING_LEAD)
    await cohort.employs("ann")
    await cohort.office.plays("""
        Lea: what comes next
        Bot: Nothing is written yet.
        Lea: what comes next: Ask trainers
        Bot: 1. Ask trainers
        Lea: what comes next: More dates in the evening
        Bot: 1. Ask trainers | 2. More dates in the evening
        Ann: what comes next
        Bot: Only
        Ann: delete next step 1
        Bot: Only
        Lea: delete next step 3
        Bot: No line of what comes next has that number.
        Lea: delete next step 2
        Bot: 1. Ask trainers
    """)
    written = cohort.now.date()
    for until, is_told in ((written, True), (written - timedelta(weeks=30), False)):
        async with cohort.school.reading() as work:
            made = await impact(work, written - timedelta(weeks=52), until, BOARDS, TOPICS, COMMAND_LINE)
        assert ("Ask trainers" in all_words(made)) is is_told


def test_what_no_document_may_hold_is_left_out() -> None:
    odd = "a\x08b\x00c\ufffe"
    made = Impact("Title", odd, [Section("Section", [odd, Table((odd,), [(odd,)])])])
    document = docx.Document(io.BytesIO(as_document(made)))
    assert [cell.text for cell in document.tables[0].columns[0].cells] == ["a b c "] * 2
    assert as_page(made)


# Taken from the chat


async def test_a_lead_takes_the_report_and_the_workbook_by_links_that_are_good_for_an_hour(
    cohort: Cohort, database_address: str
) -> None:
    cohort.office.links = "https://assistant.example"
    await two_dates(cohort)
    said = await cohort.office.says("lea", "impact report 2026-27")
    assert "Courses from Wed 1 Apr 2026 to Wed 31 Mar 2027." in said
    served = application(conversation(), lambda: cohort.now, replace(DEVELOPMENT, database_url=database_address))
    async with TestClient(TestServer(served)) as client:
        paths = [link.partition("assistant.example")[2] for link in re.findall(r"https://assistant\S+", said)]
        document, page, book = [await client.get(path) for path in paths]
        words = "\n".join(each.text for each in docx.Document(io.BytesIO(await document.read())).paragraphs)
        assert "Dates held: 1, of different courses: 1." in words
        assert "<h1>Training and its impact</h1>" in await page.text()
        assert all("attachment" in each.headers["Content-Disposition"] for each in (document, page, book))
        rows = openpyxl.load_workbook(io.BytesIO(await book.read()))["Answers"].iter_rows(values_only=True)
        assert ("all", "All courses", "at the end", 5, 5, 100) in [row[:6] for row in rows]
        async with cohort.school.work() as work:
            lead = await work.people.get(cohort.office.ids["lea"])
            other = work.tokens.issue(lead.id, "training.workbook", {}, cohort.now + timedelta(hours=1))
        assert (await client.get(f"/evaluation/{other}.docx")).status == 404
        async with cohort.school.work() as work:
            await work.grants.withdraw(lead, LEARNING_LEAD, COMMAND_LINE, Reason.CHANGED_JOB)
        assert [(await client.get(path)).status for path in paths] == [403] * 3
        cohort.goes_to(cohort.now + timedelta(hours=2))
        assert [(await client.get(path)).status for path in paths] == [404] * 3


async def test_links_are_for_leads_and_for_years_that_have_begun(cohort: Cohort) -> None:
    await cohort.employs("lea", LEARNING_LEAD)
    await cohort.employs("ann")
    assert "safeguarding evaluation report impact.docx" in await cohort.office.says("lea", "impact report")
    cohort.office.links = "https://assistant.example"
    for words in ("impact report", "the training and impact report of 2026-27", "impact report 2025/26"):
        assert "Only" in await cohort.office.says("ann", words)
        said = await cohort.office.says("lea", words)
        assert said.count("https://assistant.example/evaluation/") == 3
    for words in ("impact report 2031-32", "impact report 2026-29"):
        assert "A year of reports begins in April" in await cohort.office.says("lea", words)
    assert "Write to me in private" in await cohort.office.says("lea", "impact report", is_shared=True)


def all_words(made: Impact) -> str:
    parts = [part for section in made.sections for part in section.parts]
    return "\n".join(part if isinstance(part, str) else "\n".join(" ".join(row) for row in part.rows) for part in parts)


class Headings(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_in = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._is_in = tag == "h2"

    def handle_data(self, data: str) -> None:
        if self._is_in:
            self.found.append(data)
            self._is_in = False

    @classmethod
    def of(cls, page: str) -> list[str]:
        parser = cls()
        parser.feed(page)
        return parser.found
