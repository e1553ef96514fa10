"""A turn: one thing that one person said or pressed, without a trace of the channel it came by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.message import Message
from knowledge.leads import AgencyLead
from knowledge.understanding.reading import Reading


@dataclass(frozen=True)
class Sender:
    """Who wrote, as Teams knows them: `tenant_id` and `object_id` say who it is, the rest is for display only."""

    tenant_id: str
    object_id: str
    name: str = ""


@dataclass(frozen=True)
class Attached:
    """A file that was attached to a message: where it can be fetched for a while."""

    url: str


@dataclass(frozen=True)
class Turn:
    """`conversation` keeps one chat apart from another. `click` is a button of ours; `is_unknown_click` one
    that is not. `at` is the instant the turn came in, aware."""

    id: str
    conversation: str
    at: datetime
    text: str = ""
    click: Message | None = None
    is_unknown_click: bool = False
    filled: Mapping[str, str] = field(default_factory=dict)
    """What was filled into the form that `click` sent, by the name of its line."""
    heard: Reading | None = None
    """What `text` means by itself, where it was read before: it is read once a turn."""
    is_automatic: bool = False
    """True where nobody pressed `click`: a card that was looked at brings itself up to date."""
    sender: Sender | None = None
    """None where nobody signed in: on the page, in the terminal, in a file."""
    attached: Attached | None = None
    lead: AgencyLead | None = None
    """The designated safeguarding lead of the writer's organisation, where it is known."""
    sector: str = ""
    """The sector of the writer's organisation; "" where it is not known."""
    training: frozenset[str] = frozenset()
    """The ids of topics on which a course can be booked."""
    lessons: frozenset[str] = frozenset()
    """The ids of topics on which there are lessons of reviews and audits."""
    locale: str = ""
    """The language of the writer's device ("en-GB"); "" where it did not say."""
    time_zone: str = ""
    """The writer's time zone ("Europe/London"); "" where the device did not say."""
    is_shared: bool = False
    """True in a group chat or channel, where nothing about a concern is shown."""
