"""What somebody owns, so that nothing is left without an owner unnoticed when they leave.

Each noun that can be owned registers one function; nothing here knows the nouns.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Owned:
    """One thing of a noun ("role", "action"), and its words for whoever has to find it a new owner."""

    noun: str
    words: str


Lister = Callable[[AsyncSession, UUID], Awaitable[Sequence[Owned]]]
_LISTERS: list[Lister] = []


def lists_what_is_owned(lister: Lister) -> Lister:
    """Register a function that lists what a person owns of one noun."""
    _LISTERS.append(lister)
    return lister


async def owned_by(session: AsyncSession, person_id: UUID) -> list[Owned]:
    """Everything that the person owns now, noun by noun."""
    return [owned for lister in _LISTERS for owned in await lister(session, person_id)]
