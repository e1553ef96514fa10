"""Details that identify somebody are noticed, and answered without being said again."""

import pytest

from bot.turns import answered
from dialogs.reply import as_text
from knowledge.understanding.details import digits, is_nhs_number, may_identify
from tests.builders import conversation, library, turn

LINE = library().wording.details_shared


@pytest.mark.parametrize(
    "text",
    [
        "nhs number 943 476 5919, she has bruises",
        "nhs 9434765919",
        "ring mum on 07700 900123",
        "her number is +44 20 7946 0018",
        "they live at HA1 2XY",
        "lives at ha12xy flat 3",
        "mail jo.bloggs@example.org about him",
        "dob 12/3/15",
        "D.O.B. 03.11.2012",
        "born on 4 march 2014",
        "boy, 14-02-2013, came in with a mark",
    ],
)
def test_a_detail_is_noticed(text: str) -> None:
    assert may_identify(text, 2026)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nhs 943 476 5918 has a wrong check digit",
        "0000000000",
        "ring 999 or 101 or 116 123",
        "y9 lad, 14, two phones",
        "bm 32, sats 94, bp 120/80, 34/40",
        "course on 12/01/2027",
        "i need 20 places for the 3rd",
        "pt in b12 deficiency clinic",
    ],
)
def test_other_figures_are_not(text: str) -> None:
    assert not may_identify(text, 2026)


def test_a_number_of_a_service_identifies_nobody() -> None:
    assert not may_identify("is 020 8901 2690 the right one", 2026, {"02089012690"})
    assert may_identify("is 020 8901 2691 the right one", 2026, {"02089012690"})


def test_a_number_is_compared_as_it_is_dialled() -> None:
    assert digits("+44 (0)20 8901 2690") == digits("020 8901-2690") == "02089012690"


@pytest.mark.parametrize(("number", "is_one"), [("9434765919", True), ("9434765918", False), ("1111111111", False)])
def test_the_tenth_digit_checks_the_nine_before(number: str, is_one: bool) -> None:
    assert is_nhs_number(number) is is_one


@pytest.mark.parametrize("told", ["the boy has bruises, ring 07700 900123", "hello 07700 900123", "book me, HA1 2XY"])
def test_the_answer_comes_first_and_says_none_of_it(told: str) -> None:
    shown = as_text(answered(conversation(), turn(told)))
    assert shown.count(LINE) == 1
    assert shown.index(LINE) > shown.index("\n")
    assert "900123" not in shown
    assert "2XY" not in shown


def test_without_a_detail_nothing_is_said_of_it() -> None:
    assert LINE not in as_text(answered(conversation(), turn("the boy has bruises")))
