"""Tables of courses and of their dates, as CSV or XLSX: read whole, each fault with its row and column. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.cells import BadTable, Row, TableFault, csv_rows, drafts_of
from knowledge.spreadsheets import is_xlsx, xlsx_rows
from knowledge.training.drafts import COURSE_COLUMNS, DATE_COLUMNS, CourseDraft, DateDraft, course_of, date_of


@dataclass(frozen=True)
class Courses:
    rows: tuple[tuple[int, CourseDraft], ...]


@dataclass(frozen=True)
class Dates:
    rows: tuple[tuple[int, DateDraft], ...]


PROSE: Mapping[type[Courses | Dates], Sequence[str]] = {
    Courses: ("title", "aims", "priority", "commissioned_by", "challenge"),
    Dates: ("room", "trainer"),
}
_TABLES: Sequence[tuple[Sequence[str], Callable[[Any], Any], Callable[[Row], Any]]] = (
    (COURSE_COLUMNS, Courses, course_of),
    (DATE_COLUMNS, Dates, date_of),
)


def read_table(data: bytes) -> Courses | Dates:
    """The rows of a CSV file in UTF-8 or of a workbook's first sheet; which table it is, its header says. Raises
    BadTable."""
    header, *rows = xlsx_rows(data) if is_xlsx(data) else csv_rows(data)
    found = _known(header[1])
    if found is None:
        raise BadTable([TableFault(header[0], "", _wrong_header([cells for _, cells in rows]))])
    _, table, draft = found
    columns = [_plain(name) for name in header[1]]
    read: Courses | Dates = table(drafts_of(rows, columns, draft, ("code",)))
    return read


def prose_in(table: Courses | Dates) -> Iterator[tuple[int, str]]:
    """What is written in somebody's own words, each with its row."""
    names = PROSE[type(table)]
    return ((number, getattr(draft, name)) for number, draft in table.rows for name in names)


def _known(cells: Sequence[str]) -> Any:
    columns = [_plain(name) for name in cells]
    return next((entry for entry in _TABLES if sorted(entry[0]) == sorted(columns)), None)


def _wrong_header(rows: Sequence[Sequence[str]]) -> str:
    if any(_known(cells) for cells in rows[:5]):
        return "the names of the columns have to stand in the first row: take away what is above them"
    courses, dates = ",".join(COURSE_COLUMNS), ",".join(DATE_COLUMNS)
    return f"the first row has to name the columns: {courses} for courses, or {dates} for dates"


def _plain(name: str) -> str:
    return "_".join(name.casefold().split())
