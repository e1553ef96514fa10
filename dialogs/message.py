"""What a button says when it is pressed: a class for each, carrying ids of content and nothing that was typed."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from knowledge.answers import Answer
from knowledge.services import Id
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Flag, Intent

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


class StartAgain(Message):
    """Forget what this conversation said before."""

    kind: Literal["conversation.start_again"] = "conversation.start_again"


Pressed = Annotated[ShowConcern | ShowGuidance | StartAgain, Field(discriminator="kind")]
_PRESSED: TypeAdapter[ShowConcern | ShowGuidance | StartAgain] = TypeAdapter(Pressed)


def pressed(data: Any) -> Message | None:
    """The button behind what came over the wire, or None where it is not (or no longer) one of ours."""
    try:
        return _PRESSED.validate_python(data)
    except ValidationError:
        return None
