"""The weights are what the script makes of the examples, and can be read and reviewed as text."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.understanding.features import Features
from knowledge.understanding.train import heads, inputs
from knowledge.understanding.weights import (
    LOUDEST,
    WEIGHTS,
    BadWeights,
    Weights,
    coded,
    read,
    review,
    said,
    unlearnt,
    written,
)
from tests.builders import library

MOST_BYTES = 6_000_000
HEADS = ("a", "b")
LOUDNESS = {"hint h": 2.0, "part ax": 1.0, "word x": 3.0, "word y": 4.0}


def table(**said_of: tuple[float, float]) -> Weights:
    """A table in which these words say so much of the two heads."""
    empty = unlearnt(HEADS, LOUDNESS)
    for name, row in said_of.items():
        empty.letters[empty.features.index(f"word {name}")] = coded(np.array(row, dtype=np.float32))
    return empty


def seen(*words: str, spelt: tuple[str, ...] = (), found: tuple[str, ...] = ()) -> Features:
    return Features(tuple(f"word {word}" for word in words), spelt, found)


def test_the_weights_were_learnt_from_what_stands_here() -> None:
    assert read().inputs == inputs(library()), "run: python -m knowledge.understanding.train"
    assert read().heads == heads(library())


def test_what_is_written_reads_back_the_same_byte_for_byte() -> None:
    assert WEIGHTS.stat().st_size <= MOST_BYTES
    assert written(read()) == WEIGHTS.read_text("utf-8")


def test_the_sheet_for_reviewers_says_what_the_table_says() -> None:
    assert review(read()) == LOUDEST.read_text("utf-8")


def test_every_weight_is_written_to_the_nearest_step() -> None:
    weights = np.array([[0.0, 0.003, -0.4, 2.5], [8.0, -8.0, 9.0, -0.05]], dtype=np.float32)
    back = said(coded(weights))
    assert back[0, 0] == 0
    assert back[1].tolist()[:3] == [8.0, -8.0, 8.0]
    assert np.abs(back - np.clip(weights, -8, 8)).max() < 0.1


def test_words_share_what_all_of_them_may_say() -> None:
    weights = table(x=(2.0, 0.0), y=(0.0, 2.0))
    alone, together = weights.scores(seen("x")), weights.scores(seen("x", "y"))
    assert alone == {"a": 10.0, "b": 0.0}
    assert together["a"] == pytest.approx(6.0)
    assert together["b"] == pytest.approx(8.0)
    assert weights.scores(seen("never", "seen", spelt=("zz",), found=("hint none",))) == {"a": 0.0, "b": 0.0}


def test_the_loudest_feature_comes_first() -> None:
    weights = table(x=(0.5, 2.0), y=(-0.7, 0.0))
    assert [name for name, _ in weights.spoke(seen("x", "y"), "a")] == ["word y", "word x"]
    assert [name for name, _ in weights.spoke(seen("x", "y"), "b")] == ["word x"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inputs\tx\n",
        "inputs\tx\nheads\ta\nword y\t1\tO\n",
        "inputs\tx\nheads\ta\nword y\t1\tOO\nalways\t1\tO\n",
        "inputs\tx\nheads\ta\nword y\t1\nalways\t1\tO\n",
        "inputs\tx\nheads\ta\nword y\tloud\tO\nalways\t1\tO\n",
    ],
)
def test_a_table_that_cannot_be_read_says_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(BadWeights):
        read(path)
