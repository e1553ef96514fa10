"""Notices: what somebody is owed, a class for each kind. They hold ids; the words are made when they are sent."""

from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from knowledge.errors import Refusal

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


class Priority(IntEnum):
    """What is sent first where much is due."""

    ESCALATION = 0
    DEADLINE = 1
    INFORMATION = 2


class Notice(BaseModel):
    """The base of every notice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ClassVar[str]
    """Its name in the ledger (noun.what_happened), never used for anything else."""
    priority: ClassVar[Priority] = Priority.INFORMATION
    is_bundled: ClassVar[bool] = True
    """Several that are due at once for one person are sent as one digest."""
    is_repeated: ClassVar[bool] = True
    """Where it may not have arrived it is sent once more, marked; otherwise it is held until somebody looks."""

    cannot_wait: ClassVar[bool] = False
    """It leaves on any day and in quiet hours too: somebody may be sent to a wrong number meanwhile."""

    @property
    def subject(self) -> str:
        """What it is about: the same subject, rule, day and recipient is owed once."""
        raise NotImplementedError

    @property
    def about(self) -> UUID | None:
        """The record whose state its card shows; None where a card stays true for ever."""
        return None

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        """Whether it still has to be sent; asked in the transaction that claims it."""
        return True


class UnknownNotice(Refusal):
    """This release does not know the message {kind}: a newer one wrote it."""


_Kind = TypeVar("_Kind", bound=type[Notice])
_KINDS: dict[str, type[Notice]] = {}


def notice(kind: _Kind) -> _Kind:
    """Make a class of notice known by its kind."""
    _KINDS[kind.kind] = kind
    return kind


def kind_cannot_wait(kind: str) -> bool:
    """Whether what is owed under this kind leaves in quiet hours too; one that is not known here waits."""
    return kind in _KINDS and _KINDS[kind].cannot_wait


def read(kind: str, payload: dict[str, Any]) -> Notice:
    """The notice behind a row of the ledger. Raises UnknownNotice; ValueError where the payload is not one."""
    if kind not in _KINDS:
        raise UnknownNotice(kind=kind)
    return _KINDS[kind].model_validate(payload)


class _AboutARole(Notice):
    person_id: UUID
    role: str
    scope: str = ""

    @property
    def subject(self) -> str:
        return f"{self.role}:{self.scope}"

    async def _is_held(self, work: "UnitOfWork") -> bool:
        held = await work.grants.held_by(self.person_id)
        return (self.role, self.scope) in {(each.role.value, each.scope) for each in held}


@notice
class RoleGranted(_AboutARole):
    """Somebody may now do more."""

    kind = "role.granted"

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        return await self._is_held(work)


@notice
class RoleWithdrawn(_AboutARole):
    """Somebody may now do less."""

    kind = "role.withdrawn"

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        return not await self._is_held(work)
