"""What practitioners tell of a contact in two taps, and the weekly look at web pages."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from bot.links import broken_links, report, weekly
from dialogs.contact_notices import page_broken
from dialogs.notices import words
from dialogs.reply import Reply, as_text
from knowledge import live
from knowledge.audit import COMMAND_LINE
from knowledge.clock import LONDON
from knowledge.content_notices import PageBroken
from knowledge.database import Database, address
from knowledge.dispatch import Dispatch
from knowledge.models import Waiting
from knowledge.models.contacts import ToldKind
from knowledge.models.sending import ConversationKind
from knowledge.overlay import with_facts
from knowledge.parcels import Rate
from knowledge.roles import ADMINISTRATOR, CONTENT_OWNER, Reason
from knowledge.told import when_told
from tests.builders import MONDAY_MORNING, conversation, library, london, turn
from tests.contract.test_errands import ANN, BEN, WORRY, Chats, clock
from tests.fakes import FakeConnector


@pytest.fixture(autouse=True)
def content(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("bot.typing_sign.TYPING_AFTER", 60.0)
    live.show(library())
    yield
    live.show(None)


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
async def chats(database: Database, connector: FakeConnector) -> AsyncIterator[Chats]:
    async with Chats(database, connector) as chats:
        yield chats


async def counts(database: Database) -> list[Any]:
    async with database.reading(clock) as work:
        query = text("SELECT service, kind, count FROM service_told ORDER BY service, kind")
        return [tuple(row) for row in await work.session.execute(query)]


async def test_a_number_that_did_not_work_is_told_in_two_taps_and_counted(chats: Chats, database: Database) -> None:
    await chats.says(WORRY)
    first = await chats.presses("Was this right?")
    assert "Harrow MASH: this number did not work" in first
    await chats.says(WORRY)
    said = await presses_what_came(chats, "Was this right?", "Harrow MASH: this number did not work")
    assert "Thank you. I have counted it." in said
    assert "ring 101, or 999 if it cannot wait" in said
    assert ("mash", "did_not_work", 1) in await counts(database)


async def presses_what_came(chats: Chats, *labels: str) -> str:
    """Press one button after the other, each on the card that came before."""
    from tests.fakes import card_action, everything_in

    card: Any = chats.connector.calls[-1].card
    for label in labels:
        (button, *_) = [part for part in everything_in(card) if part.get("title", "").startswith(label)]
        chats._turns += 1
        activity = chats.posted(card_action(chats.connector.url, button["data"], id=f"turn-{chats._turns}"), ANN)
        response = await chats.visitor.post("/", json={**activity, "replyToId": None})
        card = (await response.json())["value"]
    told: str = card["fallbackText"]
    return told


async def test_that_all_was_right_is_counted_for_each_and_the_way_back_is_there(
    chats: Chats, database: Database
) -> None:
    await chats.says(WORRY)
    said = await presses_what_came(chats, "Was this right?", "Yes, all of it")
    assert "Back to who to ring" in said
    assert ("mash", "right", 1) in await counts(database)


async def test_it_can_be_typed(chats: Chats, database: Database) -> None:
    assert "ring 101" in await chats.says("number of mash did not work")
    assert "ring 101" in await chats.says("The number of Harrow MASH doesn't work.")
    assert await counts(database) == [("mash", "did_not_work", 2)]
    assert "counted" not in await chats.says("number of nowhere did not work")
    assert len(await counts(database)) == 1


async def test_nobody_is_kept_as_having_told(chats: Chats, database: Database) -> None:
    await chats.says("number of mash did not work")
    async with database.reading(clock) as work:
        person = await work.people.find("7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", ANN)
        assert person
        assert await work.audit.about(person.id) == []


async def test_the_owner_is_told_the_same_day_as_a_count(chats: Chats, database: Database) -> None:
    ben = await chats.knows(BEN, "ben@x.example", CONTENT_OWNER)
    await chats.says("hello", BEN)
    async with database.work(clock) as work:
        await work.keepers.name("mash", "owner", ben, library(), COMMAND_LINE)
    for _ in range(3):
        await chats.says("number of mash did not work")
    later = MONDAY_MORNING + timedelta(minutes=40)
    async with database.work(lambda: later) as work:
        (parcel,) = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(4)
        said = as_text(await words(work, parcel))
    assert said.count("Harrow MASH: 3 said that the number did not work.") == 1


async def due_to(database: Database, kind: str = "contact.told") -> list[tuple[str, datetime]]:
    """Who is told, and when in London."""
    async with database.reading(clock) as work:
        rows = await work.outbox.due_by(MONDAY_MORNING + timedelta(days=3))
        return sorted(
            (person.display_name, row.due_at.astimezone(LONDON)) for row, person in rows if row.kind.startswith(kind)
        )


async def kept_by_ben(chats: Chats, database: Database) -> None:
    ben = await chats.knows(BEN, "ben@x.example", CONTENT_OWNER)
    await chats.says("hello", BEN)
    async with database.work(clock) as work:
        await work.keepers.name("mash", "owner", ben, library(), COMMAND_LINE)


async def test_what_was_right_is_told_once_in_the_afternoon_of_the_same_day(chats: Chats, database: Database) -> None:
    await kept_by_ben(chats, database)
    for _ in range(2):
        await chats.says(WORRY)
        said = await presses_what_came(chats, "Was this right?", "Yes, all of it")
        assert "Who looks after it is told today." in said
    assert await due_to(database) == [("Ben Bay", london(2026, 11, 30, 16))]
    async with database.work(lambda: london(2026, 11, 30, 16, 1)) as work:
        (parcel,) = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(4)
        only = [told for told in parcel.notices if told.kind == "contact.told"]
        said = as_text(await words(work, replace(parcel, notices=tuple(only))))
    assert "Harrow MASH: 2 said that it was right." in said


SATURDAY = london(2026, 11, 28, 12)


@pytest.mark.parametrize(
    ("service", "at", "due", "when"),
    [
        ("dols", london(2026, 11, 30, 10), london(2026, 11, 30, 10, 30), "today"),
        ("dols", london(2026, 11, 30, 17, 45), london(2026, 11, 30, 17, 55), "today"),  # at six it is too late
        ("dols", london(2026, 11, 30, 17, 58), london(2026, 11, 30, 17, 58), "today"),
        ("dols", london(2026, 11, 30, 19), london(2026, 11, 30, 19, 30), "on the next working day"),
        ("dols", SATURDAY, london(2026, 11, 28, 12, 30), "on the next working day"),
        ("mash", SATURDAY, london(2026, 11, 28, 12, 30), "today"),
        ("mash", london(2026, 11, 30, 19), london(2026, 11, 30, 19, 30), "today"),
        ("mash", london(2026, 11, 30, 22, 40), london(2026, 12, 1, 8), "tomorrow morning"),
        ("mash", london(2026, 11, 30, 3), london(2026, 11, 30, 8), "today"),
        ("mash", london(2027, 6, 30, 23, 30), london(2027, 7, 1, 8), "tomorrow morning"),  # British summer time
    ],
)
async def test_what_was_wrong_is_told_the_same_day(
    database: Database, service: str, at: datetime, due: datetime, when: str
) -> None:
    async with database.work(lambda: at) as work:
        ben = await work.people.met("7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", BEN, "Ben Bay")
        await work.grants.grant(ben, CONTENT_OWNER, COMMAND_LINE, Reason.APPOINTED)
        await work.keepers.name(service, "owner", ben, library(), COMMAND_LINE)
        await work.told.tell(service, "It", ToldKind.NO_ANSWER)
    async with database.reading(lambda: at) as work:
        rows = [row for row, _ in await work.outbox.due_by(at + timedelta(days=3)) if "told" in row.kind]
    assert [row.due_at.astimezone(LONDON) for row in rows] == [due]
    assert when_told(service, ToldKind.NO_ANSWER, at) == when


async def sent_at(database: Database, at: datetime) -> str:
    """What Ben is sent at an instant of what was told; "" where nothing is."""
    async with database.work(lambda: at) as work:
        parcels = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(9)
        for parcel in parcels:
            for id in parcel.fences:
                (await work.session.get_one(Waiting, id)).accepted("1", at)
        return "\n".join([as_text(await words(work, parcel)) for parcel in parcels])


async def test_the_dead_number_of_a_critical_route_reaches_its_owner_on_a_sunday_and_nothing_else_does(
    database: Database,
) -> None:
    sunday = london(2026, 11, 29, 10, 5)
    async with database.work(lambda: sunday) as work:
        ben = await work.people.met("7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", BEN, "Ben Bay")
        url = "https://smba.trafficmanager.net/uk/"
        await work.references.heard_from(ben, "chat-ben", url, ConversationKind.PERSONAL)
        await work.grants.grant(ben, CONTENT_OWNER, COMMAND_LINE, Reason.APPOINTED)
        for service in ("mash", "dols"):
            await work.keepers.name(service, "owner", ben, library(), COMMAND_LINE)
            await work.told.tell(service, service, ToldKind.NO_ANSWER)
        await work.told.tell("mash", "mash", ToldKind.RIGHT)
    said = await sent_at(database, sunday + timedelta(hours=1))
    assert "mash: 1 said that the number did not work; 1 said that it was right." in said
    assert "dols" not in said
    assert "content owner" not in said
    assert "dols" in await sent_at(database, london(2026, 11, 30, 10))


async def test_each_count_of_a_day_is_told_however_soon_after_the_last(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        ben = await work.people.met("7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", BEN, "Ben Bay")
        url = "https://smba.trafficmanager.net/uk/"
        await work.references.heard_from(ben, "chat-ben", url, ConversationKind.PERSONAL)
        await work.grants.grant(ben, CONTENT_OWNER, COMMAND_LINE, Reason.APPOINTED)
        await work.keepers.name("dols", "owner", ben, library(), COMMAND_LINE)
    for count, (minutes, sent) in enumerate(((5, 30), (40, 60), (61, 90), (470, 476), (477, 478)), start=1):
        at = MONDAY_MORNING + timedelta(minutes=minutes)
        async with database.work(lambda at=at: at) as work:  # type: ignore[misc]
            await work.told.tell("dols", "DoLS", ToldKind.NOT_RIGHT)
        said = await sent_at(database, MONDAY_MORNING + timedelta(minutes=sent))
        assert f"DoLS: {count} said that something was wrong." in said


async def test_where_nobody_keeps_it_every_content_owner_is_told_and_else_who_can_appoint_one(
    chats: Chats, database: Database
) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    await chats.says("number of mash did not work")
    assert [name for name, _ in await due_to(database)] == ["Ann Ash"]
    await chats.knows(BEN, "ben@x.example", CONTENT_OWNER)
    await chats.says("hello", BEN)
    await chats.says("number of dols did not work")
    assert [name for name, _ in await due_to(database)] == ["Ann Ash", "Ben Bay"]


async def test_leads_see_what_was_told(chats: Chats) -> None:
    await chats.says("number of mash did not work")
    await chats.knows(ANN, role=CONTENT_OWNER)
    assert "Nobody keeps it. 1 said that the number did not work." in await chats.says("contacts")


def test_without_records_the_card_of_a_concern_is_the_same() -> None:
    assert "Was this right?" in as_text(conversation().reply(turn(WORRY)))


# Web pages


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]))

    app = web.Application()
    app.router.add_get("/{status}", page)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def test_a_page_that_is_gone_is_named_and_one_that_refuses_robots_is_not(site: str) -> None:
    pages = [(status, f"{site}{status}") for status in ("200", "403", "404", "500")]
    async with aiohttp.ClientSession() as client:
        found = await broken_links(client, [*pages, ("nowhere", "http://127.0.0.1:1/")])
    assert found == [("404", "404"), ("500", "500"), ("nowhere", "ClientConnectorError")]


async def test_the_report_is_in_the_log_and_reaches_who_keeps_it_and_nothing_changes(
    site: str, caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    facts = {"confidence": "high", "sources": ["x"], "source_date": "y"}
    lost = with_facts(library().services["dols"], {"web_pages": [{"value": f"{site}404", **facts}]})
    async with aiohttp.ClientSession() as client:
        held = replace(library(), services={"dols": lost})
        await report(client, held, None, clock)
        async with database.work(clock) as work:
            ben = await work.people.met("7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", BEN, "Ben Bay")
            await work.grants.grant(ben, CONTENT_OWNER, COMMAND_LINE, Reason.APPOINTED)
        await report(client, held, database, clock)
        await report(client, held, database, clock)
    assert [record.__dict__["fields"] for record in caplog.records if record.msg == "link.broken"] == [
        {"service": "dols", "why": "404"}
    ] * 3
    async with database.work(clock) as work:
        ((row, person),) = [each for each in await work.outbox.due_by(clock()) if "page" in each[0].kind]
        told = await page_broken(PageBroken.model_validate(row.payload), work)
        assert await work.contacts.in_force() == []
    assert person.display_name == "Ben Bay"
    assert "Harrow DoLS: a web page of it could not be opened this week." in as_text(Reply(told.blocks))
    assert [button.label for button in told.answers] == ["Look at Harrow DoLS"]


async def test_where_no_page_opens_it_is_we_who_are_cut_off_and_nobody_is_told(site: str, database: Database) -> None:
    page = {"confidence": "high", "sources": ["x"], "source_date": "y"}
    pages = [{"value": f"{site}{status}", **page} for status in ("404", "500")]
    held = replace(library(), services={"dols": with_facts(library().services["dols"], {"web_pages": pages})})
    async with database.work(clock) as work:
        ben = await work.people.met("7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", BEN, "Ben Bay")
        await work.grants.grant(ben, CONTENT_OWNER, COMMAND_LINE, Reason.APPOINTED)
    async with aiohttp.ClientSession() as client:
        await report(client, held, database, clock)
    async with database.reading(clock) as work:
        assert [row.kind for row, _ in await work.outbox.due_by(clock()) if "page" in row.kind] == []


async def test_a_broken_page_is_in_the_log_though_the_records_are_away(
    site: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    page = {"value": f"{site}404", "confidence": "high", "sources": ["x"], "source_date": "y"}
    lost = with_facts(library().services["dols"], {"web_pages": [page]})
    async with aiohttp.ClientSession() as client:
        away = Database(address(f"sqlite:///{tmp_path}/no/such/folder/x.db"))
        await report(client, replace(library(), services={"dols": lost}), away, clock)
    assert {"link.broken", "links.not_told"} <= {record.msg for record in caplog.records}


async def test_it_is_done_once_a_week_by_whoever_comes_first(database: Database) -> None:
    asked: list[Any] = []
    job = weekly(None, asked.append, database)  # type: ignore[arg-type]
    for days in (0, 0, 1, 7):
        async with database.work(lambda days=days: MONDAY_MORNING + timedelta(days=days)) as work:  # type: ignore[misc]
            await job(work)
    assert len(asked) == 2
    for each in asked:
        each.close()
    await asyncio.sleep(0)
