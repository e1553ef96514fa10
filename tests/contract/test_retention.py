"""How long things are kept, and what is left of somebody who is erased. On both databases."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE, IMPORT, SETTINGS, Actor
from knowledge.database import Database
from knowledge.erasure import erase, export
from knowledge.models import Base, Payload, Waiting
from knowledge.models.people import Sector, Via
from knowledge.models.sending import ConversationKind, State
from knowledge.people import UnknownPerson
from knowledge.retention import RULES, Kind, enforce
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD, NotAllowed, Reason
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
CANARY = "Zebulonquist"
OBJECT = "cafe1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30"
DAY, YEAR = timedelta(days=1), timedelta(days=366)


def test_every_column_of_every_table_has_a_kind_and_a_time() -> None:
    tables = {table.name: sorted(column.name for column in table.c) for table in Base.metadata.sorted_tables}
    assert {name: sorted(" ".join(rule.columns.values()).split()) for name, rule in RULES.items()} == tables
    assert all(rule.kept for rule in RULES.values())


def test_every_key_of_a_person_is_an_internal_id() -> None:
    for table in Base.metadata.sorted_tables:
        keys = {column.name for column in table.c for key in column.foreign_keys if key.column.table.name == "people"}
        assert keys <= set(RULES[table.name].columns.get(Kind.INTERNAL, "").split())


def test_the_documentation_says_the_same_times() -> None:
    words = (Path(__file__).parents[2] / "docs" / "records.md").read_text("utf-8")
    for name in (
        "people",
        "role_grants",
        "conversation_references",
        "send_ledger",
        "ticks",
        "audit",
        "course_dates",
        "bookings",
    ):
        assert f"| {name} | {RULES[name].kept} |" in words


async def filled(database: Database, now: datetime = MONDAY_MORNING, name: str = CANARY) -> UUID:
    """Somebody of whom every table knows something."""

    async def said() -> Payload:
        return {}

    async with database.work(lambda: now) as work:
        person = await work.people.met(TENANT, OBJECT, name, f"{name}@nhs.example")
        await work.grants.grant(person, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
        await work.references.heard_from(person, f"a:{CANARY}", "https://smba.example", ConversationKind.PERSONAL)
        await work.inbox.once(f"a:{CANARY}", "1", said)
        await work.ticks.take("nightly", now)
        work.tokens.issue(person.id, "course.book", {"course": 1}, now + DAY)
        for state in (State.DUE, State.SENT):
            settled = now if state is State.SENT else None
            work.session.add(
                Waiting(
                    key=state, kind="x", recipient=person.id, payload={}, due_at=now, created_at=now, state=state,
                    settled_at=settled, activity_id=CANARY,
                )
            )  # fmt: skip
        return person.id


async def dump(work: UnitOfWork) -> str:
    rows = [str((await work.session.execute(text(f"SELECT * FROM {name}"))).all()) for name in RULES]  # noqa: S608
    return "\n".join(rows).lower()


# rights


async def test_an_export_holds_every_row_about_the_person_and_none_about_another(database: Database) -> None:
    id = await filled(database)
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.people.met(TENANT, "other", "Other")
        copied = await export(work, await work.people.get(id))
    assert {name for name, rows in copied.items() if rows} == {
        "people", "role_grants", "audit", "conversation_references", "send_ledger", "action_tokens",
    }  # fmt: skip
    assert len(copied["send_ledger"]) == 3  # and that a role was granted
    assert "Other" not in json.dumps(copied)
    assert copied["people"][0]["email"] == f"{CANARY.lower()}@nhs.example"


async def test_nothing_leads_to_somebody_who_was_erased(database: Database) -> None:
    id = await filled(database)
    async with database.work(lambda: MONDAY_MORNING) as work:
        kept = await erase(work, await work.people.get(id), COMMAND_LINE)
    assert any("audit" in sentence and "six years" in sentence for sentence in kept)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        left = await dump(work)
        assert CANARY.lower() not in left
        assert OBJECT not in left
        assert str(id) in left or id.hex in left
        with pytest.raises(UnknownPerson):
            await work.people.get(id)
        states = await work.session.scalars(text("SELECT state FROM send_ledger ORDER BY state"))
        assert states.all() == ["cancelled", "cancelled", "sent"]


async def test_somebody_who_comes_back_after_erasure_is_somebody_new(database: Database) -> None:
    id = await filled(database)
    async with database.work(lambda: MONDAY_MORNING) as work:
        await erase(work, await work.people.get(id), COMMAND_LINE)
        again = await work.people.met(TENANT, OBJECT)
        assert again.id != id
        assert await work.grants.held_by(again.id) == frozenset()


async def test_an_agencys_entry_that_names_the_erased_is_pointed_out(database: Database) -> None:
    id = await filled(database)
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.agencies.save(AgencyDraft("Northwick", Sector.HEALTH, lead_name=CANARY), IMPORT)
        kept = await erase(work, await work.people.get(id), COMMAND_LINE)
    assert "The entry of Northwick names this person as lead or deputy. Take in its new entry." in kept


async def test_only_an_administrator_may_erase(database: Database) -> None:
    id = await filled(database)
    async with database.work(lambda: MONDAY_MORNING) as work:
        person = await work.people.get(id)
        with pytest.raises(NotAllowed):
            await erase(work, person, Actor(Via.CHAT, id))
        assert person.display_name == CANARY


# retention


async def enforced(database: Database, now: datetime) -> dict[str, int]:
    async with database.work(lambda: now) as work:
        return {name: count for name, count in (await enforce(work)).items() if count}


async def test_each_table_is_kept_for_its_time_and_no_longer(database: Database) -> None:
    start = datetime.fromisoformat("2015-01-05T10:00:00+00:00")
    id = await filled(database, start)
    async with database.work(lambda: start) as work:
        boss = await work.people.met(TENANT, "boss")
        await work.grants.grant(boss, ADMINISTRATOR, SETTINGS, Reason.APPOINTED)
        await work.people.mark_as_left(await work.people.get(id), COMMAND_LINE)
    assert await enforced(database, start + 7 * DAY) == {}
    assert await enforced(database, start + 8 * DAY + DAY / 24) == {"inbox": 1, "action_tokens": 1}
    assert await enforced(database, start + 31 * DAY) == {"conversation_references": 1}
    assert await enforced(database, start + 91 * DAY) == {"ticks": 1, "send_ledger": 1}
    assert await enforced(database, start + 2 * YEAR + DAY) == {"role_grants": 1, "people": 1}
    assert await enforced(database, start + 2 * YEAR + 2 * DAY) == {}
    assert await enforced(database, start + 2 * YEAR + 92 * DAY) == {"send_ledger": 2}  # what the erasure cancelled
    assert await enforced(database, start + 6 * YEAR + DAY) == {"audit": 4}


async def test_what_is_still_owed_is_never_deleted(database: Database) -> None:
    await filled(database)
    await enforced(database, MONDAY_MORNING + 3 * YEAR)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        assert (await work.session.scalars(text("SELECT state FROM send_ledger"))).all() == ["due", "due"]
