"""Who keeps each contact true: an owner and a deputy, asked at once while it is unconfirmed and before its review."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import live
from knowledge.audit import Actor, Audit
from knowledge.clock import LONDON, Clock
from knowledge.contacts import Contacts
from knowledge.content_notices import ContactsWithoutKeeper, ContactToCheck
from knowledge.edits import REVIEW_AFTER
from knowledge.errors import Refusal
from knowledge.freshness import CRITICAL_ROUTES, Freshness, freshness
from knowledge.grants import Grants
from knowledge.library import Library
from knowledge.models import Person, ServiceKeeper
from knowledge.outbox import Outbox
from knowledge.ownership import Owned, lists_what_is_owned
from knowledge.roles import ADMINISTRATOR, CONTENT_OWNER, LEARNING_LEAD
from knowledge.services import Id, Service

UNCONFIRMED_EVERY = timedelta(days=14)
STALE_EVERY = timedelta(days=7)
BEFORE_REVIEW = (timedelta(days=3), timedelta(days=14))
"""How long before the review its owner is asked, the last time first."""


class NotAContentOwner(Refusal):
    """{name} is not a content owner. Grant that role first: “grant content owner to ann@example.org”."""


class NotYours(Refusal):
    """You do not look after {service}, so I do not ask you about it, and nothing was changed."""


class Keepers:
    def __init__(
        self, session: AsyncSession, clock: Clock, audit: Audit, grants: Grants, outbox: Outbox, contacts: Contacts
    ) -> None:
        self.session, self.clock, self.audit, self.grants = session, clock, audit, grants
        self.outbox, self.contacts = outbox, contacts

    async def of(self, service: Id) -> tuple[Person | None, Person | None]:
        """The owner and the deputy who keep a service true now; None for one who left or lost the role."""
        row = await self.session.get(ServiceKeeper, service)
        return (await self._active(row.owner), await self._active(row.deputy)) if row else (None, None)

    async def has_lost_its_owner(self, service: Id) -> bool:
        """Whether somebody was its owner who has left, or is no longer a content owner."""
        row = await self.session.get(ServiceKeeper, service)
        return bool(row and row.owner and await self._active(row.owner) is None)

    async def name(self, service: Id, part: str, person: Person, library: Library, actor: Actor) -> None:
        """Make a person the `owner` or the `deputy` of a service. Raises NotAllowed, NotAContentOwner."""
        await self.grants.require(actor, ADMINISTRATOR)
        if await self._active(person.id) is None:
            raise NotAContentOwner(name=person.display_name or person.email or "This person")
        row = await self.contacts.keeper(service)
        setattr(row, part, person.id)
        self.audit.note(actor, f"contact.{part}_named", person.id, service=service)
        await self.nudge(service, library)

    async def not_mine(self, service: Id, name: str, actor: Actor) -> None:
        """Let go of a service; the administrators are told where nobody is left. Raises NotYours."""
        row = await self.contacts.keeper(service)
        if actor.person_id not in (row.owner, row.deputy):
            raise NotYours(service=name)
        row.owner = None if row.owner == actor.person_id else row.owner
        row.deputy = None if row.deputy == actor.person_id else row.deputy
        self.audit.note(actor, "contact.let_go", actor.person_id, service=service)
        if await self.of(service) == (None, None):
            await self._tell_without_keeper([service], f"let_go-{service}", self._today())

    async def nudge_all(self, library: Library) -> int:
        """Owe each keeper what has to be checked today; gives how many. Working it out anew is always safe."""
        overlay = await self.contacts.overlay(library)
        alone = []
        count = 0
        for service in overlay.library.services.values():
            asked = await self._nudge(service, overlay.library)
            count += asked or 0
            if asked is None:
                alone.append(service.id)
        if alone:
            monday = self._today() - timedelta(days=self._today().weekday())
            await self._tell_without_keeper(alone, "", monday)
        return count

    async def nudge(self, service: Id, library: Library) -> None:
        """Owe the keepers of one service what has to be checked today."""
        overlay = await self.contacts.overlay(library)
        await self._nudge(overlay.library.services[service], overlay.library)

    async def to_check(self, person_id: UUID, library: Library) -> list[Service]:
        """What a person keeps and has to look at now, what everybody is sent to first before the rest. What was looked
        at today waits for its day, though it may still not be confirmed."""
        theirs = or_(ServiceKeeper.owner == person_id, ServiceKeeper.deputy == person_id)
        ids = (await self.session.scalars(select(ServiceKeeper.service).where(theirs))).all()
        now, today = (await self.contacts.overlay(library)).library, self._today()
        kept = [now.services[id] for id in ids if id in now.services]
        due = [each for each in kept if nudge_day(each, now.wording.collected_on, today)]
        left = [each for each in due if each.review_by < today + REVIEW_AFTER]
        return sorted(left, key=lambda each: (each.id not in CRITICAL_ROUTES, each.short_name))

    async def is_wanted(self, service: Id, person_id: UUID) -> bool:
        """Whether a person still has to be asked about a service."""
        try:
            overlay = await self.contacts.overlay(live.library())
        except LookupError:  # no content could be read: there is nothing to ask about
            return False
        if service not in overlay.library.services:
            return False
        day = nudge_day(overlay.library.services[service], overlay.library.wording.collected_on, self._today())
        return day is not None and person_id in {person.id for person in await self.of(service) if person}

    async def _nudge(self, service: Service, library: Library) -> int | None:
        """How many were asked; None where nobody keeps it."""
        day = nudge_day(service, library.wording.collected_on, self._today())
        if day is None:
            return 0
        asked = to_ask(await self.of(service.id), service, library.wording.collected_on, self._today())
        for person in asked:
            told = ContactToCheck(person_id=person.id, service=service.id, name=service.short_name)
            await self.outbox.owe(person.id, told, rule="check", on=day)
        return len(asked) or None

    async def _tell_without_keeper(self, services: Sequence[Id], rule: str, on: date) -> None:
        for person_id, held in (await self.grants.held_by_each()).items():
            if held & {ADMINISTRATOR, LEARNING_LEAD}:
                told = ContactsWithoutKeeper(person_id=person_id, services=tuple(services))
                await self.outbox.owe(person_id, told, rule=rule, on=on)

    async def _active(self, id: UUID | None) -> Person | None:
        person = await self.session.get(Person, id) if id else None
        if person is None or person.left_at or CONTENT_OWNER not in await self.grants.held_by(person.id):
            return None
        return person

    def _today(self) -> date:
        return self.clock().astimezone(LONDON).date()


def nudge_day(service: Service, collected_on: date, today: date) -> date | None:
    """The latest day, up to today, on which its keepers were to be asked about a service; None where there is none.
    While unconfirmed: at once and every two weeks. Confirmed: twice before the review, and every two weeks after it
    where no date puts it in doubt. Stale: every week."""
    match freshness(service, today):
        case Freshness.UNCONFIRMED:
            return _latest(collected_on, UNCONFIRMED_EVERY, today)
        case Freshness.STALE:
            return _latest(service.review_by + timedelta(days=1), STALE_EVERY, today)
        case Freshness.CONFIRMED:
            return _latest(service.review_by, UNCONFIRMED_EVERY, today) or next(
                (service.review_by - ahead for ahead in BEFORE_REVIEW if service.review_by - ahead <= today), None
            )


def to_ask(
    keepers: tuple[Person | None, Person | None], service: Service, collected_on: date, today: date
) -> list[Person]:
    """The owner; the deputy too, once the owner was asked in vain; the deputy alone where there is no owner."""
    owner, deputy = keepers
    first = collected_on if freshness(service, today) is Freshness.UNCONFIRMED else service.review_by
    asks_both = owner is None or today >= first + UNCONFIRMED_EVERY
    return [person for person in (owner, deputy if asks_both else None) if person]


def _latest(first: date, every: timedelta, today: date) -> date | None:
    return first + (today - first) // every * every if today >= first else None


@lists_what_is_owned
async def contacts_kept(session: AsyncSession, person_id: UUID) -> list[Owned]:
    theirs = or_(ServiceKeeper.owner == person_id, ServiceKeeper.deputy == person_id)
    kept = await session.scalars(select(ServiceKeeper).where(theirs).order_by(ServiceKeeper.service))
    return [Owned("contact", row.service) for row in kept]
