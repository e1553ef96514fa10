"""The training and impact report as a Word document, and as a page to print."""

from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from bot.page import TEMPLATES
from knowledge.evaluation.impact import Impact, Table

BAR = "█"
WIDEST = 20
BAR_WIDTH = 30
LONGEST_LINE = 26
SMALL = Pt(9)
BLUE = RGBColor(0x10, 0x44, 0x7E)


def as_document(report: Impact) -> bytes:
    """A4, with a heading for each section; headings of tables stand on each page that they run over."""
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = report.title, ""
    _a4(document)
    document.add_heading(report.title, 0)
    document.add_paragraph(_plain(report.under))
    for section in report.sections:
        document.add_heading(section.title, 1)
        for part in section.parts:
            if isinstance(part, Table):
                _table(document, part)
            else:
                document.add_paragraph(_plain(part))
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


def _a4(document: Any) -> None:
    (section,) = document.sections
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10.5)


def _table(document: Any, part: Table) -> None:
    if not part.rows:
        document.add_paragraph("Nothing to show.")
        return
    heads = (*part.heads, *([""] if part.bars else []))
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    _fill(table.rows[0], heads)
    _mark(table.rows[0], "w:tblHeader")
    for number, words in enumerate(part.rows):
        row = table.add_row()
        bar = [BAR * max(1, round(part.bars[number] * WIDEST / 100)) if part.bars[number] else ""] if part.bars else []
        _fill(row, (*words, *bar))
        _mark(row, "w:cantSplit")
        if bar:
            row.cells[-1].paragraphs[0].runs[0].font.color.rgb = BLUE
    _widen(document, table, [*_widths(part), *([BAR_WIDTH] if part.bars else [])])
    document.add_paragraph()


def _widths(part: Table) -> list[int]:
    """Of the columns, against one another: as long as what stands in them, within reason, and never so narrow that a
    word breaks."""
    columns = list(zip(*(part.heads, *part.rows), strict=True))
    lines = [max(map(len, column)) for column in columns]
    words = [max(len(word) for cell in column for word in cell.split() or [""]) for column in columns]
    return [max(min(line, LONGEST_LINE), 3 + round(1.4 * word)) for line, word in zip(lines, words, strict=True)]


def _widen(document: Any, table: Any, widths: list[int]) -> None:
    (section,) = document.sections
    room = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = int(room * width / sum(widths))
        for cell in column.cells:
            cell.width = column.width


def _fill(row: Any, words: Any) -> None:
    for cell, said in zip(row.cells, words, strict=True):
        run = cell.paragraphs[0].add_run(_plain(said))
        run.font.size = SMALL


def _plain(words: str) -> str:
    """Without the control characters that no Word document may hold."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def as_page(report: Impact) -> str:
    """One page of HTML that needs nothing else, and prints on A4."""
    return TEMPLATES.get_template("impact.html").render(report=report, is_table=lambda part: isinstance(part, Table))
