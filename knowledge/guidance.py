"""Guidance: how to do safeguarding, where the answer is the same for anyone."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from knowledge.document import Document
from knowledge.services import Fact, Id, Words
from knowledge.topics import Source


class Guidance(Document):
    """One question that practitioners ask, and its answer."""

    id: Id
    name: Words
    """The question, as the heading of the card."""
    about: Literal["child", "adult", "both"] = "both"
    """Whose front door and procedures are meant, where the question does not say."""
    words: Annotated[tuple[Words, ...], Field(min_length=1)]
    """How people ask it, as patterns."""
    answer: Annotated[tuple[Words, ...], Field(min_length=1)]
    facts: tuple[Fact, ...] = ()
    """Law, tests and time limits: each with its own source and confidence, and never in other lines."""
    steps: tuple[Words, ...] = ()
    do_nots: tuple[Words, ...] = ()
    routes: tuple[Id, ...] = ()
    """Who to ask; shown after the answer."""
    services: tuple[Id, ...] = ()
    """What to read: procedures and statutory guidance."""
    topics: tuple[Id, ...] = ()
    """Worries that this is about: their cards link here, and this card links there."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    approved_by: str | None
    review_by: date
