"""Topics: what a practitioner may be worried about, how people say it, and what to do.

A topic's id is its concern label (LABELS in the evaluation), or it names the label it counts under.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field

from knowledge.document import Document
from knowledge.services import Id, Words


class Subject(StrEnum):
    """Who may be at risk. BOTH: a child and an adult; an unborn baby counts as a child."""

    CHILD = "child"
    ADULT = "adult"
    BOTH = "both"
    UNCLEAR = "unclear"
    NONE = "none"


FRONT_DOORS = {Subject.CHILD: "children_front_door", Subject.ADULT: "adults_front_door"}
"""The route to each subject's front door."""


class Urgency(StrEnum):
    """How soon: EMERGENCY now, by police or ambulance; TODAY the front door; ADVICE the safeguarding lead."""

    EMERGENCY = "emergency"
    TODAY = "today"
    ADVICE = "advice"
    NONE = "none"

    def at_least(self, other: "Urgency") -> "Urgency":
        """The more urgent of the two: urgency never falls."""
        return max(self, other, key=lambda urgency: urgency.rank)

    @property
    def rank(self) -> int:
        """0 for none, to 3 for an emergency."""
        return len(Urgency) - 1 - list(Urgency).index(self)


class Sign(Document):
    """Something people see or hear, in our words (`name`, shown as the reason) and in theirs (`words`)."""

    name: Words
    words: Annotated[tuple[Words, ...], Field(min_length=1)]
    urgency: Urgency | None = None
    """Where this sign alone makes it more urgent than the topic is."""


class Source(Document):
    """The guidance that the wording was drafted from."""

    document: Words
    url: str = ""
    section: str = ""
    """Only where its text was read."""


class Consent(Document):
    """Whether to ask or tell the person or the family first."""

    line: Words
    asking_may_raise_risk: bool
    """True: the card says not to tell the family before advice was taken."""


class Topic(Document):
    id: Id
    label: Id | None = None
    """The evaluation's label, where it is not the id."""
    name: Words
    asked_as: str = ""
    """The words on the button when we ask what kind of worry it is; empty: not offered there."""
    words: Annotated[tuple[Words, ...], Field(min_length=1)]
    signs: tuple[Sign, ...] = ()
    urgency: Urgency
    """How urgent this is where nothing else is said."""
    lead_may_be_involved: bool = False
    """True: "tell your safeguarding lead" is not said, for the lead or manager may be the one complained of."""
    consent: Consent
    first_steps: Annotated[tuple[Words, ...], Field(min_length=1)]
    do_nots: Annotated[tuple[Words, ...], Field(min_length=1)]
    have_ready: tuple[Words, ...] = ()
    what_next: tuple[Words, ...] = ()
    guidance: tuple[Id, ...] = ()
    """Guidance that helps with this worry, offered on its card."""
    courses: tuple[Words, ...] = ()
    """Training that fits, by its usual title."""
    routes: Mapping[Subject, Mapping[Urgency, tuple[Id, ...]]]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    approved_by: str | None
    """The role that approved the wording; null: a draft, and said to be one."""
    review_by: date

    @property
    def concern(self) -> str:
        return self.label or self.id

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        return tuple(subject for subject in self.routes if subject is not Subject.BOTH)

    def routes_for(self, subject: Subject, urgency: Urgency) -> tuple[Id, ...]:
        """The route ids for one subject and urgency; those of the topic's own subjects where it has not this one."""
        if subject in self.routes:
            return self.routes[subject].get(urgency, ())
        ids = [id for by_urgency in self.routes.values() for id in by_urgency.get(urgency, ())]
        return tuple(dict.fromkeys(ids))
