"""A real browser. A test that needs one, or Node, is skipped with its reason by name where there is none; in CI that
fails instead, for there both are installed."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.servers import START_WITHIN, assistant, free_port, playground, why_no_browser, why_no_playground

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
FRIDAY_EVENING = "2026-11-27T18:40:00+00:00"

expect.set_options(timeout=START_WITHIN * 1000)  # a machine busy with other tests is slow here too


def needed(why_not: str) -> None:
    """Skip with the reason where something is missing; fail in CI, which has to install it."""
    if why_not and os.environ.get("CI"):
        pytest.fail(f"CI has to install what end-to-end tests need: {why_not}")
    if why_not:
        pytest.skip(why_not)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    needed(why_no_browser())
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The assistant, at 6.40 pm on Friday 27 November 2026."""
    with assistant(free_port(), FRIDAY_EVENING) as address:
        yield address


@pytest.fixture
def client() -> Iterator[str]:
    """A Teams client and an assistant that remembers nothing yet: what a chat said before would change its answers."""
    needed(why_no_playground())
    port = free_port()
    servers = (assistant(port, FRIDAY_EVENING), playground(free_port(), f"http://127.0.0.1:{port}"))
    with ExitStack() as running:
        with ThreadPoolExecutor() as at_once:  # the client looks for the assistant when a page of it is opened
            starts = [at_once.submit(running.enter_context, server) for server in servers]
        _, client = (start.result() for start in starts)
        yield client


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of 320 by 640 without JavaScript: the least that has to do."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    yield context.new_page()
    context.close()
