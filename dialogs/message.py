"""What a button says when it is pressed: a class for each, carrying ids of content and nothing that was typed."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from dialogs.action_buttons import AnswerAction, DecideOnTime, FindLessons, OfferLearning, WritePlan
from dialogs.feedback_buttons import EvaluationMessage
from dialogs.press import Message as Message
from dialogs.press import Token
from dialogs.press import kind_of as kind_of
from knowledge.answers import Answer
from knowledge.models.contacts import ToldKind
from knowledge.models.training import Attendance, Why
from knowledge.services import Id
from knowledge.topics import FRONT_DOORS, Subject, Urgency
from knowledge.understanding.reading import Flag, Intent

MOST_TOLD = 12
"""Services that one card asks about."""
TopicIds = Annotated[tuple[Id, ...], Field(max_length=8)]


class ShowConcern(Message):
    """Show the answer for these topics, this subject and this urgency."""

    kind: Literal["concern.show"] = "concern.show"
    topics: TopicIds = ()
    subject: Subject
    urgency: Urgency
    intent: Literal[Intent.CONCERN, Intent.SELF_CRISIS] = Intent.CONCERN
    flags: Annotated[tuple[Flag, ...], Field(max_length=len(Flag))] = ()
    doors: Annotated[tuple[Id, ...], Field(max_length=len(FRONT_DOORS))] = ()
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
        doors=reading.doors,
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


class SaveForm(Message):
    """Save the course or date that was filled in on the card; the second press finds it done."""

    stores_findings: ClassVar[bool] = True
    kind: Literal["training.save_form"] = "training.save_form"
    noun: Literal["course", "date"]
    verb: Literal["new", "change"] = "new"


class WriteCourses(Message):
    """Write the courses or dates of an attached table that was shown, once."""

    kind: Literal["training.write_table"] = "training.write_table"
    token: Token


class FindTraining(Message):
    """Show courses on a topic."""

    kind: Literal["training.find"] = "training.find"
    topic: Id


class ShowDates(Message):
    """Show the dates of a course; `instead_of`: a booking that would be moved there."""

    kind: Literal["training.show_dates"] = "training.show_dates"
    course: UUID
    instead_of: int | None = None


class BookDate(Message):
    """Take a place, or the next one on the waiting list; the second press finds it done."""

    kind: Literal["training.book"] = "training.book"
    date: UUID


class MoveBooking(Message):
    kind: Literal["training.move"] = "training.move"
    booking: int
    date: UUID


class AskWhyCancel(Message):
    """Ask for the reason before a place is given up."""

    kind: Literal["training.ask_why"] = "training.ask_why"
    booking: int


class CancelBooking(Message):
    kind: Literal["training.cancel"] = "training.cancel"
    booking: int
    why: Why


class AskSubstitute(Message):
    """Ask which colleague comes instead."""

    kind: Literal["training.ask_substitute"] = "training.ask_substitute"
    booking: int


class AnswerOffer(Message):
    """Take the place that is offered, or let the next person have it."""

    kind: Literal["training.answer_offer"] = "training.answer_offer"
    booking: int
    takes: bool


class DecideBooking(Message):
    """Approve a place, or not."""

    kind: Literal["training.decide"] = "training.decide"
    booking: int
    approves: bool


class AcknowledgeChange(Message):
    """I know that this date changed."""

    kind: Literal["training.acknowledge"] = "training.acknowledge"
    booking: int


class NoDateSuits(Message):
    kind: Literal["training.no_date_suits"] = "training.no_date_suits"
    course: UUID


class MyTraining(Message):
    """What I am booked on, and my certificates."""

    kind: Literal["training.mine"] = "training.mine"


class MarkAttendance(Message):
    """Who was there, by whoever keeps the register."""

    kind: Literal["training.mark"] = "training.mark"
    booking: int
    attendance: Attendance


class StillRight(Message):
    """The first tap of a content owner: show what would be confirmed."""

    kind: Literal["contacts.still_right"] = "contacts.still_right"
    service: Id


class ConfirmRight(Message):
    """The second tap: all of it is right. `version`: what was shown."""

    kind: Literal["contacts.confirm"] = "contacts.confirm"
    service: Id
    version: int


class ShowContact(Message):
    """A contact as it stands, with what its keeper can do."""

    kind: Literal["contacts.show"] = "contacts.show"
    service: Id


class ShowMyContacts(Message):
    """Those of my contacts that have to be looked at."""

    kind: Literal["contacts.mine"] = "contacts.mine"


class HowToChange(Message):
    """Something changed: show the form for it."""

    kind: Literal["contacts.how_to_change"] = "contacts.how_to_change"
    service: Id


class SendChange(Message):
    """Propose what was filled into the form."""

    stores_findings: ClassVar[bool] = True
    kind: Literal["contacts.send_change"] = "contacts.send_change"
    token: Token


class SendTopic(Message):
    """Propose the topic that was filled into the form: its wording speaks of danger by itself."""

    may_tell_of_somebody: ClassVar[bool] = False
    kind: Literal["topics.send"] = "topics.send"
    token: Token


class NotMine(Message):
    """Somebody else keeps this service true."""

    kind: Literal["contacts.not_mine"] = "contacts.not_mine"
    service: Id


class LookAtChange(Message):
    """Show a proposal, before and after."""

    kind: Literal["contacts.look_at"] = "contacts.look_at"
    version: int


class ApproveChange(Message):
    """Let a proposal answer from now on."""

    kind: Literal["contacts.approve"] = "contacts.approve"
    token: Token


class RefuseChange(Message):
    """Say no to a proposal."""

    kind: Literal["contacts.refuse"] = "contacts.refuse"
    token: Token


class WithdrawNumbers(Message):
    """Stop showing a service's numbers."""

    kind: Literal["contacts.withdraw"] = "contacts.withdraw"
    token: Token


class RollBack(Message):
    """Back to what two people approved before."""

    kind: Literal["contacts.roll_back"] = "contacts.roll_back"
    token: Token


class WasItRight(Message):
    """The first tap of a practitioner: which of the services shown was right, and which number did not work."""

    kind: Literal["contacts.was_it_right"] = "contacts.was_it_right"
    back: ShowConcern


class TellOfContact(Message):
    """The second tap: counted, without who told it."""

    kind: Literal["contacts.tell"] = "contacts.tell"
    services: Annotated[tuple[Id, ...], Field(max_length=MOST_TOLD)]
    told: ToldKind
    back: ShowConcern


class StartAgain(Message):
    """Forget what this conversation said before."""

    kind: Literal["conversation.start_again"] = "conversation.start_again"


TrainingMessage = (
    FindTraining
    | WriteCourses
    | SaveForm
    | ShowDates
    | BookDate
    | MoveBooking
    | AskWhyCancel
    | CancelBooking
    | AskSubstitute
    | AnswerOffer
    | DecideBooking
    | AcknowledgeChange
    | NoDateSuits
    | MyTraining
    | MarkAttendance
)
ActionMessage = AnswerAction | DecideOnTime | WritePlan | FindLessons | OfferLearning
AboutContacts = (
    StillRight | ConfirmRight | HowToChange | NotMine | LookAtChange | ApproveChange | RefuseChange | WithdrawNumbers
    | RollBack | WasItRight | TellOfContact | SendChange | SendTopic | ShowContact | ShowMyContacts
)  # fmt: skip
AnyMessage = (
    ShowConcern
    | ShowGuidance
    | StartAgain
    | ChooseAgency
    | SendAgain
    | TakeBack
    | ActionMessage
    | TrainingMessage
    | EvaluationMessage
    | AboutContacts
)
Pressed = Annotated[AnyMessage, Field(discriminator="kind")]
_PRESSED: TypeAdapter[AnyMessage] = TypeAdapter(Pressed)


def pressed(data: Any) -> Message | None:
    """The button behind what came over the wire, or None where it is not (or no longer) one of ours."""
    try:
        return _PRESSED.validate_python(data)
    except ValidationError:
        return None
