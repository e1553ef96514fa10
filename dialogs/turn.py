"""A turn: one thing that one person said or pressed, without a trace of the channel it came by."""

from dataclasses import dataclass
from datetime import datetime

from dialogs.message import Message
from knowledge.cells import BadTable
from knowledge.leads import AgencyLead
from knowledge.training.tables import Courses, Dates
from knowledge.understanding.reading import Reading


@dataclass(frozen=True)
class Sender:
    """Who wrote, as Teams knows them: `tenant_id` and `object_id` say who it is, the rest is for display only."""

    tenant_id: str
    object_id: str
    name: str = ""


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
    heard: Reading | None = None
    """What `text` means by itself, where it was read before: it is read once a turn."""
    is_automatic: bool = False
    """True where nobody pressed `click`: a card that was looked at brings itself up to date."""
    sender: Sender | None = None
    """None where nobody signed in: on the page, in the terminal, in a file."""
    lead: AgencyLead | None = None
    """The designated safeguarding lead of the writer's organisation, where it is known."""
    training: frozenset[str] = frozenset()
    """The ids of topics on which a course can be booked."""
    locale: str = ""
    """The language of the writer's device ("en-GB"); "" where it did not say."""
    time_zone: str = ""
    """The writer's time zone ("Europe/London"); "" where the device did not say."""
    file: str = ""
    """Where a file that came with the words can be fetched; "" where none came."""
    table: Courses | Dates | BadTable | None = None
    """The table in that file, or what is wrong with it, once it was read."""
    is_shared: bool = False
    """True in a group chat or channel, where nothing about a concern is shown."""
