"""The sub-group's pack: a Word document and a workbook, opened again and read."""

import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.action_pack import as_document, as_workbook
from bot.settings import DEVELOPMENT
from bot.web import application
from knowledge.action_report import MEASURES, worked_out
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models.actions import Stage
from tests.builders import conversation
from tests.chats import Office
from tests.contract.test_action_report import ROWS, TODAY, row
from tests.contract.test_actions import ACTION, PLAN, QUALITY
from tests.contract.test_command_line import ran, refused

FORMULA = row(Stage.ACCEPTED, date(2026, 11, 27), title='=HYPERLINK("https://x.example")')


@pytest.fixture(scope="module", autouse=True)
def titled() -> None:
    for each in ROWS:
        each.action.title, each.plan.sub_group = "Roll out the tool", "quality_assurance"
    FORMULA.plan.sub_group = "quality_assurance"


def test_the_document_holds_every_figure_with_what_it_counts_and_each_breakdown() -> None:
    made = docx.Document(BytesIO(as_document(worked_out(ROWS, TODAY), "How actions stand")))
    summary = [[cell.text for cell in line.cells] for line in made.tables[0].rows]
    assert [line[0] for line in summary[1:]] == [measure.name for measure in MEASURES]
    assert summary[1][1:] == ["1 of 5", "20%", MEASURES[0].means]
    headings = [each.text for each in made.paragraphs if ((each.style and each.style.name) or "").startswith("Heading")]
    assert headings[:5] == ["By quarter: done within six months", "By plan", "By theme", "By agency", "By Board"]
    assert "Overdue" in headings


def test_the_workbook_holds_the_same_figures_and_every_action() -> None:
    book = openpyxl.load_workbook(BytesIO(as_workbook(worked_out((*ROWS, FORMULA), TODAY))))
    assert book.sheetnames == ["Figures", "Breakdown", "Quarters", "Actions"]
    assert [cell.value for cell in book["Figures"][2]][:3] == ["within six months", 1, 6]
    assert book["Actions"].max_row == len(ROWS) + 2
    (formula,) = [line[4] for line in book["Actions"].iter_rows(min_row=2) if "HYPERLINK" in str(line[4].value)]
    assert formula.data_type == "s", "what somebody wrote is never a formula"


def test_on_the_command_line(sqlite_address: str, tmp_path: Path) -> None:
    for name in ("pack.docx", "actions.xlsx"):
        done = ran("actions", "report", "--out", str(tmp_path / name), SAFEGUARDING_DATABASE_URL=sqlite_address)
        assert done.stdout == "Written: 0 actions.\n"
        assert (tmp_path / name).stat().st_size > 1_000
    assert "ends in .docx or .xlsx" in refused(ran("actions", "report", "--out", "pack.pdf"))


async def test_a_co_chair_takes_the_pack_by_an_address_that_nobody_can_guess(
    database: Database, database_address: str
) -> None:
    office = Office(database, links="https://x.example")
    await office.employs("cora", QUALITY)
    await office.says("cora", PLAN)
    said = await office.says("cora", "report")
    assert "There are no actions" in said
    await office.says("cora", ACTION.replace("olga@x.example", "nobody"))
    said = await office.says("cora", "report")
    addresses = re.findall(r"https://x\.example(/actions/[\w-]{20,64}\.(?:docx|xlsx))", said)
    assert len(addresses) == 2
    settings = DEVELOPMENT.__class__(**{**vars(DEVELOPMENT), "database_url": database_address})
    async with TestClient(TestServer(application(conversation(), lambda: office.now, settings))) as visitor:
        made = docx.Document(BytesIO(await (await visitor.get(addresses[0])).read()))
        assert made.paragraphs[0].text == "How actions stand: quality assurance"
        book = openpyxl.load_workbook(BytesIO(await (await visitor.get(addresses[1])).read()))
        assert book["Actions"]["D2"].value == "QA26/1"
        assert (await visitor.get("/actions/" + "x" * 32 + ".docx")).status == 404
        async with database.work(lambda: office.now) as work:
            await work.people.mark_as_left(await work.people.get(office.ids["cora"]), COMMAND_LINE)
        assert (await visitor.get(addresses[0])).status == 403
        office.now += timedelta(minutes=61)
        assert (await visitor.get(addresses[0])).status == 404
