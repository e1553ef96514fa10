"""The golden gate: a message whose routes moved is a fault until somebody accepts it."""

import shutil
from pathlib import Path

from knowledge.check import check_content
from knowledge.clock import LONDON
from knowledge.library import CONTENT
from knowledge.understanding.golden import GOLDEN, accept, golden_messages, moved
from tests.builders import MONDAY_MORNING, library, reader

TODAY = MONDAY_MORNING.astimezone(LONDON).date()


def altered(folder: Path) -> Path:
    """The golden file with its first message accepted as something else."""
    path = Path(shutil.copy(GOLDEN, folder / "golden.txt"))
    first = next(golden_messages(path))
    lines = path.read_text("utf-8").splitlines()
    lines[first.line - 1] = f"concern emergency police_999 | {first.text}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_there_are_golden_messages_and_all_are_read_as_accepted() -> None:
    assert len(list(golden_messages())) > 100
    assert list(moved(library(), reader())) == []


def test_a_moved_route_fails_the_check_and_is_listed(tmp_path: Path) -> None:
    path = altered(tmp_path)
    first = next(golden_messages(path))
    faults = [fault for fault in check_content(CONTENT, TODAY, path).errors if fault.rule == "routes moved"]
    assert [(fault.file, fault.line) for fault in faults] == [("golden.txt", first.line)]
    assert first.text in str(faults[0])


def test_what_was_accepted_passes(tmp_path: Path) -> None:
    path = altered(tmp_path)
    assert accept(library(), reader(), path) == 1
    assert path.read_text("utf-8") == GOLDEN.read_text("utf-8")
    assert accept(library(), reader(), path) == 0
