"""Ages as people write them, and numbers that are no ages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.understanding.ages import ADULT_FROM, OLDEST, ages
from knowledge.understanding.spelling import Speller

SPELLER = Speller([])


def ages_in(text: str) -> list[float]:
    return list(ages(SPELLER.message(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8yo", [8]),
        ("an 8 yo boy", [8]),
        ("8yr old", [8]),
        ("8 yr old", [8]),
        ("8 years old", [8]),
        ("8-year-old", [8]),
        ("15 y/o", [15]),
        ("15 y.o.", [15]),
        ("aged 84", [84]),
        ("age 7", [7]),
        ("shes 12", [12]),
        ("she's 12", [12]),
        ("she is 12", [12]),
        ("just turned 16", [16]),
        ("im 40", [40]),
        ("26f", [26]),
        ("31m", [31]),
        ("12 girl at our school", [12]),
        ("5 month old", [0]),
        ("5 months old", [0]),
        ("4 wk old", [0]),
        ("6wks old", [0]),
        ("10mo old", [0]),
        ("34/40", [0]),
        ("115yo", [115]),
        ("a 3yo and her gran, aged 84", [3, 84]),
    ],
)
def test_an_age_is_read(text: str, expected: list[float]) -> None:
    assert ages_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "year 8",
        "y8",
        "it was 3 years ago",
        "she has 5 children",
        "he is 5 minutes late",
        "is 3 months pregnant",
        "at 5 pm",
        "8 weeks",
        "he has had 3 falls",
        "room 12",
        "ring 999",
        "since 2026",
        "116yo",
        "aged 200",
        "020 8901 2690",
    ],
)
def test_a_number_that_is_no_age_is_left_alone(text: str) -> None:
    assert ages_in(text) == []


@pytest.mark.parametrize("text", ["20wks", "30wks pregnant", "24mths", "18mo", "20wk", "18m old", "30mth old"])
def test_weeks_and_months_never_make_an_adult(text: str) -> None:
    assert [age for age in ages_in(text) if age >= ADULT_FROM] == []


@given(st.integers(min_value=0, max_value=OLDEST))
@settings(database=None, deadline=None)
def test_any_believable_age_is_read_in_each_way_of_writing(age: int) -> None:
    for text in (f"{age}yo", f"{age} years old", f"aged {age}", f"shes {age} now"):
        assert ages_in(text) == [age]


@given(st.integers(min_value=OLDEST + 1))
@settings(database=None, deadline=None)
def test_no_age_beyond_the_oldest_is_believed(number: int) -> None:
    assert ages_in(f"aged {number}") == []
    assert ages_in(f"{number}yo") == []


@pytest.mark.parametrize("digits", ["9" * 4000, "⑳" * 4000])
def test_a_number_without_end_is_no_age(digits: str) -> None:
    assert ages_in(digits) == []
