"""The contacts' changes: proposed by one and approved by another, withdrawn or confirmed by one, and rolled back.

Every version is kept. Whatever changes a service locks its row first, so that of two changes at once one is told.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.audit import Actor, Audit
from knowledge.check import wrong_in_words
from knowledge.clock import LONDON, Clock
from knowledge.content_notices import (
    ChangeApproved,
    ChangeProposed,
    ChangeRefused,
    ContactRolledBack,
    UrgentChangeProposed,
)
from knowledge.errors import Refusal
from knowledge.facts import BadFacts, Facts, facts_of
from knowledge.freshness import CRITICAL, CRITICAL_ROUTES
from knowledge.grants import Grants
from knowledge.inserting import inserting
from knowledge.library import Library
from knowledge.models.contacts import THE_RELEASE, Because, NotOpen, ServiceKeeper, ServiceVersion, VersionKind
from knowledge.outbox import Outbox
from knowledge.overlay import NeverWithdrawn, Overlay, WhyIgnored, laid_over, to_keep, with_facts
from knowledge.roles import CONTENT_OWNER
from knowledge.services import Id, Service, are_rivals
from knowledge.topic_overlay import TOPIC, with_topic

SEVERAL = "Several numbers are published. Try them in this order."


class UnknownService(Refusal):
    """There is no service {service}. “contacts” lists them all."""


class NothingChanges(Refusal):
    """That is how it stands already, so there is nothing to change."""


class ChangedSince(Refusal):
    """Somebody else changed {service} since then, so nothing was changed. Please look again, and propose it anew."""


class CannotBeRead(Refusal):
    """Proposal {version} cannot be read here, so nothing was changed. Please refuse it, and propose it anew."""


class SeenOtherwise(Refusal):
    """{service} changed since that card, so nothing was changed. Please ask for the card again."""


class NothingToRollBack(Refusal):
    """{service} stands as the release has it: there is nothing to roll back to."""


class NobodyElse(Refusal):
    """Nobody else is a content owner, so nobody can approve this. Please ask an administrator to appoint somebody."""


class Contacts:
    def __init__(self, session: AsyncSession, clock: Clock, audit: Audit, grants: Grants, outbox: Outbox) -> None:
        self.session, self.clock, self.audit = session, clock, audit
        self.grants, self.outbox = grants, outbox

    # Looking

    async def in_force(self) -> Sequence[ServiceVersion]:
        """What is in force and not rolled back, the oldest first: what an overlay is made of."""
        query = select(ServiceVersion).where(
            ServiceVersion.in_force_at.is_not(None), ServiceVersion.undone_at.is_(None)
        )
        return (await self.session.scalars(query.order_by(ServiceVersion.id))).all()

    async def overlay(self, library: Library) -> Overlay:
        """The library as it stands in this transaction."""
        return laid_over(library, await self.in_force())

    async def open(self) -> Sequence[ServiceVersion]:
        """Proposals that wait for somebody, the oldest first."""
        query = select(ServiceVersion).where(ServiceVersion.in_force_at.is_(None), ServiceVersion.refused_at.is_(None))
        return (await self.session.scalars(query.order_by(ServiceVersion.id))).all()

    async def history(self, service: Id) -> Sequence[ServiceVersion]:
        """Every version of a service, the oldest first."""
        query = select(ServiceVersion).filter_by(service=service).order_by(ServiceVersion.id)
        return (await self.session.scalars(query)).all()

    async def get(self, id: int) -> ServiceVersion:
        """Raises NotOpen where there is no such version."""
        version = await self.session.get(ServiceVersion, id)
        if version is None:
            raise NotOpen
        return version

    # Changing

    async def propose(self, service: Id, facts: Facts, why: Because, library: Library, actor: Actor) -> ServiceVersion:
        """A change of these fields on top of what is in force, for another to approve; nothing of it is shown yet.
        Raises NotAllowed, UnknownService, BadFacts, NeverWithdrawn, NothingChanges, NobodyElse."""
        version = await self._new(VersionKind.CHANGE, service, facts, why, library, actor)
        now = (await self.overlay(library)).library
        kind = UrgentChangeProposed if is_urgent(version, now) else ChangeProposed
        await self._ask_another(version, library.as_released.services[service].short_name, actor, kind)
        return version

    async def propose_topic(self, topic: Id, facts: Facts, library: Library, actor: Actor) -> ServiceVersion:
        """A topic that is added (a whole one), or other wording of one, for another to approve.
        Raises NotAllowed, BadFacts, NothingChanges, NobodyElse, TopicGone."""
        await self.grants.require(actor, CONTENT_OWNER)
        key = TOPIC + topic
        await self.keeper(key)
        now = (await self.overlay(library)).library.topics.get(topic)
        new = with_topic(library.as_released.topics.get(topic), facts)
        if new is None or new == now:
            raise NothingChanges
        if wrong := wrong_in_words(new, library):
            raise BadFacts(what=" ".join(wrong))
        version = self._add(VersionKind.CHANGE, key, json.dumps(facts), Because.CLEARER, actor)
        version.based_on = await self._current(key)
        await self.session.flush()
        self._note("contact.change", version, actor)
        await self._ask_another(version, new.name, actor)
        return version

    async def _ask_another(
        self, version: ServiceVersion, name: str, actor: Actor, kind: type[ChangeProposed] = ChangeProposed
    ) -> None:
        others = await self.approvers(actor.person_id)
        if not others:
            raise NobodyElse
        for person_id in others:
            told = kind(person_id=person_id, version=version.id, service=version.service, name=name)
            await self.outbox.owe(person_id, told)

    async def approve(self, id: int, library: Library, actor: Actor) -> ServiceVersion:
        """Let a proposal answer from now on. Raises NotAllowed, NotOpen, SamePerson, ChangedSince, UnknownService."""
        await self.grants.require(actor, CONTENT_OWNER)
        version = await self.get(id)
        await self._lock(version.service, library)
        if version.is_open and await self._current(version.service) != version.based_on:
            raise ChangedSince(service=name_in(version.service, library))
        proposed(version, library)
        version.approve(_person(actor), self.clock())
        self._note("contact.approved", version, actor)
        name = name_in(version.service, (await self.overlay(library)).library)
        told = ChangeApproved(person_id=version.proposed_by, version=id, name=name)
        await self.outbox.owe(version.proposed_by, told)
        return version

    async def refuse(self, id: int, actor: Actor) -> ServiceVersion:
        """Say no to a proposal, or take one's own back. Raises NotAllowed, NotOpen."""
        await self.grants.require(actor, CONTENT_OWNER)
        version = await self.get(id)
        version.refuse(_person(actor), self.clock())
        self._note("contact.refused", version, actor)
        if version.proposed_by != actor.person_id:
            told = ChangeRefused(person_id=version.proposed_by, version=id, name=version.service)
            await self.outbox.owe(version.proposed_by, told)
        return version

    async def withdraw(self, service: Id, number: str, library: Library, actor: Actor) -> ServiceVersion:
        """Stop showing a number (every one, where `number` is ""), at once and by one person: who stands in is rung.
        Raises NotAllowed, UnknownService, NeverWithdrawn, NothingChanges."""
        now = await self._as_it_stands(service, library)
        kept = [phone for phone in now.phones if number and phone.digits != number.replace(" ", "")]
        if len(kept) == len(now.phones):
            raise NothingChanges
        facts: dict[str, object] = {"phones": [phone.model_dump(mode="json") for phone in kept]}
        facts["conflict"] = SEVERAL if are_rivals(kept) else ""
        if not kept:
            facts["withdrawn_on"] = self.clock().astimezone(LONDON).date().isoformat()
        return await self._at_once(VersionKind.WITHDRAWAL, service, facts, Because.WRONG, library, actor)

    async def shut(self, service: Id, facts: Facts, library: Library, actor: Actor) -> ServiceVersion:
        """Shut for a day, at once and by one person. Raises NotAllowed, UnknownService, NeverWithdrawn, BadFacts."""
        if service in CRITICAL:
            raise NeverWithdrawn(service=(await self._as_it_stands(service, library)).short_name)
        return await self._at_once(VersionKind.WITHDRAWAL, service, facts, Because.SHUT, library, actor)

    async def confirm(self, service: Id, facts: Facts, library: Library, actor: Actor) -> ServiceVersion:
        """Say that all is still right, at once and by one person. Raises NotAllowed, UnknownService, NothingChanges."""
        return await self._at_once(VersionKind.CONFIRMATION, service, facts, Because.CHECKED, library, actor)

    async def roll_back(self, service: Id, library: Library, actor: Actor) -> ServiceVersion:
        """Go back, at once, to the last version that two people approved and that says something else (the release,
        where there is none); they, and whoever made what is undone, are told.
        Raises NotAllowed, UnknownService, NothingToRollBack."""
        await self.grants.require(actor, CONTENT_OWNER)
        await self._lock(service, library)
        versions = [each for each in await self.in_force() if each.service == service]
        now = _said(versions[-1]) if versions else {}
        approved = [each for each in versions if each.has_two_people and _said(each) not in (None, now)]
        target = approved[-1] if approved else None
        if target is None and now == {}:
            raise NothingToRollBack(service=name_in(service, library))
        undone = [each for each in versions if target is None or each.id > target.id]
        for each in undone:
            each.undone_at = self.clock()
        back = self._add(VersionKind.ROLLBACK, service, target.facts if target else "{}", Because.MISTAKE, actor)
        back.based_on, back.in_force_at = versions[-1].id, self.clock()
        await self.session.flush()
        self._note("contact.rolled_back", back, actor)
        await self._tell_rolled_back(back, [*undone, *([target] if target else [])], library)
        return back

    # Inside

    async def _at_once(
        self, kind: VersionKind, service: Id, facts: Facts, why: Because, library: Library, actor: Actor
    ) -> ServiceVersion:
        version = await self._new(kind, service, facts, why, library, actor)
        version.in_force_at = self.clock()
        return version

    async def _new(
        self, kind: VersionKind, service: Id, facts: Facts, why: Because, library: Library, actor: Actor
    ) -> ServiceVersion:
        await self.grants.require(actor, CONTENT_OWNER)
        await self._lock(service, library)
        overlay = await self.overlay(library)
        released, now = library.as_released.services[service], overlay.library.services[service]
        new = with_facts(released, {**to_keep(released, now), **facts})
        if new == now:
            raise NothingChanges
        if wrong := wrong_in_words(new, library):
            raise BadFacts(what=" ".join(wrong))
        version = self._add(kind, service, json.dumps(to_keep(released, new)), why, actor)
        version.based_on = await self._current(service)
        await self.session.flush()
        self._note(f"contact.{kind}", version, actor)
        return version

    def _add(self, kind: VersionKind, service: Id, facts: str, why: Because, actor: Actor) -> ServiceVersion:
        version = ServiceVersion(
            service=service, kind=kind, facts=facts, why=why, based_on=THE_RELEASE, proposed_by=_person(actor),
            proposed_at=self.clock(),
        )  # fmt: skip
        self.session.add(version)
        return version

    async def _as_it_stands(self, service: Id, library: Library) -> Service:
        if service not in library.as_released.services:
            raise UnknownService(service=service)
        return (await self.overlay(library)).library.services[service]

    async def _lock(self, service: Id, library: Library) -> ServiceKeeper:
        if service not in library.as_released.services and not service.startswith(TOPIC):
            raise UnknownService(service=service)
        return await self.keeper(service)

    async def keeper(self, service: Id) -> ServiceKeeper:
        """Who keeps a service true, locked until the end of the transaction."""
        new = inserting(self.session, ServiceKeeper).values(service=service)
        await self.session.execute(new.on_conflict_do_nothing())
        query = select(ServiceKeeper).filter_by(service=service).with_for_update()
        return (await self.session.scalars(query)).one()

    async def _current(self, service: Id) -> int:
        versions = [each.id for each in await self.in_force() if each.service == service]
        return versions[-1] if versions else THE_RELEASE

    async def approvers(self, besides: UUID | None) -> list[UUID]:
        """The content owners but for one: who proposed a change."""
        held = await self.grants.held_by_each()
        return [person_id for person_id, roles in held.items() if CONTENT_OWNER in roles and person_id != besides]

    async def _tell_rolled_back(
        self, back: ServiceVersion, versions: Iterable[ServiceVersion], library: Library
    ) -> None:
        name = name_in(back.service, library)
        theirs = {id for each in versions for id in (each.proposed_by, each.approved_by) if id}
        for person_id in theirs:
            told = ContactRolledBack(person_id=person_id, version=back.id, name=name)
            await self.outbox.owe(person_id, told)

    def _note(self, what: str, version: ServiceVersion, actor: Actor) -> None:
        self.audit.note(actor, what, None, service=version.service, version=version.id, because=version.why)


def is_urgent(version: ServiceVersion, library: Library) -> bool:
    """Whether a proposal cannot wait for working hours: it changes whom to ring, or when, of what everybody is sent to
    first. Raises UnknownService, CannotBeRead."""
    if (id := version.service) not in CRITICAL_ROUTES:
        return False
    old, new = library.services[id], proposed(version, library).services[id]
    return (old.phones, old.hours, old.exceptional_days) != (new.phones, new.hours, new.exceptional_days)


def proposed(version: ServiceVersion, library: Library) -> Library:
    """The library with a version laid over it. Raises UnknownService, CannotBeRead."""
    overlay = laid_over(library, [version])
    for ignored in overlay.ignored:
        gone = ignored.why is not WhyIgnored.UNREADABLE
        raise UnknownService(service=version.service) if gone else CannotBeRead(version=version.id)
    if (id := version.service).startswith(TOPIC):
        topics = {**library.topics, id.removeprefix(TOPIC): overlay.library.topics[id.removeprefix(TOPIC)]}
        return replace(library, topics=topics, places=overlay.library.places)
    return replace(library, services={**library.services, id: overlay.library.services[id]})


def name_in(key: Id, library: Library) -> str:
    """What a service or a topic is called; its id where the library has it no more."""
    if key.startswith(TOPIC):
        topic = library.topics.get(key.removeprefix(TOPIC))
        return topic.name if topic else key.removeprefix(TOPIC)
    service = library.services.get(key)
    return service.short_name if service else key


def _said(version: ServiceVersion) -> Facts | None:
    """What a version says; None where it cannot be read."""
    try:
        return facts_of(version)
    except BadFacts:
        return None


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotNamed
    return actor.person_id


class NotNamed(Refusal):
    """Say who does it, with --by and an e-mail address: two people have to stand behind a change."""
