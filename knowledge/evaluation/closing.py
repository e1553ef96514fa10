"""The close: what was answered is cut off from who answered it, for good.

It counts who answered, writes the answers anew (each by itself, in random order, under random ids, without any time),
and destroys the key, the codes and the list of who was asked. What could not be shown without pointing at somebody is
not kept. A date with too few answers waits for others of its course; half a year later its answers are destroyed.
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
from knowledge.evaluation.anonymity import FEWEST, Said, coarsened, kept_apart
from knowledge.evaluation.forms import Form, Question
from knowledge.evaluation.notices import CommentsToRead
from knowledge.evaluation.rounds import code_of, read
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
        return read(self.rounds[point].form) if point in self.rounds else None


class Closing:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    async def close_due(self) -> int:
        """Close all that can be closed now; gives how many groups there are more."""
        now, closed = self.work.clock(), 0
        for course_id, series in await self._courses():
            units = [await self._unit(key, date) for key, date in await self._due(course_id, series, now)]
            for group in grouped(units, now):
                closed += await self._close(group)
        return closed

    async def _courses(self) -> Sequence[tuple[UUID, Series]]:
        query = select(CourseDate.course_id, RoundKey.series).join(RoundKey, RoundKey.date_id == CourseDate.id)
        rows = await self.session.execute(query.distinct())
        return sorted((row[0], row[1]) for row in rows)

    async def _due(self, course_id: UUID, series: Series, now: datetime) -> list[tuple[RoundKey, CourseDate]]:
        """Its keys, locked: nobody answers under them any more."""
        query = select(RoundKey, CourseDate).join(CourseDate, CourseDate.id == RoundKey.date_id)
        its = query.where(CourseDate.course_id == course_id, RoundKey.series == series)
        rows = await self.session.execute(
            its.order_by(CourseDate.starts_at, CourseDate.id).with_for_update(of=RoundKey)
        )
        return [(row[0], row[1]) for row in rows.all() if closes_at(series, row[1]) <= now]

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

    async def _close(self, units: Sequence[Unit]) -> int:
        """Close these together; 1 where anybody was asked."""
        sheets = [each for unit in units for each in unit.sheets.values()]
        is_new = any(sheets)
        if is_new:
            await self._keep(units)
        for unit in units:
            await self._destroy(unit)
        return int(is_new)

    async def _keep(self, units: Sequence[Unit]) -> None:
        group = _group(units)
        self.session.add(group)
        await self.session.flush()
        answers: list[dict[str, object]] = [
            {"id": uuid4(), "group_id": group.id, "form_id": form, "question": question, "before": said.before,
             "value": said.value, "agency_id": said.agency}
            for (question, form), several in _by_question(units).items() for said in coarsened(several, _CHANCE)
        ]  # fmt: skip
        await self._write(ClosedAnswer, answers)
        await self._write(TurnoutCount, [{**count, "group_id": group.id} for count in _turnouts(units)])
        comments = [{**comment, "group_id": group.id} for comment in _comments(units)]
        await self._write(Comment, comments)
        if comments:
            await self._tell_leads(group)

    async def _write(self, table: type[ClosedAnswer | TurnoutCount | Comment], rows: list[dict[str, object]]) -> None:
        """In random order: neither a row's place nor its id says when it was answered or by whom."""
        _CHANCE.shuffle(rows)
        if rows:
            await self.session.execute(insert(table), rows)

    async def _tell_leads(self, group: EvaluationGroup) -> None:
        for id, roles in sorted((await self.work.grants.held_by_each()).items()):
            if LEARNING_LEAD in roles:
                await self.work.outbox.owe(id, CommentsToRead(group_id=group.id))

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
    first, last = units[0], units[-1]
    trainers = {unit.date.trainer for unit in units}
    return EvaluationGroup(
        course_id=first.date.course_id, series=first.series, date_id=first.date.id if len(units) == 1 else None,
        dates=len(units), trainer=trainers.pop() if len(trainers) == 1 else "", day=last.date.starts_on,
    )  # fmt: skip


def _by_question(units: Sequence[Unit]) -> dict[tuple[str, UUID], list[Said]]:
    """What was said, by question and the newest form that asks it in the same words."""
    forms: dict[Question, UUID] = {}
    said: dict[Question, list[Said]] = {}
    for unit in units:
        for point in unit.series.points:
            if form := unit.form(point):
                forms |= dict.fromkeys(form.tapped, unit.rounds[point].form_id)
        for question, one in _said(unit):
            said.setdefault(question, []).append(one)
    return {(question.id, forms[question]): several for question, several in said.items()}


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


def _turnouts(units: Sequence[Unit]) -> list[dict[str, object]]:
    """How many were asked and answered, by agency where that is no handful."""
    counts: list[dict[str, object]] = []
    for point in units[0].series.points:
        sheets = [sheet for unit in units for sheet in unit.sheets.get(point, {}).values()]
        kept = kept_apart(Counter(sheet.agency for sheet in sheets))
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
