"""An action's whole life in a Teams client: offered, accepted, given more time, done, checked, and in the report."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.demo import fill
from knowledge.database import Database, address
from knowledge.schema import migrate
from tests.builders import library
from tests.e2e.conftest import needed
from tests.e2e.test_contacts_playground import MONDAY_MORNING, somebody
from tests.e2e.test_playground import TeamsClient
from tests.servers import assistant, free_port, playground, why_no_playground

ACTION = "QA-DEMO/6"


async def filled(url: str) -> None:
    """The invented partnership, as it stands on that Monday morning."""
    await migrate(address(url))
    database = Database(address(url))
    async with database.work(lambda: datetime.fromisoformat(MONDAY_MORNING)) as work:
        await fill(work, frozenset(sub_group.id for sub_group in library().partnership.sub_groups))
    await database.close()


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The Teams clients of Tess, who owns the action, and Łukasz, who is a co-chair."""
    needed(why_no_playground())
    url = f"sqlite:///{tmp_path}/records.db"
    with ThreadPoolExecutor() as beside:  # the browser's driver has a loop of its own in this thread
        beside.submit(lambda: asyncio.run(filled(url))).result()
    with ExitStack() as running:
        served = running.enter_context(assistant(free_port(), MONDAY_MORNING, url))
        tess, lukasz = (
            running.enter_context(playground(free_port(), served, somebody(name, tmp_path)))
            for name in ("Tess", "Łukasz")
        )
        yield tess, lukasz


def shows(page: Page, words: str) -> Locator:
    """The last card that holds these words, once there is one: what is sent unasked may come at any time."""
    card = page.locator(".ac-adaptiveCard", has_text=re.compile(re.escape(words))).last
    expect(card).to_be_visible()
    return card


def test_the_whole_life_of_an_action(browser: Browser, clients: tuple[str, str]) -> None:
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in clients]
    tess, lukasz = (TeamsClient(context.new_page(), client) for context, client in zip(contexts, clients, strict=True))

    lukasz.sends("what do I owe")
    shows(lukasz.page, "You owe no action now.")
    tess.sends("what do I owe")
    shows(tess.page, "Your actions").get_by_role("button", name=f"Open {ACTION}").first.click()
    shows(tess.page, "not accepted yet").get_by_role("button", name="Accept", exact=True).click()
    shows(tess.page, f"Thank you. {ACTION} is yours")

    tess.sends(f"more time {ACTION} one week because a new lead started Monday")
    shows(tess.page, "I have asked the co-chairs for more time")
    lukasz.sends(f"action {ACTION}")
    shows(lukasz.page, "More time is asked for").get_by_role("button", name="Allow more time").click()
    shows(lukasz.page, "Moved back once; it was first due on")

    tess.sends(f"done {ACTION} https://evidence.example/ten all ten were audited")
    shows(tess.page, "is noted as done, and somebody else checks it now.")
    lukasz.sends(f"action {ACTION}")
    shows(lukasz.page, "said to be done").get_by_role("button", name="Confirm that it is done").click()
    shows(lukasz.page, "is confirmed as done.")
    shows(tess.page, f"{ACTION} has been seen to")  # the message that reminded her of it, in its place
    tess.sends(f"embedded {ACTION} https://evidence.example/again nine in ten hold it")
    shows(tess.page, "I have noted that QA-DEMO/6 is embedded.")

    lukasz.sends("report")
    card = shows(lukasz.page, "How actions stand: quality assurance")
    expect(card).to_contain_text("for the Board report: 1 of 3")
    lukasz.sends("plan QA-DEMO")
    expect(shows(lukasz.page, "Found again")).to_contain_text("12 of 20 files had a chronology")
    for context in contexts:
        context.close()
