"""The figures as an XLSX workbook: every cell is a number or plain words, so that nothing in it is ever computed."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from knowledge.training.figures import Figures, Line

HEADER = (
    "Name", "Dates", "Places", "Places taken", "Per cent taken", "Waiting", "Present", "Part", "Absent", "Cancelled",
    "Cancelled late",
)  # fmt: skip


def workbook(figures: Figures) -> bytes:
    """A sheet each for courses, agencies, quarters, unmet demand, and agencies with nobody trained."""
    book = openpyxl.Workbook(write_only=True)
    for title, lines in (
        ("Courses", figures.by_course), ("Agencies", figures.by_agency), ("Quarters", figures.by_quarter),
    ):  # fmt: skip
        add_sheet(book, title, [HEADER, *map(_cells, lines)])
    add_sheet(book, "Asked for in vain", [("What", "How often"), *figures.unmet])
    add_sheet(book, "Nobody trained", [("Agency",), *((name,) for name in figures.untrained)])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _cells(line: Line) -> tuple[str | int, ...]:
    places = (line.places, line.taken, line.fill) if line.places else ("", line.taken, "")
    came = (line.present, line.part, line.absent, line.cancelled, line.late)
    return (line.name, line.dates or "", *places, line.waiting, *came)


def add_sheet(book: openpyxl.Workbook, title: str, rows: Sequence[Sequence[str | int | float]]) -> None:
    """A sheet in which nothing is ever computed."""
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: str | int | float) -> Any:
    """Words are marked as words, and quoted, whatever sign they begin with: `=1+1` stays five characters."""
    cell = WriteOnlyCell(sheet, value="" if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.value = _plain(value)
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _plain(words: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in words)
