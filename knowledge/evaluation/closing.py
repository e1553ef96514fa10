"""The close: what was answered is cut off from who answered it, for good.

On the first of a month it counts who answered, writes the answers anew (each by itself, in random order, under random
ids, without any time), and destroys the key, the codes and the list of who was asked. What could not be shown without
pointing at somebody is not kept. A date with too few answers waits for others of its course; half a year later its
answers are destroyed. Before and after of one person stay together only in pairs, for each date where they are many
enough, else for its course, else for all courses that close on that day.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import SystemRandom
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select

from knowledge.days import london_day
from knowledge.evaluation.anonymity import FEWEST, Said, apart, has_both, kept_apart, pairs
from knowledge.evaluation.form_versions import as_form
from knowledge.evaluation.forms import Form, Question
from knowledge.evaluation.notices import CommentsToRead
from knowledge.evaluation.rounds import code_of
from knowledge.evaluation.windows import POOLED, closes_at
from knowledge.models import (
    ClosedAnswer,
    Comment,
    CourseDate,
    EvaluationGroup,
    Invitation,
    OpenAnswer,
    Round,
    RoundKey,
    TurnoutCount,
)
from knowledge.models.evaluation import CommentState, Point, Series
from knowledge.roles import LEARNING_LEAD

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

_CHANCE = SystemRandom()


class Answered(NamedTuple):
    value: int | None
    words: str


@dataclass(frozen=True)
class Sheet:
    """What one person answered at one point; `answers` is empty for who answered nothing."""

    agency: UUID | None
    answers: Mapping[str, Answered]

    @property
    def has_answers(self) -> bool:
        return any(each.value is not None for each in self.answers.values())


@dataclass
class Unit:
    """One series of one date, as it closes."""

    date: CourseDate
    series: Series
    rounds: dict[Point, Round] = field(default_factory=dict)
    sheets: dict[Point, dict[UUID, Sheet]] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """How many answered at the point that counts."""
        return sum(sheet.has_answers for sheet in self.sheets.get(self.series.main, {}).values())

    @property
    def is_empty(self) -> bool:
        """Nobody answered anything, so there is nobody to protect."""
        return not any(sheet.has_answers for sheets in self.sheets.values() for sheet in sheets.values())

    def form(self, point: Point) -> Form | None:
        return as_form(self.rounds[point].form) if point in self.rounds else None


class Closing:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    async def close_due(self) -> int:
        """Close all that can be closed now; gives how many groups there are more."""
        now, closed = self.work.clock(), 0
        for series in Series:
            groups: list[list[Unit]] = []
            for units in (await self._due(series, now)).values():
                groups += grouped(units, now)
            asked = [group for group in groups if any(sheets for unit in group for sheets in unit.sheets.values())]
            await self._keep(asked)
            for unit in (unit for group in groups for unit in group):
                await self._destroy(unit)
            closed += len(asked)
        return closed

    async def _due(self, series: Series, now: datetime) -> dict[UUID, list[Unit]]:
        """By course. Their keys are locked: nobody answers under them any more."""
        query = select(RoundKey, CourseDate).join(CourseDate, CourseDate.id == RoundKey.date_id)
        its = query.where(RoundKey.series == series).order_by(CourseDate.starts_at, CourseDate.id)
        due: dict[UUID, list[Unit]] = {}
        for key, date in (await self.session.execute(its.with_for_update(of=RoundKey))).all():
            if closes_at(series, date) <= now:
                due.setdefault(date.course_id, []).append(await self._unit(key, date))
        return due

    async def _unit(self, key: RoundKey, date: CourseDate) -> Unit:
        unit = Unit(date, key.series)
        points = (Round.date_id == date.id, Round.point.in_(key.series.points))
        for round in (await self.session.scalars(select(Round).where(*points))).all():
            unit.rounds[round.point] = round
            unit.sheets[round.point] = await self._sheets(round, key.key)
        return unit

    async def _sheets(self, round: Round, key: str) -> dict[UUID, Sheet]:
        answers: dict[str, dict[str, Answered]] = {}
        for answer in await self.session.scalars(select(OpenAnswer).filter_by(round_id=round.id)):
            answers.setdefault(answer.code, {})[answer.question] = Answered(answer.value, answer.words)
        asked = (await self.session.scalars(select(Invitation).filter_by(round_id=round.id))).all()
        counts = await self.work.evaluation.to_ask(round)  # who gave up the place since then does not
        return {
            each.person_id: Sheet(each.agency_id, answers.get(code_of(key, each.person_id), {}))
            for each in asked if each.person_id in counts
        }  # fmt: skip

    async def _keep(self, groups: Sequence[Sequence[Unit]]) -> None:
        """Write down what may be kept of all that closes now: together, so that no order is left."""
        answers: list[dict[str, object]] = []
        counts: list[dict[str, object]] = []
        comments: list[dict[str, object]] = []
        for units in groups:
            group = await self._added(_group(units))
            asked = {point: _told_apart(units, point) for point in Point}
            for (question, form), said in _by_question(units).items():
                kept = apart(said, asked[Point.BEFORE], asked[group.series.main])
                answers += [_row(group, question.id, form, each) for each in kept]
            counts += [{**count, "group_id": group.id} for count in _turnouts(units)]
            comments += [{**comment, "group_id": group.id} for comment in _comments(units)]
        for units, several in paired(groups):
            group = await self._added(_group(units))
            answers += [_row(group, question.id, form, each) for question, form, each in several]
        await self._write(ClosedAnswer, answers)
        await self._write(TurnoutCount, counts)
        await self._write(Comment, comments)
        if comments:
            await self._tell_leads()

    async def _added(self, group: EvaluationGroup) -> EvaluationGroup:
        self.session.add(group)
        await self.session.flush()
        return group

    async def _write(self, table: type[ClosedAnswer | TurnoutCount | Comment], rows: list[dict[str, object]]) -> None:
        """In random order: neither a row's place nor its id says when it was answered or by whom."""
        _CHANCE.shuffle(rows)
        if rows:
            await self.session.execute(insert(table), rows)

    async def _tell_leads(self) -> None:
        today = london_day(self.work.clock())
        for id, roles in sorted((await self.work.grants.held_by_each()).items()):
            if LEARNING_LEAD in roles:
                await self.work.outbox.owe(id, CommentsToRead(closed_on=today))

    async def _destroy(self, unit: Unit) -> None:
        rounds = [round.id for round in unit.rounds.values()]
        await self.session.execute(delete(OpenAnswer).where(OpenAnswer.round_id.in_(rounds)))
        await self.session.execute(delete(Invitation).where(Invitation.round_id.in_(rounds)))
        its = (RoundKey.date_id == unit.date.id, RoundKey.series == unit.series)
        await self.session.execute(delete(RoundKey).where(*its))
        for round in unit.rounds.values():
            round.closed_on = london_day(self.work.clock())


def grouped(units: Iterable[Unit], now: datetime) -> list[list[Unit]]:
    """Which units of one course and series close now, and which of them together: a group has at least five who
    answered, or nobody. Others wait, half a year at most."""
    groups: list[list[Unit]] = []
    pool: list[Unit] = []
    for unit in units:
        if unit.answered >= FEWEST or unit.is_empty:
            groups.append([unit])
            continue
        pool.append(unit)
        if sum(each.answered for each in pool) >= FEWEST:
            groups.append(pool)
            pool = []
    over = [unit for unit in pool if closes_at(unit.series, unit.date) + POOLED <= now]
    return [*groups, over] if over else groups


def _group(units: Sequence[Unit]) -> EvaluationGroup:
    trainers, courses = {unit.date.trainer for unit in units}, {unit.date.course_id for unit in units}
    return EvaluationGroup(
        course_id=courses.pop() if len(courses) == 1 else None, series=units[0].series,
        date_id=units[0].date.id if len(units) == 1 else None, dates=len(units),
        trainer=trainers.pop() if len(trainers) == 1 else "", day=max(unit.date.starts_on for unit in units),
    )  # fmt: skip


def _row(group: EvaluationGroup, question: str, form: UUID, said: Said) -> dict[str, object]:
    return {
        "id": uuid4(), "group_id": group.id, "form_id": form, "question": question, "before": said.before,
        "value": said.value, "agency_id": said.agency,
    }  # fmt: skip


Asking = tuple[Question, UUID]
"""A question, and the newest form that asks it in these words."""
Pairs = tuple[list[Unit], list[tuple[Question, UUID, Said]]]
"""Of which dates, and the pairs."""


def paired(groups: Sequence[Sequence[Unit]]) -> list[Pairs]:
    """The pairs that may be kept of what closes now, question by question: for each group that has enough of them, for
    the others of a course together, and for all that is left."""
    found: dict[tuple[UUID, ...], Pairs] = {}
    said = [(group, _by_question(group)) for group in groups if group[0].series is Series.LEARNING]
    questions = {question: form for _, by in said for question, form in by}
    for question, form in questions.items():
        left = [(group, of) for group, by in said if has_both(of := _of(by, question))]
        for level in (_each, _by_course, _all):
            for some in level(left):
                kept = pairs([each for _, of in some for each in of], _CHANCE)
                if kept:
                    left = [each for each in left if each not in some]
                    units = [unit for group, _ in some for unit in group]
                    key = tuple(unit.date.id for unit in units)
                    found.setdefault(key, (units, []))[1].extend((question, form, each) for each in kept)
    return list(found.values())


_Some = list[tuple[Sequence[Unit], list[Said]]]


def _each(left: _Some) -> list[_Some]:
    return [[each] for each in left]


def _by_course(left: _Some) -> list[_Some]:
    courses: dict[UUID, _Some] = {}
    for each in left:
        courses.setdefault(each[0][0].date.course_id, []).append(each)
    return list(courses.values())


def _all(left: _Some) -> list[_Some]:
    return [left] if left else []


def _of(by: Mapping[Asking, list[Said]], question: Question) -> list[Said]:
    return [each for (asked, _), several in by.items() if asked == question for each in several]


def _by_question(units: Sequence[Unit]) -> dict[Asking, list[Said]]:
    """What was said, by question."""
    forms: dict[Question, UUID] = {}
    said: dict[Question, list[Said]] = {}
    for unit in units:
        for point in unit.series.points:
            if form := unit.form(point):
                forms |= dict.fromkeys(form.tapped, unit.rounds[point].form_id)
        for question, one in _said(unit):
            said.setdefault(question, []).append(one)
    return {(question, forms[question]): several for question, several in said.items()}


def _said(unit: Unit) -> Iterable[tuple[Question, Said]]:
    """Each person's answer to each question, before and after in one where both forms ask it in the same words."""
    before, after = unit.form(Point.BEFORE), unit.form(unit.series.main)
    first, then = unit.sheets.get(Point.BEFORE, {}), unit.sheets.get(unit.series.main, {})
    questions = dict.fromkeys((*(after.tapped if after else ()), *(before.tapped if before else ())))
    for question in questions:
        asked_before = before is not None and question in before.tapped
        asked_after = after is not None and question in after.tapped
        for person in first.keys() | then.keys():
            values = (
                _value(first.get(person), question) if asked_before else None,
                _value(then.get(person), question) if asked_after else None,
            )
            if values != (None, None):
                sheet = then.get(person) or first[person]
                yield question, Said(sheet.agency, *values)


def _value(sheet: Sheet | None, question: Question) -> int | None:
    answered = sheet.answers.get(question.id) if sheet else None
    return answered.value if answered else None


def _sheets_of(units: Sequence[Unit], point: Point) -> list[Sheet]:
    return [sheet for unit in units for sheet in unit.sheets.get(point, {}).values()]


def _told_apart(units: Sequence[Unit], point: Point) -> frozenset[UUID]:
    """The agencies of which it may be told how many were asked."""
    return kept_apart(Counter(sheet.agency for sheet in _sheets_of(units, point)))


def _turnouts(units: Sequence[Unit]) -> list[dict[str, object]]:
    """How many were asked and answered, by agency where that is no handful."""
    counts: list[dict[str, object]] = []
    for point in units[0].series.points:
        sheets, kept = _sheets_of(units, point), _told_apart(units, point)
        asked = Counter(sheet.agency if sheet.agency in kept else None for sheet in sheets)
        answered = Counter(
            sheet.agency if sheet.agency in kept else None for sheet in sheets if sheet.has_answers
        )  # fmt: skip
        counts += [
            {"id": uuid4(), "point": point, "agency_id": agency, "asked": count, "answered": answered[agency]}
            for agency, count in asked.items()
        ]
    return counts


def _comments(units: Sequence[Unit]) -> list[dict[str, object]]:
    """The sentences of each point at which enough people answered."""
    comments: list[dict[str, object]] = []
    for point in units[0].series.points:
        sheets = [(unit, sheet) for unit in units for sheet in unit.sheets.get(point, {}).values()]
        if sum(sheet.has_answers for _, sheet in sheets) < FEWEST:
            continue
        comments += [
            {"id": uuid4(), "form_id": unit.rounds[point].form_id, "question": question, "words": answered.words,
             "state": CommentState.WAITING}
            for unit, sheet in sheets for question, answered in sheet.answers.items() if answered.words
        ]  # fmt: skip
    return comments
