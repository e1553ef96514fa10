"""Copies in memory are read anew where the records changed, whoever changed them, and left alone where nothing did."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.copies import Copies
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.changes import Mark
from knowledge.database import Database
from knowledge.models import Changed
from knowledge.models.people import KnownBy, Sector
from knowledge.retention import enforce
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING
from tests.chats import TENANT
from tests.training import School

Change = Callable[[UnitOfWork], Awaitable[object]]


def clock() -> datetime:
    return MONDAY_MORNING


async def marks(database: Database) -> dict[str, Mark]:
    async with database.reading(clock) as work:
        return await work.changes.marks()


async def changed_by(database: Database, change: Change) -> set[str]:
    before = await marks(database)
    async with database.work(clock) as work:
        await change(work)
    after = await marks(database)
    return {name for name in after if after[name] != before.get(name)}


async def an_agency(work: UnitOfWork) -> None:
    await work.agencies.save(AgencyDraft("Northwick Hospital", Sector.HEALTH, lead_name="Ann Lee"), COMMAND_LINE)


async def its_lead(work: UnitOfWork) -> None:
    await work.agencies.save(AgencyDraft("Northwick Hospital", Sector.HEALTH, lead_name="Ben Lee"), COMMAND_LINE)


async def where_somebody_works(work: UnitOfWork) -> None:
    person = await work.people.met(TENANT, "ann")
    work.people.belongs_to(person, await work.agencies.get("Northwick Hospital"), KnownBy.ASKED)


async def a_name(work: UnitOfWork) -> None:
    await work.people.met(TENANT, "ann", "Ann")


async def a_version(work: UnitOfWork) -> None:
    person = await work.people.met(TENANT, "ann")
    await work.session.execute(
        text(
            "INSERT INTO service_versions (service, kind, facts, why, based_on, proposed_by, proposed_at) "
            "VALUES ('mash', 'change', '{}', 'other', 0, :by, :at)"
        ),
        {"by": person.id.hex if work.session.get_bind().dialect.name == "sqlite" else person.id, "at": MONDAY_MORNING},
    )


async def test_what_a_copy_is_made_of_leaves_a_mark_and_nothing_else_does(database: Database) -> None:
    assert await changed_by(database, an_agency) == {"leads"}
    assert await changed_by(database, its_lead) == {"leads"}
    assert await changed_by(database, where_somebody_works) == {"leads"}
    assert await changed_by(database, a_name) == set()
    assert await changed_by(database, a_version) == {"contacts"}
    assert await changed_by(database, lambda work: work.session.execute(text("DELETE FROM service_versions"))) == {
        "contacts"
    }


async def test_courses_and_their_dates_leave_a_mark_and_places_do_not(database: Database) -> None:
    school = School(database)
    before = await marks(database)
    await school.opened()
    after = await marks(database)
    assert before.get("on_offer") != after["on_offer"]
    for change, is_marked in (("taken = taken + 1", False), ("state = 'cancelled'", True)):
        statement = text(f"UPDATE course_dates SET {change}")  # noqa: S608  # of two known ones
        marked = await changed_by(database, lambda work, it=statement: work.session.execute(it))  # type: ignore[misc]
        assert marked == ({"on_offer"} if is_marked else set())


async def test_one_that_is_committed_after_a_later_one_is_seen(database: Database) -> None:
    async with database.work(clock) as work:
        work.session.add_all([Changed(id=7, copy="leads"), Changed(id=9, copy="leads")])
    before = await marks(database)
    async with database.work(clock) as work:
        work.session.add(Changed(id=8, copy="leads"))
    assert (await marks(database))["leads"] != before["leads"]


async def test_a_copy_is_read_where_it_changed_and_once_a_minute(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, read = 0.0, list[str]()
    monkeypatch.setattr("bot.copies.time.monotonic", lambda: now)

    async def leads(work: UnitOfWork) -> None:
        read.append("leads")

    async def contacts(work: UnitOfWork) -> None:
        read.append("contacts")

    held = Copies({"leads": leads, "contacts": contacts})

    async def look(after: float) -> list[str]:
        nonlocal now
        now += after
        read.clear()
        async with database.reading(clock) as work:
            await held.look(work)
        return list(read)

    assert await look(0) == ["leads", "contacts"]
    assert await look(5) == []
    await changed_by(database, an_agency)
    assert await look(5) == ["leads"]
    assert await look(5) == []
    assert await look(46) == ["contacts"]


async def test_one_that_could_not_be_read_is_read_at_the_next_look(database: Database) -> None:
    read: list[int] = []

    async def leads(work: UnitOfWork) -> None:
        read.append(1)
        if len(read) == 1:
            raise ValueError("broken")

    held = Copies({"leads": leads})
    async with database.reading(clock) as work:
        with pytest.raises(ValueError, match="broken"):
            await held.look(work)
        await held.look(work)
    assert len(read) == 2


async def test_only_the_latest_marks_are_kept(database: Database) -> None:
    async with database.work(clock) as work:
        work.session.add_all(Changed(copy="leads") for _ in range(1_200))
    async with database.work(lambda: MONDAY_MORNING + timedelta(days=1)) as work:
        assert (await enforce(work))["changes"] == 200
    assert (await marks(database))["leads"][0] == 1_000
