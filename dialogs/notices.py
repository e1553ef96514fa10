"""The words of what is sent unasked, made when it is sent. Notifications carry what it is about, never details."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from dialogs.reply import Block, Bullets, Heading, Paragraph, Reply
from knowledge.notices import Notice, RoleGranted, RoleWithdrawn
from knowledge.parcels import Parcel
from knowledge.roles import Role
from knowledge.unit_of_work import UnitOfWork

REPEATED = "You may have had this already. Something went wrong while I sent it, so I send it once more."
MOST_IN_FULL = 12
"""Of more than so many, a digest has a line for each."""
COMPACT = "This message was too long to be shown here. Write to me and ask about it."


@dataclass(frozen=True)
class Told:
    """What one notice says: a title that may stand in a notification, and the rest."""

    title: str
    blocks: tuple[Block, ...] = ()


Teller = Callable[[Any, UnitOfWork], Awaitable[Told]]
_Teller = TypeVar("_Teller", bound=Teller)
_TELLERS: dict[type[Notice], Teller] = {}


def tells(kind: type[Notice]) -> Callable[[_Teller], _Teller]:
    """Make a function the one that finds the words for a kind of notice."""

    def known(teller: _Teller) -> _Teller:
        _TELLERS[kind] = teller
        return teller

    return known


async def words(work: UnitOfWork, parcel: Parcel) -> Reply:
    """One message, or a digest of several. Raises KeyError for a kind without words."""
    told = [await _TELLERS[type(notice)](notice, work) for notice in parcel.notices]
    title = told[0].title if len(told) == 1 else f"{len(told)} things for you"
    repeated = (Paragraph(REPEATED, is_small=True),) if parcel.may_have_arrived else ()
    if parcel.is_compact:
        return Reply((*repeated, Heading(title), Paragraph(COMPACT)), summary=title)
    if len(told) > MOST_IN_FULL:
        return Reply((*repeated, Heading(title), Bullets(tuple(_in_short(each) for each in told))), summary=title)
    blocks: tuple[Block, ...] = (Heading(title),) if len(told) > 1 else ()
    for each in told:
        blocks += (Heading(each.title), *each.blocks)
    return Reply((*repeated, *blocks), summary=title)


def _in_short(told: Told) -> str:
    first = next((block.text for block in told.blocks if isinstance(block, Paragraph)), "")
    return f"{told.title}. {first}".strip()


@tells(RoleGranted)
async def role_granted(notice: RoleGranted, work: UnitOfWork) -> Told:
    return Told("You can do more here now", (Paragraph(f"You are now {_in_words(notice)}. Type “help” to see more."),))


@tells(RoleWithdrawn)
async def role_withdrawn(notice: RoleWithdrawn, work: UnitOfWork) -> Told:
    asked = "If that is a mistake, please ask an administrator."
    return Told("Something changed for you here", (Paragraph(f"You are no longer {_in_words(notice)}. {asked}"),))


def _in_words(notice: RoleGranted | RoleWithdrawn) -> str:
    return Role(notice.role).in_words
