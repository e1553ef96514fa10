"""The partnership as data: its name, Boards, sub-groups and terms, and the law that is about to change.

Nothing of it stands in code: today's structure differs from 2019's and will change again.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from knowledge.document import Document
from knowledge.services import Confidence, Fact, Id, Words


class Board(Document):
    """A Board that the sub-groups serve."""

    id: Id
    name: Words
    serves: Literal["children", "adults"]
    other_names: tuple[Words, ...] = ()


class SubGroup(Document):
    """A sub-group: what it is for, to which Boards it answers, and by which roles it is co-chaired."""

    id: Id
    name: Words
    remit: Annotated[tuple[Words, ...], Field(min_length=1)]
    boards: Annotated[tuple[Id, ...], Field(min_length=1)]
    co_chairs: tuple[Words, ...]
    """Roles, never names."""


class Priority(Document):
    """What the Boards want done first; empty until the partnership says."""

    id: Id
    name: Words
    boards: tuple[Id, ...]


class Term(Document):
    """A word of the field, and what it means in plain English."""

    word: Words
    means: Words


class Law(Document):
    """A piece of law or statutory guidance to keep an eye on."""

    id: Id
    name: Words
    status: Words
    confidence: Confidence
    is_in_force: bool
    """False: no card may state it as current law."""
    sources: Annotated[tuple[Words, ...], Field(min_length=1)]
    check_by: date
    """From this day `safeguarding check` warns that somebody has to look at it."""


class Partnership(Document):
    name: Words
    area: Words
    names: tuple[Fact, ...]
    """What it was called, where, and when: the names have changed."""
    boards: Annotated[tuple[Board, ...], Field(min_length=1)]
    sub_groups: Annotated[tuple[SubGroup, ...], Field(min_length=1)]
    priorities: tuple[Priority, ...]
    terms: tuple[Term, ...]
    law_watch: tuple[Law, ...]
