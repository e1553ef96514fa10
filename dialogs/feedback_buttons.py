"""What the buttons of feedback say: ids, for what each does is authorised at the click and can be done again."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from dialogs.press import Message
from knowledge.models.evaluation import CommentState
from knowledge.services import Id


class ShowFeedback(Message):
    """Ask me about one point of one date."""

    kind: Literal["evaluations.show"] = "evaluations.show"
    round: UUID


class AnswerFeedback(Message):
    """Answer one question; pressed again, answer it anew."""

    kind: Literal["evaluations.answer"] = "evaluations.answer"
    round: UUID
    question: Id
    value: Annotated[int, Field(ge=1, le=6)]


class EndFeedback(Message):
    """Leave out the sentence."""

    kind: Literal["evaluations.end"] = "evaluations.end"
    round: UUID


class SayFeedback(Message):
    """Keep the sentence that was filled in; leave it out where none was."""

    stores_findings: ClassVar[bool] = False
    kind: Literal["evaluations.say"] = "evaluations.say"
    round: UUID


class MakeCommitment(Message):
    """Keep what I will do, under my name."""

    stores_findings: ClassVar[bool] = False
    kind: Literal["practice.commit"] = "practice.commit"
    date: UUID


class GiveView(Message):
    """Keep what a manager sees, under the manager's name."""

    stores_findings: ClassVar[bool] = False
    kind: Literal["practice.view"] = "practice.view"
    view: UUID


class ShowResults(Message):
    """What delegates answered, cut in one way; for learning leads."""

    kind: Literal["evaluations.results"] = "evaluations.results"
    by: Literal["", "course", "date", "trainer", "agency", "quarter"] = ""


class DecideComment(Message):
    """A learning lead has read a comment."""

    kind: Literal["evaluations.decide"] = "evaluations.decide"
    comment: UUID
    state: Literal[CommentState.RELEASED, CommentState.WITHHELD, CommentState.RISK, CommentState.ACTED]


class DeclineFeedback(Message):
    """I do not want to answer."""

    kind: Literal["evaluations.decline"] = "evaluations.decline"
    round: UUID


EvaluationMessage = (
    ShowFeedback | AnswerFeedback | EndFeedback | SayFeedback | DeclineFeedback | ShowResults | DecideComment
    | MakeCommitment | GiveView
)  # fmt: skip
