"""Versions of forms: a learning lead writes a new one, for a course or for all; rounds keep the one they began with."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from knowledge.agencies import Change
from knowledge.audit import Actor
from knowledge.document import in_plain_words
from knowledge.errors import Refusal
from knowledge.evaluation.forms import Form, Question, QuestionKind, forms_in
from knowledge.models import Course, EvaluationForm
from knowledge.models.evaluation import Point
from knowledge.training.catalogue import LEADS

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

_FIRST = re.compile(r"change form (before|end|later)(?: (?:of )?(\S{2,20}))?", re.IGNORECASE)
_LINE = re.compile(r"([a-z][a-z0-9_]*): *(confidence|scale|choice|text): *(.+?)(?: *\[([^\]]*)\])?", re.IGNORECASE)


class NotAQuestion(Refusal):
    """I cannot read “{line}”. Write it as: useful: scale: How useful is it? [Not at all | Very]. It was not kept."""


class BadForm(Refusal):
    """That form will not do: {why}. Nothing was changed."""


class FormVersions:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    async def newest(self, course_id: UUID | None, point: Point) -> EvaluationForm:
        """The newest form of the course, else of all courses; what stands in the content, where there is none."""
        newest = select(EvaluationForm).filter_by(point=point).order_by(EvaluationForm.number.desc()).limit(1)
        for of in dict.fromkeys((course_id, None)):
            if found := await self.session.scalar(newest.where(EvaluationForm.course_id.is_not_distinct_from(of))):
                return found
        return await self._added(None, point, 0, Form(questions=forms_in().of(point).questions))

    async def save(self, course: Course | None, point: Point, form: Form, actor: Actor) -> Change:
        """A new version, for the rounds that open from now on. Raises NotAllowed."""
        await self.work.grants.require(actor, *LEADS)
        last = await self.newest(course.id if course else None, point)
        if as_form(last) == form:
            return Change.SAME
        made = await self._added(course.id if course else None, point, last.number + 1, form)
        self.work.audit.note(actor, "evaluation_form.changed", made.id, None, point=point)
        return Change.CHANGED

    async def _added(self, course_id: UUID | None, point: Point, number: int, form: Form) -> EvaluationForm:
        questions = [each.model_dump(mode="json") for each in form.questions]
        row = EvaluationForm(course_id=course_id, point=point, number=number, questions=questions)
        self.session.add(row)
        await self.session.flush()
        return row


def as_form(row: EvaluationForm) -> Form:
    """The questions that a row holds."""
    return Form.model_validate({"questions": row.questions})


def lines_of(form: Form, point: Point, code: str) -> Sequence[str]:
    """The form as lines to copy, change and send."""
    return [f"change form {point} {code.lower()}".strip(), *map(_line, form.questions)]


def _line(question: Question) -> str:
    """ "useful: scale: How useful is it? [Not at all | Very]"."""
    beside = question.choices or (question.ends if question.is_scale else ())
    return f"{question.id}: {question.kind}: {question.words}" + (f" [{' | '.join(beside)}]" if beside else "")


def is_form(text: str) -> tuple[Point, str, Sequence[str]] | None:
    """Of which point and course ("" for all) a message is a form, and its lines; None where it is none."""
    first, *lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    found = _FIRST.fullmatch(first.rstrip(":."))
    return (Point(found[1].casefold()), found[2] or "", lines) if found and lines else None


def read_lines(lines: Sequence[str]) -> Form:
    """Raises NotAQuestion, BadForm."""
    try:
        return Form(questions=tuple(_question(line) for line in lines))
    except ValidationError as wrong:
        raise BadForm(why="; ".join(words for _, _, words in in_plain_words(wrong))) from None


def _question(line: str) -> Question:
    """Raises NotAQuestion, ValidationError."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotAQuestion(line=line[:80])
    kind, beside = (
        QuestionKind(found[2].casefold()),
        tuple(part.strip() for part in (found[4] or "").split("|") if part),
    )
    if kind is QuestionKind.CHOICE:
        return Question(id=found[1].casefold(), kind=kind, words=found[3], choices=beside)
    least, most = beside if len(beside) == 2 else ("", "")
    return Question(id=found[1].casefold(), kind=kind, words=found[3], least=least, most=most)
