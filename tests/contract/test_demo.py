"""The invented partnership, the dry run, and what is told of the ledger to whoever watches it."""

from pathlib import Path

import yaml
from aiohttp.test_utils import TestClient, TestServer

from bot.demo import demo, fill
from bot.nudges import planned
from bot.records import Records
from bot.settings import DEVELOPMENT
from bot.web import application
from knowledge.action_report import report
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models.actions import Stage
from knowledge.roles import ADMINISTRATOR
from tests.builders import MONDAY_MORNING, conversation, library
from tests.servers import ROOT

SUB_GROUPS = frozenset(sub_group.id for sub_group in library().partnership.sub_groups)


def test_its_people_are_those_of_the_playground() -> None:
    playground = yaml.safe_load((ROOT / ".m365agentsplayground.yml").read_text("utf-8"))
    users = [playground["currentUser"], *playground["users"]]
    told = [(user["aadObjectId"], user["name"], user["email"]) for user in users]
    assert [(one.object_id, one.name, one.email) for one in demo().people] == told
    assert demo().tenant == playground["tenantId"]


async def test_filling_it_twice_is_filling_it_once(database: Database) -> None:
    for _ in range(2):
        async with database.work(lambda: MONDAY_MORNING) as work:
            await fill(work, SUB_GROUPS)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        people = await work.people.everyone()
        held = await work.grants.held_by_each()
        assert len(people) == 6
        assert all(person.agency_id for person in people)
        assert [person.display_name for person in people if ADMINISTRATOR in held.get(person.id, ())] == ["Tess Ashby"]


async def test_its_plans_hold_actions_at_every_stage_and_topics_that_are_there(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await fill(work, SUB_GROUPS)
        stands = await report(work, await work.plans.seen_by(COMMAND_LINE))
    assert {row.action.stage for row in stands.rows} >= {Stage.OFFERED, Stage.ACCEPTED, Stage.DONE, Stage.CONFIRMED}
    assert all(stands.whole.figure(name).count for name in ("overdue", "late", "slipped", "embedded"))
    assert {topic for plan in demo().plans for topic in plan.topics} <= set(library().topics)


async def test_the_dry_run_says_who_would_be_sent_what_and_changes_nothing(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await fill(work, SUB_GROUPS)
    for _ in range(2):
        async with database.work(lambda: MONDAY_MORNING) as work:
            counted, *lines = await planned(work, MONDAY_MORNING)
        assert counted == "By Mon 30 Nov 2026, 10 am: 5 people, 15 messages, 2 escalations."
        assert len(lines) == 15
        told = [line.partition(" | ")[2] for line in lines]
        assert "role.granted | due Mon 30 Nov 2026, 10 am (not reached: never installed)" in told
        assert "action.due QA-DEMO/4 | due Mon 30 Nov 2026, 6 am (not reached: never installed)" in told


async def test_metrics_are_counts_and_no_person(database: Database, database_address: str) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await fill(work, SUB_GROUPS)
    settings = DEVELOPMENT.__class__(**{**vars(DEVELOPMENT), "database_url": database_address})
    async with TestClient(TestServer(application(conversation(), lambda: MONDAY_MORNING, settings))) as visitor:
        text = await (await visitor.get("/metrics")).text()
    assert "safeguarding_messages{" in text
    for one in demo().people:
        assert one.name not in text
        assert one.object_id not in text


async def test_while_the_database_is_away_metrics_say_so(tmp_path: Path) -> None:
    settings = DEVELOPMENT.__class__(**{**vars(DEVELOPMENT), "database_url": f"sqlite:///{tmp_path}/none/x.db"})
    assert Records(settings).database is not None
    async with TestClient(TestServer(application(conversation(), lambda: MONDAY_MORNING, settings))) as visitor:
        text = await (await visitor.get("/metrics")).text()
    assert "safeguarding_ledger_away 1" in text
    assert 'safeguarding_database{state="away"} 1' in text
