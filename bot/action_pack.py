"""The sub-group's pack: how actions stand, as a Word document and as a workbook, with what each figure counts."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import docx
from openpyxl import Workbook
from openpyxl.styles import Font

from knowledge.action_report import Figure, Report, Row
from knowledge.days import day_in_words

LISTED = ("for the Board report", "without an owner", "overdue", "waiting to be checked", "without evidence")
COLUMNS = (
    "Plan", "Theme", "Sub-group", "Reference", "Action", "Agency", "Stage", "First due", "Due", "Times moved", "Done",
    "Checked", "Embedded", "Evidence",
)  # fmt: skip
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_document(report: Report, title: str) -> bytes:
    """A Word document: the figures, what each counts, each breakdown as a table, and the actions to look at."""
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = ""
    document.add_heading(title, 0)
    document.add_paragraph(f"{len(report.rows)} actions, as they stood on {day_in_words(report.today)}.")
    _table(document, ("Figure", "Now", "What is counted"), _summary(report))
    _quarters(document, report)
    for name, groups in report.by.items():
        document.add_heading(f"By {name}", 1)
        heads = (name.capitalize(), "Actions", *(figure.measure.name for figure in report.figures[:5]))
        _table(document, heads, (_group(report, name, key, figures) for key, figures in groups.items()))
    for name in LISTED:
        document.add_heading(name[0].upper() + name[1:], 1)
        _listed(document, report.listed(name))
    return _saved(document)


def _summary(report: Report) -> Iterable[Sequence[str]]:
    for figure in report.figures:
        moved = f" ({report.slipped_days} days together)" if figure.measure.name == "slipped" else ""
        yield (figure.measure.name, figure.in_words + moved, figure.measure.means)


def _quarters(document: Any, report: Report) -> None:
    document.add_heading("By quarter", 1)
    rows = [(each.name, str(each.checked), str(each.within_six_months)) for each in report.quarters]
    _table(document, ("Quarter", "Done and checked", "Of those, within six months"), rows)


def _group(report: Report, name: str, key: str, figures: Sequence[Figure]) -> Sequence[str]:
    every = next(figure.out_of for figure in figures if figure.measure.name == "slipped")
    return (key, str(every), *(figure.in_words for figure in figures[:5]))


def _listed(document: Any, rows: Sequence[Row]) -> None:
    if not rows:
        document.add_paragraph("None.")
        return
    lines = [
        (row.action.reference, row.action.title, row.agency or "-", day_in_words(row.action.due_on)) for row in rows
    ]  # fmt: skip
    _table(document, ("Reference", "Action", "Agency", "Due"), lines)


def _table(document: Any, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words


def _saved(made: Any) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def as_workbook(report: Report) -> bytes:
    """A workbook of three sheets: the figures, what each counts by plan, theme, agency and Board, and every action."""
    book = Workbook()
    book.remove(book.worksheets[0])
    figures = [(each.measure.name, each.count, each.out_of, each.measure.means) for each in report.figures]
    _sheet(book, "Figures", ("Figure", "Count", "Out of", "What is counted"), figures)
    groups = [
        (name, key, each.measure.name, each.count, each.out_of)
        for name, by in report.by.items()
        for key, numbers in by.items()
        for each in numbers
    ]
    _sheet(book, "Breakdown", ("By", "Of", "Figure", "Count", "Out of"), groups)
    _sheet(book, "Actions", COLUMNS, map(_cells, report.rows))
    return _saved(book)


def _cells(row: Row) -> Sequence[object]:
    action, plan = row.action, row.plan
    return (
        plan.reference, plan.theme, plan.sub_group, action.reference, action.title, row.agency, action.stage.value,
        action.first_due_on, action.due_on, action.slipped, action.done_on, action.confirmed_on, action.embedded_on,
        action.evidence,
    )  # fmt: skip


def _sheet(book: Workbook, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet = book.create_sheet(name)
    for row in (heads, *rows):
        sheet.append([_safe(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _safe(value: object) -> Any:
    """What somebody wrote is text, and never a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value
