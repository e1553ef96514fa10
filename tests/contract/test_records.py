"""The records' place at the edge: brought up in the background, and a database that is away stops nothing else."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.records import Records, State
from bot.settings import DEVELOPMENT, Settings
from bot.web import application
from knowledge.learning_needs import Tally
from knowledge.safe_default import DANGER
from tests.builders import MONDAY_MORNING, conversation
from tests.contract.test_command_line import ran, refused
from tests.fakes import Visitor
from tests.servers import free_port

TENANT, OBJECT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", "2f8e1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30"


@asynccontextmanager
async def kept(url: str, *administrators: tuple[str, str], needs: Tally | None = None) -> AsyncIterator[Records]:
    settings = replace(DEVELOPMENT, database_url=url, administrators=administrators)
    records = Records(settings, look_again=0.05, needs=needs)
    keeping = records.kept_ready(web.Application())
    await anext(keeping)
    yield records
    await anext(keeping, None)


async def becomes(records: Records, state: State) -> None:
    for _ in range(1_000):
        if records.state is state:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it is still {records.state}")


async def test_the_records_come_up_in_the_background(empty_address: str) -> None:
    async with kept(empty_address) as records:
        assert records.state is State.AWAY
        await becomes(records, State.READY)


async def test_a_database_that_comes_late_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    async with kept(f"sqlite:///{folder}/records.db") as records:
        await asyncio.sleep(0.2)
        assert records.state is State.AWAY
        folder.mkdir()
        await becomes(records, State.READY)


async def test_the_first_administrators_are_appointed_once(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    for _ in range(2):
        async with kept(f"sqlite:///{path}", (TENANT, OBJECT)) as records:
            await becomes(records, State.READY)
    with sqlite3.connect(path) as rows:
        assert rows.execute("SELECT role, granted_why FROM role_grants").fetchall() == [("administrator", "settings")]
    rows.close()


async def test_with_the_database_away_a_concern_is_answered_and_readyz_says_so() -> None:
    settings = replace(DEVELOPMENT, database_url=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    async with visiting_with(settings) as visitor:
        ready = await visitor.get("/readyz")
        assert (ready.status, (await ready.json())["database"]) == (200, "away")
        page = await visitor.post("/", data={"text": "A child told me his dad hits him"})
        assert DANGER in unescape(await page.text())


async def test_without_an_address_nothing_is_recorded() -> None:
    async with visiting_with(DEVELOPMENT) as visitor:
        assert (await (await visitor.get("/readyz")).json())["database"] == "none"


@asynccontextmanager
async def visiting_with(settings: Settings) -> AsyncIterator[Visitor]:
    client = TestClient(TestServer(application(conversation(), lambda: MONDAY_MORNING, settings)))
    await client.start_server()
    yield client
    await client.close()


def test_migrate_says_what_it_did_and_can_be_run_again(tmp_path: Path) -> None:
    settings = {
        "SAFEGUARDING_DATABASE_URL": f"sqlite:///{tmp_path}/records.db",
        "SAFEGUARDING_ADMINISTRATORS": f"{TENANT}/{OBJECT}",
    }
    first, second = ran("migrate", **settings), ran("migrate", **settings)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "appointed: 1" in first.stdout
    assert "appointed: 0" in second.stdout


def test_migrate_without_an_address_is_told() -> None:
    assert "SAFEGUARDING_DATABASE_URL is not set" in refused(ran("migrate"))


def test_migrate_of_a_database_that_is_away_is_told() -> None:
    url = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/nothing"
    told = refused(ran("migrate", SAFEGUARDING_DATABASE_URL=url))
    assert "cannot be reached" in told
    assert "secret" not in told
