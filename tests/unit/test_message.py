"""What a button carries: labels and ids, checked when they come back."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.message import Message, ShowConcern, StartAgain, pressed
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Flag, Intent

SHOW: dict[str, Any] = {"kind": "concern.show", "topics": ["fgm"], "subject": "child", "urgency": "today"}
EVERY_BUTTON: list[Message] = [
    StartAgain(),
    ShowConcern(
        topics=("fgm", "neglect"),
        subject=Subject.BOTH,
        urgency=Urgency.EMERGENCY,
        intent=Intent.SELF_CRISIS,
        flags=tuple(Flag),
        other_children=True,
    ),
    *(ShowConcern(subject=subject, urgency=urgency) for subject, urgency in product(Subject, Urgency)),
]


@pytest.mark.parametrize("button", EVERY_BUTTON)
def test_a_button_comes_back_as_it_was_sent(button: Message) -> None:
    over_the_wire = json.loads(json.dumps(button.model_dump(mode="json")))
    assert pressed(over_the_wire) == button


def test_what_was_left_out_is_filled_in() -> None:
    assert pressed(SHOW) == ShowConcern(topics=("fgm",), subject=Subject.CHILD, urgency=Urgency.TODAY)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "tickets.close"},
        {"kind": None},
        {"kind": ["concern.show"]},
        {"kind": "\ud800"},
        {"text": "what somebody typed"},
        {"subject": "a child called Sam"},
        {"subject": None},
        {"urgency": "soonish"},
        {"intent": "training_find"},
        {"flags": ["no_such_flag"]},
        {"flags": ["writer_at_risk"] * 3},
        {"topics": "fgm"},
        {"topics": [7]},
        {"topics": [""]},
        {"topics": ["Sam"]},
        {"topics": ["what somebody typed"]},
        {"topics": ["../etc/passwd"]},
        {"topics": ["fgm\n"]},
        {"topics": ["\ud800"]},
        {"topics": ["fgm"] * 9},
        {"other_children": "perhaps"},
    ],
)
def test_what_is_not_one_of_our_buttons_is_nothing(changed: dict[str, object]) -> None:
    assert pressed({**SHOW, **changed}) is None


@pytest.mark.parametrize("name", ["kind", "subject", "urgency"])
def test_a_button_that_lacks_what_it_needs_is_nothing(name: str) -> None:
    assert pressed({key: value for key, value in SHOW.items() if key != name}) is None


@pytest.mark.parametrize("data", [None, "", "concern.show", 7, float("nan"), True, [], [SHOW], {}, {"message": SHOW}])
def test_what_is_not_a_message_is_nothing(data: object) -> None:
    assert pressed(data) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


like_ours = st.fixed_dictionaries({name: st.just(value) | anything for name, value in SHOW.items()})


@given(data=anything | like_ours)
@settings(max_examples=200, deadline=None, database=None)
def test_whatever_comes_back_it_is_a_button_or_nothing(data: object) -> None:
    button = pressed(data)
    assert button is None or isinstance(button, ShowConcern | StartAgain)
