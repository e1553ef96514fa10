"""What the buttons on actions, plans and lessons say when they are pressed."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from dialogs.press import Message, Token
from knowledge.models.actions import OfferKind
from knowledge.services import Id


class AnswerAction(Message):
    """Show an action, or answer it. `seen` is what it was when the button was shown: of another it changes nothing."""

    kind: Literal["actions.answer"] = "actions.answer"
    action: UUID
    answer: Literal["show", "accept", "not_mine", "snooze", "how_done", "how_more_time", "confirm", "how_embedded"]
    seen: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class DecideOnTime(Message):
    """Grant or refuse one request for more time; decided once, by whoever is first."""

    kind: Literal["actions.decide"] = "actions.decide"
    action: UUID
    request: UUID
    is_granted: bool


class FindLessons(Message):
    """Show what was learnt on a topic."""

    kind: Literal["learning.find"] = "learning.find"
    topic: Id


class OfferLearning(Message):
    """Offer the near miss or good practice that was filled in, once."""

    kind: Literal["learning.offer"] = "learning.offer"
    offers: OfferKind
    token: Token


class WritePlan(Message):
    """Write the plan that was attached and shown."""

    kind: Literal["plans.write"] = "plans.write"
    token: Token
