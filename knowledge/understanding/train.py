"""Learns the weights from the examples: `python -m knowledge.understanding.train` writes `weights.txt`.

For development only: it needs SciPy, which the assistant does not. Each head is a logistic regression. A word that the
danger lexicon knows may only ever speak for an emergency, so that adding danger to a message never lowers its urgency.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from knowledge.library import NEEDED, Library, load
from knowledge.topics import Subject
from knowledge.understanding.reader import LEXICON, Observation, Reader
from knowledge.understanding.reading import AT_RISK, Intent
from knowledge.understanding.weights import BIAS, WEIGHTS, Weights, written

EXAMPLES = Path(__file__).parent / "examples"
HELD_OUT = "held_out"
"""How the names of voices start that are for measuring only."""
SEEN_AT_LEAST = {"word": 2, "stem": 2, "pair": 4, "class": 5}
"""Messages in which a feature has to stand; other kinds: one."""
LOUDNESS = {
    "word": 1.0, "stem": 0.8, "pair": 0.7, "class": 0.5, "hint": 2.0, "sense": 1.5, "lean": 1.0, "alarm": 1.0,
    "with": 1.0, "sign": 1.2, "name": 1.2, "danger": 1.2, "urgency": 1.5, "who": 1.5, "subject": 1.5, "age": 1.5,
    "intent": 1.2, "rules": 1.5,
}  # fmt: skip
"""How readily a kind of feature is believed: what people wrote into the lexicon more than a single word."""
UNSTEADY = frozenset({"rules", "lean"})
"""Kinds of features that may vanish when words are added, and so do not speak of an emergency."""
CALM = frozenset("past safe".split())
"""Senses of urgency that may speak against an emergency."""
RESTRAINT = 1.0
STEPS = 45
MOST_WEIGHTS = 22_000
"""Weights that are kept, so that the table can be reviewed."""
SMALLEST = 0.03
"""Weights below this are left out."""

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


@dataclass(frozen=True)
class Danger:
    """The words in which people tell of a danger that is no certain emergency (a certain one is one by rule), the
    classes of those words, and how some of them start."""

    words: frozenset[str]
    starts: tuple[str, ...]

    def may_calm(self, feature: str) -> bool:
        """Whether a feature may speak against an emergency: a task, a past, a safe place, or plain words without any
        word of danger. Whatever danger adds to a message may not."""
        of, *words = feature.split(" ")
        if of == "hint":
            return words[0] in set(Intent)
        if of == "sense":
            return words[0] in CALM
        if of == "stem":
            return not any(word.startswith(words[0]) for word in self.words)
        if of in ("word", "pair", "class"):
            return not any(word in self.words or word.startswith(self.starts) for word in words)
        return of in ("intent", "guidance", "service", "age")


def observed(rows: Iterable[Mapping[str, Any]], reader: Reader) -> list[Example]:
    return [Example(row, reader.observe(row["text"])) for row in rows]


def heads(concerns: Iterable[str]) -> tuple[str, ...]:
    return (
        *(f"intent.{intent}" for intent in Intent),
        *(f"subject.{who}" for who in (Subject.CHILD, Subject.ADULT, Subject.BOTH)),
        "urgency.emergency",
        "urgency.today",
        *(f"concern.{label}" for label in sorted(concerns)),
    )


def target(example: Example, head: str) -> float | None:
    """What the head should say of the example, from 0 to 1; None where the example says nothing of it."""
    part, _, name = head.partition(".")
    labels = example.labels
    if part == "intent":
        return float(labels["intent"] == name)
    if not example.is_safeguarding or (part == "urgency" and example.intent is Intent.GUIDANCE):
        return 0.0 if head == "urgency.emergency" else None
    if part == "concern":
        return float(name in labels["concerns"])
    if part == "subject":
        return float(name in labels["subject"]) / (1 if name in labels["subject"][:1] else 2)
    if head == "urgency.emergency":
        return float("emergency" in labels["urgency"]) / len(labels["urgency"])
    if "emergency" in labels["urgency"]:
        return None
    return float("today" in labels["urgency"]) / len(labels["urgency"])


def kind(feature: str) -> str:
    return feature.partition(" ")[0]


def chosen(examples: Sequence[Example]) -> list[str]:
    """The features worth learning about, in alphabetical order."""
    seen = Counter(feature for example in examples for feature in example.seen.features)
    return sorted(f for f, times in seen.items() if times >= SEEN_AT_LEAST.get(kind(f), 1))


def matrix(examples: Sequence[Example], names: Sequence[str]) -> Any:
    """A row for each example, a column for each feature, and a last one that is always there."""
    place = {name: at for at, name in enumerate(names)}
    rows, columns, values = [], [], []
    for row, example in enumerate(examples):
        for feature in sorted(example.seen.features & place.keys()):
            rows.append(row)
            columns.append(place[feature])
            values.append(LOUDNESS.get(kind(feature), 1.0))
    found = sparse.csr_matrix((values, (rows, columns)), shape=(len(examples), len(names)))
    return sparse.csr_matrix(sparse.hstack([found, np.ones((len(examples), 1))]))


def fit(inputs: Any, wanted: Matrix, counts: Matrix, least: Matrix, most: Matrix) -> Matrix:
    """The weights of every head that fit best, between their bounds; `counts`: how much each example counts."""
    shape = least.shape
    turned = sparse.csr_matrix(inputs.T)

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(shape)
        said = inputs @ weights
        missed = counts * (np.logaddexp(0, said) - wanted * said)
        slope = turned @ (counts * (1 / (1 + np.exp(-said)) - wanted))
        held = weights.copy()
        held[-1] = 0
        return float(missed.sum() + RESTRAINT / 2 * (held * held).sum()), (slope + RESTRAINT * held).ravel()

    bounds = np.stack([least.ravel(), most.ravel()], axis=1)
    found = minimize(
        loss, np.zeros(least.size), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS, "maxcor": 6}
    )
    result: Matrix = found.x.reshape(shape)
    return result


def learn(examples: Sequence[Example], danger: Danger, labels: Iterable[str], inputs: str = "") -> Weights:
    """`danger`: the words that may only speak for an emergency; `labels`: the concern labels there are."""
    questions, names = heads(labels), chosen(examples)
    wanted, counts = _targets(examples, questions)
    least, most = (np.full((len(names) + 1, len(questions)), bound) for bound in (-np.inf, np.inf))
    emergency = questions.index("urgency.emergency")
    least[[at for at, name in enumerate(names) if not danger.may_calm(name)], emergency] = 0
    most[[at for at, name in enumerate(names) if kind(name) in UNSTEADY], emergency] = 0
    shown = matrix(examples, names)
    found = fit(shown, wanted, counts, least, most)
    quiet = ~_loudest(found, shown)
    least[quiet], most[quiet] = 0, 0
    found = fit(shown, wanted, counts, least, most)
    loud = np.array([LOUDNESS.get(kind(name), 1.0) for name in names] + [1.0])
    return _table(found * loud[:, None], (*names, BIAS), questions, inputs)


def _loudest(found: Matrix, shown: Any) -> NDArray[np.bool_]:
    """The weights worth keeping: those that say most over all examples, and what every message has."""
    said = np.abs(found) * np.sqrt(np.asarray(shown.multiply(shown).sum(axis=0))).T
    said[-1] = np.inf
    kept: NDArray[np.bool_] = said >= np.partition(said.ravel(), -MOST_WEIGHTS)[-MOST_WEIGHTS]
    return kept


def _targets(examples: Sequence[Example], questions: Sequence[str]) -> tuple[Matrix, Matrix]:
    said = [[target(example, head) for head in questions] for example in examples]
    wanted = np.array([[0.0 if value is None else value for value in row] for row in said])
    return wanted, np.array([[float(value is not None) for value in row] for row in said])


def _table(found: Matrix, names: Sequence[str], questions: tuple[str, ...], inputs: str) -> Weights:
    rounded = np.round(found, 2)
    table = {}
    for at, name in enumerate(names):
        loud = [(head, float(rounded[at, head])) for head in np.flatnonzero(np.abs(rounded[at]) >= SMALLEST)]
        if loud:
            table[name] = tuple((int(head), weight) for head, weight in loud)
    return Weights(questions, table, inputs)


def concern_labels(library: Library) -> list[str]:
    """The labels that concerns are counted under, each with a topic of its own name."""
    return sorted({t.concern for t in library.topics.values() if t.concern in library.topics} - set(NEEDED))


def voices(folder: Path = EXAMPLES) -> dict[str, list[dict[str, Any]]]:
    """The examples of each voice to learn from, by its name: all but those held out."""
    files = (path for path in sorted(folder.glob("*.jsonl")) if not path.stem.startswith(HELD_OUT))
    return {path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in files}


def observer(library: Library) -> Reader:
    """A reader that only observes: what was learnt before does not come into what is learnt."""
    return Reader(library, weights=Weights(heads(concern_labels(library)), {}))


def danger_words(reader: Reader) -> Danger:
    words = frozenset(reader.danger_words | reader.small_words)
    return Danger(words | reader.classes.naming(words), tuple(sorted(reader.danger_starts)))


def inputs(library: Library) -> str:
    """A hash of all that the weights are learnt from: examples, lexicon, the topics' words and signs, and this file's
    own settings."""
    made = hashlib.sha256()
    for path in (*sorted(EXAMPLES.glob("*.jsonl")), *sorted(LEXICON.rglob("*.yaml"))):
        if not path.stem.startswith(HELD_OUT):
            made.update(path.read_bytes())
    for topic in library.topics.values():
        made.update(repr((topic.id, topic.concern, topic.words, [sign.words for sign in topic.signs])).encode())
    made.update(repr((SEEN_AT_LEAST, LOUDNESS, RESTRAINT, STEPS, MOST_WEIGHTS, SMALLEST)).encode())
    return made.hexdigest()[:16]


def main() -> None:
    library = load()
    reader = observer(library)
    examples = [example for rows in voices().values() for example in observed(rows, reader)]
    weights = learn(examples, danger_words(reader), concern_labels(library), inputs(library))
    WEIGHTS.write_text(written(weights), "utf-8")
    sys.stdout.write(f"{len(examples)} examples, {len(weights.table)} features: {WEIGHTS.name} is written\n")


if __name__ == "__main__":
    main()
