"""What a button says when it is pressed: a class for each, carrying ids of content and nothing that was typed."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from knowledge.answers import Answer
from knowledge.services import Id
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Flag, Intent

Token = Annotated[str, Field(min_length=16, max_length=64)]
"""Leave to do one thing once; what it is about is read from the records at the click."""
TopicIds = Annotated[tuple[Id, ...], Field(max_length=8)]


class Message(BaseModel):
    """The base of every button. `kind` is its name on the wire (noun.verb) and is never used for anything else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def kind_of(message: Message) -> str:
    """The name of a button on the wire."""
    return str(type(message).model_fields["kind"].default)


class ShowConcern(Message):
    """Show the answer for these topics, this subject and this urgency."""

    kind: Literal["concern.show"] = "concern.show"
    topics: TopicIds = ()
    subject: Subject
    urgency: Urgency
    intent: Literal[Intent.CONCERN, Intent.SELF_CRISIS] = Intent.CONCERN
    flags: Annotated[tuple[Flag, ...], Field(max_length=len(Flag))] = ()
    other_children: bool = False


def shown_as(answer: Answer) -> ShowConcern:
    """The button message that shows this very answer again: labels and ids, nothing typed."""
    reading = answer.reading
    return ShowConcern(
        topics=reading.concerns,
        subject=reading.subject,
        urgency=reading.urgency,
        intent=reading.intent,
        flags=tuple(sorted(reading.flags)),
        other_children=answer.other_children,
    )


class ShowGuidance(Message):
    """Show one answer of guidance."""

    kind: Literal["guidance.show"] = "guidance.show"
    guidance: Id


class ChooseAgency(Message):
    """Where the presser works."""

    kind: Literal["people.choose_agency"] = "people.choose_agency"
    agency: UUID


class SendAgain(Message):
    """Send again what failed or is held: with a token, which works once, for one person."""

    kind: Literal["messages.send_again"] = "messages.send_again"
    token: Token


class TakeBack(Message):
    """Take back one message that was sent."""

    kind: Literal["messages.take_back"] = "messages.take_back"
    token: Token


class AnswerAction(Message):
    """Show an action, or answer it. `seen` is what it was when the button was shown: of another it changes nothing."""

    kind: Literal["actions.answer"] = "actions.answer"
    action: UUID
    answer: Literal["show", "accept", "not_mine", "snooze", "how_done", "how_more_time", "confirm", "embedded"]
    seen: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class DecideOnTime(Message):
    """Grant or refuse one request for more time; decided once, by whoever is first."""

    kind: Literal["actions.decide"] = "actions.decide"
    action: UUID
    request: UUID
    is_granted: bool


class StartAgain(Message):
    """Forget what this conversation said before."""

    kind: Literal["conversation.start_again"] = "conversation.start_again"


AnyMessage = ShowConcern | ShowGuidance | StartAgain | ChooseAgency | SendAgain | TakeBack | AnswerAction | DecideOnTime
Pressed = Annotated[AnyMessage, Field(discriminator="kind")]
_PRESSED: TypeAdapter[AnyMessage] = TypeAdapter(Pressed)


def pressed(data: Any) -> Message | None:
    """The button behind what came over the wire, or None where it is not (or no longer) one of ours."""
    try:
        return _PRESSED.validate_python(data)
    except ValidationError:
        return None
