"""How well messages are read: the figures of the evaluation, confusion tables, and whether the confidence is honest."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.topics import Urgency
from knowledge.understanding.reading import AT_RISK, Intent

SAFEGUARDING = frozenset({*AT_RISK, Intent.GUIDANCE})
DOORS = frozenset({"children_front_door", "adults_front_door"})
READ_AT_MOST = 5
"""Routes that a practitioner is taken to read."""
AT_LEAST = {
    "intent": 0.94, "concern_not_missed": 0.99, "at_risk_not_missed": 0.97, "urgency_not_lower": 0.95,
    "no_false_alarm": 0.95, "emergency_recall": 0.95, "emergency_precision": 0.80, "subject": 0.88, "first_route": 0.80,
    "door_shown": 0.97, "must_show": 0.85, "topic": 0.80,
}  # fmt: skip
AT_MOST = {"routes_beside_the_point": 1.0}

Labels = Mapping[str, Any]


@dataclass(frozen=True)
class Answered:
    """What was answered to one message: the reading's labels, and the routes in order."""

    intent: Intent
    subject: str
    urgency: Urgency
    concerns: tuple[str, ...]
    routes: tuple[str, ...]
    confidence: float = 1.0

    @property
    def is_at_risk(self) -> bool:
        return self.intent in AT_RISK


Pair = tuple[Labels, Answered]


def figures(pairs: Sequence[Pair]) -> dict[str, float]:
    """The figures, each a share from 0 to 1 but the last, which is routes a message."""
    told = [(wanted, said) for wanted, said in pairs if wanted["intent"] in SAFEGUARDING]
    other = [(wanted, said) for wanted, said in pairs if wanted["intent"] not in SAFEGUARDING]
    risk = [(wanted, said) for wanted, said in pairs if wanted["intent"] in AT_RISK]
    return {
        "intent": share(pairs, lambda wanted, said: said.intent == wanted["intent"]),
        "concern_not_missed": share(told, lambda wanted, said: said.intent in SAFEGUARDING),
        "at_risk_not_missed": share(risk, lambda wanted, said: said.is_at_risk),
        "urgency_not_lower": share(risk, _not_lower),
        "no_false_alarm": share(other, lambda wanted, said: said.intent not in SAFEGUARDING),
        **_emergencies(pairs, risk),
        "subject": share(risk, lambda wanted, said: said.subject in wanted["subject"]),
        **_routes(risk),
        "topic": share(
            [pair for pair in risk if pair[0]["concerns"]],
            lambda wanted, said: bool(set(said.concerns[:3]) & set(wanted["concerns"])),
        ),
        "routes_beside_the_point": sum(len(set(said.routes) - set(wanted["routes"])) for wanted, said in risk)
        / max(1, len(risk)),
    }


def share(pairs: Iterable[Pair], holds: Callable[[Labels, Answered], bool]) -> float:
    """How many of the pairs it holds for; 1 where there are none."""
    held = [holds(wanted, said) for wanted, said in pairs]
    return sum(held) / len(held) if held else 1.0


def _not_lower(wanted: Labels, said: Answered) -> bool:
    return said.urgency.rank >= min(Urgency(urgency).rank for urgency in wanted["urgency"])


def _emergencies(pairs: Sequence[Pair], risk: Sequence[Pair]) -> dict[str, float]:
    real = [pair for pair in risk if pair[0]["urgency"] == [Urgency.EMERGENCY]]
    called = [pair for pair in pairs if pair[1].urgency is Urgency.EMERGENCY]
    return {
        "emergency_recall": share(real, lambda wanted, said: said.urgency is Urgency.EMERGENCY),
        "emergency_precision": share(called, lambda wanted, said: Urgency.EMERGENCY in wanted["urgency"]),
    }


def _routes(risk: Sequence[Pair]) -> dict[str, float]:
    routed = [pair for pair in risk if pair[0]["first_route"]]
    doors = [pair for pair in risk if DOORS & set(pair[0]["must_show"])]
    musts = [route in said.routes[:READ_AT_MOST] for wanted, said in risk for route in wanted["must_show"]]
    return {
        "first_route": share(routed, lambda wanted, said: bool(set(said.routes[:1]) & set(wanted["first_route"]))),
        "door_shown": share(doors, _shows_doors),
        "must_show": sum(musts) / len(musts) if musts else 1.0,
    }


def _shows_doors(wanted: Labels, said: Answered) -> bool:
    return set(said.routes[:READ_AT_MOST]) >= DOORS & set(wanted["must_show"])


def short_of(found: Mapping[str, float]) -> list[str]:
    """The figures that are not as good as they have to be."""
    low = [f"{name} {found[name]:.3f} < {least}" for name, least in AT_LEAST.items() if found[name] < least]
    return low + [f"{name} {found[name]:.3f} > {most}" for name, most in AT_MOST.items() if found[name] > most]


def confusion(pairs: Iterable[Pair], field: str) -> Counter[tuple[str, str]]:
    """How often each first label (left) was read as what (right), for `intent`, `subject` or `urgency`."""
    table: Counter[tuple[str, str]] = Counter()
    for wanted, said in pairs:
        label, read = wanted[field], str(getattr(said, field))
        table[label if isinstance(label, str) else (read if read in label else label[0]), read] += 1
    return table


def confusion_lines(table: Mapping[tuple[str, str], int]) -> list[str]:
    """A confusion table as lines of Markdown: a row for each label, a column for what it was read as."""
    names = sorted({name for pair in table for name in pair})
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for label in names:
        cells = " | ".join(str(table.get((label, read), 0) or "") for read in names)
        lines.append(f"| **{label}** | {cells} |")
    return lines


def reliability(pairs: Iterable[Pair], bands: int = 5) -> list[tuple[float, float, int, float, float]]:
    """Whether the confidence is honest: for each band (from, to) how many messages at risk that name a concern fall in
    it, the mean confidence, and how often one of the topics shown was right."""
    risk = [(wanted, said) for wanted, said in pairs if wanted["intent"] in AT_RISK and wanted["concerns"]]
    rows = []
    for band in range(bands):
        low, high = band / bands, (band + 1) / bands
        inside = [p for p in risk if low <= p[1].confidence < high or (high == 1 and p[1].confidence == 1)]
        if inside:
            mean = sum(said.confidence for _, said in inside) / len(inside)
            right = share(inside, lambda wanted, said: bool(set(said.concerns) & set(wanted["concerns"])))
            rows.append((low, high, len(inside), mean, right))
    return rows
