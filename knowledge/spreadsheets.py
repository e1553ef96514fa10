"""Spreadsheets that people send: an XLSX file becomes rows of words, read in a child process that can take little room.

A file of 1.7 KB can ask for gigabytes, so nothing that a file says of itself is believed: all is counted.
"""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from knowledge.cells import MOST_BYTES, BadTable, TableFault, counted

CHILD = Path(__file__).with_name("spreadsheet_child.py")
MOST_INFLATED = 20 * 1024 * 1024
MOST_ENTRIES = 50
MOST_RATIO = 100
SMALLEST_FOR_RATIO = 1024 * 1024
"""Bytes under which an entry may be squeezed as well as it likes."""
PATIENCE = 10.0
"""Seconds on the clock; the child itself may compute for two."""
TOO_MUCH = "it asks for more room or time than a table needs: copy the cells into a new workbook and save that"

_TOO_MUCH = {"faults": [[1, "", TOO_MUCH]]}


def is_xlsx(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def xlsx_rows(data: bytes, *, above: int = 0) -> list[tuple[int, list[str]]]:
    """The rows of a workbook's first sheet that hold anything, each with its number. `above`: so many rows of titles
    may stand above the headings; then cells may be merged too, and a formula is given as "=". Raises BadTable, with
    what to change."""
    _check_zip(data)
    try:
        child = subprocess.run(  # noqa: S603  # the same interpreter, a fixed file, and no shell
            [sys.executable, "-I", str(CHILD), *(["kept"] if above else [])],
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        told: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 else _TOO_MUCH
    except (subprocess.TimeoutExpired, ValueError):
        told = _TOO_MUCH
    if faults := told.get("faults"):
        raise BadTable([TableFault(row, column, words) for row, column, words in faults])
    return counted([(number, cells) for number, cells in told["rows"]], above)


def _check_zip(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise _bad(f"the file is larger than {MOST_BYTES // 1024 // 1024} MB: make two of it")
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _bad("it is not a workbook: save it as XLSX once more") from None
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_INFLATED:
        raise _bad(TOO_MUCH)
    for entry in entries:
        if entry.file_size > SMALLEST_FOR_RATIO and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise _bad(TOO_MUCH)
        if entry.flag_bits & 1:
            raise _bad("it is locked with a password: save it without one")
    names = {entry.filename for entry in entries}
    if "xl/vbaProject.bin" in names or any(name.startswith("xl/externalLinks/") for name in names):
        raise _bad("it has macros or links to other files: copy the cells as values into a new workbook")


def _bad(words: str) -> BadTable:
    return BadTable([TableFault(1, "", words)])
