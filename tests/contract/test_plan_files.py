"""A plan attached to a message in Teams: fetched, shown with every fault, and written once a co-chair says so."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from yarl import URL

from bot.attachments import FILE_HOSTS, Attachments, CannotFetch
from bot.frontdoor import LOOPBACK_HOSTS
from bot.wire import FILE
from dialogs.turn import Attached
from knowledge.audit import COMMAND_LINE
from knowledge.cells import MOST_BYTES
from knowledge.roles import Held, Role
from tests.builders import MONDAY_MORNING
from tests.contract.test_errands import ANN, BEN, Chats, chats, connector
from tests.contract.test_plan_imports import DRAFT, KEPT, workbook

__all__ = ["chats", "connector"]
DANGER = "he is hitting her right now and she is screaming"
FILES = {
    "/plan.xlsx": KEPT,
    "/bad.xlsx": workbook(("Action", "Due"), ("Do it", "soon"), ("Ring 07700 900123", "2027-03-01")),
    "/late.csv": b"ref,action,due\n1,Do it,2027-06-01\n",
    "/danger.csv": f"ref,action,due,progress\n1,Do it,2027-03-01,all well\n2,Ask,2027-03-01,{DANGER}\n".encode(),
    "/large.csv": b"x" * (MOST_BYTES + 1),
}


@pytest.fixture
async def shelf(chats: Chats) -> AsyncIterator[BaseTestServer]:
    """Where Teams keeps what is attached, and a plan that Ann co-chairs."""

    async def give(request: web.Request) -> web.Response:
        if request.path == "/moved":
            raise web.HTTPFound("/plan.xlsx")
        if request.path not in FILES:
            raise web.HTTPNotFound
        return web.Response(body=FILES[request.path])

    app = web.Application()
    app.router.add_get("/{name}", give)
    async with TestServer(app) as server:
        chats.errands.files = Attachments(chats.client, LOOPBACK_HOSTS)
        await chats.knows(ANN, role=Held(Role.CO_CHAIR, "quality_assurance"))
        assert chats.database
        async with chats.database.work(lambda: MONDAY_MORNING) as work:
            await work.plans.open(DRAFT, COMMAND_LINE)
            await work.people.met("t", "olga", "Olga", "olga@x.example")
        yield server


def attached(url: URL | str) -> dict[str, Any]:
    content = {"downloadUrl": str(url), "uniqueId": "1", "fileType": "xlsx"}
    return {"attachments": [{"contentType": FILE, "content": content, "name": "plan.xlsx"}]}


async def actions(chats: Chats) -> list[str]:
    assert chats.database
    async with chats.database.reading(lambda: MONDAY_MORNING) as work:
        return sorted(one.reference for one in await work.actions.of_plans([await work.plans.named("QA26")]))


async def test_it_is_shown_first_then_written_and_a_second_time_changes_nothing(
    chats: Chats, shelf: BaseTestServer
) -> None:
    said = await chats.says("import QA26", **attached(shelf.make_url("/plan.xlsx")))
    assert "QA26: 2 ACTIONS IN THE FILE" in said
    assert "Row 4, QA26/1.1: Olga is not reached: never installed" in said
    assert "Row 5, QA26/1.2: no owner: Nina: not known here" in said
    assert "Nothing is written yet." in said
    assert await actions(chats) == []
    for _ in range(2):
        assert "2 actions were added to QA26." in await chats.presses("Write them")
    assert await actions(chats) == ["QA26/1.1", "QA26/1.2"]
    said = await chats.says("import qa26", **attached(shelf.make_url("/plan.xlsx")))
    assert "0 would be added; 2 are there already" in said
    assert "Write them" not in said


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/bad.xlsx", "1 FAULT: NOTHING WAS WRITTEN"),
        ("/late.csv", "Tue 1 Jun 2027 is more than six months after Mon 2 Nov 2026: give the reason"),
        ("/large.csv", "the file is larger than 2 MB"),
        ("/none.csv", "I could not fetch the file."),
        ("/moved", "I could not fetch the file."),
    ],
)
async def test_what_is_wrong_with_a_file_is_told_and_nothing_written(
    chats: Chats, shelf: BaseTestServer, path: str, told: str
) -> None:
    assert told in await chats.says("import QA26", **attached(shelf.make_url(path)))
    assert await actions(chats) == []


async def test_danger_in_a_cell_is_answered_first_and_nothing_of_the_file_written(
    chats: Chats, shelf: BaseTestServer
) -> None:
    said = await chats.says("import QA26", **attached(shelf.make_url("/danger.csv")))
    assert said.startswith("In danger now? Ring 999.")
    assert "Nothing of what you wrote was recorded." in said
    assert "I read that in row 3 of the file." in said
    assert await actions(chats) == []


async def test_beyond_six_months_a_reason_lets_it_in(chats: Chats, shelf: BaseTestServer) -> None:
    late = attached(shelf.make_url("/late.csv"))
    assert "1 would be added" in await chats.says("import QA26 because schools train once a year", **late)


async def test_who_may_not_and_what_is_missing_is_told(chats: Chats, shelf: BaseTestServer) -> None:
    plan = attached(shelf.make_url("/plan.xlsx"))
    assert "Only a co-chair of the sub-group" in await chats.says("import QA26", BEN, **plan)
    assert "There is no plan no9 here." in await chats.says("import NO9", **plan)
    assert "There is no file with this message." in await chats.says("import QA26")
    assert "write “import QA26” with it" in await chats.says("", **plan)


async def test_a_worry_with_a_file_is_a_worry_and_the_file_is_not_opened(chats: Chats) -> None:
    said = await chats.says("y3 boy has a hand mark on his cheek", **attached("http://127.0.0.1:9/plan.xlsx"))
    assert "020 8901 2690" in said


async def test_a_file_is_forgotten_after_a_quarter_of_an_hour(chats: Chats, shelf: BaseTestServer) -> None:
    await chats.says("import QA26", **attached(shelf.make_url("/plan.xlsx")))
    chats.errands.clock = lambda: MONDAY_MORNING + timedelta(minutes=16)
    assert "That card is out of date." in await chats.presses("Write them")
    assert await actions(chats) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://contoso.sharepoint.com.evil.example/x", "http://contoso.sharepoint.com/x", "https://169.254.169.254/x",
        "https://a@evil.example/x", "file:///etc/passwd", "https://contoso.sharepoint.com:8443/x", "//x", "",
    ],
)  # fmt: skip
async def test_a_file_is_fetched_only_from_where_teams_keeps_files(address: str) -> None:
    async with aiohttp.ClientSession() as client:
        with pytest.raises(CannotFetch):
            await Attachments(client).table(Attached(address), len)
    assert FILE_HOSTS.allows("https://contoso-my.sharepoint.com/")
