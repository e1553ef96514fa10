"""When the card of a concern asks: who, where that is not clear; what kind, where the reading is not sure."""

from dataclasses import replace

import pytest

from dialogs.concern import WHAT, WHO, answer_concern, reading_of
from dialogs.message import ShowConcern
from dialogs.reply import Reply, as_text
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import ASK_BELOW, Intent, Reading
from tests.builders import library, turn

SURE = Reading(Intent.CONCERN, Subject.CHILD, Urgency.TODAY, ("neglect",), confidence=ASK_BELOW)


def shown(reading: Reading) -> Reply:
    return answer_concern(turn(), reading, library())


def test_a_sure_reading_asks_nothing() -> None:
    reply = shown(SURE)
    assert not reply.asks
    assert WHAT.upper() not in as_text(reply)


@pytest.mark.parametrize("topics", [("neglect",), ()])
def test_what_is_not_sure_shows_its_best_guess_and_asks_what_kind(topics: tuple[str, ...]) -> None:
    reply = shown(replace(SURE, concerns=topics, confidence=ASK_BELOW - 0.01))
    assert reply.asks
    assert "children_front_door" in reply.routes
    assert WHAT.upper() in as_text(reply)
    assert WHO.upper() not in as_text(reply)


def test_who_is_asked_before_what_kind() -> None:
    text = as_text(shown(replace(SURE, subject=Subject.UNCLEAR, confidence=0.3)))
    assert WHO.upper() in text
    assert WHAT.upper() not in text


def test_what_was_chosen_is_not_asked_again() -> None:
    chosen = ShowConcern(topics=("bullying",), subject=Subject.CHILD, urgency=Urgency.TODAY)
    assert not shown(reading_of(chosen, library())).asks
