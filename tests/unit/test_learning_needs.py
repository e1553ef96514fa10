"""Learning needs are counted without text."""

import dataclasses

import pytest

from bot.turns import answered
from knowledge.learning_needs import Need, Tally, need, week_of
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Intent, Reading
from tests.builders import conversation, library, london, turn

CONCERN = Reading(Intent.CONCERN, Subject.CHILD, Urgency.TODAY, ("neglect", "physical_abuse"))
ROUTES = ("children_front_door", "safeguarding_lead")


def told(reading: Reading = CONCERN) -> Need | None:
    return need(reading, ROUTES, london(2026, 11, 30), "v1", asked=False, sector="health")


def test_a_need_holds_six_things_and_none_of_them_is_text() -> None:
    assert [field.name for field in dataclasses.fields(Need)] == [
        "week", "topic", "routes", "content_version", "sector", "asked",
    ]  # fmt: skip
    assert told() == Need("2026-W49", "neglect", ROUTES, "v1", "health", False)


def test_the_week_is_londons() -> None:
    sunday_night_in_new_york = london(2026, 11, 30, 0, 30)
    assert week_of(sunday_night_in_new_york) == "2026-W49"


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent is not Intent.CONCERN])
def test_only_a_concern_is_counted(intent: Intent) -> None:
    assert told(dataclasses.replace(CONCERN, intent=intent)) is None


def test_what_was_taken_away_is_counted_anew() -> None:
    tally, kept = Tally(), told()
    assert kept
    tally.keep(kept)
    tally.keep(kept)
    assert (tally.taken(), tally.taken()) == ({kept: 2}, {})


def test_a_conversation_counts_what_it_answered_and_whether_it_asked() -> None:
    talk = conversation()
    for text in ("the boy has bruises on his arms", "pizza", "hello", "I want to kill myself"):
        answered(talk, turn(text, conversation=text))
    kept = list(talk.needs.taken())
    assert [(need.topic, need.asked) for need in kept] == [("physical_abuse", False), ("not_sure", True)]
    assert {need.content_version for need in kept} == {library().version}
    assert not any("boy" in str(need) for need in kept)
