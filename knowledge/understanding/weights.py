"""The weights: what was learnt from the examples, as a table of text that is read when the assistant starts.

Each line of `weights.txt` is one feature and what it adds to each head (a question of yes or no: "an emergency?").
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.txt"
BIAS = "always"
"""The feature that every message has."""


class BadWeights(ValueError):
    """The table cannot be read; the words say which line and why."""


@dataclass(frozen=True)
class Weights:
    """For each feature what it adds to each head, in log-odds. `inputs`: a hash of all that it was learnt from."""

    heads: tuple[str, ...]
    table: Mapping[str, tuple[tuple[int, float], ...]]
    inputs: str = ""

    def scores(self, features: Collection[str]) -> dict[str, float]:
        """The log-odds of every head."""
        sums = [0.0] * len(self.heads)
        for feature in (BIAS, *features):
            for head, weight in self.table.get(feature, ()):
                sums[head] += weight
        return dict(zip(self.heads, sums, strict=True))

    def spoke(self, features: Iterable[str], head: str) -> list[tuple[str, float]]:
        """The features that spoke for or against one head, the loudest first."""
        at = self._places[head]
        found = ((feature, dict(self.table.get(feature, ())).get(at, 0.0)) for feature in features)
        return sorted((pair for pair in found if pair[1]), key=lambda pair: (-abs(pair[1]), pair[0]))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {head: at for at, head in enumerate(self.heads)}


def chance(log_odds: float) -> float:
    """Log-odds as a share from 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def read(path: Path = WEIGHTS) -> Weights:
    """Raises BadWeights."""
    lines = path.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    if len(rows) < 2 or rows[0][0] != "inputs" or rows[1][0] != "heads":
        raise BadWeights(f"{path.name} does not start with its inputs and heads: train it anew")
    heads = tuple(rows[1][1].split())
    places = {head: at for at, head in enumerate(heads)}
    try:
        table = {row[0]: tuple(_weights(row[1], places)) for row in rows[2:]}
    except (KeyError, ValueError, IndexError) as wrong:
        raise BadWeights(f"{path.name} has a line that cannot be read ({wrong}): train it anew") from None
    return Weights(heads, table, rows[0][1])


def _weights(words: str, places: Mapping[str, int]) -> Iterator[tuple[int, float]]:
    for word in words.split():
        head, _, weight = word.rpartition("=")
        yield places[head], float(weight)


def written(weights: Weights) -> str:
    """The table as text, the same bytes for the same weights."""
    lines = [
        "# Learnt from examples/ by `python -m knowledge.understanding.train`. Not to be edited.",
        f"inputs\t{weights.inputs}",
        f"heads\t{' '.join(weights.heads)}",
    ]
    for feature in sorted(weights.table):
        said = " ".join(f"{weights.heads[head]}={weight:g}" for head, weight in weights.table[feature])
        lines.append(f"{feature}\t{said}")
    return "\n".join(lines) + "\n"
