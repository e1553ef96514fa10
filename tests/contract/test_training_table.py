"""A table of courses or dates that a lead attaches in the chat: shown, each fault told, and written when asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot.attachments import Attachments
from bot.frontdoor import LOOPBACK_HOSTS
from bot.wire import FILE
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Course
from knowledge.roles import LEARNING_LEAD
from knowledge.training.drafts import COURSE_COLUMNS, DATE_COLUMNS
from tests.builders import MONDAY_MORNING
from tests.contract.test_errands import ANN, BEN, WORRY, Chats
from tests.contract.test_training_import import COURSE, DATE, HOSTILE, csv_of, xlsx_of
from tests.fakes import FakeConnector, card_action, everything_in
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
        chats.errands.files = Attachments(chats.client, LOOPBACK_HOSTS)
        yield chats


async def sends(chats: Chats, drive: Drive, data: bytes, text: str = "import courses", who: str = ANN) -> str:
    drive.data = data
    content = {"downloadUrl": drive.address, "uniqueId": "1", "fileType": "csv"}
    return await chats.says(text, who, attachments=[{"contentType": FILE, "content": content, "name": "table.csv"}])


async def codes(database: Database) -> list[str]:
    async with School(database).reading() as work:
        return list(await work.session.scalars(select(Course.code).order_by(Course.code)))


async def test_a_table_is_shown_first_then_written_and_may_be_sent_again(
    chats: Chats, drive: Drive, database: Database
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    two = csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "NEG-3"})
    said = await sends(chats, drive, two)
    assert "2 ROWS IN THE FILE\n2 new.\n- row 2: NEG-2 is new\n- row 3: NEG-3 is new\nNothing is written yet." in said
    assert await codes(database) == []
    assert "It is written. New or changed: 2 rows." in await chats.presses("Write it")
    assert await codes(database) == ["NEG-2", "NEG-3"]
    said = await sends(chats, drive, two)
    assert "2 as it was." in said
    assert "Write it" not in said, "there is nothing to write"
    said = await sends(
        chats, drive, xlsx_of(list(DATE_COLUMNS), [DATE.get(c, "") for c in DATE_COLUMNS]), "import dates"
    )
    assert "row 2: NEG-2-A is new" in said
    assert "It is written. New or changed: 1 row." in await chats.says("write it"), "by typing alone"


async def test_danger_in_a_cell_is_answered_first_and_nothing_of_the_file_written(
    chats: Chats, drive: Drive, database: Database
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    danger = "he is hitting her right now and she is screaming"
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "NEG-3", "aims": danger}))
    assert said.startswith("In danger now? Ring 999.")
    assert "I read that in row 3 of the file." in said
    assert "Write it" not in [part.get("title") for part in everything_in(chats.connector.calls[-1].card)]
    assert await codes(database) == []


async def test_a_second_press_writes_nothing_and_a_file_that_was_forgotten_is_asked_for_again(
    chats: Chats, drive: Drive, database: Database
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE))
    card = chats.connector.calls[-1].card
    (button,) = [part for part in everything_in(card) if part.get("title") == "Write it" and part.get("verb")]
    click = card_action(chats.connector.url, button["data"], id="again")
    for turn in ("one", "two"):
        posted = chats.posted({**click, "id": turn}, ANN)
        answer = await (await chats.visitor.post("/", json=posted)).json()
        assert "It is written. New or changed: 1 row." in answer["value"]["fallbackText"]
    other = await (await chats.visitor.post("/", json=chats.posted({**click, "id": "three"}, BEN))).json()
    assert "for somebody else" in other["value"]["fallbackText"]
    await sends(chats, drive, csv_of(COURSE_COLUMNS, {**COURSE, "code": "NEG-9"}))
    chats.talk.courses.forget_past(MONDAY_MORNING + timedelta(hours=1))
    assert "it is gone. Please attach it again" in await chats.presses("Write it")
    assert await codes(database) == ["NEG-2"]


async def test_each_fault_is_told_with_row_and_column_and_nothing_is_written(
    chats: Chats, drive: Drive, database: Database
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "X-1", "level": "two"}))
    assert "1 FAULT: NOTHING WAS WRITTEN" in said
    assert "row 3, column level: two is no whole number" in said
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE, {**COURSE, "code": "X-1", "topics": "cats"}))
    assert "row 3, column topics: There is no topic cats here" in said
    said = await sends(chats, drive, csv_of(COURSE_COLUMNS, {**COURSE, "aims": "Ring Mo on 020 7946 0001"}))
    assert "row 2, column aims: it holds a telephone number" in said
    rows = ({**COURSE, "code": f"C-{number}"} for number in range(301))
    assert "in a chat I take in 300 rows at a time" in await sends(chats, drive, csv_of(COURSE_COLUMNS, *rows))
    assert await codes(database) == []


async def test_what_became_wrong_after_it_was_shown_is_told_and_nothing_is_written(
    chats: Chats, drive: Drive, database: Database
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    school = School(database)
    await school.opened(capacity=1)
    rows = ({**DATE, "code": "NEG-2-B"}, {**DATE, "room": "Room 9"})
    assert "2 ROWS" in await sends(chats, drive, csv_of(DATE_COLUMNS, *rows), "import dates")
    async with school.work() as work:
        await work.catalogue.cancel_date((await work.catalogue.date_with_code("NEG-2-A")).id, COMMAND_LINE)
    assert "row 3, column state: That date is cancelled" in await chats.presses("Write it")
    async with school.reading() as work:
        assert [date.code for date in await work.catalogue.since(MONDAY_MORNING)] == ["NEG-2-A"]


@pytest.mark.parametrize("name", ["sparse", "bomb", "formula", "dtd", "macros", "torn"])
async def test_a_hostile_workbook_in_the_chat_is_answered_with_what_to_change(
    chats: Chats, drive: Drive, name: str
) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    data, says = HOSTILE[name]
    said = await sends(chats, drive, data)
    assert "NOTHING WAS WRITTEN" in said
    assert says in said


async def test_it_is_for_leads_and_a_worry_beside_a_file_is_a_worry(chats: Chats, drive: Drive) -> None:
    assert "Only" in await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE), who=BEN)
    await chats.knows(ANN, role=LEARNING_LEAD)
    assert "There is no file with this message" in await chats.says("import courses")
    asked = list(drive.asked)
    assert "020 8901 2690" in await sends(chats, drive, csv_of(COURSE_COLUMNS, COURSE), WORRY)
    assert "write “import courses” or “import dates”" in await sends(chats, drive, b"", "")
    assert drive.asked == asked
