"""The child process that reads a workbook: from standard input to rows as JSON. It can take 200 MB and two
seconds of computing, and no more; it is started by knowledge/spreadsheets.py alone."""

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
MOST_ROWS = 5_001
"""With the header."""
MOST_COLUMNS = 40
MOST_EMPTY = 1_000
"""Empty rows in a run, after which nothing more is looked for."""
MOST_FAULTS = 20
LONGEST_CELL = 2_000
_FORMS = {
    b"<!DOCTYPE": "it holds a document type, which no spreadsheet program writes: copy the cells into a new workbook",
    b"<mergeCell ": "it has merged cells: take the merging away, so that each cell stands for itself",
}


def main() -> None:
    take_no_more()
    data = sys.stdin.buffer.read()
    faults = list(_forbidden(data))
    told = {"faults": faults} if faults else _read(data)
    sys.stdout.write(json.dumps(told))


def take_no_more() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def _forbidden(data: bytes) -> Iterator[list[object]]:
    """What the parts of the file hold that no table needs; each part is inflated no further than it says."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            part = archive.read(name)
            plain = part.replace(b"\0", b"")  # UTF-16 is ASCII with zeros between
            yield from ([1, "", words] for mark, words in _FORMS.items() if mark in plain)


def _read(data: bytes) -> dict[str, Any]:
    import openpyxl  # after the limits; it uses defusedxml, which is installed with us

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
    except MemoryError:
        raise
    except Exception:  # the library raises whatever its parser meets
        return {"faults": [[1, "", "it is not a workbook that can be read: save it as XLSX once more"]]}
    sheet.reset_dimensions()
    return _rows(sheet)


def _rows(sheet: Any) -> dict[str, Any]:
    rows: list[tuple[int, list[str]]] = []
    faults: list[tuple[int, str, str]] = []
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        words = [_words(cell, number, faults) for cell in cells]
        empty = 0 if any(words) else empty + 1
        if any(words[MOST_COLUMNS:]):
            faults.append((number, "", f"it has more than {MOST_COLUMNS} columns"))
        if any(words):
            rows.append((number, words[:MOST_COLUMNS]))
        if len(rows) > MOST_ROWS or empty > MOST_EMPTY or len(faults) > MOST_FAULTS:
            break
    width = len(_as_wide(rows[0][1], 0)) if rows else 0
    return {"faults": faults} if faults else {"rows": [(number, _as_wide(words, width)) for number, words in rows]}


def _as_wide(words: list[str], width: int) -> list[str]:
    """As many cells as the header has; more only where they hold something."""
    words = words + [""] * (width - len(words))
    while len(words) > width and not words[-1]:
        words.pop()
    return words


def _words(cell: Any, number: int, faults: list[tuple[int, str, str]]) -> str:
    value, kind = cell.value, getattr(cell, "data_type", "")
    if value is None:
        return ""
    column = re.sub(r"\d", "", getattr(cell, "coordinate", ""))
    if kind == "f" or isinstance(value, bytes):
        faults.append((number, column, "it holds a formula: paste it as a value"))
    elif kind == "e":
        faults.append((number, column, "it shows an error: write what is meant"))
    elif len(str(value)) > LONGEST_CELL:
        faults.append((number, column, f"it is longer than {LONGEST_CELL} characters"))
    elif isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    elif isinstance(value, bool):
        return "yes" if value else "no"
    elif isinstance(value, float):
        return f"{value:.10g}"
    else:
        return str(value)
    return ""


if __name__ == "__main__":
    main()
