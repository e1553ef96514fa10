"""The 82 labelled messages are read at least as well as they have to be, and the figures count what they say."""

import json
from pathlib import Path

import pytest

from knowledge.topics import Urgency
from knowledge.understanding.figures import Answered, confusion, confusion_lines, figures, reliability, short_of
from knowledge.understanding.measure import fifths, pairs
from knowledge.understanding.reading import Intent
from knowledge.understanding.train import observed
from tests.builders import library, reader

DEV = Path(__file__).parents[1] / "messages.dev.jsonl"
NEARLY = {
    "id": "1", "intent": "concern", "subject": ["child"], "urgency": ["emergency"], "concerns": ["neglect"],
    "first_route": ["police_999"], "must_show": ["police_999", "children_front_door"],
    "routes": ["police_999", "children_front_door"],
}  # fmt: skip


def said(urgency: Urgency = Urgency.EMERGENCY, intent: Intent = Intent.CONCERN, *routes: str) -> Answered:
    return Answered(intent, "child", urgency, ("neglect",), routes or ("police_999", "children_front_door"), 0.9)


def test_the_82_messages_are_read_well_enough() -> None:
    rows = [json.loads(line) for line in DEV.read_text("utf-8").splitlines()]
    found = figures(pairs(observed(rows, reader()), reader(), library()))
    assert short_of(found) == []


def test_a_right_answer_is_right_in_every_figure() -> None:
    found = figures([(NEARLY, said())])
    assert found.pop("routes_beside_the_point") == 0
    assert set(found.values()) == {1.0}


@pytest.mark.parametrize(
    ("answer", "figure"),
    [
        (said(Urgency.TODAY), "emergency_recall"),
        (said(Urgency.TODAY), "urgency_not_lower"),
        (said(Urgency.EMERGENCY, Intent.HELP), "concern_not_missed"),
        (said(Urgency.EMERGENCY, Intent.GUIDANCE), "at_risk_not_missed"),
        (said(Urgency.EMERGENCY, Intent.CONCERN, "children_front_door", "police_999"), "first_route"),
        (said(Urgency.EMERGENCY, Intent.CONCERN, "police_999"), "door_shown"),
    ],
)
def test_a_wrong_answer_costs_its_figure(answer: Answered, figure: str) -> None:
    assert figures([(NEARLY, answer)])[figure] == 0


def test_a_route_beside_the_point_is_counted() -> None:
    answer = said(Urgency.EMERGENCY, Intent.CONCERN, "police_999", "children_front_door", "lado")
    assert figures([(NEARLY, answer)])["routes_beside_the_point"] == 1


def test_confusion_and_confidence_are_shown_as_tables() -> None:
    found = [(NEARLY, said()), (NEARLY, said(Urgency.TODAY))]
    table = confusion(found, "urgency")
    assert table == {("emergency", "emergency"): 1, ("emergency", "today"): 1}
    assert confusion_lines(table)[2] == "| **emergency** | 1 | 1 |"
    [(low, high, messages, mean, right)] = reliability(found)
    assert (low, high, messages, round(mean, 6), right) == (0.8, 1.0, 2, 0.9, 1.0)


def test_a_fifth_of_the_voices_is_a_fifth_of_the_messages_and_none_is_forgotten() -> None:
    sizes = {f"voice {number}": 100 * (1 + number % 7) for number in range(30)}
    groups = fifths(sizes)
    assert sorted(name for group in groups for name in group) == sorted(sizes)
    shares = [sum(sizes[name] for name in group) / sum(sizes.values()) for group in groups]
    assert all(0.18 < share < 0.22 for share in shares)
