"""A delegate's whole life and a lead's whole week of training, in the Agents Playground and a real browser.

What other people do meanwhile is done to the records; time passes by starting the assistant anew at a later hour.
SAFEGUARDING_PICTURES=DIR keeps a picture of each step.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.wire import FILE
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database, address
from knowledge.models import Person
from knowledge.models.training import Why
from knowledge.roles import LEARNING_LEAD, Reason
from knowledge.schema import migrate
from knowledge.training.bookings import by
from knowledge.training.register import code_at
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING, london
from tests.e2e.conftest import needed
from tests.e2e.test_playground import PERSONAL_CHAT, TeamsClient
from tests.servers import assistant, free_port, playground, why_no_playground
from tests.training import TENANT, School

TESS = "5b0f2b7e-97c3-4c57-8f0a-3d9a2b6c1e41"
"""Who sits at the Playground, as .m365agentsplayground.yml names her."""
PICTURES = os.environ.get("SAFEGUARDING_PICTURES", "")


@dataclass
class Stage:
    """A Teams client that stays open, and behind it the assistant at one hour after another, on records that stay."""

    browser: Browser
    url: str
    client: ExitStack
    """Closes the client."""
    behind: ExitStack = field(default_factory=ExitStack)
    """Stops the assistant."""
    port: int = field(default_factory=free_port)
    _pictures: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def starts(self, hour: datetime) -> None:
        """The assistant from this hour on, in place of the one before."""
        self.behind.close()
        more = {"SAFEGUARDING_BASE_URL": self.base}
        self.behind.enter_context(assistant(self.port, hour.isoformat(), self.url, **more))

    def opens(self, hour: datetime) -> TeamsClient:
        """The client, welcomed at this hour."""
        self.starts(hour)
        address = self.client.enter_context(playground(free_port(), self.base))
        context = self.browser.new_context(viewport={"width": 1100, "height": 1200})
        self.client.callback(context.close)
        self.teams = TeamsClient(context.new_page(), address)
        return self.teams

    def does(self, hour: datetime, act: Callable[[School], Coroutine[Any, Any, Any]]) -> Any:
        """What others do, at an hour."""

        async def done() -> Any:
            database = Database(address(self.url))
            try:
                return await act(School(database, hour))
            finally:
                await database.close()

        return _run(done)

    def pictured(self, name: str) -> None:
        if PICTURES:
            self._pictures += 1
            self.teams.page.wait_for_timeout(400)
            self.teams.page.screenshot(path=Path(PICTURES) / f"{self._pictures:02}-{name}.png")


def _run(act: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """In a thread of its own: this one has the loop of the browser's driver."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(lambda: asyncio.run(act())).result()


@pytest.fixture
def stage(browser: Browser, tmp_path: Path) -> Iterator[Stage]:
    needed(why_no_playground())
    url = f"sqlite:///{tmp_path / 'records.db'}"
    _run(lambda: migrate(address(url)))
    with ExitStack() as client:
        stage = Stage(browser, url, client)
        client.callback(lambda: stage.behind.close())
        yield stage


def arrives(teams: TeamsClient, words: str) -> Locator:
    """A card with these words, asked for or not."""
    card = teams.cards.filter(has_text=words).last
    expect(card).to_be_visible()
    return card


def asks(teams: TeamsClient, text: str, words: str) -> Locator:
    """Type something; gives the card that has these words, whatever else arrives meanwhile."""
    box = teams.page.locator("[contenteditable=true]").first
    box.click()
    box.press_sequentially(text)
    teams.page.get_by_label("Send Message").click()
    return arrives(teams, words)


def presses(card: Locator, label: str) -> None:
    card.get_by_role("button", name=label).first.click()


async def books(school: School, name: str, date: UUID) -> int:
    async def book(work: UnitOfWork, person: Person) -> int:
        return (await work.bookings.book(person, date, by(person))).id

    booking: int = await school.does(name, book)
    return booking


MARCH = (london(2027, 3, 9, 9, 30), london(2027, 3, 9, 12, 30))


def test_a_delegates_whole_life(stage: Stage) -> None:
    async def prepared(school: School) -> tuple[UUID, int]:
        date = await school.opened(capacity=1)
        return date, await books(school, "comfort", date)

    date, others = stage.does(MONDAY_MORNING, prepared)
    teams = stage.opens(MONDAY_MORNING)
    card = asks(teams, "any neglect training in spring?", "Full: you can wait for a place.")
    stage.pictured("found")
    card = asks(teams, "course neg-2", "3 working days before")
    stage.pictured("about")
    presses(card, "Wait for NEG-2-A")
    arrives(teams, "You are number 1 on the waiting list.")
    stage.pictured("waiting")

    async def gives_up(school: School) -> None:
        async def cancel(work: UnitOfWork, person: Person) -> None:
            await work.bookings.cancel(person, others, Why.WORK, by(person))

        await school.does("comfort", cancel)

    stage.does(MONDAY_MORNING, gives_up)
    card = arrives(teams, "A place is free for you")
    stage.pictured("offered")
    presses(card, "Take the place")
    card = arrives(teams, "You have a place")
    expect(card.get_by_role("link", name=f"{stage.base}/training/")).to_be_visible()
    stage.pictured("booked")
    card = asks(teams, "I declined the calendar invite", "You still have your place.")
    stage.pictured("declined-invitation")
    presses(card, "Keep my place")
    arrives(teams, "What you are booked on")
    stage.does(MONDAY_MORNING, lambda school: school.date(capacity=1, room="Room 9"))
    card = arrives(teams, "A course that you booked or wait for has changed")
    expect(card).to_contain_text("Room 9")
    stage.pictured("changed")
    presses(card, "I know")
    arrives(teams, "I have noted that you know.")
    stage.starts(london(2027, 3, 8, 9, 5))
    expect(arrives(teams, "Your course is soon")).to_contain_text("Tue 9 Mar 2027, 9.30 am")
    stage.pictured("reminder")
    stage.starts(london(2027, 3, 9, 9, 20))
    code = stage.does(london(2027, 3, 9, 9, 21), lambda school: _code(school, date))
    asks(teams, f"check in {code}", "You are marked as present: Neglect.")
    stage.starts(london(2027, 3, 9, 12, 31))
    arrives(teams, "Your certificate is ready")
    stage.pictured("certificate-ready")
    card = asks(teams, "my certificates", "Neglect (level 2), 9 Mar 2027. To verify it:")
    stage.pictured("certificates")
    href = card.get_by_role("link").last.get_attribute("href")
    paper = teams.page.request.get(str(href))
    assert paper.body().startswith(b"%PDF")
    if PICTURES:
        (Path(PICTURES) / "certificate.pdf").write_bytes(paper.body())


async def _code(school: School, date: UUID) -> str:
    async with school.reading() as work:
        return code_at(await work.catalogue.date(date), school.now)


COURSE = {"Code": "fgm-2", "Title": "Female genital mutilation", "Level": "2", "Topics": "fgm", "Hours": "3"}
COURSE |= {"Aims": "See it coming, and know whom to tell.", "Notice for giving up a place": "7 days"}
DATE = {"Code": "fgm-2-a", "Course": "fgm-2", "Starts": "2026-12-09 09:30", "Ends": "2026-12-09 12:30"}
DATE |= {"Room": "Room 4", "Places": "2"}
FILED = (
    b"code,course,starts,ends,room,link,trainer,places,state\r\n"
    b"FGM-2-B,FGM-2,2027-02-09 09:30,2027-02-09 12:30,Room 4,,,12,draft\r\n"
)


def test_a_leads_whole_week(stage: Stage) -> None:
    async def prepared(school: School) -> None:
        async with school.work() as work:
            tess = await work.people.met(TENANT, TESS, "Tess Ashby", "tess.ashby@school.example")
            await work.grants.grant(tess, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
        await school.opened(code="NEG-2-A")

    stage.does(MONDAY_MORNING, prepared)
    teams = stage.opens(MONDAY_MORNING)
    arrives(teams, "You can do more here now")
    card = asks(teams, "new course", "A new course")
    card.get_by_role("radiogroup", name="A place waits for approval").get_by_label("yes").check()
    stage.pictured("form")
    fills(card, COURSE | {"Hours": "three"})
    card = arrives(teams, "hours: three is no number of hours")
    stage.pictured("form-with-a-fault")
    fills(card, {"Hours": "3"})
    arrives(teams, "FGM-2 is added.")
    fills(asks(teams, "new date", "A new date"), DATE)
    arrives(teams, "FGM-2-A is added.")
    sends_file(stage, FILED.replace(b",12,", b",0,"), "row 2, column places")
    card = sends_file(stage, FILED, "Nothing is written yet")
    stage.pictured("file-shown")
    presses(card, "Write it")
    arrives(teams, "It is written. New or changed: 1 row.")

    async def ask(school: School) -> None:
        for name in ("comfort", "dev"):
            await books(school, name, (await _date(school)))

    stage.does(MONDAY_MORNING, ask)
    card = arrives(teams, "A place waits for your approval")
    stage.pictured("approval")
    presses(asks(teams, "approvals", "Places that wait for approval"), "Approve 1")
    card = arrives(teams, "It is approved. I tell them so.")
    presses(card, "Approve 2")
    expect(card.get_by_role("button", name="Approve 2")).to_have_count(0)
    fills(asks(teams, "change date fgm-2-a", "Change FGM-2-A"), {"Room": "Room 5"})
    arrives(teams, "FGM-2-A is changed.")
    expect(asks(teams, "who knows fgm-2-a", "Who has not said")).to_contain_text("Comfort")
    stage.pictured("who-knows")
    card = asks(teams, "all dates", "FGM-2-A, Female genital mutilation, Wed 9 Dec 2026, 9.30 am to 12.30 pm: full")
    expect(card).to_contain_text("FGM-2-B")
    stage.pictured("all-dates")
    asks(teams, "cancel date neg-2-a", "NEG-2-A is cancelled.")
    stage.starts(london(2026, 12, 9, 13))
    card = asks(teams, "register fgm-2-a", "Comfort: not marked")
    stage.pictured("register")
    presses(card, "Present: Comfort")
    presses(arrives(teams, "Comfort: present"), "Absent: Dev")
    arrives(teams, "Dev: absent")
    stage.pictured("register-filled")
    card = asks(teams, "training figures", "1 present, 0 part, 1 absent")
    stage.pictured("figures")
    href = card.get_by_role("link").last.get_attribute("href")
    assert teams.page.request.get(str(href)).body().startswith(b"PK")


async def _date(school: School) -> UUID:
    async with school.reading() as work:
        return (await work.catalogue.date_with_code("FGM-2-A")).id


def fills(card: Locator, lines: dict[str, str]) -> None:
    """Fill lines into the form on a card, and save it."""
    for label, words in lines.items():
        card.get_by_label(label, exact=True).fill(words)
    presses(card, "Save")


@contextmanager
def served(data: bytes) -> Iterator[str]:
    """An address on this machine at which a file can be fetched."""

    class Serves(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Serves) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/dates.csv"
        server.shutdown()


def sends_file(stage: Stage, data: bytes, words: str) -> Locator:
    """What Teams posts where somebody attaches a file: the Playground has no files, so it comes in from beside it.
    Gives the card that has these words."""
    teams = stage.teams
    with served(data) as url:
        activity = {
            "type": "message", "id": str(uuid4()), "channelId": "msteams", "text": "import dates",
            "serviceUrl": f"{teams.address}/_connector", "from": {"id": "29:teaching-assistant", "aadObjectId": TESS},
            "recipient": {"id": "28:assistant"}, "channelData": {"tenant": {"id": TENANT}},
            "conversation": {"id": PERSONAL_CHAT, "conversationType": "personal", "tenantId": TENANT},
            "attachments": [{"contentType": FILE, "name": "dates.csv", "content": {"downloadUrl": url}}],
        }  # fmt: skip
        assert teams.page.request.post(f"{stage.base}/api/messages", data=activity).status == 200
        return arrives(teams, words)
