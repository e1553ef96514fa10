"""The weights: what was learnt from the examples, as a table of text that is read when the assistant starts.

Each line of `weights.txt` is one feature: its name, how loud it is, and a letter for what it adds to each head (a
question of yes or no: "an emergency?"). `loudest.txt` says the same in words, for those who review it.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.understanding.features import Features, parts_of

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
MOST_ODDS = 30.0
"""Log-odds beyond which nothing is surer."""
LOUD_LINES = 12
MOST_KEPT = 20_000
"""Words whose parts are remembered."""

Matrix = NDArray[np.float32]
Letters = NDArray[np.uint8]
Rows = NDArray[np.intp]
_NONE: Rows = np.array([], dtype=np.intp)


class BadWeights(ValueError):
    """The table cannot be read; the words say which line and why."""


@dataclass(frozen=True)
class Weights:
    """For each feature how loud it is, and a letter (a byte) for what it adds to each head: a row of `letters`, the
    last one for what is always there. `inputs`: a hash of all that it was learnt from."""

    heads: tuple[str, ...]
    features: tuple[str, ...]
    loudness: tuple[float, ...]
    letters: Letters
    inputs: str = ""

    def scores(self, seen: Features) -> dict[str, float]:
        """The log-odds of every head."""
        places, values = self.values(seen)
        sums = said(self.letters[-1]) + values @ said(self.letters[places])
        return dict(zip(self.heads, sums.tolist(), strict=True))

    def values(self, seen: Features) -> tuple[Rows, Matrix]:
        """The rows of what is known of a message, and how much of each there is: words and parts share what their
        family may say."""
        words, parts, found = self._known(seen.words), self._parts_known(seen.spelt), self._known(seen.found)
        loud = [self._loud[known] for known in (words, parts, found)]
        shares = (WORDS / _length(loud[0]), PARTS / _length(loud[1]), FOUND)
        values = [share * loudness for share, loudness in zip(shares, loud, strict=True)]
        return np.concatenate((words, parts, found)), np.concatenate(values)

    def _known(self, family: Sequence[str]) -> Rows:
        """The rows of those features that were learnt about."""
        return np.array([at for at in map(self._places.get, family) if at is not None], dtype=np.intp)

    def _parts_known(self, words: Sequence[str]) -> Rows:
        return np.unique(np.concatenate([_NONE, *map(self._parts_of, words)]))

    @cached_property
    def _parts_of(self) -> Callable[[str], Rows]:
        """The rows of a word's parts; the words that are met most are remembered."""
        return lru_cache(MOST_KEPT)(lambda word: self._known(parts_of(word)))

    def knows(self, word: str) -> bool:
        """Whether a word was seen often enough to say something."""
        return f"word {word}" in self._places

    def spoke(self, seen: Features, head: str) -> list[tuple[str, float]]:
        """The features that spoke for or against one head, in log-odds, the loudest first."""
        places, values = self.values(seen)
        told = values * said(self.letters[places, self.heads.index(head)])
        named = [(self.features[place], float(much)) for place, much in zip(places, told, strict=True)]
        return sorted((pair for pair in named if pair[1]), key=lambda pair: (-abs(pair[1]), pair[0]))

    @cached_property
    def _loud(self) -> Matrix:
        return np.array(self.loudness, dtype=np.float32)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {feature: at for at, feature in enumerate(self.features)}


def _length(values: Matrix) -> float:
    """The length of a vector; 1 for one of nothing, which is divided by it."""
    return math.sqrt(float(values @ values)) or 1.0


def unlearnt(heads: Sequence[str], loudness: Mapping[str, float]) -> Weights:
    """A table of these features in which nothing says anything yet."""
    names = sorted(loudness)
    empty = np.full((len(names) + 1, len(heads)), NOTHING, dtype=np.uint8)
    return Weights(tuple(heads), tuple(names), tuple(loudness[name] for name in names), empty)


def chances(log_odds: Sequence[float]) -> list[float]:
    """Log-odds as shares from 0 to 1."""
    shares: list[float] = (1 / (1 + np.exp(-np.clip(log_odds, -MOST_ODDS, MOST_ODDS)))).tolist()
    return shares


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
    return Weights(heads, tuple(name for name, _, _ in named), loud, codes, top[0][2])


def said(letters: Letters) -> Matrix:
    """Letters as weights, in log-odds."""
    return np.take(_SAID, letters)


def _said(letters: Letters) -> Matrix:
    steps = (letters.astype(np.float32) - NOTHING) / STEPS
    return np.asarray(np.sign(steps) * steps * steps * MOST_SAID, dtype=np.float32)


_SAID = _said(np.arange(256, dtype=np.uint8))
"""What each letter says."""


def coded(table: Matrix) -> Letters:
    """Weights as letters: the nearest step."""
    steps = np.sign(table) * np.sqrt(np.minimum(np.abs(table), MOST_SAID) / MOST_SAID) * STEPS
    return np.asarray(np.rint(steps) + NOTHING, dtype=np.uint8)


def written(weights: Weights) -> str:
    """The table as text, the same bytes for the same weights."""
    lines = [
        "# Learnt from examples/ by `python -m knowledge.understanding.train`. Not to be edited.",
        f"inputs\t{weights.inputs}",
        f"heads\t{' '.join(weights.heads)}",
    ]
    named = zip((*weights.features, BIAS), (*weights.loudness, 1.0), weights.letters, strict=True)
    lines += [f"{name}\t{loud:g}\t{row.tobytes().decode('ascii')}" for name, loud, row in named]
    return "\n".join(lines) + "\n"


def review(weights: Weights) -> str:
    """For each head the features that say most for it and against it, in words: what a safeguarding lead reviews."""
    lines = ["# What speaks loudest for each question, and against it. Written with weights.txt; not to be edited."]
    for at, head in enumerate(weights.heads):
        told = said(weights.letters[:-1, at])
        order = np.argsort(told, kind="stable")
        lines += ["", head, *_side("for", order[::-1], told, weights), *_side("against", order, told, weights)]
    return "\n".join(lines) + "\n"


def _side(side: str, order: Iterable[np.intp], told: Matrix, weights: Weights) -> Iterator[str]:
    readable = (at for at in order if not weights.features[at].startswith("part "))
    loudest = [at for at, _ in zip(readable, range(LOUD_LINES), strict=False)]
    named = ", ".join(f"{weights.features[at]} ({told[at]:+.1f})" for at in loudest)
    yield f"  {side}: {named}"
