"""The figures of training: what they count, who may see them, and a workbook in which nothing is computed."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.settings import DEVELOPMENT
from bot.web import application
from dialogs.cards.teaching import figures_card
from dialogs.reply import as_text
from dialogs.teaching import WORKBOOK
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Person
from knowledge.models.people import Sector
from knowledge.models.training import Attendance, Why
from knowledge.roles import LEARNING_LEAD, Held, NotAllowed, Reason, Role
from knowledge.training.bookings import by
from knowledge.training.figures import Figures, figures, quarter, year_began
from knowledge.training.workbook import workbook
from knowledge.unit_of_work import UnitOfWork
from tests.builders import conversation, london
from tests.training import MARCH, School

PAYLOADS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '=HYPERLINK("https://a.example")',
    "=cmd|' /C calc'!A0",
)


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def agency(school: School, name: str) -> UUID:
    async with school.work() as work:
        await work.agencies.save(AgencyDraft(name, Sector.HEALTH), COMMAND_LINE)
        return (await work.agencies.get(name)).id


async def a_year(school: School) -> Figures:
    """Three places; one came, one stayed away, one cancelled late; one waits; another agency sent nobody."""
    one = await agency(school, "One")
    await agency(school, "Other")
    date = await school.opened(capacity=3)
    booked: dict[str, int] = {}
    for name in ("ann", "ben", "cat", "dan"):
        await school.person(name, one)

        async def book(work: UnitOfWork, person: Person) -> Any:
            return (await work.bookings.book(person, date, by(person))).id

        booked[name] = await school.does(name, book)
    school.now = london(2027, 3, 9, 9)

    async def cancel(work: UnitOfWork, person: Person) -> None:
        await work.bookings.cancel(person, booked["cat"], Why.ILLNESS, by(person))

    await school.does("cat", cancel)
    school.now = MARCH.ends_at
    async with school.work() as work:
        await work.register.mark(booked["ann"], Attendance.PRESENT, COMMAND_LINE)
        await work.register.mark(booked["ben"], Attendance.ABSENT, COMMAND_LINE)
        person = await work.people.get((await school.person_named("dan")).id)
        work.demand.wished(person, course=(await work.catalogue.with_code("NEG-2")).id)
        work.demand.wished(person, topic="fgm")
        work.demand.wished(person, topic="fgm")
    async with school.reading() as work:
        return await figures(work, year_began(school.now), COMMAND_LINE)


async def test_what_is_counted(school: School) -> None:
    counted = await a_year(school)
    (course,) = counted.by_course
    assert (course.name, course.places, course.taken, course.fill, course.waiting) == ("Neglect", 3, 2, 67, 1)
    assert (course.present, course.part, course.absent, course.cancelled, course.late) == (1, 0, 1, 1, 1)
    assert [line.name for line in counted.by_quarter] == ["2026-27 Q4"]
    assert [(line.name, line.absent) for line in counted.by_agency] == [("One", 1)]
    assert counted.wishes == [("fgm: no course", 2), ("Neglect: no date suits", 1)]
    assert counted.untrained == ["Other"]


async def test_whom_no_date_suits_is_counted_once_a_course_however_often_they_say_so(school: School) -> None:
    await school.opened()
    await school.course(code="WT-3", title="Working together")
    async with school.reading() as work:
        courses = {code: (await work.catalogue.with_code(code)).id for code in ("NEG-2", "WT-3")}
    presses = [("ann", "NEG-2"), ("ann", "NEG-2"), ("ann", "WT-3"), ("ben", "NEG-2"), ("ann", "NEG-2")]
    for name, code in presses:
        await school.does(name, wishes(courses[code]))
    async with school.reading() as work:
        counted = await figures(work, year_began(school.now), COMMAND_LINE)
        assert counted.wishes == [("Neglect: no date suits", 2), ("Working together: no date suits", 1)]
    school.now = london(2027, 5, 4, 9)  # in the next year of reports
    await school.does("ann", wishes(courses["NEG-2"]))
    async with school.reading() as work:
        counted = await figures(work, year_began(school.now), COMMAND_LINE)
        assert counted.wishes == [("Neglect: no date suits", 1)]
        assert len(await work.demand.since(london(2026, 1, 1))) == 3


def wishes(course: UUID) -> Callable[[UnitOfWork, Person], Any]:
    async def press(work: UnitOfWork, person: Person) -> None:
        work.demand.wished(person, course=course)

    return press


async def test_the_card_says_it_in_words_and_names_no_delegate(school: School) -> None:
    words = as_text(figures_card(await a_year(school)))
    assert "Courses: per cent of places taken: Neglect 67." in words
    assert "Neglect: 2 of 3 places (67%), 1 waiting; 1 present, 0 part, 1 absent, 1 cancelled, 1 of them late" in words
    assert "Neglect: waiting (1)" in words
    assert "Other" in words.partition("AGENCIES WITH NOBODY TRAINED")[2]
    assert not any(name in words for name in ("Ann", "Ben", "Cat", "Dan"))


async def test_the_lead_of_an_agency_sees_its_people_and_no_others(school: School) -> None:
    await a_year(school)
    async with school.reading() as work:
        one, other = [await work.agencies.get(name) for name in ("One", "Other")]
    seen = []
    for agency_of in (one, other):
        lead = await school.person(f"lead-{agency_of.name}", agency_of.id)
        async with school.work() as work:
            await work.grants.grant(lead, Held(Role.AGENCY_LEAD, str(agency_of.id)), COMMAND_LINE, Reason.APPOINTED)
        async with school.reading() as work:
            seen.append(await figures(work, year_began(school.now), by(lead), {"fgm": "Female genital mutilation"}))
    mine, theirs = seen
    assert [(line.name, line.places, line.taken, line.late) for line in mine.by_course] == [("Neglect", 0, 2, 1)]
    assert mine.wishes == [("Female genital mutilation: no course", 2), ("Neglect: no date suits", 1)]
    assert (theirs.by_course, theirs.wishes, theirs.untrained) == ([], [], ["Other"])
    words = as_text(figures_card(mine))
    assert words.startswith("TRAINING OF ONE SINCE")
    assert "Courses: places taken: Neglect 2." in words
    assert "of 3 places" not in words, "how many others come is not theirs"


async def test_the_workbook_is_taken_from_the_chat_while_its_reader_may_see_it(
    school: School, database_address: str
) -> None:
    await a_year(school)
    lead = await school.person("lead")
    async with school.work() as work:
        await work.grants.grant(lead, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
        until = school.now + timedelta(hours=1)
        token = work.tokens.issue(lead.id, WORKBOOK, {}, until)
        other = work.tokens.issue(lead.id, "messages.send_again", {}, until)
    served = application(conversation(), lambda: school.now, replace(DEVELOPMENT, database_url=database_address))
    async with TestClient(TestServer(served)) as client:
        for _ in range(2):
            taken = await client.get(f"/training/figures/{token}.xlsx")
            sheet = openpyxl.load_workbook(io.BytesIO(await taken.read()))["Courses"]
            assert [cell.value for cell in sheet[2]][:6] == ["Neglect", 1, 3, 2, 67, 1]
        assert (await client.get(f"/training/figures/{other}.xlsx")).status == 404
        assert (await client.get(f"/training/figures/{token[::-1]}.xlsx")).status == 404
        async with school.work() as work:
            await work.grants.withdraw(lead, LEARNING_LEAD, COMMAND_LINE, Reason.CHANGED_JOB)
        assert (await client.get(f"/training/figures/{token}.xlsx")).status == 403
        school.now += timedelta(hours=2)
        assert (await client.get(f"/training/figures/{token}.xlsx")).status == 404


async def test_only_leads_see_them(school: School) -> None:
    person = await school.person("ann")
    async with school.reading() as work:
        with pytest.raises(NotAllowed):
            await figures(work, school.now, by(person))


def test_nothing_in_the_workbook_is_a_formula() -> None:
    told = Figures(london(2026, 4, 1), (), (), (), [(words, 1) for words in PAYLOADS], PAYLOADS)
    book = openpyxl.load_workbook(io.BytesIO(workbook(told)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 2 * len(PAYLOADS)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {cell.value for cell in cells} >= {"=1+1", "+1", "-1", "@SUM(A1)", "＝1+1"}
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")


def test_the_year_of_reports_begins_in_april() -> None:
    assert [quarter(london(2027, month, 1).date()) for month in (3, 4, 9, 12)] == [
        "2026-27 Q4",
        "2027-28 Q1",
        "2027-28 Q2",
        "2027-28 Q3",
    ]
    assert year_began(london(2027, 3, 31, 23)) == london(2026, 4, 1, 0)
