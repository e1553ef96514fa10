"""Changing the contacts by two people, withdrawing by one, rolling back; on both databases."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from knowledge.audit import COMMAND_LINE, Actor
from knowledge.contacts import ChangedSince, NobodyElse, NothingChanges, NothingToRollBack, NotNamed, UnknownService
from knowledge.database import Database
from knowledge.facts import BadFacts
from knowledge.models import Waiting
from knowledge.models.contacts import Because, NotOpen, SamePerson, ServiceVersion, VersionKind
from knowledge.models.people import Via
from knowledge.overlay import NeverWithdrawn
from knowledge.roles import CONTENT_OWNER, NotAllowed, Reason
from knowledge.services import Service
from tests.builders import MONDAY_MORNING, library

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
NEW, NEWER = "020 7946 0123", "020 7946 0456"


def phones(*numbers: str) -> dict[str, Any]:
    facts = {"confidence": "high", "sources": ["a content owner"], "source_date": "30 November 2026"}
    return {"phones": [{"value": number, **facts} for number in numbers]}


class Desk:
    """Content owners at work."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def person(self, name: str, *, is_owner: bool = True) -> Actor:
        async with self.database.work(lambda: MONDAY_MORNING) as work:
            person = await work.people.met(TENANT, name)
            if is_owner:
                await work.grants.grant(person, CONTENT_OWNER, COMMAND_LINE, Reason.APPOINTED)
            return Actor(Via.CHAT, person.id)

    async def proposes(self, who: Actor, facts: dict[str, Any], service: str = "mash") -> int:
        async with self.database.work(lambda: MONDAY_MORNING) as work:
            return (await work.contacts.propose(service, facts, Because.CHANGED, library(), who)).id

    async def approves(self, who: Actor, id: int) -> None:
        async with self.database.work(lambda: MONDAY_MORNING) as work:
            await work.contacts.approve(id, library(), who)

    async def changes(self, facts: dict[str, Any], proposer: Actor, approver: Actor, service: str = "mash") -> int:
        id = await self.proposes(proposer, facts, service)
        await self.approves(approver, id)
        return id

    async def withdraws(self, who: Actor, service: str, number: str = "") -> None:
        async with self.database.work(lambda: MONDAY_MORNING) as work:
            await work.contacts.withdraw(service, number, library(), who)

    async def rolls_back(self, who: Actor, service: str = "mash") -> None:
        async with self.database.work(lambda: MONDAY_MORNING) as work:
            await work.contacts.roll_back(service, library(), who)

    async def service(self, id: str = "mash") -> Service:
        async with self.database.reading(lambda: MONDAY_MORNING) as work:
            return (await work.contacts.overlay(library())).library.services[id]

    async def numbers(self, id: str = "mash") -> list[str]:
        return [phone.value for phone in (await self.service(id)).phones]

    async def told(self, kind: str) -> set[UUID]:
        async with self.database.reading(lambda: MONDAY_MORNING) as work:
            rows = await work.session.scalars(text("SELECT id FROM send_ledger"))
            found = [await work.session.get(Waiting, id) for id in rows]
            return {row.recipient for row in found if row and row.kind == kind}


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


RELEASED = [phone.value for phone in library().services["mash"].phones]


async def test_a_change_counts_once_another_approved_it(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    id = await desk.proposes(ann, phones(NEW))
    assert await desk.numbers() == RELEASED
    assert await desk.told("contact.proposed_urgent") == {ben.person_id}
    await desk.approves(ben, id)
    assert await desk.numbers() == [NEW]


async def test_nobody_approves_what_they_proposed(desk: Desk) -> None:
    ann, _ = await desk.person("ann"), await desk.person("ben")
    with pytest.raises(SamePerson, match="You proposed this change yourself"):
        await desk.approves(ann, await desk.proposes(ann, phones(NEW)))
    assert await desk.numbers() == RELEASED


async def test_only_content_owners_change_anything(desk: Desk) -> None:
    ann, _ = await desk.person("ann"), await desk.person("ben")
    eve = await desk.person("eve", is_owner=False)
    id = await desk.proposes(ann, phones(NEW))
    for attempt in (
        desk.proposes(eve, phones(NEW)), desk.approves(eve, id), desk.withdraws(eve, "dols"), desk.rolls_back(eve)
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            await attempt
    assert await desk.numbers() == RELEASED


async def test_an_approver_who_is_no_longer_a_content_owner_approves_nothing(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    id = await desk.proposes(ann, phones(NEW))
    async with desk.database.work(lambda: MONDAY_MORNING) as work:
        assert ben.person_id
        await work.people.mark_as_left(await work.people.get(ben.person_id), COMMAND_LINE)
    with pytest.raises(NotAllowed):
        await desk.approves(ben, id)


async def test_where_nobody_else_could_approve_that_is_told_at_once(desk: Desk) -> None:
    ann = await desk.person("ann")
    with pytest.raises(NobodyElse):
        await desk.proposes(ann, phones(NEW))


async def test_of_two_editors_at_once_the_second_is_told(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    first, second = await desk.proposes(ann, phones(NEW)), await desk.proposes(ben, phones(NEWER))
    await desk.approves(ben, first)
    with pytest.raises(ChangedSince, match="Somebody else changed Harrow MASH since then"):
        await desk.approves(ann, second)
    assert await desk.numbers() == [NEW]


async def test_of_two_approvals_at_the_same_moment_one_counts(desk: Desk) -> None:
    ann, ben, cy = [await desk.person(name) for name in ("ann", "ben", "cy")]
    first, second = await desk.proposes(ann, phones(NEW)), await desk.proposes(ann, phones(NEWER))
    came = await asyncio.gather(desk.approves(ben, first), desk.approves(cy, second), return_exceptions=True)
    assert sorted(type(result).__name__ for result in came) == ["ChangedSince", "NoneType"]
    assert await desk.numbers() in ([NEW], [NEWER])


async def test_a_proposal_is_approved_or_refused_once(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    id = await desk.proposes(ann, phones(NEW))
    async with desk.database.work(lambda: MONDAY_MORNING) as work:
        await work.contacts.refuse(id, ben)
    with pytest.raises(NotOpen):
        await desk.approves(ben, id)
    with pytest.raises(NotOpen):
        await desk.approves(ben, 99)
    assert await desk.told("contact.refused") == {ann.person_id}


async def test_what_does_not_fit_leaves_nothing_half_saved(desk: Desk) -> None:
    ann, _ = await desk.person("ann"), await desk.person("ben")
    for facts, service, no in (
        (phones("12a"), "mash", BadFacts), ({}, "mash", NothingChanges), (phones(), "mash", NeverWithdrawn),
        (phones(NEW), "nowhere", UnknownService),
    ):  # fmt: skip
        with pytest.raises(no):
            await desk.proposes(ann, facts, service)
    async with desk.database.reading(lambda: MONDAY_MORNING) as work:
        assert await work.contacts.history("mash") == []


async def test_the_command_line_has_to_say_who(desk: Desk) -> None:
    await desk.person("ben")
    with pytest.raises(NotNamed):
        await desk.proposes(COMMAND_LINE, phones(NEW))


# Withdrawing


async def test_one_person_withdraws_a_number_at_once(desk: Desk) -> None:
    ann = await desk.person("ann")
    await desk.withdraws(ann, "adults_safeguarding", "020 8416 8412")
    assert await desk.numbers("adults_safeguarding") == ["020 8736 6153", "020 8420 9453"]
    await desk.withdraws(ann, "adults_safeguarding")
    assert await desk.numbers("adults_safeguarding") == []
    with pytest.raises(NothingChanges):
        await desk.withdraws(ann, "adults_safeguarding", "020 8416 8412")


@pytest.mark.parametrize("id", ["police_999", "mash", "emergency_duty_team"])
async def test_what_everybody_needs_can_be_replaced_and_never_withdrawn(desk: Desk, id: str) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    before = await desk.numbers(id)
    with pytest.raises(NeverWithdrawn, match="can be replaced, but never withdrawn"):
        await desk.withdraws(ann, id)
    assert await desk.numbers(id) == before
    await desk.changes(phones(NEW), ann, ben, id)
    assert await desk.numbers(id) == [NEW]


async def test_a_new_number_ends_the_withdrawal(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    await desk.withdraws(ann, "dols")
    assert (await desk.service("dols")).withdrawn_on
    await desk.changes({**phones(NEW), "withdrawn_on": None}, ann, ben, "dols")
    assert not (await desk.service("dols")).withdrawn_on


# Rolling back


async def test_rolling_back_leads_to_the_last_version_that_two_approved_and_all_are_told(desk: Desk) -> None:
    ann, ben, cy = [await desk.person(name) for name in ("ann", "ben", "cy")]
    await desk.changes(phones(NEW), ann, ben)
    await desk.changes(phones(NEWER), cy, ben)
    await desk.rolls_back(ann)
    assert await desk.numbers() == [NEW]
    assert await desk.told("contact.rolled_back") == {ann.person_id, ben.person_id, cy.person_id}
    await desk.rolls_back(ann)
    assert await desk.numbers() == RELEASED, "what was rolled back is never rolled back to"
    with pytest.raises(NothingToRollBack):
        await desk.rolls_back(ann)


async def test_a_withdrawal_is_rolled_back_to_what_two_approved(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    await desk.changes(phones(NEW), ann, ben, "dols")
    await desk.withdraws(ben, "dols")
    await desk.rolls_back(ann, "dols")
    assert await desk.numbers("dols") == [NEW]


async def test_a_corrupted_version_can_be_rolled_back(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    await desk.changes(phones(NEW), ann, ben)
    await desk.changes(phones(NEWER), ann, ben)
    async with desk.database.work(lambda: MONDAY_MORNING) as work:
        (_, last) = await work.contacts.history("mash")
        last.facts = "{"
    assert await desk.numbers() == [NEW]
    await desk.rolls_back(ann)
    assert await desk.numbers() == [NEW]
    async with desk.database.reading(lambda: MONDAY_MORNING) as work:
        assert (await work.contacts.overlay(library())).ignored == ()


async def test_every_version_is_kept_with_who_when_and_why(desk: Desk) -> None:
    ann, ben = await desk.person("ann"), await desk.person("ben")
    await desk.changes(phones(NEW), ann, ben)
    await desk.rolls_back(ben)
    async with desk.database.reading(lambda: MONDAY_MORNING) as work:
        first, second = await work.contacts.history("mash")
        assert (first.kind, first.why, first.proposed_by, first.approved_by) == (
            VersionKind.CHANGE, Because.CHANGED, ann.person_id, ben.person_id,
        )  # fmt: skip
        assert (first.undone_at, second.kind) == (MONDAY_MORNING, VersionKind.ROLLBACK)
        assert ann.person_id
        assert [row.what for row in await work.audit.about(ann.person_id)] == ["role.granted", "contact.change"]


def test_a_version_says_how_it_stands() -> None:
    assert ServiceVersion(in_force_at=None, refused_at=None).is_open
