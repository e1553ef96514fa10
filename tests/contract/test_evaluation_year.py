"""A generated year: what is shown equals what is worked out again, from the truth and from the rows, by other code; and
no two reports give a few people away. 240 delegates here; 2,400 in 24 agencies by `make evaluation-year`."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import fmean, stdev
from typing import Any

import pytest
from scipy.stats import t  # type: ignore[attr-defined]  # made when it is imported
from sqlalchemy import select

from knowledge.audit import COMMAND_LINE
from knowledge.database import Database, address
from knowledge.evaluation.anonymity import FEWEST
from knowledge.evaluation.figures import OTHERS, Cut, Results, called, results
from knowledge.models import ClosedAnswer, Course, EvaluationGroup
from knowledge.models.evaluation import Point, Series
from knowledge.training.figures import quarter
from tests.builders import london
from tests.evaluated_year import Year, filled

FULL = bool(os.environ.get("SAFEGUARDING_FULL"))
DELEGATES, AGENCIES = (2_400, 24) if FULL else (240, 24)
SINCE, UNTIL = london(2026, 4, 1).date(), london(2027, 3, 31).date()


class Made:
    """The year in its database."""

    def __init__(self, database: Database, year: Year) -> None:
        self.database, self.year = database, year

    async def results(self, until: Any = UNTIL) -> Results:
        async with self.database.reading(lambda: london(2027, 12, 31)) as work:
            return await results(work, SINCE, until, COMMAND_LINE)

    async def rows(self) -> list[tuple[ClosedAnswer, EvaluationGroup, str]]:
        async with self.database.reading(lambda: london(2027, 12, 31)) as work:
            groups = {group.id: group for group in await work.session.scalars(select(EvaluationGroup))}
            names = {course.id: called(course) for course in await work.session.scalars(select(Course))}
            answers = (await work.session.scalars(select(ClosedAnswer))).all()
        found = ((answer, groups[answer.group_id]) for answer in answers)
        return [(answer, group, names[group.course_id] if group.course_id else "") for answer, group in found]


@pytest.fixture
async def made(database_address: str) -> Any:
    database = Database(address(database_address))
    yield Made(database, await filled(database, DELEGATES, AGENCIES))
    await database.close()


async def test_figures_equal_what_is_worked_out_again(made: Made) -> None:
    told, rows = await made.results(), await made.rows()
    check_rates(told, made.year)
    check_counts(told, rows)
    check_changes(told, rows)
    check_agencies(told, made.year)
    await check_losses(told, made.year)
    await check_differences(made, told)


def check_rates(told: Results, year: Year) -> None:
    """From the truth: who was asked, and who answered anything."""
    answered = {(each.person, each.date, each.point) for each in year.truths}
    for name, of in {"": lambda asked: True, **{c.name: _is_of(c.name) for c in told.by["course"]}}.items():
        asked = [each for each in year.asked if of(each)]
        cut = told.overall if not name else next(c for c in told.by["course"] if c.name == name)
        for point, rate in cut.rates.items():
            these = [each for each in asked if each[5] is point]
            assert rate.asked == len(these)
            assert rate.answered == sum((each[0], each[3], each[5]) in answered for each in these)


def _is_of(course: str) -> Callable[[Any], bool]:
    return lambda asked: bool(course.startswith(f"{asked[2]} ("))


def check_counts(told: Results, rows: list[tuple[ClosedAnswer, EvaluationGroup, str]]) -> None:
    """From the rows: every mean and every distribution of every course, quarter and trainer."""
    keys: dict[str, Callable[[EvaluationGroup, str], str]] = {
        "course": lambda group, title: title if group.course_id else "",
        "quarter": lambda group, title: quarter(group.day),
        "trainer": lambda group, title: group.trainer,
    }
    for way, key in keys.items():
        for cut in told.by[way]:
            for shown in cut.distributions:
                values = [
                    value for answer, group, title in rows if key(group, title) == cut.name
                    if not (answer.before and answer.value) for point, value in _values(answer, group)
                    if value and point is shown.point and answer.question == shown.question.id
                ]  # fmt: skip
                assert Counter(values) == +Counter(dict(enumerate(shown.counts, 1)))
                assert shown.total >= FEWEST
                assert shown.mean is None or shown.mean == pytest.approx(fmean(values))


def _values(answer: ClosedAnswer, group: EvaluationGroup) -> Iterator[tuple[Point, int | None]]:
    yield Point.BEFORE, answer.before
    yield (Point.LATER if group.series is Series.PRACTICE else Point.END), answer.value


def check_changes(told: Results, rows: list[tuple[ClosedAnswer, EvaluationGroup, str]]) -> None:
    assert {change.question.id for change in told.overall.changes} == {"confidence", "knowledge"}
    for cut in (told.overall, *told.by["course"]):
        for change in cut.changes:
            moved = [
                answer.value - answer.before for answer, _, title in rows
                if (cut is told.overall or title == cut.name) and answer.question == change.question.id
                and answer.value and answer.before
            ]  # fmt: skip
            assert change.total == len(moved)
            assert change.mean == pytest.approx(fmean(moved))
            half = t.ppf(0.975, len(moved) - 1) * stdev(moved) / len(moved) ** 0.5
            assert change.interval == pytest.approx((fmean(moved) - half, fmean(moved) + half), rel=0.01, abs=0.01)
            assert change.moved == (
                sum(each > 0 for each in moved), sum(each == 0 for each in moved), sum(each < 0 for each in moved)
            )  # fmt: skip


def check_agencies(told: Results, year: Year) -> None:
    """Beside each mean of an agency stands how many of those it may be of were asked: as many as answered, and more."""
    asked = Counter((each[1], each[5]) for each in year.asked)
    for cut in told.by["agency"]:
        for one in cut.distributions:
            rate = cut.rate_of(one)
            assert one.total <= rate.answered <= rate.asked
            assert cut.name == OTHERS or rate.asked <= asked[cut.name, one.point]
    for point in Point:
        for one in (each for each in told.overall.distributions if each.point is point):
            beside = [
                cut.beside[point, one.question] for cut in told.by["agency"] if (point, one.question) in cut.beside
            ]
            assert sum(rate.asked for rate in beside) <= sum(each[5] is point for each in year.asked)
            assert sum(rate.answered for rate in beside) >= one.total


async def check_losses(told: Results, year: Year) -> None:
    """From the truth: nothing is shown that nobody said, and what is left out is little."""
    said = Counter((each.point, each.question, each.value) for each in year.truths)
    shown: Counter[Any] = Counter()
    for one in told.overall.distributions:
        for value, count in enumerate(one.counts, 1):
            shown[one.point, one.question.id, value] = count
    assert not shown - said
    assert shown.total() > 0.9 * said.total()


async def check_differences(made: Made, told: Results) -> None:
    """Between any two reports, and between a whole and each of its parts, is nobody or at least five."""
    for cuts in told.by.values():
        for cut in cuts:
            check_difference(told.overall, cut)
    earlier = told
    for weeks in range(2, 50, 4):
        before = await made.results(UNTIL - timedelta(weeks=weeks))
        check_difference(earlier.overall, before.overall)
        for way, cuts in before.by.items():
            now = {cut.name: cut for cut in earlier.by[way]}
            for cut in cuts:
                check_difference(now[cut.name], cut)
        earlier = before
    small = Counter(agency for _, agency in {(each[0], each[1]) for each in made.year.asked})
    apart = {cut.name for cut in told.by["agency"] if cut.distributions} - {OTHERS}
    assert apart
    assert min(small.values()) < FEWEST <= min(small[name] for name in apart)


def check_difference(whole: Cut, part: Cut) -> None:
    parts = {(one.point, one.question): one for one in part.distributions}
    for one in whole.distributions:
        other = parts.get((one.point, one.question))
        left = [a - b for a, b in zip(one.counts, other.counts if other else [0] * 9, strict=False)]
        assert sum(left) == 0 or sum(left) >= FEWEST, (whole.name, part.name)
        assert min(left) >= 0
