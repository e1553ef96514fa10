"""Forms: which questions are asked at each of the three points, as content; no change of them touches old answers."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from knowledge.document import Document, Page
from knowledge.models.evaluation import Point
from knowledge.services import Id

CONTENT = Path(__file__).parents[1] / "content"
FILE = "evaluation.yaml"
MOST_TAPS = 5
"""Questions of a form that are answered by a tap; one tap more ends it."""
STEPS = 5
"""A scale goes from 1 to 5."""
LONGEST_ANSWER = 280


class QuestionKind(StrEnum):
    CONFIDENCE = "confidence"
    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"


class Question(Document):
    """One question. Its answer is a number: a step of the scale, or the place of what was chosen, from 1."""

    id: Id
    kind: QuestionKind
    words: Annotated[str, Field(min_length=3, max_length=300)]
    choices: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = ()
    least: Annotated[str, Field(max_length=30)] = ""
    most: Annotated[str, Field(max_length=30)] = ""

    @model_validator(mode="after")
    def _has_choices_where_it_needs_them(self) -> Self:
        if self.kind is QuestionKind.CHOICE and not 2 <= len(self.choices) <= 6:
            raise ValueError("a choice needs two to six words to choose from")
        if self.kind is not QuestionKind.CHOICE and self.choices:
            raise ValueError("only a choice has words to choose from")
        return self

    @property
    def is_tapped(self) -> bool:
        return self.kind is not QuestionKind.TEXT

    @property
    def is_scale(self) -> bool:
        return self.kind in (QuestionKind.CONFIDENCE, QuestionKind.SCALE)

    @property
    def highest(self) -> int:
        return len(self.choices) or STEPS

    @property
    def labels(self) -> tuple[str, ...]:
        """What each answer is called, from 1 on."""
        if self.choices:
            return self.choices
        least, most = self.ends
        return (f"1 {least}", *(str(step) for step in range(2, STEPS)), f"{STEPS} {most}")

    @property
    def ends(self) -> tuple[str, str]:
        return self.least or "Not at all", self.most or "Very"

    def asked_of(self, aims: str) -> str:
        """The question as it is read; `aims`: of the course."""
        return self.words.replace("{aims}", aims).strip()


class Form(Document):
    """The questions of one point, in their order."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _takes_less_than_a_minute(self) -> Self:
        ids = [question.id for question in self.questions]
        texts = [question for question in self.questions if not question.is_tapped]
        if len(set(ids)) < len(ids):
            raise ValueError("two questions have one id")
        if not 1 <= len(ids) - len(texts) <= MOST_TAPS:
            raise ValueError(f"one to {MOST_TAPS} questions are answered by a tap")
        if len(texts) > 1 or (texts and self.questions[-1] is not texts[0]):
            raise ValueError("at most one question is answered in words, and it is the last")
        return self

    @property
    def tapped(self) -> Sequence[Question]:
        return [question for question in self.questions if question.is_tapped]

    @property
    def text(self) -> Question | None:
        return next((question for question in self.questions if not question.is_tapped), None)

    def find(self, id: str) -> Question | None:
        return next((question for question in self.questions if question.id == id), None)


class Theme(Document):
    """What a comment may be about, by words or beginnings of words in small letters."""

    id: Id
    name: Annotated[str, Field(min_length=3, max_length=60)]
    words: Annotated[tuple[str, ...], Field(min_length=1)]


class Forms(Document):
    """The file: the questions of each point, and the themes of comments."""

    before: tuple[Question, ...]
    end: tuple[Question, ...]
    later: tuple[Question, ...]
    themes: tuple[Theme, ...]

    @model_validator(mode="after")
    def _are_forms(self) -> Self:
        for point in Point:
            self.of(point)
        return self

    def of(self, point: Point) -> Form:
        return Form(questions=getattr(self, str(point)))


@cache
def forms_in(root: Path = CONTENT) -> Forms:
    """The forms that the content holds. Raises BrokenContent."""
    return Page(root / FILE, root).read(Forms)
