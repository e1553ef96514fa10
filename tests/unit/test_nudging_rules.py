"""The days on which an action is reminded of, the rungs that are climbed, and when a round goes."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models.actions import Rung
from knowledge.reminding import CATCH_UP, Rules, latest, next_round, reminders, rungs
from knowledge.sending_hours import is_working_day, working_days_from
from tests.builders import london

DUE = date(2027, 3, 1)
DAY = timedelta(days=1)
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def test_the_days_of_an_actions_reminders() -> None:
    assert [(each.rule, each.on.isoformat()) for each in reminders(DUE)] == [
        ("before_28", "2027-01-20"), ("before_14", "2027-02-09"), ("before_7", "2027-02-18"),
        ("before_1", "2027-02-26"), ("on_the_day", "2027-03-01"), ("overdue_1", "2027-03-02"),
        ("overdue_3", "2027-03-04"), ("overdue_7", "2027-03-10"),
    ]  # fmt: skip


@settings(deadline=None)
@given(days, days)
def test_what_stands_has_come_and_is_not_older_than_the_ledger_remembers(due_on: date, today: date) -> None:
    standing = latest(due_on, date.min, today)
    if standing:
        assert today - CATCH_UP < standing.on <= today
        assert is_working_day(standing.on)


@settings(deadline=None)
@given(days)
def test_each_rule_stands_on_its_own_day_and_none_after_the_last(due_on: date) -> None:
    for each in reminders(due_on):
        assert latest(due_on, date.min, each.on).on == each.on  # type: ignore[union-attr]
    last = reminders(due_on)[-1].on
    assert latest(due_on, date.min, last + CATCH_UP) is None


def test_a_day_before_the_owner_had_it_is_not_reminded_of() -> None:
    assert latest(DUE, date(2027, 2, 9), date(2027, 2, 10)) is None


def test_the_ladder_is_climbed_rung_by_rung() -> None:
    assert rungs(DUE, DUE + 2 * DAY) == []
    reached = {rung: working_days_from(DUE, count) for rung, count in Rules().ladder.items()}
    assert rungs(DUE, reached[Rung.CO_CHAIRS]) == list(reached.items())[:3]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (london(2026, 11, 30, 5), london(2026, 11, 30, 6)),
        (london(2026, 11, 30, 10), london(2026, 12, 1, 6)),
        (london(2026, 12, 24, 10), london(2026, 12, 29, 6)),
        (london(2027, 3, 27, 10), london(2027, 3, 30, 6)),
    ],
)
def test_the_next_round_is_on_a_working_morning(now: datetime, then: datetime) -> None:
    assert next_round(now) == then
