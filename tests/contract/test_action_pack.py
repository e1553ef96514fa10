"""The sub-group's pack: a Word document and a workbook, opened again and read."""

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest

from bot.action_pack import as_document, as_workbook
from knowledge.action_report import MEASURES, worked_out
from knowledge.models.actions import Stage
from tests.contract.test_action_report import ROWS, TODAY, row
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
    assert summary[1][1:] == ["1 of 5", MEASURES[0].means]
    headings = [each.text for each in made.paragraphs if ((each.style and each.style.name) or "").startswith("Heading")]
    assert headings[:5] == ["By quarter", "By plan", "By theme", "By agency", "By Board"]
    assert "Overdue" in headings


def test_the_workbook_holds_the_same_figures_and_every_action() -> None:
    book = openpyxl.load_workbook(BytesIO(as_workbook(worked_out((*ROWS, FORMULA), TODAY))))
    assert book.sheetnames == ["Figures", "Breakdown", "Actions"]
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
