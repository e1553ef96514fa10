"""Words that a command would write are read first: danger and details are told, and nothing is written."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.training.drafts import COURSE_COLUMNS, DATE_COLUMNS
from tests.contract.test_training_import import COURSE, DATE, csv_of

DANGER = "he is hitting her right now and she is screaming"
DETAIL = "ring 07700 900123"
FILES = {
    "plan.csv": f"ref,action,due,measure\n1,Do it,2027-03-01,fewer\n2,Ask,2027-03-01,{DANGER}\n".encode(),
    "courses.csv": csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "NEG-3", "aims": DANGER}),
    "dates.csv": csv_of(DATE_COLUMNS, {**DATE, "room": DANGER}),
    "good.csv": b"ref,action,due\n1,Do it,2027-03-01\n",
}
PROPOSE = ("content", "propose", "mash", "--by", "ann@x.example")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("actions", "import", "plan.csv", "--plan", "QA26"), "row 3: that reads as somebody in danger."),
        (("actions", "import", "good.csv", "--plan", "QA26", "--title", DANGER), "--title: that reads"),
        (
            ("actions", "import", "good.csv", "--plan", "QA26", "--beyond-why", DETAIL),
            "a telephone number",
        ),
        (("training", "import", "courses.csv"), "row 3: that reads"),
        (("training", "import", "dates.csv"), "row 2: that reads"),
        ((*PROPOSE, "note", DANGER), "note: that reads as somebody in danger. If it is so, ring 999 now."),
        ((*PROPOSE, "ask_for", DANGER), "ask_for: that reads"),
    ],
)
def test_danger_and_details_are_told_before_anything_is_written(
    words: Sequence[str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATABASE_URL", f"sqlite:///{tmp_path / 'records.db'}")
    monkeypatch.chdir(tmp_path)
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert place in result.stderr
    assert not (tmp_path / "records.db").exists()
