"""The weights are what the script makes of the examples, small enough to review, and never calm a danger."""

from pathlib import Path

import pytest

from knowledge.understanding.train import danger_words, inputs, observer
from knowledge.understanding.weights import WEIGHTS, BadWeights, Weights, read, written
from tests.builders import library

MOST_BYTES = 900_000
MOST_FEATURES = 15_000


def test_the_weights_were_learnt_from_what_stands_here() -> None:
    assert read().inputs == inputs(library()), "run: python -m knowledge.understanding.train"


def test_the_table_is_small_enough_to_review() -> None:
    assert WEIGHTS.stat().st_size <= MOST_BYTES
    assert len(read().table) <= MOST_FEATURES


def test_what_is_written_reads_back_the_same_byte_for_byte() -> None:
    assert written(read()) == WEIGHTS.read_text("utf-8")


def test_no_word_of_danger_speaks_against_an_emergency() -> None:
    weights = read()
    emergency, danger = weights.heads.index("urgency.emergency"), danger_words(observer(library()))
    against = {feature for feature, said in weights.table.items() if dict(said).get(emergency, 0) < 0}
    assert [feature for feature in against - {"always"} if not danger.may_calm(feature)] == []


def test_the_loudest_feature_comes_first() -> None:
    weights = Weights(("a", "b"), {"always": ((0, -1.0),), "word x": ((0, 0.5), (1, 2.0)), "word y": ((0, -0.7),)})
    assert weights.scores({"word x", "word y", "word never seen"}) == {"a": -1.2, "b": 2.0}
    assert weights.spoke(["word x", "word y"], "a") == [("word y", -0.7), ("word x", 0.5)]


@pytest.mark.parametrize(
    "text", ["", "inputs\tx\n", "inputs\tx\nheads\ta\nword y\tb=1\n", "inputs\tx\nheads\ta\nword y\n"]
)
def test_a_table_that_cannot_be_read_says_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(BadWeights):
        read(path)
