"""The weights: what was learnt from the examples, as a table of text that is read when the assistant starts.

Each line of `weights.txt` is one feature: its name, how loud it is, and a letter for what it adds to each head (a
question of yes or no: "an emergency?"). `loudest.txt` says the same in words, for those who review it.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.understanding.features import Features

WEIGHTS = Path(__file__).parent / "weights.txt"
LOUDEST = Path(__file__).parent / "loudest.txt"
BIAS = "always"
"""The feature that every message has."""
WORDS, PARTS, FOUND = 5.0, 3.0, 0.5
"""How much all words of a message say together, all parts of its words, and each thing that the lexicon found."""
MOST_SAID = 8.0
"""The largest weight, in log-odds; what is more counts as this much."""
STEPS = 46
"""Steps from nothing to the largest weight, finer near nothing. A step is a letter: `O` says nothing, `P` and on speak
for, `N` and back speak against."""
NOTHING = ord("O")
LOUD_LINES = 12

Matrix = NDArray[np.float32]


class BadWeights(ValueError):
    """The table cannot be read; the words say which line and why."""


@dataclass(frozen=True)
class Weights:
    """For each feature how loud it is, and what it adds to each head, in log-odds: a row of `table`, the last one for
    what is always there. `inputs`: a hash of all that it was learnt from."""

    heads: tuple[str, ...]
    features: tuple[str, ...]
    loudness: tuple[float, ...]
    table: Matrix
    inputs: str = ""

    def scores(self, seen: Features) -> dict[str, float]:
        """The log-odds of every head."""
        places, values = self.values(seen)
        sums = self.table[-1] + values @ self.table[places]
        return dict(zip(self.heads, sums.tolist(), strict=True))

    def values(self, seen: Features) -> tuple[NDArray[np.intp], Matrix]:
        """The rows of what is known of a message, and how much of each there is: words and parts share what their
        family may say."""
        places: list[int] = []
        values: list[float] = []
        for family, share in ((seen.words, WORDS), (seen.parts, PARTS)):
            known = [at for at in map(self._places.get, family) if at is not None]
            loud = [self.loudness[at] for at in known]
            together = math.sqrt(sum(value * value for value in loud))
            places += known
            values += [share * value / together for value in loud]
        known = [at for at in map(self._places.get, seen.found) if at is not None]
        places += known
        values += [FOUND * self.loudness[at] for at in known]
        return np.array(places, dtype=np.intp), np.array(values, dtype=np.float32)

    def knows(self, word: str) -> bool:
        """Whether a word was seen often enough to say something."""
        return f"word {word}" in self._places

    def spoke(self, seen: Features, head: str) -> list[tuple[str, float]]:
        """The features that spoke for or against one head, in log-odds, the loudest first."""
        places, values = self.values(seen)
        told = values * self.table[places, self.heads.index(head)]
        named = [(self.features[place], float(much)) for place, much in zip(places, told, strict=True)]
        return sorted((pair for pair in named if pair[1]), key=lambda pair: (-abs(pair[1]), pair[0]))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {feature: at for at, feature in enumerate(self.features)}


def unlearnt(heads: Sequence[str], loudness: Mapping[str, float]) -> Weights:
    """A table of these features in which nothing says anything yet."""
    names = sorted(loudness)
    empty = np.zeros((len(names) + 1, len(heads)), dtype=np.float32)
    return Weights(tuple(heads), tuple(names), tuple(loudness[name] for name in names), empty)


def chance(log_odds: float) -> float:
    """Log-odds as a share from 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def read(path: Path = WEIGHTS) -> Weights:
    """Raises BadWeights."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    top = [line.partition("\t") for line in lines[:2]]
    if len(lines) < 3 or [name for name, _, _ in top] != ["inputs", "heads"] or not lines[-1].startswith(f"{BIAS}\t"):
        raise BadWeights(f"{path.name} does not have its inputs, its heads and what is always there: train it anew")
    heads = tuple(top[1][2].split())
    try:
        letters = "".join([line[-len(heads) :] for line in lines[2:]])
        codes = np.frombuffer(letters.encode("ascii"), dtype=np.uint8).reshape(len(lines) - 2, len(heads))
        named = [line[: -len(heads) - 1].rpartition("\t") for line in lines[2:-1]]
        loud = tuple(float(loudness) for _, _, loudness in named)
    except ValueError as wrong:
        raise BadWeights(f"{path.name} has a line that cannot be read ({wrong}): train it anew") from None
    return Weights(heads, tuple(name for name, _, _ in named), loud, _SAID[codes], top[0][2])


def said(codes: NDArray[np.uint8]) -> Matrix:
    """Letters as weights."""
    steps = (codes.astype(np.float32) - NOTHING) / STEPS
    return np.asarray(np.sign(steps) * steps * steps * MOST_SAID, dtype=np.float32)


_SAID = said(np.arange(256, dtype=np.uint8))
"""What each letter says."""


def coded(table: Matrix) -> NDArray[np.uint8]:
    """Weights as letters: the nearest step."""
    steps = np.sign(table) * np.sqrt(np.minimum(np.abs(table), MOST_SAID) / MOST_SAID) * STEPS
    return np.asarray(np.rint(steps) + NOTHING, dtype=np.uint8)


def written(weights: Weights) -> str:
    """The table as text, the same bytes for the same weights."""
    rows = coded(weights.table)
    lines = [
        "# Learnt from examples/ by `python -m knowledge.understanding.train`. Not to be edited.",
        f"inputs\t{weights.inputs}",
        f"heads\t{' '.join(weights.heads)}",
    ]
    named = zip((*weights.features, BIAS), (*weights.loudness, 1.0), rows, strict=True)
    lines += [f"{name}\t{loud:g}\t{row.tobytes().decode('ascii')}" for name, loud, row in named]
    return "\n".join(lines) + "\n"


def review(weights: Weights) -> str:
    """For each head the features that say most for it and against it, in words: what a safeguarding lead reviews."""
    lines = ["# What speaks loudest for each question, and against it. Written with weights.txt; not to be edited."]
    for at, head in enumerate(weights.heads):
        told = weights.table[:-1, at]
        order = np.argsort(told, kind="stable")
        lines += ["", head, *_side("for", order[::-1], told, weights), *_side("against", order, told, weights)]
    return "\n".join(lines) + "\n"


def _side(side: str, order: Iterable[np.intp], told: Matrix, weights: Weights) -> Iterator[str]:
    readable = (at for at in order if not weights.features[at].startswith("part "))
    loudest = [at for at, _ in zip(readable, range(LOUD_LINES), strict=False)]
    named = ", ".join(f"{weights.features[at]} ({told[at]:+.1f})" for at in loudest)
    yield f"  {side}: {named}"
