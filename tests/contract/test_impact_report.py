"""The training and impact report: its sections and denominators, as a Word document and as a page, within seconds."""

import io
import time
from html.parser import HTMLParser
from typing import Any

import docx
import pytest

from bot.impact_report import as_document, as_page
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.evaluation.impact import Impact, Table, impact
from knowledge.learning_needs import Need
from knowledge.models import Person
from knowledge.models.evaluation import CommentState, Point
from knowledge.roles import NotAllowed
from knowledge.training.bookings import by
from tests.builders import library, london
from tests.evaluated_year import Year, filled

SINCE, UNTIL = london(2026, 4, 1).date(), london(2027, 3, 31).date()
TOPICS = {id: topic.name for id, topic in library().topics.items()}
BOARDS = ("Harrow Safeguarding Children Board", "Harrow Safeguarding Adults Board")
SECTIONS = [
    "In short", "Commissioned and delivered", "Reach and gaps by agency", "Quality, as delegates saw it at the end",
    "Impact: before, at the end, and six to twelve weeks later", "Who answered, and who did not",
    "Needs: what people ask about, and demand that is not met", "How learning was embedded across agencies",
    "In delegates' words", "What comes next", "Definitions and method",
]  # fmt: skip


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
    assert "0 dates of 0 courses were held, and 0 people came" in all_words(made)
    assert "The learning lead has not written this yet." in all_words(made)
    assert as_document(made)
    assert "Nothing to show." in as_page(made)


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
