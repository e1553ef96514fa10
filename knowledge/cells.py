"""Cells: a table that people filled in, row by row, each fault with its row and column. Pure."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000

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


class Wrong(Exception):
    """What is wrong with the words of a cell."""


def csv_rows(data: bytes, *, above: int = 0) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file in UTF-8 that hold anything, each with its number. `above`: so many rows of titles may
    stand above the headings. Raises BadTable."""
    if len(data) > MOST_BYTES:
        raise BadTable([TableFault(1, "", f"the file is larger than {MOST_BYTES // 1024 // 1024} MB")])
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise BadTable([TableFault(1, "", "it is not text in UTF-8: save it as CSV UTF-8")]) from None
    except csv.Error as broken:
        raise BadTable([TableFault(1, "", f"it is not CSV: {broken}")]) from None
    rows = [(number, cells) for number, cells in enumerate(lines, 1) if any(cell.strip() for cell in cells)]
    return counted(rows, above)


def counted(rows: list[tuple[int, list[str]]], above: int = 0) -> list[tuple[int, list[str]]]:
    """The same rows, where there are neither too few nor too many. Raises BadTable."""
    if len(rows) < 2:
        raise BadTable([TableFault(1, "", "there are no rows")])
    if len(rows) > MOST_ROWS + 1 + above:
        first_beyond, _ = rows[MOST_ROWS + 1 + above]
        raise BadTable([TableFault(first_beyond, "", f"there are more than {MOST_ROWS} rows: make two files")])
    return rows


def drafts_of(
    rows: Iterable[tuple[int, list[str]]], columns: Sequence[str], draft: Callable[["Row"], Draft], key: Sequence[str]
) -> tuple[tuple[int, Draft], ...]:
    """What `draft` makes of each row; `key`: the columns by which a row is told from the others. Raises BadTable."""
    faults: list[TableFault] = []
    drafts: list[tuple[int, Draft]] = []
    first_seen: dict[object, int] = {}
    for number, cells in rows:
        if len(cells) != len(columns):
            faults.append(TableFault(number, "", f"it has {len(cells)} cells, and the header {len(columns)}"))
            continue
        row = Row(number, dict(zip(columns, (cell.strip() for cell in cells), strict=True)), faults)
        made, named = draft(row), tuple(row.cells[column].casefold() for column in key)
        if first_seen.setdefault(named, number) != number:
            row.wrong(columns[0], f"it stands in row {first_seen[named]} too")
        drafts.append((number, made))
    if faults:
        raise BadTable(faults)
    return tuple(drafts)


class Row:
    """One row while it is read: gives what a cell means, and notes what is wrong with it."""

    def __init__(self, number: int, cells: dict[str, str], faults: list[TableFault]) -> None:
        self.number, self.cells, self.faults = number, cells, faults

    def wrong(self, column: str, words: str) -> None:
        self.faults.append(TableFault(self.number, column, words))

    def cell(self, column: str, read: Callable[[str], Draft], otherwise: Draft) -> Draft:
        """What `read` makes of the cell; `otherwise` where it raised what is wrong, which is noted."""
        try:
            words = self.cells[column]
            if not words.isprintable():
                raise Wrong("it has a line break or a character that cannot be shown")
            return read(words)
        except Wrong as wrong:
            self.wrong(column, str(wrong))
            return otherwise


def text_of(words: str) -> str:
    """A cell of at most 200 characters. Raises Wrong."""
    if len(words) > 200:
        raise Wrong("it is longer than 200 characters")
    return words
