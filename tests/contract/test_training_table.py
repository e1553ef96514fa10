"""A table that a lead sends as a file in the chat: shown, each fault told, written when asked, and never fetched from
where Teams keeps nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot.sent_files import FileNotFetched, SentFiles
from bot.wire import FILE
from knowledge.database import Database
from knowledge.models import Course
from knowledge.roles import LEARNING_LEAD
from knowledge.training.drafts import COURSE_COLUMNS, DATE_COLUMNS
from tests.contract.test_errands import ANN, BEN, WORRY, Chats
from tests.contract.test_training_import import COURSE, DATE, HOSTILE, csv_of, xlsx_of
from tests.fakes import FakeConnector
from tests.training import School


@dataclass
class Drive:
    """Where Teams keeps what is sent: one file at any address below it."""

    data: bytes = b""
    status: int = 200
    asked: list[str] = field(default_factory=list)
    address: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        return web.Response(status=self.status, body=self.data, headers={"Location": self.address})


@pytest.fixture
async def drive() -> AsyncIterator[Drive]:
    drive, app = Drive(), web.Application()
    app.router.add_get("/{any:.*}", drive.take)
    async with TestServer(app) as server:
        drive.address = str(server.make_url("/personal/lead/table?temp=1"))
        yield drive


@pytest.fixture
async def chats(database: Database) -> AsyncIterator[Chats]:
    async with FakeConnector() as connector, Chats(database, connector) as chats:
        yield chats


async def sends(
    chats: Chats, drive: Drive, data: bytes, text: str = "", who: str = ANN, name: str = "table.csv"
) -> str:
    drive.data = data
    content = {"downloadUrl": drive.address, "uniqueId": "1", "fileType": "csv"}
    return await chats.says(text, who, attachments=[{"contentType": FILE, "content": content, "name": name}])


async def codes(database: Database) -> list[str]:
    async with School(database).reading() as work:
        return list(await work.session.scalars(select(Course.code).order_by(Course.code)))


async def test_a_table_is_shown_first_then_written_and_may_be_sent_again(
    chats: Chats, drive: Drive, database: Database
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "NEG-3"}))
    assert "NOTHING IS WRITTEN YET\n2 new.\n- row 2: NEG-2 is new\n- row 3: NEG-3 is new" in said
    assert "send the file once more with the words “write it”" in said
    assert await codes(database) == []
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "NEG-3"}), "Write it.")
    assert "IT IS WRITTEN\n2 new." in said
    assert await codes(database) == ["NEG-2", "NEG-3"]
    assert "IT IS WRITTEN\n2 as it was." in await sends(
        chats, drive, csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "NEG-3"}), "write it"
    )
    said = await sends(chats, drive, xlsx_of(list(DATE_COLUMNS), [DATE.get(c, "") for c in DATE_COLUMNS]), "write it")
    assert "row 2: NEG-2-A is new" in said


async def test_each_fault_is_told_with_row_and_column_and_nothing_is_written(
    chats: Chats, drive: Drive, database: Database
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    wrong = {**COURSE, "code": "X-1", "level": "two"}
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE, wrong), "write it")
    assert "NOTHING WAS CHANGED. PLEASE MEND THIS\n- row 3, column level: two is no whole number" in said
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "X-1", "topics": "cats"}))
    assert "row 3, column topics: There is no topic cats here" in said
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, {**COURSE, "aims": "Ring Mo on 020 7946 0001"}))
    assert "row 2, column aims: it holds a telephone number" in said
    rows = ({**COURSE, "code": f"C-{number}"} for number in range(301))
    assert "In a chat I take in 300 at a time" in await sends(chats, drive, csv_of(COURSE_COLUMNS, *rows), "write it")
    assert await codes(database) == []


@pytest.mark.parametrize("name", ["sparse", "bomb", "formula", "dtd", "macros", "torn"])
async def test_a_hostile_workbook_in_the_chat_is_answered_with_what_to_change(
    chats: Chats, drive: Drive, name: str
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    data, says = HOSTILE[name]
    said = await sends(chats, drive, data, "write it")
    assert "NOTHING WAS CHANGED" in said
    assert says in said


async def test_nobody_else_makes_us_fetch_or_read_anything(chats: Chats, drive: Drive) -> None:
    assert "Only" in await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE), "write it", BEN)
    await chats.knows(ANN, role=LEARNING_LEAD)
    assert "020 8901 2690" in await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE), WORRY)
    assert "999" in await sends(chats, drive, b"a photo", "", name="bruise.jpg")
    assert drive.asked == [], "and a worry beside a file is a worry"


@pytest.mark.parametrize(
    ("status", "data", "says"),
    [
        (302, b"", "I could not fetch that file"),
        (403, b"", "I could not fetch that file"),
        (200, b"x" * 3_000_000, "larger than 2 MB"),
    ],
)
async def test_a_file_that_cannot_be_fetched_is_asked_for_again(
    chats: Chats, drive: Drive, status: int, data: bytes, says: str
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    drive.status = status
    assert says in await sends(chats, drive, data)
    assert len(drive.asked) == 1, "no redirect was followed"


@pytest.mark.parametrize(
    "address",
    [
        "http://partnership-my.sharepoint.com/x",
        "https://sharepoint.com.evil.example/x",
        "https://evilsharepoint.com/x",
        "https://partnership-my.sharepoint.com@evil.example/x",
        "https://user@partnership-my.sharepoint.com/x",
        "https://partnership-my.sharepoint.com:8443/x",
        "https://127.0.0.1/x",
        "https://[::1/x",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_file_is_fetched_only_from_where_teams_keeps_files(address: str) -> None:
    client: Any = None  # which would be needed to fetch anything
    with pytest.raises(FileNotFetched):
        await SentFiles(client).table(address)
