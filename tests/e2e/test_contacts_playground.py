"""A number that changed, in a Teams client: from what its owner knows to the new number on a card, by chat alone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from yaml import safe_dump, safe_load

from tests.e2e.conftest import needed
from tests.e2e.test_playground import CHILD, TeamsClient
from tests.servers import ROOT, assistant, free_port, playground, why_no_playground

MONDAY_MORNING = "2026-11-30T10:00:00+00:00"
NEW = "020 7946 0123"
WITHIN = 120.0
"""Seconds from "the number changed" to the new number on a card."""


def people() -> list[dict[str, str]]:
    settings = safe_load((ROOT / ".m365agentsplayground.yml").read_text("utf-8"))
    return [settings["currentUser"], *settings["users"]]


def somebody(name: str, folder: Path) -> Path:
    """A folder with the settings of a Teams client that somebody else sits at."""
    settings = safe_load((ROOT / ".m365agentsplayground.yml").read_text("utf-8"))
    settings["currentUser"] = next(user for user in people() if user["givenName"] == name)
    settings["users"] = [user for user in people() if user["givenName"] != name]
    settings["personalChat"] = {"id": f"personal-chat-{name}"}
    (folder / name).mkdir()
    (folder / name / ".m365agentsplayground.yml").write_text(safe_dump(settings, allow_unicode=True), "utf-8")
    return folder / name


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The Teams clients of Tess and Niamh, who are content owners, at one assistant on a Monday morning."""
    needed(why_no_playground())
    url = f"sqlite:///{tmp_path}/records.db"
    environ = {**os.environ, "SAFEGUARDING_ENV": "development", "SAFEGUARDING_DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "bot", "demo"], cwd=ROOT, env=environ, check=True, capture_output=True)
    with ExitStack() as running:
        served = running.enter_context(assistant(free_port(), MONDAY_MORNING, url))
        tess, niamh = (
            running.enter_context(playground(free_port(), served, somebody(name, tmp_path)))
            for name in ("Tess", "Niamh")
        )
        yield tess, niamh


def test_the_new_number_is_on_a_card_in_less_than_two_minutes(browser: Browser, clients: tuple[str, str]) -> None:
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in clients]
    tess, niamh = (TeamsClient(context.new_page(), client) for context, client in zip(contexts, clients, strict=True))
    for client in (tess, niamh):  # what they were owed since before they ever wrote
        client.sends("hello")
        expect(client.page.get_by_text("You are now").first).to_be_visible()
    tess.sends("owner of mash is tess.ashby@school.example")
    asked = tess.page.get_by_role("button", name="Changed to...")
    expect(asked).to_be_visible()

    started = time.monotonic()
    asked.click()
    tess.cards.last.get_by_label("Number (several: with commas between)").fill(NEW)
    tess.cards.last.get_by_role("button", name="Send it to be approved").click()
    expect(tess.cards.last).to_contain_text("Noted as proposal 1.")
    niamh.page.get_by_role("button", name="Look at it").click()
    expect(niamh.cards.last).to_contain_text(f"020 8901 2690 → {NEW}")
    niamh.cards.last.get_by_role("button", name="Approve").click()
    expect(niamh.cards.last).to_contain_text("Harrow MASH is changed.")
    while NEW not in (tess.types(CHILD).text_content() or "").replace("\u00a0", " "):
        assert time.monotonic() - started < WITHIN
        time.sleep(1)
    took = time.monotonic() - started

    expect(tess.cards.last.get_by_text("Ring now: Harrow MASH")).to_be_in_viewport()
    assert took < WITHIN
    for context in contexts:
        context.close()
