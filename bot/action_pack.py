"""The sub-group's pack: how actions stand, as a Word document and as a workbook, with what each figure counts."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Font

from knowledge.action_report import MEASURES, Quarter, Report, Row, Stand
from knowledge.days import day_in_words

LISTED = (
    "for the Board report", "without an owner", "reached by nothing", "overdue", "waiting to be checked",
    "without evidence",
)  # fmt: skip
COLUMNS = (
    "Plan", "Theme", "Sub-group", "Reference", "Action", "Agency", "Stage", "First due", "Due", "Times moved", "Done",
    "Checked", "Embedded", "Evidence",
)  # fmt: skip
SUMMARY = ("Figure", "Now", "Share", "What is counted, and out of what")
SMALL = Pt(6.5)
BAR = "█"
WIDEST = 25
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_document(report: Report, title: str) -> bytes:
    """A Word document: the figures, what each counts and out of what, the trend, each breakdown as a table, and the
    actions to look at."""
    document = docx.Document()
    _landscape(document)
    document.styles["Normal"].font.name = "Arial"
    document.core_properties.title = title
    document.core_properties.author = ""
    document.add_heading(title, 0)
    document.add_paragraph(f"{report.whole.actions} actions, as they stood on {day_in_words(report.today)}.")
    _table(document, SUMMARY, _summary(report.whole), widths=(4, 2, 1.5, 14))
    document.add_paragraph(f"Days moved back: {report.whole.slippage.in_words}.")
    _trend(document, report.quarters)
    document.add_paragraph(
        "In each table below: so many of so many, as defined above. An action of both Boards counts for each."
    )
    for name, groups in report.by.items():
        document.add_heading(f"By {name}", 1)
        heads = (name[0].upper() + name[1:], "Actions", *(measure.name for measure in MEASURES), "days moved back")
        rows = (_group(key, stand) for key, stand in groups.items())
        _table(document, heads, rows, SMALL, widths=(2.8, 1.6, *(1.75 for _ in MEASURES), 2.4))
    for name in LISTED:
        document.add_heading(name[0].upper() + name[1:], 1)
        _listed(document, report.listed(name))
    return _saved(document)


def _landscape(document: Any) -> None:
    (section,) = document.sections
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Pt(36)


def _summary(stand: Stand) -> Iterable[Sequence[str]]:
    for figure in stand.figures:
        share = f"{100 * figure.count / figure.out_of:.0f}%" if figure.out_of else "-"
        yield (figure.measure.name, figure.in_words, share, figure.measure.means)


def _trend(document: Any, quarters: Sequence[Quarter]) -> None:
    """The share done within six months, by the quarter in which it was done; the bar is as long as the share."""
    document.add_heading("By quarter: done within six months", 1)
    rows = [
        (each.name, f"{each.within_six_months} of {each.checked}", _percent(each), BAR * round(_share(each) * WIDEST))
        for each in quarters
    ]
    heads = ("Quarter", "Within six months, of those done and checked", "Share", "")
    _table(document, heads, rows, widths=(2, 5, 1.5, 10))


def _share(quarter: Quarter) -> float:
    return quarter.within_six_months / quarter.checked


def _percent(quarter: Quarter) -> str:
    return f"{100 * _share(quarter):.0f}%"


def _group(key: str, stand: Stand) -> Sequence[str]:
    return (key, str(stand.actions), *(figure.in_words for figure in stand.figures), stand.slippage.in_words)


def _listed(document: Any, rows: Sequence[Row]) -> None:
    if not rows:
        document.add_paragraph("None.")
        return
    lines = [
        (row.action.reference, row.action.title, row.agency or "-", day_in_words(row.action.due_on)) for row in rows
    ]  # fmt: skip
    _table(document, ("Reference", "Action", "Agency", "Due"), lines, widths=(2.5, 10, 5, 3))


def _table(
    document: Any, heads: Sequence[str], rows: Iterable[Sequence[str]], size: Any = Pt(9.5), *, widths: Sequence[float]
) -> None:  # fmt: skip
    """A table whose headings stand on each page that it runs over, and whose rows are not torn apart. `widths`: of its
    columns, against one another; together they are as wide as the page."""
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    table.autofit = False
    _fill(table.rows[0], heads, size)
    _mark(table.rows[0], "w:tblHeader")
    for words in rows:
        row = table.add_row()
        _fill(row, words, size)
        _mark(row, "w:cantSplit")
    (section,) = document.sections
    room = section.page_width - section.left_margin - section.right_margin
    for column, width in zip(table.columns, widths, strict=True):
        column.width = int(room * width / sum(widths))
        for cell in column.cells:
            cell.width = column.width


def _fill(row: Any, words: Sequence[str], size: Any) -> None:
    for cell, said in zip(row.cells, words, strict=True):
        cell.text = said
        for run in cell.paragraphs[0].runs:
            run.font.size = size


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _saved(made: Any) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def as_workbook(report: Report) -> bytes:
    """A workbook of four sheets: the figures, what each counts by plan, theme, agency and Board, the trend, and every
    action."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(book, "Figures", ("Figure", "Count", "Out of", "What is counted"), _figures(report.whole))
    _sheet(book, "Breakdown", ("By", "Of", "Figure", "Count", "Out of"), _breakdown(report))
    quarters = [(each.name, each.within_six_months, each.checked) for each in report.quarters]
    _sheet(book, "Quarters", ("Quarter", "Within six months", "Done and checked"), quarters)
    _sheet(book, "Actions", COLUMNS, map(_cells, report.rows))
    return _saved(book)


def _figures(stand: Stand) -> Iterator[Sequence[object]]:
    for each in stand.figures:
        yield (each.measure.name, each.count, each.out_of, each.measure.means)
    for name, value in _slippage(stand):
        yield (name, value, None, "of all actions")


def _breakdown(report: Report) -> Iterator[Sequence[object]]:
    for name, by in report.by.items():
        for key, stand in by.items():
            yield from ((name, key, each.measure.name, each.count, each.out_of) for each in stand.figures)
            yield from ((name, key, what, value, None) for what, value in _slippage(stand))


def _slippage(stand: Stand) -> Sequence[tuple[str, int]]:
    moved = stand.slippage
    return (("times moved back", moved.times), ("days moved back", moved.days), ("furthest moved back", moved.furthest))


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
