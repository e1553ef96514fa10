"""Why a message is read as it is: the reading, the words that spoke, the weights, and what came second."""

import pytest

from knowledge.understanding.explain import explained
from tests.builders import library, reader


def told(text: str) -> str:
    return "\n".join(explained(text, library(), reader()))


@pytest.mark.parametrize(
    "said",
    ["intent      concern", "urgency     today", "bruises", "physical_abuse", "second intent", "second concerns"],
)
def test_the_evidence_is_shown(said: str) -> None:
    assert said in told("the boy has bruises on his arms")


def test_what_was_taken_back_is_shown_as_such() -> None:
    assert "taken back" in told("the boy has no bruises on his arms")


def test_what_cannot_be_read_says_so() -> None:
    assert told("???") == "nothing that can be read: an unsure concern, both front doors and a question"
