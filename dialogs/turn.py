"""A turn: one thing that one person said or pressed, without a trace of the channel it came by."""

from dataclasses import dataclass
from datetime import datetime

from dialogs.message import Message


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
    is_automatic: bool = False
    """True where nobody pressed `click`: a card that was looked at brings itself up to date."""
    locale: str = ""
    """The language of the writer's device ("en-GB"); "" where it did not say."""
    time_zone: str = ""
    """The writer's time zone ("Europe/London"); "" where the device did not say."""
    is_shared: bool = False
    """True in a group chat or channel, where nothing about a concern is shown."""
