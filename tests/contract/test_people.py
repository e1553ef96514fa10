"""People, agencies and roles: who is known, what they may do, and what is left when they go. On both databases."""

from datetime import time
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from knowledge.agencies import AgencyDraft, Change, DomainTaken
from knowledge.audit import COMMAND_LINE, IMPORT, Actor
from knowledge.database import Database
from knowledge.errors import Refusal
from knowledge.grants import AlreadyHeld, HasLeft, LastAdministrator, NotHeld
from knowledge.models import Person
from knowledge.models.people import KnownBy, Sector, Unreachable, Via
from knowledge.ownership import Owned
from knowledge.people import HasLeftAlready, SeveralPeople, UnknownPerson, UnknownTimeZone
from knowledge.roles import ADMINISTRATOR, CONTENT_OWNER, LEARNING_LEAD, PRACTITIONER, Held, NotAllowed, Reason, Role
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING

TENANT, OTHER_TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", "11111111-3b52-4f0e-9a64-2f1f0c6b8e10"
CANARY = "Zebulonquist"
HOSPITAL = AgencyDraft("Northwick Hospital", Sector.HEALTH, ("nhs.example",), "Sam Lead", "020 7946 0001")
CO_CHAIR = Held(Role.CO_CHAIR, "case_review")


def in_chat(person: Person) -> Actor:
    return Actor(Via.CHAT, person.id)


async def administrator(work: UnitOfWork, name: str = "boss") -> Person:
    person = await work.people.met(TENANT, name)
    await work.grants.grant(person, ADMINISTRATOR, COMMAND_LINE, Reason.APPOINTED)
    return person


# people


async def test_a_person_is_known_by_tenant_and_object_id(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        one = await work.people.met(TENANT, "one", "Ann", "ann@nhs.example")
        assert await work.people.met(TENANT, "one") is one
        assert (await work.people.met(OTHER_TENANT, "one")).id != one.id
    async with database.reading(lambda: MONDAY_MORNING) as work:
        again = await work.people.get(one.id)
        assert (again.display_name, again.email, again.created_at) == ("Ann", "ann@nhs.example", MONDAY_MORNING)
        assert again.unreachable is Unreachable.NEVER_INSTALLED


async def test_a_name_is_shown_as_one_line_of_bounded_length(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        person = await work.people.met(TENANT, "one", "Ann\n\x1b[31m\u202e" + "x" * 500)
        assert person.display_name.startswith("Ann[31mxx")
        assert len(person.display_name) == 200


async def test_a_person_is_found_by_id_by_pair_and_by_address(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        one = await work.people.met(TENANT, "one", "Ann", "Ann@nhs.example")
        for words in (str(one.id), f" {TENANT}/ONE ", "ann@NHS.example"):
            assert await work.people.identified_by(words) is one
        for words in ("", "ann", str(uuid4()), f"{TENANT}/two", "bob@nhs.example"):
            with pytest.raises(UnknownPerson):
                await work.people.identified_by(words)
        await work.people.met(TENANT, "two", "Ann", "ann@nhs.example")
        with pytest.raises(SeveralPeople):
            await work.people.identified_by("ann@nhs.example")


async def test_quiet_hours_are_kept_in_the_persons_own_time_zone(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        person = await work.people.met(TENANT, "one")
        work.people.keep_quiet(person, time(17, 30), time(9), "Europe/Lisbon")
        for zone in ("Mars/Olympus", "", "../etc/passwd"):
            with pytest.raises(UnknownTimeZone):
                work.people.keep_quiet(person, time(17, 30), time(9), zone)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        kept = await work.people.get(person.id)
        assert (kept.quiet_from, kept.quiet_until, kept.time_zone) == (time(17, 30), time(9), "Europe/Lisbon")


# agencies


async def test_an_agency_is_known_by_the_e_mail_domain_or_asked(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.agencies.save(HOSPITAL, IMPORT)
        hospital = await work.agencies.get("northwick HOSPITAL")
        known = await work.people.met(TENANT, "one", "Ann", "ann@NHS.example")
        stranger = await work.people.met(TENANT, "two", "Bob", "bob@evil.nhs.example")
        assert (known.agency_id, known.agency_known_by) == (hospital.id, KnownBy.EMAIL_DOMAIN)
        assert (stranger.agency_id, stranger.agency_known_by) == (None, None)
        work.people.belongs_to(stranger, hospital, KnownBy.ASKED)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        asked = await work.people.get(stranger.id)
        assert (asked.agency_id, asked.agency_known_by) == (hospital.id, KnownBy.ASKED)


async def test_saving_an_agency_again_changes_only_what_differs(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        moved = AgencyDraft("Northwick Hospital", Sector.HEALTH, ("nhs.example", "trust.example"), "Jo Lead")
        saved = [await work.agencies.save(draft, IMPORT) for draft in (HOSPITAL, HOSPITAL, moved, moved)]
        assert saved == [Change.ADDED, Change.SAME, Change.CHANGED, Change.SAME]
        hospital = await work.agencies.get(HOSPITAL.name)
        assert (hospital.lead_name, hospital.lead_phone, hospital.version) == ("Jo Lead", "", 2)


async def test_a_domain_belongs_to_one_agency(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.agencies.save(HOSPITAL, IMPORT)
        with pytest.raises(DomainTaken, match=r"nhs\.example is already the one of Northwick Hospital"):
            await work.agencies.save(AgencyDraft("Other", Sector.CARE, ("nhs.example",)), IMPORT)


# roles


async def test_a_role_is_granted_and_withdrawn_with_who_when_and_why(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        boss, ann = await administrator(work), await work.people.met(TENANT, "ann")
        await work.grants.grant(ann, CO_CHAIR, in_chat(boss), Reason.COVERING)
        assert await work.grants.held_by(ann.id) == {CO_CHAIR}
        with pytest.raises(AlreadyHeld):
            await work.grants.grant(ann, CO_CHAIR, in_chat(boss), Reason.APPOINTED)
        await work.grants.withdraw(ann, CO_CHAIR, in_chat(boss), Reason.CHANGED_JOB)
        assert await work.grants.held_by(ann.id) == frozenset()
        with pytest.raises(NotHeld):
            await work.grants.withdraw(ann, CO_CHAIR, in_chat(boss), Reason.CHANGED_JOB)
        await work.grants.grant(ann, CO_CHAIR, in_chat(boss), Reason.APPOINTED)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        rows = [(row.what, row.actor, row.why, row.details["role"]) for row in await work.audit.about(ann.id)]
    assert rows == [
        ("role.granted", boss.id, Reason.COVERING, "co_chair"),
        ("role.withdrawn", boss.id, Reason.CHANGED_JOB, "co_chair"),
        ("role.granted", boss.id, Reason.APPOINTED, "co_chair"),
    ]


@pytest.mark.parametrize("held", [None, LEARNING_LEAD, CONTENT_OWNER, CO_CHAIR, Held(Role.AGENCY_LEAD, "x")])
@pytest.mark.parametrize("action", ["grant", "withdraw", "leave", "agency"])
async def test_only_an_administrator_may_change_people(database: Database, held: Held | None, action: str) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        actor, ann = await work.people.met(TENANT, "actor"), await administrator(work)
        if held:
            await work.grants.grant(actor, held, COMMAND_LINE, Reason.APPOINTED)
        before = await work.grants.held_by(ann.id)
        with pytest.raises(NotAllowed, match="Only an administrator can do this"):
            await do(action, work, ann, in_chat(actor))
        assert (await work.grants.held_by(ann.id), ann.left_at) == (before, None)


async def do(action: str, work: UnitOfWork, person: Person, actor: Actor) -> None:
    if action == "grant":
        await work.grants.grant(person, LEARNING_LEAD, actor, Reason.APPOINTED)
    elif action == "withdraw":
        await work.grants.withdraw(person, ADMINISTRATOR, actor, Reason.MISTAKE)
    elif action == "leave":
        await work.people.mark_as_left(person, actor)
    else:
        await work.agencies.save(HOSPITAL, actor)


async def test_a_role_that_was_withdrawn_allows_nothing_any_more(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await administrator(work)
        former = await administrator(work, "former")
        await work.grants.withdraw(former, ADMINISTRATOR, COMMAND_LINE, Reason.CHANGED_JOB)
        with pytest.raises(NotAllowed):
            await work.grants.require(in_chat(former), ADMINISTRATOR)


async def test_somebody_in_chat_whom_nobody_knows_may_do_nothing_but_practise(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.grants.require(Actor(Via.CHAT), PRACTITIONER)
        with pytest.raises(NotAllowed):
            await work.grants.require(Actor(Via.CHAT), ADMINISTRATOR)


async def test_the_last_administrator_stays(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        boss = await administrator(work)
        with pytest.raises(LastAdministrator):
            await work.grants.withdraw(boss, ADMINISTRATOR, in_chat(boss), Reason.CHANGED_JOB)


@pytest.mark.parametrize("words", [("co_chair", ""), ("agency_lead", ""), ("administrator", "case_review")])
def test_a_role_has_a_scope_where_it_needs_one_and_nowhere_else(words: tuple[str, str]) -> None:
    with pytest.raises(Refusal, match=words[0]):
        Held(Role(words[0]), words[1])


async def test_everybody_is_a_practitioner_without_a_grant(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        ann = await work.people.met(TENANT, "ann")
        with pytest.raises(Refusal, match="Everybody is a practitioner"):
            await work.grants.grant(ann, PRACTITIONER, COMMAND_LINE, Reason.APPOINTED)


# leavers


async def test_what_a_leaver_owned_is_listed_and_their_roles_end(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        boss, ann = await administrator(work), await work.people.met(TENANT, "ann")
        await work.grants.grant(ann, CO_CHAIR, COMMAND_LINE, Reason.APPOINTED)
        assert await work.people.mark_as_left(ann, in_chat(boss)) == [Owned("role", "co_chair:case_review")]
        assert await work.grants.held_by(ann.id) == frozenset()
        assert (ann.left_at, ann.unreachable) == (MONDAY_MORNING, Unreachable.LEFT)
        with pytest.raises(HasLeftAlready):
            await work.people.mark_as_left(ann, in_chat(boss))
        with pytest.raises(HasLeft):
            await work.grants.grant(ann, CO_CHAIR, in_chat(boss), Reason.APPOINTED)


# the audit


@pytest.mark.parametrize("statement", ["UPDATE audit SET what = 'x'", "DELETE FROM audit"])
async def test_the_audit_can_be_neither_changed_nor_deleted(database: Database, statement: str) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await administrator(work)
    with pytest.raises(Exception, match="never changed"):
        await execute(database, statement)


async def execute(database: Database, statement: str) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.session.execute(text(statement))


async def test_the_audit_names_nobody(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        boss = await work.people.met(TENANT, "boss", CANARY, f"{CANARY}@nhs.example")
        await work.grants.grant(boss, ADMINISTRATOR, COMMAND_LINE, Reason.APPOINTED)
        await work.people.mark_as_left(boss, in_chat(boss))
    async with database.reading(lambda: MONDAY_MORNING) as work:
        rows = str((await work.session.execute(text("SELECT * FROM audit"))).all())
    assert CANARY.lower() not in rows.lower()
    assert TENANT not in rows


async def test_an_instant_without_an_offset_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="needs an offset"):
        await leave_at_no_place(database)


async def leave_at_no_place(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        person = await work.people.met(TENANT, "one")
        person.left_at = MONDAY_MORNING.replace(tzinfo=None)


async def test_internal_ids_are_random(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        ids = {(await work.people.met(TENANT, str(number))).id for number in range(5)}
    assert all(isinstance(id, UUID) and id.version == 4 for id in ids)
