"""What became of a message that was sent: accepted, or which kind of failure, and so what may be done about it.

The classes are those that were measured (facts on reliability): to repeat what may have arrived doubles messages, and
to give up what never left loses them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """Why a message was not accepted, as far as can be known."""

    BUSY = "busy"
    """429 and 412: it was not taken, and may be tried again."""
    NEVER_LEFT = "never_left"
    """No connection, no token: it did not leave this machine, and may be tried again."""
    TOKEN = "token"  # noqa: S105  # a kind of failure, and no secret
    """401, with a token fetched anew: nothing will be taken until somebody looks."""
    BLOCKED = "blocked"
    """403: the person blocked or removed the assistant, or never had it."""
    GONE = "gone"
    """404: there is no such conversation any more."""
    TOO_BIG = "too_big"
    """413."""
    BAD = "bad"
    """Any other refusal: our fault, and the same again."""
    UNKNOWN = "unknown"
    """408, 5xx, a time-out, a connection cut: it may have arrived. Never blindly sent again."""


SENT_AGAIN = frozenset({Failure.BUSY, Failure.NEVER_LEFT, Failure.TOKEN})
"""The message certainly did not arrive, and another try may succeed."""


@dataclass(frozen=True)
class Outcome:
    """`failure` None: accepted, as `activity_id`. `wait`: seconds that the connector asks everybody to wait."""

    failure: Failure | None = None
    activity_id: str = ""
    wait: float = 0.0


def of_status(status: int) -> Failure:
    """What an answer of the connector that is no 2xx means."""
    if status in (429, 412):
        return Failure.BUSY
    if status == 408 or status >= 500:
        return Failure.UNKNOWN
    known = {401: Failure.TOKEN, 403: Failure.BLOCKED, 404: Failure.GONE, 413: Failure.TOO_BIG}
    return known.get(status, Failure.BAD)
