"""What leaves at once: a parcel is one message, or several as one digest, and where it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from knowledge.notices import Notice

LEASE = timedelta(seconds=60)
"""How long a claim is good; a message that may have arrived waits as long again until it is sent once more."""
CONVERSATION_PACE = timedelta(seconds=1)


@dataclass(frozen=True)
class Rate:
    """How fast messages leave: to one tenant, and to one person."""

    per_second: float = 10.0
    between: timedelta = CONVERSATION_PACE


@dataclass(frozen=True)
class Parcel:
    """One message to send, or several as one digest, and where to."""

    fences: dict[int, int]
    """The fence of each row by its id."""
    notices: tuple[Notice, ...]
    recipient: UUID
    tenant_id: str
    object_id: str
    conversation_id: str
    service_url: str
    lease: timedelta
    leaves_at: datetime
    """When the pace lets it go."""
    may_have_arrived: bool = False
    is_compact: bool = False
    opens_anew: bool = False
    """The conversation is not there any more: open it once more."""


@dataclass(frozen=True)
class TakingBack:
    """One message to remove, and where it is."""

    id: int
    conversation_id: str
    service_url: str
    activity_id: str
