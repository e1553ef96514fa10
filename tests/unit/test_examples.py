"""The examples are labelled in the words of the evaluation, so that they can be learnt from."""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import AT_RISK, Intent
from tests.builders import library

EXAMPLES = Path(__file__).parents[2] / "knowledge" / "understanding" / "examples"
VOICES = sorted(EXAMPLES.glob("*.jsonl"))
CONCERNS = {topic.concern for topic in library().topics.values()}


def examples(voice: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in voice.read_text("utf-8").splitlines() if line.strip()]


def test_there_are_voices_and_every_example_has_an_id_of_its_own() -> None:
    ids = [example["id"] for voice in VOICES for example in examples(voice)]
    assert len(ids) > 700
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.stem)
def test_every_label_is_one_of_ours(voice: Path) -> None:
    for example in examples(voice):
        assert example["intent"] in set(Intent), example["id"]
        assert set(example["subject"]) <= set(Subject), example["id"]
        assert set(example["urgency"]) <= set(Urgency), example["id"]
        assert set(example["concerns"]) <= CONCERNS, example["id"]
        assert set(example["routes"]) <= set(library().routes), example["id"]


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.stem)
def test_what_has_to_be_shown_may_be_shown(voice: Path) -> None:
    for example in examples(voice):
        assert {*example["first_route"], *example["must_show"]} <= set(example["routes"]), example["id"]
        assert bool(example["first_route"]) or example["intent"] not in AT_RISK | {Intent.GUIDANCE}, example["id"]
