"""What answers in a process: the overlay within seconds on each, the last one while the database is away."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import make_url

from bot.contacts import LiveContacts
from bot.records import LOOK_AGAIN, Records, State
from bot.settings import DEVELOPMENT, Environment
from bot.web import application
from dialogs.conversation import Conversation
from dialogs.notices import _TELLERS
from dialogs.reply import as_text
from knowledge import live
from knowledge.database import Database, address
from knowledge.notices import _KINDS
from tests.builders import MONDAY_MORNING, conversation, turn
from tests.contract.test_contacts import NEW, NEWER, Desk, phones
from tests.ledger import size
from tests.servers import free_port

WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


@pytest.fixture(autouse=True)
def compiled() -> Iterator[None]:
    yield
    live.show(None)


@asynccontextmanager
async def process(url: str, look_again: float = 0.05) -> AsyncIterator[tuple[Conversation, Records]]:
    """One process of several, with its own memory, that looks often."""
    talk = conversation()
    contacts = LiveContacts(talk, lambda: MONDAY_MORNING)
    records = Records(replace(DEVELOPMENT, database_url=url), look_again=look_again, contacts=contacts)
    keeping = records.kept_ready(None)  # type: ignore[arg-type]
    await anext(keeping)
    yield talk, records
    await anext(keeping, None)


async def shows(talk: Conversation, number: str) -> None:
    for _ in range(500):
        if number in as_text(talk.reply(turn(WORRY))):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{number} is not shown")


async def changed(database: Database) -> None:
    desk = Desk(database)
    await desk.changes(phones(NEW), await desk.person("ann"), await desk.person("ben"))


async def test_what_was_approved_is_shown_by_every_process_within_seconds(
    database: Database, database_address: str
) -> None:
    async with process(database_address) as (one, _), process(database_address) as (other, _):
        await shows(one, "020 8901 2690")
        await changed(database)
        await asyncio.wait_for(asyncio.gather(shows(one, NEW), shows(other, NEW)), 10)


def test_a_process_looks_often_enough() -> None:
    assert LOOK_AGAIN <= 10


async def test_while_the_database_is_away_the_last_overlay_answers(sqlite_address: str) -> None:
    file = Path(sqlite_address.removeprefix("sqlite:///"))
    database = Database(address(sqlite_address))
    await changed(database)
    await database.close()
    async with process(sqlite_address) as (talk, records):
        await shows(talk, NEW)
        for each in file.parent.glob(f"{file.name}*"):
            os.truncate(each, 0) if each == file else each.unlink()
        for _ in range(500):
            if records.state is State.AWAY:
                break
            await asyncio.sleep(0.02)
        assert records.state is State.AWAY
        said = as_text(talk.reply(turn(WORRY)))
        assert NEW in said
        assert NEW in live.footer()


class Wire:
    """A way to a database that can be cut, and can hang: connected, and nothing comes through."""

    def __init__(self, to: str) -> None:
        self.to, self.port = make_url(to), free_port()
        self.hangs = False
        self._streams: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        return self.to.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    async def join(self) -> None:
        self._server = await asyncio.start_server(self._came, "127.0.0.1", self.port)

    async def cut(self) -> None:
        assert self._server
        self._server.close()
        for stream in self._streams:
            stream.transport.abort()
        self._streams.clear()
        await asyncio.sleep(0.1)  # each end then learns that it is over

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self.to.host, self.to.port or 5432)
        self._streams += [writer, back]
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(65536):
                if not self.hangs:
                    writer.write(piece)
        writer.close()


@pytest.mark.parametrize("hangs", [False, True][: size(1, 2)])
async def test_a_database_that_returns_brings_what_was_approved_meanwhile_within_ten_seconds(
    postgres_address: str, hangs: bool
) -> None:
    """With the pauses of a real process; meanwhile the last overlay answers."""
    wire, database = Wire(postgres_address), Database(address(postgres_address))
    await wire.join()
    await changed(database)
    async with process(wire.address, look_again=LOOK_AGAIN) as (talk, records):
        await shows(talk, NEW)
        wire.hangs = hangs
        if not hangs:
            await wire.cut()
        async with asyncio.timeout(30):
            while records.state is not State.AWAY:
                assert NEW in as_text(talk.reply(turn(WORRY)))
                await asyncio.sleep(0.05)
        desk = Desk(database)
        await desk.changes(phones(NEWER), await desk.person("cy"), await desk.person("di"))
        assert NEW in as_text(talk.reply(turn(WORRY)))
        wire.hangs = False
        if not hangs:
            await wire.join()
        returned = asyncio.get_running_loop().time()
        await shows(talk, NEWER)
        took = asyncio.get_running_loop().time() - returned
    import sys

    sys.stderr.write(f"TOOK {took:.1f}\n")
    assert took < 10, f"it took {took:.1f} s"
    await database.close()
    await wire.cut()


async def test_before_any_overlay_was_read_the_release_answers_with_its_date() -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    async with process(url) as (talk, records):
        said = as_text(talk.reply(turn(WORRY)))
        assert "020 8901 2690" in said
        assert "Content version 2026-11-22." in said
        assert not records.contacts.is_read


async def test_readyz_names_what_no_release_carries_and_what_nobody_confirmed(
    database: Database, database_address: str
) -> None:
    await changed(database)
    settings = replace(DEVELOPMENT, database_url=database_address)
    async with TestClient(TestServer(application(conversation(), lambda: MONDAY_MORNING, settings))) as visitor:
        for _ in range(500):
            contacts = (await (await visitor.get("/readyz")).json())["contacts"]
            if contacts["overlay"] == "read":
                break
            await asyncio.sleep(0.02)
        assert contacts["not_in_the_release"] == ["mash"]
        assert contacts["safe_default"] == "from the overlay, and not yet in a release"
        assert contacts["unconfirmed"] == [
            "police_999", "mash", "emergency_duty_team", "adults_safeguarding", "police_101",
        ]  # fmt: skip


def test_production_warns_by_name_at_each_start(caplog: pytest.LogCaptureFixture) -> None:
    application(conversation(), lambda: MONDAY_MORNING, replace(DEVELOPMENT, environment=Environment.PRODUCTION))
    (warned,) = [record for record in caplog.records if record.msg == "contacts.unconfirmed"]
    assert "mash" in warned.__dict__["fields"]["services"]


def test_development_does_not_warn(caplog: pytest.LogCaptureFixture) -> None:
    application(conversation(), lambda: MONDAY_MORNING, DEVELOPMENT)
    assert [record.msg for record in caplog.records] == []


def test_each_notice_of_ours_has_its_words() -> None:
    ours = {kind for name, kind in _KINDS.items() if not name.startswith("test.")}
    assert ours <= set(_TELLERS)
