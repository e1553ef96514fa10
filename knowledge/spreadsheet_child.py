"""The child process that reads a workbook: from standard input to rows as JSON. It can take 200 MB and two
seconds of computing, and no more; it is started by knowledge/spreadsheets.py alone. With `kept` as its argument it
takes a table as people keep one: with title rows, merged cells and formulas."""

import gc
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

MOST_MEMORY = 200 * 1024 * 1024
MOST_SECONDS = 2
NOT_NEEDED = ("numpy", "PIL")
"""What openpyxl takes along where it is there, for figures and pictures: half of the time that it takes to start."""
MOST_ROWS = 5_001
"""With the header."""
MOST_TITLE_ROWS = 15
MOST_MERGED = 20_000
"""Cells that may be parts of merged ones."""
MOST_COLUMNS = 40
MOST_EMPTY = 1_000
"""Empty rows in a run, after which nothing more is looked for."""
MOST_FAULTS = 20
LONGEST_CELL = 2_000
FORMULA = "="
"""What stands for a formula in a table as people keep one: whether it matters, its column says."""
_DOCTYPE = {
    b"<!DOCTYPE": "it holds a document type, which no spreadsheet program writes: copy the cells into a new workbook",
}
_MERGED = {b"<mergeCell ": "it has merged cells: take the merging away, so that each cell stands for itself"}
_MERGE = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_Merged = dict[tuple[int, int], tuple[int, int]]
"""The first cell of the merged one that a cell is part of, each as (row, column), from 1."""


def main() -> None:
    take_no_more()
    gc.disable()  # it lives for one table, and of the time it has a part would go into looking for rubbish
    data, is_kept = sys.stdin.buffer.read(), "kept" in sys.argv
    faults = list(_forbidden(data, _DOCTYPE if is_kept else {**_DOCTYPE, **_MERGED}))
    told = {"faults": faults} if faults else _read(data, is_kept)
    sys.stdout.write(json.dumps(told))


def take_no_more() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def _forbidden(data: bytes, forms: dict[bytes, str]) -> Iterator[list[object]]:
    """What the parts of the file hold that no table needs; each part is inflated no further than it says."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            part = archive.read(name)
            plain = part.replace(b"\0", b"")  # UTF-16 is ASCII with zeros between
            yield from ([1, "", words] for mark, words in forms.items() if mark in plain)


def _read(data: bytes, is_kept: bool) -> dict[str, Any]:
    sys.modules.update(dict.fromkeys(NOT_NEEDED))  # type: ignore[arg-type]  # None: it cannot be imported
    import openpyxl  # after the limits; it uses defusedxml, which is installed with us

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
    except MemoryError:
        raise
    except Exception:  # the library raises whatever its parser meets
        return {"faults": [[1, "", "it is not a workbook that can be read: save it as XLSX once more"]]}
    sheet.reset_dimensions()
    if not is_kept:
        return _rows(sheet, MOST_ROWS)
    merged = _merges(zipfile.ZipFile(io.BytesIO(data)).read(sheet._worksheet_path))  # type: ignore[attr-defined]
    if len(merged) > MOST_MERGED:
        return {"faults": [[1, "", "too many of its cells are merged: copy the cells into a new workbook"]]}
    return _as_kept(_rows(sheet, MOST_ROWS + MOST_TITLE_ROWS, FORMULA), merged)


def _merges(part: bytes) -> _Merged:
    """Each further cell of a merged one; no more of them than are taken, and one."""
    merged: _Merged = {}
    for left, top, right, bottom in _MERGE.findall(part):
        first = (int(top), _column(left))
        for row in range(int(top), min(int(bottom), int(top) + MOST_ROWS) + 1):
            for column in range(_column(left), min(_column(right), MOST_COLUMNS) + 1):
                merged[row, column] = first
            if len(merged) > MOST_MERGED:
                return merged
    return merged


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _as_kept(told: dict[str, Any], merged: _Merged) -> dict[str, Any]:
    """The same rows; what a merged cell says, each of its cells says. Rows may be of any width."""
    said = dict(told.get("rows", ()))
    for (row, column), (top, left) in merged.items():
        if row in said and top in said and left <= len(said[top]):
            said[row] += [""] * (column - len(said[row]))
            said[row][column - 1] = said[top][left - 1]
    return {**told, "rows": list(said.items())} if said else told


def _rows(sheet: Any, most: int, formula: str = "") -> dict[str, Any]:
    """The rows that hold anything. `formula`: what stands for one; a fault, where it is empty."""
    rows: list[tuple[int, list[str]]] = []
    faults: list[tuple[int, str, str]] = []
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        words = [_words(cell, number, faults, formula) for cell in cells]
        empty = 0 if any(words) else empty + 1
        if any(words[MOST_COLUMNS:]):
            faults.append((number, "", f"it has more than {MOST_COLUMNS} columns"))
        if any(words):
            rows.append((number, words[:MOST_COLUMNS]))
        if len(rows) > most or empty > MOST_EMPTY or len(faults) > MOST_FAULTS:
            break
    width = len(_as_wide(rows[0][1], 0)) if rows and not formula else 0
    return {"faults": faults} if faults else {"rows": [(number, _as_wide(words, width)) for number, words in rows]}


def _as_wide(words: list[str], width: int) -> list[str]:
    """As many cells as the header has; more only where they hold something."""
    words = words + [""] * (width - len(words))
    while len(words) > width and not words[-1]:
        words.pop()
    return words


def _words(cell: Any, number: int, faults: list[tuple[int, str, str]], formula: str) -> str:
    value, kind = cell.value, getattr(cell, "data_type", "")
    if value is None or (kind == "f" and formula):
        return formula if value else ""
    if fault := _fault(value, kind):
        faults.append((number, re.sub(r"\d", "", getattr(cell, "coordinate", "")), fault))
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _fault(value: Any, kind: str) -> str:
    """What is wrong with a cell, and what to do; "" where nothing is."""
    if kind == "f" or isinstance(value, bytes):
        return "it holds a formula: paste it as a value"
    if kind == "e":
        return "it shows an error: write what is meant"
    return f"it is longer than {LONGEST_CELL} characters" if len(str(value)) > LONGEST_CELL else ""


if __name__ == "__main__":
    main()
