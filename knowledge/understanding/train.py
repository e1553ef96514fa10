"""Learns the weights from the examples: `python -m knowledge.understanding.train` writes `weights.txt`.

For development only: it needs SciPy, which the assistant does not. Each head is a logistic regression.
"""

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from knowledge.library import NEEDED, Library, load
from knowledge.topics import FRONT_DOORS, Subject
from knowledge.understanding import weights as settings
from knowledge.understanding.reader import LEXICON, Observation, Reader
from knowledge.understanding.reading import AT_RISK, Intent
from knowledge.understanding.weights import LOUDEST, WEIGHTS, Weights, coded, review, unlearnt, written

EXAMPLES = Path(__file__).parent / "examples"
HELD_OUT = "held_out"
"""How the names of voices start that are for measuring only."""
SEEN_AT_LEAST = {"word": 4, "pair": 7, "three": 12, "part": 45, "class": 15}
"""Messages in which a feature has to stand; other kinds: one."""
LOUDNESS = {
    "class": 0.5, "hint": 2.0, "sense": 1.5, "with": 1.0, "sign": 1.2, "name": 1.2,
    "danger": 1.2, "urgency": 1.5, "who": 1.5, "subject": 1.5, "age": 1.5, "intent": 1.2, "rules": 1.5,
}  # fmt: skip
"""How readily a kind of finding is believed. Words and their parts are the louder the rarer they are."""
RESTRAINT = 1.6
ROUNDS = 60
WHO = (Subject.CHILD, Subject.ADULT, Subject.BOTH, Subject.UNCLEAR)

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One labelled message, and what was seen in it."""

    labels: Mapping[str, Any]
    seen: Observation

    @property
    def intent(self) -> Intent:
        return Intent(self.labels["intent"])

    @property
    def is_safeguarding(self) -> bool:
        return self.intent in (*AT_RISK, Intent.GUIDANCE)


def observed(rows: Iterable[Mapping[str, Any]], reader: Reader) -> list[Example]:
    return [Example(row, reader.observe(row["text"])) for row in rows]


def heads(library: Library) -> tuple[str, ...]:
    """The questions: which intent, about whom, how urgent, which worries, which route first, which front door is
    needed."""
    return (
        *(f"intent.{intent}" for intent in Intent),
        *(f"subject.{who}" for who in WHO),
        "urgency.emergency",
        "urgency.today",
        *(f"concern.{label}" for label in concern_labels(library)),
        *(f"first.{route}" for route in sorted(library.routes)),
        *(f"door.{door}" for door in FRONT_DOORS.values()),
    )


def target(example: Example, head: str) -> float | None:
    """What the head should say of the example, from 0 to 1; None where the example says nothing of it."""
    part, _, name = head.partition(".")
    labels = example.labels
    if part == "intent":
        return float(labels["intent"] == name)
    if part == "urgency":
        return _urgency(example, name)
    if part == "concern":
        return float(name in labels["concerns"]) if example.is_safeguarding else None
    if example.intent not in AT_RISK:
        return None
    if part == "subject":
        return float(name in labels["subject"]) / (1 if name in labels["subject"][:1] else 2)
    if not labels["first_route"]:
        return None
    return float(name in labels["first_route" if part == "first" else "must_show"])


def _urgency(example: Example, name: str) -> float | None:
    """An emergency, or none; and of what is none, whether it is for today."""
    levels = example.labels["urgency"]
    if example.intent not in AT_RISK:
        return 0.0 if name == "emergency" else None
    if name == "today" and "emergency" in levels:
        return None
    return float(name in levels) / len(levels)


def kind(feature: str) -> str:
    return feature.partition(" ")[0]


def loudness(examples: Sequence[Example]) -> dict[str, float]:
    """The features worth learning about, and how loud each is."""
    seen = Counter(feature for example in examples for feature in _all(example))
    rare = {name: times for name, times in seen.items() if times >= SEEN_AT_LEAST.get(kind(name), 1)}
    return {name: LOUDNESS.get(kind(name)) or _rarity(times, len(examples)) for name, times in rare.items()}


def _all(example: Example) -> tuple[str, ...]:
    seen = example.seen.features
    return (*seen.words, *seen.parts, *seen.found)


def _rarity(times: int, of: int) -> float:
    return round(1 + math.log(of / times), 2)


def matrix(examples: Sequence[Example], weights: Weights) -> Any:
    """A row for each example, a column for each feature, and a last one that is always there."""
    shown = [weights.values(example.seen.features) for example in examples]
    ends = np.cumsum([0, *(len(places) for places, _ in shown)])
    places = np.concatenate([places for places, _ in shown])
    values = np.concatenate([values for _, values in shown]).astype(float)
    found = sparse.csr_matrix((values, places, ends), shape=(len(examples), len(weights.features)))
    return sparse.csr_matrix(sparse.hstack([found, np.ones((len(examples), 1))]))


def fit(inputs: Any, wanted: Matrix, counts: Matrix) -> Matrix:
    """The weights of every head that fit best; `counts`: how much each example counts for each head."""
    shape = (inputs.shape[1], wanted.shape[1])
    turned = sparse.csr_matrix(inputs.T)

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(shape)
        told = inputs @ weights
        missed = counts * (np.logaddexp(0, told) - wanted * told)
        slope = turned @ (counts * (1 / (1 + np.exp(-told)) - wanted))
        held = weights.copy()
        held[-1] = 0
        return float(missed.sum() + RESTRAINT / 2 * (held * held).sum()), (slope + RESTRAINT * held).ravel()

    start = np.zeros(shape[0] * shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 6})
    result: Matrix = found.x.reshape(shape)
    return result


def learn(examples: Sequence[Example], questions: tuple[str, ...], inputs: str = "") -> Weights:
    """The weights for these questions, as exact as they are written."""
    empty = unlearnt(questions, loudness(examples))
    found = fit(matrix(examples, empty), *_targets(examples, questions))
    return replace(empty, letters=coded(found.astype(np.float32)), inputs=inputs)


def _targets(examples: Sequence[Example], questions: Sequence[str]) -> tuple[Matrix, Matrix]:
    told = [[target(example, head) for head in questions] for example in examples]
    wanted = np.array([[0.0 if value is None else value for value in row] for row in told])
    return wanted, np.array([[float(value is not None) for value in row] for row in told])


def concern_labels(library: Library) -> list[str]:
    """The labels that concerns are counted under, each with a topic of its own name."""
    return sorted({t.concern for t in library.topics.values() if t.concern in library.topics} - set(NEEDED))


def voices(folder: Path = EXAMPLES) -> dict[str, list[dict[str, Any]]]:
    """The examples of each voice to learn from, by its name: all but those held out."""
    files = (path for path in sorted(folder.glob("*.jsonl")) if not path.stem.startswith(HELD_OUT))
    return {path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in files}


def observer(library: Library) -> Reader:
    """A reader that only observes: what was learnt before does not come into what is learnt."""
    return Reader(library, weights=unlearnt(heads(library), {}))


def inputs(library: Library) -> str:
    """A hash of all that the weights are learnt from: examples, lexicon, the topics' words and signs, and this file's
    own settings."""
    made = hashlib.sha256()
    for path in (*sorted(EXAMPLES.glob("*.jsonl")), *sorted(LEXICON.rglob("*.yaml"))):
        if not path.stem.startswith(HELD_OUT):
            made.update(path.read_bytes())
    for topic in library.topics.values():
        made.update(repr((topic.id, topic.concern, topic.words, [sign.words for sign in topic.signs])).encode())
    shares = (settings.WORDS, settings.PARTS, settings.FOUND)
    made.update(repr((SEEN_AT_LEAST, LOUDNESS, RESTRAINT, ROUNDS, shares)).encode())
    return made.hexdigest()[:16]


def main() -> None:
    library = load()
    reader = observer(library)
    examples = [example for rows in voices().values() for example in observed(rows, reader)]
    weights = learn(examples, heads(library), inputs(library))
    WEIGHTS.write_text(written(weights), "utf-8")
    LOUDEST.write_text(review(weights), "utf-8")
    sys.stdout.write(f"{len(examples)} examples, {len(weights.features)} features: {WEIGHTS.name} is written\n")


if __name__ == "__main__":
    main()
