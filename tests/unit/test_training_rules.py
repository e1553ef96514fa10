"""The rules of booking as tables: the last day to cancel round bank holidays, and how long an offer stands."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from knowledge.models import Course
from knowledge.models.training import Counted
from knowledge.sending_hours import Quiet
from knowledge.training.finding import asked, easter, when
from knowledge.training.seats import LAST_OFFER, offer_ends
from tests.builders import library, london

WORKING, DAYS = Counted.WORKING_DAYS, Counted.DAYS


@pytest.mark.parametrize(
    ("days", "counted", "starts_on", "last_day"),
    [
        (3, WORKING, date(2026, 11, 26), date(2026, 11, 23)),
        (3, WORKING, date(2026, 11, 24), date(2026, 11, 19)),  # over a weekend
        (3, WORKING, date(2026, 12, 29), date(2026, 12, 22)),  # Christmas, Boxing Day's substitute, a weekend
        (3, WORKING, date(2027, 3, 31), date(2027, 3, 24)),  # Good Friday and Easter Monday
        (1, WORKING, date(2027, 5, 4), date(2027, 4, 30)),  # the early May bank holiday
        (7, DAYS, date(2026, 12, 29), date(2026, 12, 22)),
        (14, DAYS, date(2027, 1, 6), date(2026, 12, 23)),
        (0, DAYS, date(2027, 1, 6), date(2027, 1, 6)),
    ],
)
def test_the_last_day_on_which_a_cancellation_is_not_late(
    days: int, counted: Counted, starts_on: date, last_day: date
) -> None:
    assert Course(cancel_days=days, cancel_counted=counted).last_day_to_cancel(starts_on) == last_day


NOON = london(2026, 11, 30, 12)


@pytest.mark.parametrize(
    ("away", "stands"),
    [
        (timedelta(days=60), timedelta(days=3)),
        (timedelta(days=10), timedelta(days=1)),
        (timedelta(days=4), timedelta(hours=4)),
        (timedelta(hours=8), timedelta(hours=1)),
    ],
)
def test_an_offer_is_shorter_the_nearer_the_date(away: timedelta, stands: timedelta) -> None:
    assert offer_ends(NOON, NOON + away, Quiet()) == NOON + stands


def test_it_never_ends_at_night_or_on_a_weekend() -> None:
    friday = london(2026, 12, 4, 16)
    assert offer_ends(friday, friday + timedelta(days=5), Quiet()) == london(2026, 12, 7, 8)


def test_somebody_who_cannot_be_told_before_morning_has_as_long_from_then_on() -> None:
    evening = london(2026, 11, 30, 22)
    assert offer_ends(evening, evening + timedelta(days=9), Quiet()) == london(2026, 12, 2, 8)


@pytest.mark.parametrize("hours", [1, 2, 2.5])
def test_too_late_none_is_made(hours: float) -> None:
    assert offer_ends(NOON, NOON + timedelta(hours=hours), Quiet()) is None


@pytest.mark.parametrize("away", [timedelta(hours=hours) for hours in range(3, 800, 7)])
def test_an_offer_always_leaves_time_before_the_start_and_is_never_shorter_than_an_hour(away: timedelta) -> None:
    ends = offer_ends(NOON, NOON + away, Quiet())
    assert ends is None or (ends <= NOON + away - LAST_OFFER and ends - NOON >= timedelta(hours=1))


def test_every_instant_is_aware() -> None:
    ends = offer_ends(NOON, NOON + timedelta(days=9), Quiet())
    assert isinstance(ends, datetime)
    assert ends.utcoffset() is not None


TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("any courses before easter", TODAY, date(2027, 3, 28)),
        ("any courses before christmas", TODAY, date(2026, 12, 25)),
        ("something before 9 march", TODAY, date(2027, 3, 9)),
        ("a place by march", TODAY, date(2027, 4, 1)),
        ("after may please", date(2027, 6, 1), date(2028, 5, 31)),
        ("from the 9th of march on", date(2027, 3, 9), date(2028, 3, 8)),
        ("by zoom in march", date(2027, 3, 1), date(2027, 4, 1)),
        ("in may", date(2027, 5, 1), date(2027, 6, 1)),
        ("book me on the working together one 12 nov", date(2027, 11, 12), date(2027, 11, 13)),
        ("any neglect training in spring", date(2027, 3, 1), date(2027, 6, 1)),
    ],
)
def test_a_time_in_words(words: str, start: date, end: date) -> None:
    found = when(words, TODAY)
    assert found
    assert (found.start, found.end) == (start, end)


def taught(title: str, *topics: str) -> Course:
    return Course(id=uuid4(), title=title, topics=" ".join(topics))


COURSES = (
    taught("Child neglect", "neglect"), taught("Child sexual exploitation", "child_sexual_exploitation"),
    taught("Domestic violence"), taught("Neglect, the basics"), taught("Mental capacity", "mental_capacity"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("anything on self neglect", set()),
        ("self-neglect or hoarding please", set()),
        ("courses on sexual abuse", set()),
        ("criminal exploitation", set()),
        ("mental health training", set()),
        ("training on neglect", {"Child neglect", "Neglect, the basics"}),
        ("emotional abuse and neglect", {"Child neglect", "Neglect, the basics"}),
        ("sexual exploitation", {"Child sexual exploitation"}),
        ("exploitation", {"Child sexual exploitation"}),
        ("domestic abuse", {"Domestic violence"}),  # it names no topic, and abuse is a word of many
        ("mental capacity act", {"Mental capacity"}),
        ("safeguarding adults", set()),
    ],
)
def test_a_course_is_not_found_by_half_of_a_phrase_that_names_another_topic(text: str, titles: set[str]) -> None:
    names = {id: topic.name for id, topic in library().topics.items()}
    found = asked(text, COURSES, names, date(2026, 11, 23)).courses
    assert {course.title for course in found} == titles


def test_easter_is_when_it_is() -> None:
    sundays = [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)]
    assert [easter(day.year) for day in sundays] == sundays
