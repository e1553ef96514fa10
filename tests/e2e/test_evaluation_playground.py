"""Feedback in a Teams client: a delegate's three points, weeks apart, and what a learning lead sees of them."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from knowledge.audit import COMMAND_LINE
from knowledge.database import Database, address
from knowledge.models.training import Attendance
from knowledge.training.bookings import by
from tests.e2e.conftest import needed
from tests.e2e.test_contacts_playground import somebody
from tests.e2e.test_playground import TeamsClient
from tests.evaluation import ENDED
from tests.servers import ROOT, assistant, free_port, playground, why_no_playground
from tests.training import MARCH, School

SERVED_AT = {"SAFEGUARDING_BASE_URL": "https://assistant.example"}
OTHERS = tuple(f"delegate{number}" for number in range(7))
BEFORE, AT_THE_END, LATER = "2027-03-08T10:00:00+00:00", "2027-03-09T13:00:00+00:00", "2027-04-21T10:00:00+00:00"


@dataclass
class Weeks:
    """A database in a file, the browser, and folders of settings for the Teams clients of people by name."""

    url: str
    browser: Browser
    folders: dict[str, Path]

    @contextmanager
    def at(self, now: str, *names: str) -> Iterator[list[TeamsClient]]:
        """The assistant at an instant, and these people at their clients."""
        with ExitStack() as running:
            served = running.enter_context(assistant(free_port(), now, self.url, **SERVED_AT))
            clients = [running.enter_context(playground(free_port(), served, self.folders[name])) for name in names]
            contexts = [self.browser.new_context(viewport={"width": 1280, "height": 1000}) for _ in clients]
            yield [TeamsClient(one.new_page(), client) for one, client in zip(contexts, clients, strict=True)]
            for one in contexts:
                one.close()


@pytest.fixture
def weeks(browser: Browser, tmp_path: Path) -> Weeks:
    needed(why_no_playground())
    url = f"sqlite:///{tmp_path}/records.db"
    environ = {**os.environ, "SAFEGUARDING_ENV": "development", "SAFEGUARDING_DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "bot", "demo"], cwd=ROOT, env=environ, check=True, capture_output=True)
    done(booked(url))
    return Weeks(url, browser, {name: somebody(name, tmp_path) for name in ("Tess", "Niamh")})


def done(work: Coroutine[Any, Any, None]) -> None:
    """Beside the browser's own loop, which runs in this thread."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, work).result()


async def booked(url: str) -> None:
    """Tess and seven others have a place on 9 March."""
    database = Database(address(url))
    school = School(database)
    await school.opened({"code": "NEG-9"}, code="NEG-9-A", course="NEG-9")
    async with school.work() as work:
        date = await work.catalogue.date_with_code("NEG-9-A")
        tess = await work.people.identified_by("tess.ashby@school.example")
        for person in (tess, *[await work.people.met("7d0a6c1e", name, name) for name in OTHERS]):
            await work.bookings.book(person, date.id, by(person))
    await database.close()


async def others_answer(url: str) -> None:
    """Before and at the end; and everybody was there."""
    database = Database(address(url))
    for now, numbers in ((MARCH.starts_at - timedelta(days=1), (2, 2)), (ENDED + timedelta(hours=2), (4, 4, 5, 4))):
        school = School(database, now)
        async with school.work() as work:
            await work.evaluation.look_after()
            date = await work.catalogue.date_with_code("NEG-9-A")
            for name in OTHERS:
                person = await work.people.met("7d0a6c1e", name, name)
                (asked,) = await work.evaluation.waiting_for(person.id)
                for question, value in zip(asked.form.tapped, numbers, strict=True):
                    await work.evaluation.give(person, asked.round.id, question.id, value)
            if now > ENDED:
                for booking, _ in await work.register.of(date, COMMAND_LINE):
                    await work.register.mark(booking.id, Attendance.PRESENT, COMMAND_LINE)
    await database.close()


def tap(client: TeamsClient, label: str, then: str) -> Locator:
    """Press a button, whatever else was sent since, and wait for what takes its card's place."""
    client.page.get_by_role("button", name=label, exact=True).last.click()
    card = client.cards.filter(has_text=then).last
    expect(card).to_be_visible()
    return card


def picture(client: TeamsClient, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        client.page.screenshot(path=f"{folder}/{name}.png")


def test_a_delegates_three_points_and_a_leads_report(weeks: Weeks) -> None:
    with weeks.at(BEFORE, "Tess") as (tess,):
        tess.sends("hello")
        expect(tess.page.get_by_text("How confident are you to do this at work?").first).to_be_visible()
        picture(tess, "before")
        tap(tess, "2", "How much do you know about it?")
        tap(tess, "1 Nothing", "Thank you")
    with weeks.at(AT_THE_END, "Tess") as (tess,):
        tess.sends("hello")
        expect(tess.page.get_by_text("How confident are you to do this at work?").first).to_be_visible()
        for label, then in (("4", "question 2 of 5"), ("4", "question 3 of 5"), ("5 Very", "question 4 of 5")):
            tap(tess, label, then)
        card = tap(tess, "5 Very well", "What helped you most")
        card.get_by_label("One sentence").fill("More case studies, please")
        picture(tess, "sentence")
        card = tap(tess, "Send", "Thank you")
        card.get_by_label("I will").fill("ask what a day is like for the child")
        picture(tess, "thanks")
        tap(tess, "Keep it for me", "1. ask what a day is like for the child")
    done(others_answer(weeks.url))
    with weeks.at(LATER, "Tess", "Niamh") as (tess, niamh):
        tess.sends("hello")
        expect(tess.page.get_by_text("You said: I will ask what a day is like for the child").first).to_be_visible()
        picture(tess, "later")
        tap(tess, "4", "Do you do anything differently")
        tap(tess, "A little", "What got in the way most?")
        tap(tess, "No time", "An example of what changed")
        tap(tess, "Finish without", "Your manager may add what they see")
        niamh.types("read comments")
        expect(niamh.cards.last).to_contain_text("More case studies, please")
        tap(niamh, "Release: 1", "It is released")
        card = niamh.types("evaluation results by course")
        expect(card).to_contain_text("What delegates answered, by course")
        card = niamh.types("evaluation results neg-9")
        expect(card).to_contain_text("Answered at the end: 8 of 8 (100%)")
        expect(card).to_contain_text("a change of +2.")
        expect(card).to_contain_text("Examples and practice: a few")
        picture(niamh, "results")
        card.get_by_text("How useful is it for your work?").first.scroll_into_view_if_needed()
        picture(niamh, "results-2")
        card = niamh.types("impact report 2026-27")
        expect(card).to_contain_text("Courses from Wed 1 Apr 2026 to Wed 31 Mar 2027.")
        link = card.locator("a[href]").first
        expect(link).to_have_attribute("href", re.compile(r"https://assistant\.example/evaluation/[\w-]{16,64}\.docx"))
        picture(niamh, "report")
