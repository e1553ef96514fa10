"""Who holds which role: granted and withdrawn with who, when and why, and checked whenever something is done."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.audit import Actor, Audit
from knowledge.clock import Clock
from knowledge.errors import Refusal
from knowledge.inserting import inserting
from knowledge.models import Person, RoleGrant
from knowledge.models.people import Via
from knowledge.notices import RoleGranted, RoleWithdrawn
from knowledge.outbox import Outbox
from knowledge.ownership import Owned, lists_what_is_owned
from knowledge.roles import ADMINISTRATOR, Held, Reason, Role, require


class AlreadyHeld(Refusal):
    """This person has the role {held} already."""


class NotHeld(Refusal):
    """This person does not have the role {held}."""


class EverybodyHasIt(Refusal):
    """Everybody is a practitioner: this role is neither granted nor withdrawn."""


class HasLeft(Refusal):
    """This person is marked as having left, and can be given no role."""


class LastAdministrator(Refusal):
    """This is the last administrator. Make somebody else an administrator first."""


class Grants:
    def __init__(self, session: AsyncSession, clock: Clock, audit: Audit, outbox: Outbox) -> None:
        self.session, self.clock, self.audit, self.outbox = session, clock, audit, outbox

    async def held_by(self, person_id: UUID) -> frozenset[Held]:
        """The roles that the person holds now, beside practitioner."""
        return frozenset(grant.held for grant in await _open(self.session, person_id))

    async def held_by_each(self) -> dict[UUID, frozenset[Held]]:
        """The roles of everybody who holds one."""
        held: dict[UUID, frozenset[Held]] = {}
        for grant in await self.session.scalars(select(RoleGrant).filter_by(withdrawn_at=None)):
            held[grant.person_id] = held.get(grant.person_id, frozenset()) | {grant.held}
        return held

    async def holders(self) -> dict[Held, list[UUID]]:
        """The people by the role that they hold, in one order for all."""
        holders: dict[Held, list[UUID]] = {}
        for person, roles in sorted((await self.held_by_each()).items()):
            for held in roles:
                holders.setdefault(held, []).append(person)
        return holders

    async def require(self, actor: Actor, *any_of: Held) -> None:
        """Pass where the actor holds one of the roles now. Whoever can run a command on the server may do everything.
        Raises NotAllowed."""
        if actor.via is Via.CHAT:
            held = await self.held_by(actor.person_id) if actor.person_id else frozenset()
            require(held, *any_of)

    async def grant(self, person: Person, held: Held, actor: Actor, why: Reason) -> None:
        """Raises NotAllowed, AlreadyHeld, EverybodyHasIt, HasLeft."""
        await self.require(actor, ADMINISTRATOR)
        _check(held)
        if person.left_at:
            raise HasLeft
        new = inserting(self.session, RoleGrant).values(
            person_id=person.id, role=held.role, scope=held.scope,
            granted_at=self.clock(), granted_by=actor.person_id, granted_why=why,
        )  # fmt: skip
        once = new.on_conflict_do_nothing(
            index_elements=["person_id", "role", "scope"], index_where=RoleGrant.withdrawn_at.is_(None)
        )
        if await self.session.scalar(once.returning(RoleGrant.id)) is None:
            raise AlreadyHeld(held=held)
        self.audit.note(actor, "role.granted", person.id, why, role=held.role, scope=held.scope)
        if actor.via is not Via.SETTINGS:
            told = RoleGranted(person_id=person.id, role=held.role, scope=held.scope)
            await self.outbox.owe(person.id, told, rule=self.clock().isoformat())

    async def withdraw(self, person: Person, held: Held, actor: Actor, why: Reason) -> None:
        """Raises NotAllowed, NotHeld, EverybodyHasIt, LastAdministrator."""
        await self.require(actor, ADMINISTRATOR)
        _check(held)
        grant = next((grant for grant in await _open(self.session, person.id) if grant.held == held), None)
        if grant is None:
            raise NotHeld(held=held)
        if held == ADMINISTRATOR and len(await self._administrators()) == 1:
            raise LastAdministrator
        self._close(grant, actor, why)
        told = RoleWithdrawn(person_id=person.id, role=held.role, scope=held.scope)
        await self.outbox.owe(person.id, told, rule=self.clock().isoformat())

    async def withdraw_all(self, person: Person, actor: Actor, why: Reason) -> None:
        """What follows from leaving: the last administrator's role goes too."""
        for grant in await _open(self.session, person.id):
            self._close(grant, actor, why)

    async def was_ever(self, person_id: UUID, held: Held) -> bool:
        """Whether the role was ever granted, withdrawn since or not."""
        grants = select(RoleGrant.id).filter_by(person_id=person_id, role=held.role, scope=held.scope)
        return await self.session.scalar(grants.limit(1)) is not None

    def _close(self, grant: RoleGrant, actor: Actor, why: Reason) -> None:
        grant.withdrawn_at, grant.withdrawn_by, grant.withdrawn_why = self.clock(), actor.person_id, why
        self.audit.note(actor, "role.withdrawn", grant.person_id, why, role=grant.role, scope=grant.scope)

    async def _administrators(self) -> Sequence[RoleGrant]:
        """Locked until the end of the transaction, so that two cannot withdraw each other's role at once."""
        query = select(RoleGrant).filter_by(role=Role.ADMINISTRATOR, withdrawn_at=None).with_for_update()
        return (await self.session.scalars(query)).all()


def _check(held: Held) -> None:
    if held.role is Role.PRACTITIONER:
        raise EverybodyHasIt


async def _open(session: AsyncSession, person_id: UUID) -> Sequence[RoleGrant]:
    query = select(RoleGrant).filter_by(person_id=person_id, withdrawn_at=None).order_by(RoleGrant.id)
    return (await session.scalars(query)).all()


@lists_what_is_owned
async def roles_held(session: AsyncSession, person_id: UUID) -> list[Owned]:
    return [Owned("role", str(grant.held)) for grant in await _open(session, person_id)]
