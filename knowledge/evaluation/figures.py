"""Figures of evaluation: how many answered what, and how it changed; by course, date, trainer, agency and quarter.

They are sums of whole cells of closed answers (see knowledge/evaluation/anonymity.py), so none of them, and no
difference of two, is of fewer than five answers.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from knowledge.audit import Actor
from knowledge.evaluation.form_versions import as_form
from knowledge.evaluation.forms import Question, forms_in
from knowledge.models import (
    ClosedAnswer,
    Comment,
    Course,
    CourseDate,
    EvaluationForm,
    EvaluationGroup,
    TurnoutCount,
)
from knowledge.models.evaluation import CommentState, Point, Series
from knowledge.training.catalogue import LEADS
from knowledge.training.figures import quarter

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

OTHERS = "Agencies too small to be told apart"
_Z = NormalDist().inv_cdf(0.975)


class Counted(NamedTuple):
    """So many closed answers that are alike."""

    group: EvaluationGroup
    question: Question
    before: int | None
    value: int | None
    agency_id: UUID | None
    times: int


@dataclass(frozen=True)
class Rate:
    """How many of those who were asked answered."""

    asked: int
    answered: int

    @property
    def per_cent(self) -> int:
        return round(100 * self.answered / self.asked) if self.asked else 0

    @property
    def in_words(self) -> str:
        return f"{self.answered} of {self.asked} ({self.per_cent}%)"

    def and_of(self, turnout: TurnoutCount) -> "Rate":
        return Rate(self.asked + turnout.asked, self.answered + turnout.answered)


@dataclass(frozen=True)
class Distribution:
    """How often each answer to a question was given at a point; `counts[0]`: the first step or choice."""

    point: Point
    question: Question
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """Of a scale of 1 to 5; None for a choice."""
        if not self.question.is_scale:
            return None
        return sum(step * count for step, count in enumerate(self.counts, 1)) / self.total


@dataclass(frozen=True)
class Change:
    """How the same people answered one question before and at the end."""

    question: Question
    pairs: Mapping[tuple[int, int], int]
    """How many answered so before, and so at the end."""

    @property
    def total(self) -> int:
        return sum(self.pairs.values())

    @property
    def before(self) -> float:
        return sum(pair[0] * count for pair, count in self.pairs.items()) / self.total

    @property
    def after(self) -> float:
        return sum(pair[1] * count for pair, count in self.pairs.items()) / self.total

    @property
    def mean(self) -> float:
        return self.after - self.before

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the mean change, by Student's t: so far it would move by the chance of who answered."""
        squares = sum(count * (b - a - self.mean) ** 2 for (a, b), count in self.pairs.items())
        half = t_quantile(self.total - 1) * sqrt(squares / (self.total - 1) / self.total)
        return self.mean - half, self.mean + half

    @property
    def moved(self) -> tuple[int, int, int]:
        """How many went up, stayed, and went down."""
        return (
            sum(count for (a, b), count in self.pairs.items() if b > a),
            sum(count for (a, b), count in self.pairs.items() if b == a),
            sum(count for (a, b), count in self.pairs.items() if b < a),
        )


def t_quantile(freedom: int) -> float:
    """Student's t at 97.5%, for four degrees of freedom and more: Cornish and Fisher's expansion, good to 0.3%."""
    z, n = _Z, freedom
    first = (z**3 + z) / (4 * n)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    return z + first + second + third


@dataclass(frozen=True)
class Cut:
    """One course, date, trainer, agency or quarter; or all."""

    name: str
    rates: Mapping[Point, Rate]
    distributions: Sequence[Distribution]
    changes: Sequence[Change]
    beside: Mapping[tuple[Point, Question], Rate] = field(default_factory=dict)
    """Where not all who were asked could be in an answer's cell: how many could, and how many of them answered."""

    def rate_of(self, told: Distribution) -> Rate:
        """What stands beside a distribution: of whom it tells, how many answered."""
        return self.beside.get((told.point, told.question)) or self.rates[told.point]

    def of(self, point: Point, id: str) -> Distribution | None:
        """What was answered to a question at a point; of several wordings, the one that most people answered."""
        asked = [one for one in self.distributions if one.point is point and one.question.id == id]
        return max(asked, key=lambda one: one.total, default=None)

    def worded(self, point: Point, question: Question) -> Distribution | None:
        """What was answered at a point to a question in just these words."""
        return next((one for one in self.distributions if one.point is point and one.question == question), None)


@dataclass(frozen=True)
class Said:
    """A comment that a lead has released."""

    course: str
    point: Point
    words: str
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """Everything that was closed of dates in a time, London dates both included."""

    since: date
    until: date
    overall: Cut
    by: Mapping[str, Sequence[Cut]]
    """By course, date, trainer, agency and quarter."""
    comments: Sequence[Said]


@dataclass(frozen=True)
class _Material:
    counted: Sequence[Counted]
    turnouts: Sequence[tuple[EvaluationGroup, TurnoutCount]]
    courses: Mapping[UUID, Course]
    dates: Mapping[UUID, CourseDate]
    agencies: Mapping[UUID, str]

    def asked_in(self, group: UUID, point: Point) -> Sequence[TurnoutCount]:
        """Who was asked at a point of a group, by agency."""
        return self._by_group.get((group, point), [])

    @cached_property
    def _by_group(self) -> Mapping[tuple[UUID, Point], Sequence[TurnoutCount]]:
        found: dict[tuple[UUID, Point], list[TurnoutCount]] = {}
        for group, turnout in self.turnouts:
            found.setdefault((group.id, turnout.point), []).append(turnout)
        return found


async def results(work: "UnitOfWork", since: date, until: date, actor: Actor) -> Results:
    """For learning leads. Raises NotAllowed."""
    await work.grants.require(actor, *LEADS)
    material = await _material(work, since, until)
    return Results(
        since, until, _cut("All courses", material.counted, material.turnouts),
        {name: _cuts(material, of_group, of_agency) for name, of_group, of_agency in _ways(material)},
        await _comments(work, material.courses, since, until),
    )  # fmt: skip


async def _material(work: "UnitOfWork", since: date, until: date) -> _Material:
    session = work.session
    within = EvaluationGroup.day.between(since, until)
    groups = {group.id: group for group in await session.scalars(select(EvaluationGroup).where(within))}
    forms = {form.id: {each.id: each for each in as_form(form).questions} for form in await _forms(work)}
    columns = (
        ClosedAnswer.group_id, ClosedAnswer.form_id, ClosedAnswer.question, ClosedAnswer.before, ClosedAnswer.value,
        ClosedAnswer.agency_id,
    )  # fmt: skip
    query = select(*columns, func.count()).join(EvaluationGroup).where(within).group_by(*columns)
    rows = await session.execute(query)
    order = {question: place for form in forms.values() for place, question in enumerate(form.values())}
    counted = sorted(
        (Counted(groups[row[0]], forms[row[1]][row[2]], *row[3:]) for row in rows), key=lambda one: order[one.question]
    )
    turnouts = await session.scalars(select(TurnoutCount).join(EvaluationGroup).where(within))
    return _Material(
        counted, [(groups[each.group_id], each) for each in turnouts],
        {course.id: course for course in await work.catalogue.courses()},
        {date.id: date for date in await session.scalars(select(CourseDate))},
        {agency.id: agency.name for agency in await work.agencies.every()},
    )  # fmt: skip


async def _forms(work: "UnitOfWork") -> Sequence[EvaluationForm]:
    return (await work.session.scalars(select(EvaluationForm))).all()


_OfGroup = Callable[[EvaluationGroup], str]
"""Its name in a cut; "" where it is in none."""
_OfAgency = Callable[[UUID | None], str]


def _ways(material: _Material) -> Sequence[tuple[str, _OfGroup, _OfAgency | None]]:
    """How the answers are cut: by what of their group, or by agency."""

    def title(group: EvaluationGroup) -> str:
        return called(material.courses[group.course_id]) if group.course_id else ""

    def date_of(group: EvaluationGroup) -> str:
        return f"{material.dates[group.date_id].code} ({group.day:%Y-%m-%d})" if group.date_id else ""

    return (
        ("course", title, None),
        ("date", date_of, None),
        ("trainer", lambda group: group.trainer, None),
        ("agency", title, lambda id: material.agencies.get(id, OTHERS) if id else OTHERS),
        ("quarter", lambda group: quarter(group.day), None),
    )


def _cuts(material: _Material, of_group: _OfGroup, of_agency: _OfAgency | None) -> list[Cut]:
    answers: dict[str, list[Counted]] = {}
    turnouts: dict[str, list[tuple[EvaluationGroup, TurnoutCount]]] = {}
    for one in material.counted:
        name = of_agency(one.agency_id) if of_agency else of_group(one.group)
        answers.setdefault(name, []).append(one)
    for group, turnout in material.turnouts:
        name = of_agency(turnout.agency_id) if of_agency else of_group(group)
        turnouts.setdefault(name, []).append((group, turnout))
    names = sorted({*answers, *turnouts} - {""}, key=lambda name: (name == OTHERS, name))
    beside = _beside(material, of_agency) if of_agency else {}
    return [_cut(name, answers.get(name, ()), turnouts.get(name, ()), beside.get(name, {})) for name in names]


_Beside = dict[tuple[Point, Question], Rate]


def _beside(material: _Material, of_agency: _OfAgency) -> dict[str, _Beside]:
    """By agency, how many were asked and answered where its answers to a question are told apart; among the others,
    whoever's are not."""
    apart: dict[tuple[UUID, Point, Question], set[UUID | None]] = {}
    for one in material.counted:
        if one.before is None or one.value is None:
            point = Point.BEFORE if one.value is None else one.group.series.main
            apart.setdefault((one.group.id, point, one.question), set()).add(one.agency_id)
    beside: dict[str, _Beside] = {}
    for (group, point, question), agencies in apart.items():
        for turnout in material.asked_in(group, point):
            name = of_agency(turnout.agency_id if turnout.agency_id in agencies else None)
            of = beside.setdefault(name, {})
            of[point, question] = of.get((point, question), Rate(0, 0)).and_of(turnout)
    return beside


def _cut(
    name: str,
    counted: Sequence[Counted],
    turnouts: Iterable[tuple[EvaluationGroup, TurnoutCount]],
    beside: _Beside | None = None,
) -> Cut:
    rates: dict[Point, Rate] = {}
    for _, turnout in turnouts:
        rates[turnout.point] = rates.get(turnout.point, Rate(0, 0)).and_of(turnout)
    in_order = {point: rates[point] for point in Point if point in rates}
    return Cut(name, in_order, _distributions(counted), _changes(counted), beside or {})


def _distributions(counted: Sequence[Counted]) -> list[Distribution]:
    counts: dict[tuple[Point, Question], list[int]] = {}
    for one in counted:
        main = one.group.series.main
        if one.before is not None and one.value is not None:
            continue  # a pair, which stands among the single answers too
        for point, value in ((Point.BEFORE, one.before), (main, one.value)):
            if value is not None:
                steps = counts.setdefault((point, one.question), [0] * one.question.highest)
                steps[value - 1] += one.times
    points = list(Point)
    return [
        Distribution(point, question, tuple(steps))
        for (point, question), steps in sorted(counts.items(), key=lambda item: points.index(item[0][0]))
    ]


def _changes(counted: Sequence[Counted]) -> list[Change]:
    pairs: dict[Question, dict[tuple[int, int], int]] = {}
    for one in counted:
        if one.before is not None and one.value is not None and one.group.series is Series.LEARNING:
            of = pairs.setdefault(one.question, {})
            of[one.before, one.value] = of.get((one.before, one.value), 0) + one.times
    return [Change(question, of) for question, of in pairs.items() if question.is_scale]


async def _comments(work: "UnitOfWork", courses: Mapping[UUID, Course], since: date, until: date) -> list[Said]:
    query = select(Comment, EvaluationGroup, EvaluationForm).select_from(Comment)
    query = query.join(EvaluationGroup, EvaluationGroup.id == Comment.group_id)
    query = query.join(EvaluationForm, EvaluationForm.id == Comment.form_id)
    released = query.where(Comment.state == CommentState.RELEASED, EvaluationGroup.day.between(since, until))
    return [
        Said(called(courses[group.course_id]), form.point, comment.words, themes_of(comment.words))
        for comment, group, form in await work.session.execute(released.order_by(Comment.id))
        if group.course_id
    ]


def called(course: Course) -> str:
    """A course in a cut."""
    return f"{course.title} ({course.code})"


def themes_of(words: str) -> tuple[str, ...]:
    """What a comment is about: where a word in it begins with one of the theme's, in the content."""
    plain = words.casefold()
    begun = {theme.name: "|".join(map(re.escape, theme.words)) for theme in forms_in().themes}
    return tuple(name for name, beginnings in begun.items() if re.search(rf"\b(?:{beginnings})", plain))
