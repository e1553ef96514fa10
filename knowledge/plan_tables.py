"""Action plans as partnerships keep them, in CSV or XLSX: headings in any order and nearly spelt, below title rows.

Pure: nothing is looked up in the database here.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from knowledge.cells import MOST_ROWS, BadTable, TableFault, csv_rows
from knowledge.days import day_from
from knowledge.spreadsheets import is_xlsx, xlsx_rows

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "ref", "ref no", "no", "number", "action no", "action number", "action ref", "id"),
    "recommendation": ("recommendation", "recommendations", "finding", "learning point"),
    "action": ("action", "actions", "action required", "what", "task", "agreed action"),
    "owner": ("owner", "lead", "lead officer", "action owner", "responsible", "responsible person", "by whom", "who"),
    "email": ("owners email", "owner email", "email", "email address", "lead email", "owners e mail", "e mail"),
    "due": ("due", "due date", "deadline", "timescale", "by when", "target date", "completion date", "when"),
    "rag": ("rag", "rag rating", "rag status", "status"),
    "progress": ("progress", "update", "updates", "progress update", "comments", "latest update"),
    "agency": ("agency", "lead agency", "organisation"),
    "measure": ("success measure", "measure", "outcome", "intended outcome", "how will we know", "impact"),
}
"""What a column is called, in small letters without signs."""
NEEDED = ("action", "due")
PROSE = ("action", "recommendation", "measure", "progress")
"""The columns in somebody's own words."""
_READ = tuple(name for name in HEADINGS if name != "rag")
"""The columns that are read: the assistant knows by itself how red an action is."""
CLOSE = 0.84
"""How alike a heading has to be to one that we know (0 to 1)."""
MOST_TITLE_ROWS = 15
"""Rows in which the headings are looked for."""
_BY_NAME = {name: column for column, names in HEADINGS.items() for name in names}
_FORMULA = "="
_A_DAY = "write one such as 2027-03-01 or 1 March 2027"
_EMAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]+")


@dataclass(frozen=True)
class PlanRow:
    """One row, its cells as they were written: "" where empty. `row` counts as a spreadsheet does."""

    row: int
    reference: str
    action: str
    due_on: date
    recommendation: str = ""
    owner: str = ""
    email: str = ""
    agency: str = ""
    measure: str = ""
    progress: str = ""


PlanTable = Sequence[PlanRow] | BadTable
"""The rows of a plan; or what is wrong with them."""


def prose_in(rows: Sequence[PlanRow]) -> Iterator[tuple[int, str]]:
    """What is written in somebody's own words, each with its row."""
    return ((row.row, getattr(row, name)) for row in rows for name in PROSE)


def plan_rows(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows of a CSV or XLSX file that hold anything, each with its number. Raises BadTable."""
    return (xlsx_rows if is_xlsx(data) else csv_rows)(data, above=MOST_TITLE_ROWS)


def read_plan(rows: Sequence[tuple[int, list[str]]]) -> list[PlanRow]:
    """What the rows of a plan say. Raises BadTable, with every fault."""
    columns, body = _headed(rows)
    if len(body) > MOST_ROWS:
        raise BadTable([TableFault(body[MOST_ROWS][0], "", f"there are more than {MOST_ROWS} rows: make two files")])
    faults: list[TableFault] = []
    read = [_row(number, _cells(columns, cells), faults) for number, cells in body]
    seen: dict[str, int] = {}
    for one in (row for row in read if row and row.reference):
        first = seen.setdefault(one.reference.upper(), one.row)
        if first != one.row:
            faults.append(TableFault(one.row, "reference", f"{one.reference} stands in row {first} too"))
    if faults:
        raise BadTable(sorted(faults, key=lambda fault: fault.row))
    return [one for one in read if one]


def _headed(rows: Sequence[tuple[int, list[str]]]) -> tuple[dict[str, int], Sequence[tuple[int, list[str]]]]:
    """The columns by their place, and the rows below the headings. Headings may stand in two rows, one above the other,
    where cells were merged."""
    for place in range(min(len(rows), MOST_TITLE_ROWS)):
        for upto in (place + 1, place + 2):
            columns = _columns([cells for _, cells in rows[place:upto]])
            if all(name in columns for name in NEEDED) and upto <= len(rows):
                return columns, rows[upto:]
    known = ", ".join(("reference", "recommendation", "action", "owner", "owner's e-mail", "due"))
    raise BadTable([TableFault(1, "", f"no row has the headings. Needed: action and due. Known: {known}")])


def _columns(headings: Sequence[Sequence[str]]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place in range(max(map(len, headings), default=0)):
        parts = [cells[place] for cells in headings if place < len(cells) and cells[place].strip()]
        for words in (" ".join(parts), *reversed(parts)):
            if (column := _named(words)) and column not in columns:
                columns[column] = place
                break
    return columns


def _named(words: str) -> str | None:
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", words.lower().replace("'", "").replace("’", "")).split())
    found = get_close_matches(plain, _BY_NAME, n=1, cutoff=CLOSE)
    return _BY_NAME[found[0]] if found else None


def _cells(columns: Mapping[str, int], cells: Sequence[str]) -> Callable[[str], str]:
    def cell(column: str) -> str:
        place = columns.get(column, len(cells))
        return " ".join(cells[place].split()) if place < len(cells) else ""

    return cell


def _row(number: int, cell: Callable[[str], str], faults: list[TableFault]) -> PlanRow | None:
    wrong = [TableFault(number, column, words) for column, words in _faults(cell)]
    due = day_from(cell("due"))
    if wrong or due is None:
        faults += wrong
        return None
    return PlanRow(
        number, cell("reference"), cell("action"), due, cell("recommendation"), cell("owner"),
        cell("email").lower(), cell("agency"), cell("measure"), cell("progress"),
    )  # fmt: skip


def _faults(cell: Callable[[str], str]) -> list[tuple[str, str]]:
    due, email = cell("due"), cell("email")
    formulas = [(name, cell(name) == _FORMULA, "it holds a formula: paste it as a value") for name in _READ]
    checks = (
        *formulas,
        ("action", not cell("action"), "it is empty: say what is to be done"),
        ("action", len(cell("action")) > 300, "it is longer than 300 characters: keep to what is to be done"),
        ("reference", len(cell("reference")) > 18, "it is longer than 18 characters"),
        ("due", due != _FORMULA and day_from(due) is None, f"{due or 'nothing'} is no day: {_A_DAY}"),
        ("email", email not in ("", _FORMULA) and not _EMAIL.fullmatch(email), f"{email} is no e-mail address"),
    )
    return [(column, words) for column, is_wrong, words in checks if is_wrong]
