"""Tables that people fill in: CSV files of agencies and of people, read whole, each fault with its row and column.

Pure: nothing is looked up in the database here.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from knowledge.agencies import AgencyDraft
from knowledge.errors import Refusal
from knowledge.models.people import Sector
from knowledge.roles import Held, held_from

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
AGENCY_COLUMNS = ("name", "sector", "domains", "lead_name", "lead_phone", "deputy_name", "deputy_phone")
PEOPLE_COLUMNS = ("tenant_id", "object_id", "name", "email", "agency", "roles")

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PHONE = re.compile(r"[+(]?\d[\d ()+-]{1,30}( ?(ext|x)\.? ?\d{1,6})?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+")

Draft = TypeVar("Draft")


@dataclass(frozen=True)
class TableFault:
    """What is wrong in one cell. Rows count as a spreadsheet counts them: the header is row 1."""

    row: int
    column: str
    words: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.words}" if self.column else f"row {self.row}: {self.words}"


class BadTable(Exception):
    """The table cannot be taken, and nothing of it was; every fault with its row and column."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


@dataclass(frozen=True)
class PersonDraft:
    """A person as somebody wrote them down; "" where not known. A scope of `roles` is a sub-group's id or an agency's
    name."""

    tenant_id: str
    object_id: str
    name: str = ""
    email: str = ""
    agency: str = ""
    roles: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Agencies:
    rows: tuple[tuple[int, AgencyDraft], ...]


@dataclass(frozen=True)
class People:
    rows: tuple[tuple[int, PersonDraft], ...]


class _Wrong(Exception):
    """What is wrong with the words of a cell."""


def read_table(data: bytes) -> Agencies | People:
    """The rows of a CSV file in UTF-8, each with its number; which table it is, its header says. Raises BadTable."""
    header, *rows = _rows(data)
    columns = tuple(name.strip().lower() for name in header[1])
    for wanted, table, row in ((AGENCY_COLUMNS, Agencies, _agency), (PEOPLE_COLUMNS, People, _person)):
        if set(columns) == set(wanted) and len(columns) == len(wanted):
            return table(_drafts(rows, columns, row))  # type: ignore[arg-type]  # `row` and `table` go together
    known = f"{','.join(AGENCY_COLUMNS)} for agencies, or {','.join(PEOPLE_COLUMNS)} for people"
    raise BadTable([TableFault(1, "", f"the first row has to name the columns: {known}")])


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    if len(data) > MOST_BYTES:
        raise BadTable([TableFault(1, "", f"the file is larger than {MOST_BYTES // 1024 // 1024} MB")])
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise BadTable([TableFault(1, "", "it is not text in UTF-8: save it as CSV UTF-8")]) from None
    except csv.Error as broken:
        raise BadTable([TableFault(1, "", f"it is not CSV: {broken}")]) from None
    rows = [(number, cells) for number, cells in enumerate(lines, 1) if any(cell.strip() for cell in cells)]
    if len(rows) < 2:
        raise BadTable([TableFault(1, "", "there are no rows")])
    if len(rows) > MOST_ROWS + 1:
        raise BadTable([TableFault(MOST_ROWS + 2, "", f"there are more than {MOST_ROWS} rows: make two files")])
    return rows


def _drafts(
    rows: Iterable[tuple[int, list[str]]], columns: Sequence[str], draft: Callable[["_Row"], Draft]
) -> tuple[tuple[int, Draft], ...]:
    faults: list[TableFault] = []
    drafts: list[tuple[int, Draft]] = []
    first_seen: dict[object, int] = {}
    for number, cells in rows:
        if len(cells) != len(columns):
            faults.append(TableFault(number, "", f"it has {len(cells)} cells, and the header {len(columns)}"))
            continue
        row = _Row(number, dict(zip(columns, (cell.strip() for cell in cells), strict=True)), faults)
        made, key = draft(row), row.key()
        if first_seen.setdefault(key, number) != number:
            row.wrong(columns[0], f"it stands in row {first_seen[key]} too")
        drafts.append((number, made))
    if faults:
        raise BadTable(faults)
    return tuple(drafts)


class _Row:
    """One row while it is read: gives what a cell means, and notes what is wrong with it."""

    def __init__(self, number: int, cells: dict[str, str], faults: list[TableFault]) -> None:
        self.number, self.cells, self.faults = number, cells, faults

    def key(self) -> object:
        """By which a row is told from the others."""
        return (self.cells.get("tenant_id", "").lower(), self.cells.get("object_id", self.cells["name"]).casefold())

    def wrong(self, column: str, words: str) -> None:
        self.faults.append(TableFault(self.number, column, words))

    def cell(self, column: str, read: Callable[[str], Draft], otherwise: Draft) -> Draft:
        """What `read` makes of the cell; `otherwise` where it raised what is wrong, which is noted."""
        try:
            words = self.cells[column]
            if not words.isprintable():
                raise _Wrong("it has a line break or a character that cannot be shown")
            return read(words)
        except _Wrong as wrong:
            self.wrong(column, str(wrong))
            return otherwise


def _agency(row: _Row) -> AgencyDraft:
    return AgencyDraft(
        name=row.cell("name", _name, ""),
        sector=row.cell("sector", _sector, Sector.OTHER),
        domains=row.cell("domains", _domains, ()),
        lead_name=row.cell("lead_name", _text, ""),
        lead_phone=row.cell("lead_phone", _phone, ""),
        deputy_name=row.cell("deputy_name", _text, ""),
        deputy_phone=row.cell("deputy_phone", _phone, ""),
    )


def _person(row: _Row) -> PersonDraft:
    return PersonDraft(
        tenant_id=row.cell("tenant_id", _guid, ""),
        object_id=row.cell("object_id", _guid, ""),
        name=row.cell("name", _text, ""),
        email=row.cell("email", _email, ""),
        agency=row.cell("agency", _text, ""),
        roles=row.cell("roles", _roles, ()),
    )


def _text(words: str) -> str:
    if len(words) > 200:
        raise _Wrong("it is longer than 200 characters")
    return words


def _name(words: str) -> str:
    if not words:
        raise _Wrong("it is empty: every agency needs a name")
    return _text(words)


def _sector(words: str) -> Sector:
    try:
        return Sector(words.lower())
    except ValueError:
        raise _Wrong(f"{words or 'nothing'} is no sector: write one of {', '.join(Sector)}") from None


def _domains(words: str) -> tuple[str, ...]:
    domains = sorted({domain.lower().removeprefix("@") for domain in words.replace(";", " ").split()})
    for domain in domains:
        if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
            raise _Wrong(f"{domain} is no e-mail domain, such as harrow.gov.uk")
    return tuple(domains)


def _phone(words: str) -> str:
    if words and not (_PHONE.fullmatch(words) and len(words) <= 40):
        raise _Wrong(f"{words} is no telephone number")
    return words


def _guid(words: str) -> str:
    if not _GUID.fullmatch(words.lower()):
        raise _Wrong("it is not an id such as 00000000-0000-4000-8000-000000000000")
    return words.lower()


def _email(words: str) -> str:
    if words and not (_EMAIL.fullmatch(words) and len(words) <= 320):
        raise _Wrong(f"{words} is no e-mail address")
    return words.lower()


def _roles(words: str) -> tuple[Held, ...]:
    try:
        return tuple(held_from(part) for part in words.split(";") if part.strip())
    except Refusal as wrong:
        raise _Wrong(str(wrong)) from None
