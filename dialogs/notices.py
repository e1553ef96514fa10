"""The words of what is sent unasked, made when it is sent. Notifications carry what it is about, never details."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.notices import Notice, RoleGranted, RoleWithdrawn
from knowledge.outdated import Stale
from knowledge.parcels import Parcel
from knowledge.roles import Role
from knowledge.unit_of_work import UnitOfWork

REPEATED = "You may have had this already. Something went wrong while I sent it, so I send it once more."
MOST_ANSWERED = 4
"""Of more than so many, none has its buttons."""
MOST_IN_FULL = 12
"""Of more than so many, a digest has a line for each."""
COMPACT = "This message was too long to be shown here. Write to me and ask about it."


@dataclass(frozen=True)
class Told:
    """What one notice says: a title that may stand in a notification, and the rest."""

    title: str
    blocks: tuple[Block, ...] = ()
    answers: tuple[Button, ...] = ()
    """What it can be answered by; left out of a digest of many, which would be too large for a card."""
    details: tuple[Block, ...] = ()
    """What stands between the two; left out likewise."""
    instead: tuple[Button, ...] = ()
    """What leads to the answers where they are left out: shown once for all that share it."""


Teller = Callable[[Any, UnitOfWork], Awaitable[Told]]
Afterwards = Callable[[Any, UnitOfWork, UUID], Awaitable[Told]]
_Teller = TypeVar("_Teller", bound=Teller)
_TELLERS: dict[type[Notice], Teller] = {}


_AFTERWARDS: dict[type[Notice], Afterwards] = {}


def tells_afterwards(kind: type[Notice]) -> Callable[[Afterwards], Afterwards]:
    """Make a function the one that finds the words for kinds of notice whose matter has been seen to."""

    def known(teller: Afterwards) -> Afterwards:
        _AFTERWARDS[kind] = teller
        return teller

    return known


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
        lines = Bullets(tuple(_in_short(each) for each in told))
        return Reply((*repeated, Heading(title), lines, *_instead(told)), summary=title)
    return Reply((*repeated, *_in_full(told, title)), summary=title)


def _in_full(told: Sequence[Told], title: str) -> tuple[Block, ...]:
    blocks: tuple[Block, ...] = (Heading(title),) if len(told) > 1 else ()
    for each in told:
        answers = (Buttons(each.answers),) if each.answers and len(told) <= MOST_ANSWERED else ()
        details = each.details if len(told) <= MOST_ANSWERED else ()
        blocks += (Heading(each.title), *each.blocks, *details, *answers)
    return (*blocks, *_instead(told)) if len(told) > MOST_ANSWERED else blocks


def _instead(told: Sequence[Told]) -> tuple[Block, ...]:
    buttons = tuple(dict.fromkeys(button for each in told for button in each.instead))
    return (Buttons(buttons),) if buttons else ()


async def words_now(work: UnitOfWork, stale: Stale) -> Reply:
    """What a card that was sent says now: of what has been seen to, only that; the rest as it stands."""
    told = []
    for notice in stale.notices:
        after = next((_AFTERWARDS[base] for base in type(notice).__mro__ if base in _AFTERWARDS), None)
        if after is None or await notice.is_wanted(work):
            told.append(await _TELLERS[type(notice)](notice, work))
        else:
            told.append(await after(notice, work, stale.recipient))
    title = told[0].title if len(told) == 1 else f"{len(told)} things for you"
    if len(told) > MOST_IN_FULL:
        return Reply((Heading(title), Bullets(tuple(_in_short(each) for each in told))), summary=title)
    return Reply(_in_full(told, title), summary=title)


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
