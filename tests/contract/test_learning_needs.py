"""What was asked about is kept after the reply, shown from five upward, and lost quietly where the records are away."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.errands import Errands
from bot.records import Records, State
from bot.settings import DEVELOPMENT
from bot.turns import answered
from dialogs.turn import Sender
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.leads import Leads
from knowledge.learning_needs import FEWEST_SHOWN, Need
from knowledge.models.people import KnownBy, Sector
from knowledge.roles import LEARNING_LEAD
from tests.builders import MONDAY_MORNING, conversation, turn
from tests.chats import TENANT, Office
from tests.contract.test_records import becomes, kept
from tests.servers import free_port

THIS_WEEK = "2026-W49"


def needed(topic: str = "neglect", week: str = THIS_WEEK, sector: str = "", *, asked: bool = False) -> Need:
    return Need(week, topic, ("children_front_door",), "v1", sector, asked)


async def shown(database: Database, since: str = "2026-W01") -> dict[tuple[str, str], int]:
    async with database.reading(lambda: MONDAY_MORNING) as work:
        return await work.needs.shown(since)


async def keep(database: Database, *needs: Need) -> None:
    for need in needs:
        async with database.work(lambda: MONDAY_MORNING) as work:
            await work.needs.add({need: 1})


async def test_few_cases_are_not_shown(database: Database) -> None:
    await keep(database, *[needed()] * (FEWEST_SHOWN - 2), needed(sector="health"))
    assert await shown(database) == {}
    await keep(database, needed(asked=True))
    assert await shown(database) == {(THIS_WEEK, "neglect"): FEWEST_SHOWN}
    assert await shown(database, since="2026-W50") == {}


async def test_many_that_count_at_once_lose_nothing(database: Database) -> None:
    await asyncio.gather(*(keep(database, needed(), needed("fgm")) for _ in range(10)))
    assert await shown(database) == {(THIS_WEEK, "fgm"): 10, (THIS_WEEK, "neglect"): 10}


async def test_a_row_says_nothing_of_a_person_or_a_moment(database: Database) -> None:
    async with database.reading(lambda: MONDAY_MORNING) as work:
        columns = (await work.session.execute(text("SELECT * FROM learning_needs"))).keys()
    assert sorted(columns) == ["asked", "content_version", "count", "routes", "sector", "topic", "week"]


async def test_the_sector_is_taken_from_memory(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.agencies.save(AgencyDraft("Northwick Hospital", Sector.HEALTH), COMMAND_LINE)
        ann = await work.people.met(TENANT, "ann")
        work.people.belongs_to(ann, await work.agencies.get("Northwick Hospital"), KnownBy.ASKED)
    leads = Leads()
    async with database.reading(lambda: MONDAY_MORNING) as work:
        await leads.read(work)
    talk, errands = conversation(), Errands(database, lambda: MONDAY_MORNING, leads)
    for name in ("ann", "ben"):
        told = turn("the boy has bruises on his arms", conversation=name)
        await errands.reply(talk, replace(told, sender=Sender(TENANT, name)))
    assert sorted(need.sector for need in talk.needs.taken()) == ["", "health"]


async def test_what_was_asked_about_is_kept_in_the_background(database_address: str) -> None:
    talk = conversation()
    async with kept(database_address, needs=talk.needs) as records:
        await becomes(records, State.READY)
        answered(talk, turn("the boy has bruises on his arms"))
        await asyncio.sleep(0.2)
        answered(talk, turn("the boy has bruises on his arms"))  # kept when the process ends
    assert talk.needs.taken() == {}
    database = Records(replace(DEVELOPMENT, database_url=database_address)).database
    assert database
    async with database.reading(lambda: MONDAY_MORNING) as work:
        rows = (await work.session.execute(text("SELECT topic, count FROM learning_needs"))).all()
    assert [tuple(row) for row in rows] == [("physical_abuse", 2)]
    await database.close()


async def test_where_the_database_is_away_how_many_were_lost_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    talk = conversation()
    async with kept(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing", needs=talk.needs):
        answered(talk, turn("the boy has bruises on his arms"))
        for _ in range(200):
            if lost := [record for record in caplog.records if record.msg == "needs.lost"]:
                break
            await asyncio.sleep(0.02)
    assert lost[0].__dict__["fields"]["count"] == 1
    assert talk.needs.taken() == {}


async def test_a_learning_lead_sees_what_was_asked_about_and_nobody_else_does(database: Database) -> None:
    office = Office(database)
    await office.employs("lena", LEARNING_LEAD)
    await office.employs("ann")
    await keep(database, *[needed()] * FEWEST_SHOWN, needed("fgm"), *[needed("gone_since")] * FEWEST_SHOWN)
    await office.plays("""
        Lena: learning needs
        Bot: WHAT PEOPLE ASKED ABOUT | Week of Mon 30 Nov 2026: Neglect of a child 5 | is not shown
        Ann: what people asked about
        Bot: learning lead
    """)
    assert "FGM" not in await office.says("lena", "learning needs")
