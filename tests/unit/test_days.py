"""Days as people say them."""

from datetime import date

import pytest

from knowledge.days import day_ahead

TODAY, DUE = date(2026, 11, 30), date(2027, 3, 1)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("two weeks", date(2027, 3, 15)),
        ("need two more weeks, new lead started Monday", date(2027, 3, 15)),
        ("another month", date(2027, 4, 1)),
        ("3 working days more", date(2027, 3, 4)),
        ("next week", date(2027, 3, 8)),
        ("tomorrow", date(2027, 3, 2)),
        ("until Friday", date(2027, 3, 5)),
        ("until Monday", date(2027, 3, 8)),
        ("the lead started two weeks ago, need until 20 March", date(2027, 3, 20)),
        ("until the 20th of March 2028 because", date(2028, 3, 20)),
        ("until 29 November", date(2027, 11, 29)),
        ("on 15/3/2027 please", date(2027, 3, 15)),
        ("2027-03-16", date(2027, 3, 16)),
        ("until 31 June", None),
        ("we meet once a week", None),
        ("new lead started Monday", None),
        ("sometime soon", None),
    ],
)
def test_the_day_that_words_ask_for(said: str, day: date | None) -> None:
    assert day_ahead(said, DUE, TODAY) == day
