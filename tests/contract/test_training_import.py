"""Tables of courses and dates: shown, taken in whole or not at all, and hostile workbooks refused in a sentence."""

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest

from knowledge.audit import COMMAND_LINE, Actor
from knowledge.cells import BadTable
from knowledge.database import Database
from knowledge.models.people import Via
from knowledge.roles import NotAllowed
from knowledge.spreadsheets import xlsx_rows
from knowledge.training.drafts import COURSE_COLUMNS, DATE_COLUMNS
from knowledge.training.imports import take_in
from knowledge.training.tables import Courses, Dates, read_table
from tests.builders import london
from tests.training import TOPICS, School

COURSE = {
    "code": "neg-2", "title": "Neglect", "level": "2", "audience": "children", "aims": "See it early.",
    "topics": "neglect", "hours": "3.5", "cancel_notice": "3 working days", "charge": "£49.50", "substitutes": "yes",
}  # fmt: skip
DATE = {
    "code": "NEG-2-A", "course": "NEG-2", "starts": "2027-03-09 09:30", "ends": "09/03/2027 12:30", "room": "Room 1",
    "places": "10",
}  # fmt: skip


def csv_of(columns: Iterable[str], *rows: dict[str, str]) -> bytes:
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    return "\r\n".join(lines).encode()


def xlsx_of(*rows: list[Any], change: Any = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if change:
        change(book.worksheets[0])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one part replaced, or added."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return saved.getvalue()


def faults(data: bytes) -> list[str]:
    with pytest.raises(BadTable) as bad:
        read_table(data)
    return str(bad.value).splitlines()


# What is read


def test_a_course_is_read_from_csv() -> None:
    table = read_table(csv_of(COURSE_COLUMNS, COURSE))
    assert isinstance(table, Courses)
    ((number, course),) = table.rows
    assert (number, course.code, course.minutes, course.charge_pence) == (2, "NEG-2", 210, 4950)
    assert course.cancel_notice == (3, "working_days")
    assert course.allows_substitutes
    assert not course.needs_approval


def test_a_date_is_read_from_a_workbook_as_a_spreadsheet_keeps_it() -> None:
    row: list[Any] = [DATE.get(name, "") for name in DATE_COLUMNS]
    row[2], row[3], row[7] = london(2027, 3, 9, 9, 30).replace(tzinfo=None), "9/3/2027 12.30", 10
    table = read_table(xlsx_of([name.replace("_", " ").title() for name in DATE_COLUMNS], row))
    assert isinstance(table, Dates)
    ((_, date),) = table.rows
    assert (date.starts_at, date.ends_at) == (london(2027, 3, 9, 9, 30), london(2027, 3, 9, 12, 30))
    assert (date.capacity, date.state) == (10, "open")


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("code", "", "nothing is no code"),
        ("title", "", "it is empty"),
        ("level", "two", "no whole number from 0 to 9"),
        ("audience", "cats", "write one of children, adults, family"),
        ("hours", "-1", "no number of hours"),
        ("charge", "5.123", "no charge"),
        ("cancel_notice", "soon", "write it as 3 working days, or 14 days"),
        ("approval", "perhaps", "neither yes nor no"),
    ],
)
def test_what_is_wrong_in_a_course_is_told_with_row_and_column(column: str, cell: str, says: str) -> None:
    (fault,) = faults(csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "X-1", column: cell}))
    assert fault.startswith(f"row 3, column {column}: ")
    assert says in fault


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("starts", "next week", "write it as 2026-11-12 09:30"),
        ("starts", "2027-03-28 01:30", "the clocks jump over that time"),
        ("ends", "2027-03-09 09:00", "after the start"),
        ("link", "http://meet.example", "starts with https://"),
        ("places", "0", "no whole number from 1"),
        ("state", "maybe", "write one of draft, open"),
    ],
)
def test_what_is_wrong_in_a_date_is_told_with_row_and_column(column: str, cell: str, says: str) -> None:
    (fault,) = faults(csv_of(DATE_COLUMNS, {**DATE, column: cell}))
    assert fault.startswith("row 2, column ")
    assert says in fault


def test_two_header_rows_are_pointed_out() -> None:
    (fault,) = faults(xlsx_of(["Courses 2027"], list(COURSE_COLUMNS), [COURSE.get(c, "") for c in COURSE_COLUMNS]))
    assert "take away what is above them" in fault


# What is refused


def sparse() -> bytes:
    """1.7 KB that is a million rows and sixteen thousand columns to whoever reads it whole."""
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    return with_part(xlsx_of(["x"]), "xl/worksheets/sheet1.xml", sheet)


DTD = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><worksheet/>'
HOSTILE = {
    "sparse": (sparse(), "no rows"),
    "bomb": (with_part(xlsx_of(["x"]), "xl/media/x.bin", b"0" * 30_000_000), "more room"),
    "squeezed": (with_part(xlsx_of(["x"]), "xl/media/x.bin", b"0" * 10_000_000), "more room"),
    "rows": (xlsx_of(["code"], *(["x"] for _ in range(6_000))), "more than 5000 rows"),
    "columns": (xlsx_of(["code"], ["x"] * 60), "more than 40 columns"),
    "formula": (xlsx_of(["code"], ["=1+1"]), "row 2, column A: it holds a formula"),
    "merged": (xlsx_of(["a", "b"], ["c", "d"], change=lambda sheet: sheet.merge_cells("A1:B1")), "merged cells"),
    "dtd": (with_part(xlsx_of(["x"]), "xl/worksheets/sheet1.xml", DTD), "document type"),
    "dtd in utf-16": (
        with_part(xlsx_of(["x"]), "xl/worksheets/sheet1.xml", DTD.decode().encode("utf-16")),
        "document type",
    ),
    "links": (with_part(xlsx_of(["x"]), "xl/externalLinks/externalLink1.xml", b"<x/>"), "links to other files"),
    "macros": (with_part(xlsx_of(["x"]), "xl/vbaProject.bin", b"x"), "macros"),
    "no workbook": (b"PK\x03\x04" + b"x" * 100, "not a workbook"),
    "torn": (xlsx_of(["x"])[:-200], "not a workbook"),
    "broken part": (with_part(xlsx_of(["x"]), "xl/worksheets/sheet1.xml", b"<worksheet><a"), "save it as XLSX"),
    "too large": (b"PK\x03\x04" + b"x" * 3_000_000, "larger than 2 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_what_to_change(name: str) -> None:
    data, says = HOSTILE[name]
    (fault, *_) = faults(data)
    assert says in fault


GREEDY = {
    "memory": "x = bytearray(spreadsheet_child.MOST_MEMORY)",
    "computing": "while True: pass",
}


@pytest.mark.parametrize("wants", GREEDY)
def test_the_child_is_stopped_by_the_system_whatever_a_file_makes_it_do(wants: str) -> None:
    greedy = f"from knowledge import spreadsheet_child\nspreadsheet_child.take_no_more()\n{GREEDY[wants]}"
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.run([sys.executable, "-c", greedy], capture_output=True, timeout=60, check=False)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert child.returncode != 0
    assert spent.ru_utime + spent.ru_stime - began.ru_utime - began.ru_stime < 4, "seconds of computing"


def test_a_full_table_is_read_within_what_the_child_may_take() -> None:
    rows = [[f"NEG-{number}", *(["words in a cell"] * 9)] for number in range(5_000)]
    assert len(xlsx_rows(xlsx_of(list("abcdefghij"), *rows))) == 5_001


def test_the_sparse_file_is_as_small_as_the_one_that_took_gigabytes() -> None:
    assert len(sparse()) < 8_000


# Taking in


async def taken(school: School, data: bytes, actor: Actor = COMMAND_LINE) -> list[str]:
    async with school.work() as work:
        return [row.change for row in await take_in(work, read_table(data), actor, TOPICS)]


async def test_it_may_be_taken_in_again(database: Database) -> None:
    school = School(database)
    for change in ("added", "same"):
        assert await taken(school, csv_of(COURSE_COLUMNS, COURSE)) == [change]
        assert await taken(school, csv_of(DATE_COLUMNS, DATE)) == [change]
    assert await taken(school, csv_of(COURSE_COLUMNS, {**COURSE, "level": "3"})) == ["changed"]


async def test_one_wrong_row_and_nothing_is_written(database: Database) -> None:
    school = School(database)
    rows = (COURSE, {**COURSE, "code": "X-1", "topics": "cats"}, {**COURSE, "code": "X-2", "prerequisite": "NONE-1"})
    with pytest.raises(BadTable) as bad:
        await taken(school, csv_of(COURSE_COLUMNS, *rows))
    first, second = str(bad.value).splitlines()
    assert first.startswith("row 3, column topics: There is no topic cats here.")
    assert second.startswith("row 4, column prerequisite: There is no course with the code NONE-1")
    async with school.reading() as work:
        assert await work.catalogue.courses() == []


async def test_a_date_of_no_course_is_told(database: Database) -> None:
    with pytest.raises(BadTable, match="row 2, column course: There is no course with the code NEG-2"):
        await taken(School(database), csv_of(DATE_COLUMNS, DATE))


async def test_a_practitioner_cannot(database: Database) -> None:
    school = School(database)
    person = await school.person("ann")
    with pytest.raises(NotAllowed):
        await taken(school, csv_of(COURSE_COLUMNS, COURSE), Actor(Via.CHAT, person.id))
