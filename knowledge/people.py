"""People: who uses the assistant, keyed by (tenant id, object id). Names and e-mail addresses are for display only."""

from collections.abc import Sequence
from datetime import time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.agencies import Agencies
from knowledge.audit import Actor, Audit
from knowledge.clock import Clock
from knowledge.errors import Refusal
from knowledge.grants import Grants
from knowledge.inserting import inserting
from knowledge.models import Agency, Person
from knowledge.models.people import KnownBy, Unreachable
from knowledge.ownership import Owned, owned_by
from knowledge.roles import ADMINISTRATOR, Reason

LONGEST_NAME = 200
LONGEST_EMAIL = 320


class UnknownPerson(Refusal):
    """There is no such person here. They are known once they have written to the assistant, or were imported."""


class SeveralPeople(Refusal):
    """Several people here have this e-mail address, so I cannot tell whom you mean. Nothing was changed. Please ask an
    administrator for the person's id, and write that in place of the address."""


class HasLeftAlready(Refusal):
    """This person is marked as having left already."""


class UnknownTimeZone(Refusal):
    """There is no such time zone. Please write one such as Europe/London."""


class People:
    def __init__(self, session: AsyncSession, clock: Clock, audit: Audit, agencies: Agencies, grants: Grants) -> None:
        self.session, self.clock, self.audit = session, clock, audit
        self.agencies, self.grants = agencies, grants

    async def get(self, id: UUID) -> Person:
        """Raises UnknownPerson."""
        person = await self.session.get(Person, id)
        if person is None or person.erased_at:
            raise UnknownPerson
        return person

    async def find(self, tenant_id: str, object_id: str) -> Person | None:
        return await self.session.scalar(select(Person).filter_by(tenant_id=tenant_id, object_id=object_id))

    async def identified_by(self, words: str) -> Person:
        """By internal id, by `tenant id/object id`, or by e-mail address. Raises UnknownPerson, SeveralPeople."""
        words = words.strip().lower()
        if "@" in words:
            return await self._with_email(words)
        tenant_id, slash, object_id = words.partition("/")
        if slash:
            person = await self.find(tenant_id, object_id)
            if person is None:
                raise UnknownPerson
            return person
        return await self.get(_uuid(words))

    async def everyone(self) -> Sequence[Person]:
        """All who are not erased, those who left too, by name."""
        query = select(Person).where(Person.erased_at.is_(None)).order_by(Person.display_name, Person.created_at)
        return (await self.session.scalars(query)).all()

    async def met(self, tenant_id: str, object_id: str, name: str = "", email: str = "") -> Person:
        """The person with these ids, added where new; a name or address that is given replaces the one we had. Two
        processes may meet the same person at once."""
        person = await self.find(tenant_id, object_id) or await self._added(tenant_id, object_id)
        name, email = "".join(filter(str.isprintable, name))[:LONGEST_NAME], email.strip().lower()[:LONGEST_EMAIL]
        if name and name != person.display_name:
            person.display_name = name
        if email and email != person.email:
            person.email = email
        if person.agency_id is None and person.email:
            agency = await self.agencies.for_email(person.email)
            if agency:
                self.belongs_to(person, agency, KnownBy.EMAIL_DOMAIN)
        return person

    def belongs_to(self, person: Person, agency: Agency, known_by: KnownBy) -> None:
        """Say of which agency the person is, and how we know."""
        person.agency_id, person.agency_known_by = agency.id, known_by

    def keep_quiet(self, person: Person, quiet_from: time, quiet_until: time, time_zone: str) -> None:
        """Send nothing between these local times; `quiet_until` may be the next morning. Raises UnknownTimeZone."""
        try:
            ZoneInfo(time_zone)
        except (KeyError, ValueError, OSError):
            raise UnknownTimeZone from None
        person.quiet_from, person.quiet_until, person.time_zone = quiet_from, quiet_until, time_zone

    async def mark_as_left(self, person: Person, actor: Actor) -> list[Owned]:
        """Withdraw the person's roles, and give what they owned until now: each needs a new owner.
        Raises NotAllowed, HasLeftAlready."""
        await self.grants.require(actor, ADMINISTRATOR)
        if person.left_at:
            raise HasLeftAlready
        owned = await owned_by(self.session, person.id)
        await self.grants.withdraw_all(person, actor, Reason.LEFT)
        person.left_at, person.unreachable = self.clock(), Unreachable.LEFT
        self.audit.note(actor, "person.left", person.id, Reason.LEFT)
        return owned

    async def _added(self, tenant_id: str, object_id: str) -> Person:
        new = inserting(self.session, Person).values(
            id=uuid4(), tenant_id=tenant_id, object_id=object_id, created_at=self.clock(),
            unreachable=Unreachable.NEVER_INSTALLED,
        )  # fmt: skip
        await self.session.execute(new.on_conflict_do_nothing(index_elements=["tenant_id", "object_id"]))
        person = await self.find(tenant_id, object_id)
        if person is None:
            raise UnknownPerson
        return person

    async def _with_email(self, email: str) -> Person:
        people = (await self.session.scalars(select(Person).filter_by(email=email).limit(2))).all()
        if len(people) > 1:
            raise SeveralPeople
        if not people:
            raise UnknownPerson
        return people[0]


def _uuid(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise UnknownPerson from None
