"""Learning needs are counted without text, and shown from five upward."""

import dataclasses

import pytest

from bot.turns import answered
from knowledge.learning_needs import FEWEST_SHOWN, Need, Tally, need
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Intent, Reading
from tests.builders import conversation, library, london, turn

CONCERN = Reading(Intent.CONCERN, Subject.CHILD, Urgency.TODAY, ("neglect", "physical_abuse"))
ROUTES = ("children_front_door", "safeguarding_lead")


def told(reading: Reading = CONCERN) -> Need | None:
    return need(reading, ROUTES, london(2026, 11, 30), "v1", asked=False)


def test_a_need_holds_six_things_and_none_of_them_is_text() -> None:
    assert [field.name for field in dataclasses.fields(Need)] == [
        "week", "topic", "routes", "content_version", "sector", "asked",
    ]  # fmt: skip
    assert told() == Need("2026-W49", "neglect", ROUTES, "v1", None, False)


def test_the_week_is_londons() -> None:
    sunday_night_in_new_york = london(2026, 11, 30, 0, 30)
    assert need(CONCERN, ROUTES, sunday_night_in_new_york, "v1", asked=False) == told()


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent is not Intent.CONCERN])
def test_only_a_concern_is_counted(intent: Intent) -> None:
    assert told(dataclasses.replace(CONCERN, intent=intent)) is None


@pytest.mark.parametrize(("times", "is_shown"), [(FEWEST_SHOWN - 1, False), (FEWEST_SHOWN, True)])
def test_few_cases_are_not_shown(times: int, is_shown: bool) -> None:
    tally, kept = Tally(), told()
    assert kept
    for _ in range(times):
        tally.keep(kept)
    assert tally.shown() == ({("2026-W49", "neglect"): times} if is_shown else {})


def test_a_conversation_counts_what_it_answered_and_whether_it_asked() -> None:
    kept: list[Need] = []

    class Kept:
        def keep(self, need: Need) -> None:
            kept.append(need)

    talk = conversation()
    talk.needs = Kept()
    for text in ("the boy has bruises on his arms", "pizza", "hello", "I want to kill myself"):
        answered(talk, turn(text, conversation=text))
    assert [(need.topic, need.asked) for need in kept] == [("physical_abuse", False), ("not_sure", True)]
    assert {need.content_version for need in kept} == {library().version}
    assert not any("boy" in str(need) for need in kept)
