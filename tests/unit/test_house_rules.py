"""Rules of the house that no linter holds: where the clock and the environment are read, and how long a file may be."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for room in ("bot", "dialogs", "knowledge") for path in (ROOT / room).rglob("*.py"))


def containing(*words: str) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in SOURCES if any(word in path.read_text("utf-8") for word in words)}


def test_no_source_file_is_longer_than_400_lines() -> None:
    assert [path.name for path in SOURCES if len(path.read_text("utf-8").splitlines()) > 400] == []


def test_only_the_clock_asks_the_machine_what_time_it_is() -> None:
    assert containing("datetime.now", "utcnow", "time.time(", "date.today") == {"knowledge/clock.py"}


def test_only_the_settings_read_the_environment() -> None:
    assert containing("os.environ", "getenv") == {"bot/settings.py"}


def test_every_room_and_module_says_what_it_is_for() -> None:
    assert [str(path) for path in SOURCES if not path.read_text("utf-8").lstrip().startswith('"""')] == []


@pytest.mark.parametrize("words", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_in_the_code(words: str) -> None:
    assert containing(words) == set()


def test_no_lock_file_names_an_index_or_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    locks = [ROOT / name for name in tracked if name.endswith(("requirements/run.txt", "dev.txt", "package-lock.json"))]
    assert locks
    words = ('"resolved"', "index-url", ".whl", ".tgz", ".tar.gz")
    assert [lock.name for lock in locks if any(word in lock.read_text("utf-8") for word in words)] == []
