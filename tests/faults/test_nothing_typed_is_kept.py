"""Marked texts, typed on every face under every fault, are found in no log, no file and no crash output.

In CI 160 of them; SAFEGUARDING_FULL=1 asks for 2,000.
"""

import asyncio
import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from unittest.mock import patch

import pytest

from bot import terminal
from bot.batch import answers
from dialogs.conversation import Conversation
from tests.breakage import DRAWING, EDGE, STEPS, breaks
from tests.builders import MONDAY_MORNING, conversation
from tests.fakes import FakeConnector, Step, Visitor, card_action, message, submitted, visiting
from tests.servers import ROOT, free_port, wait_for

FULL = bool(os.environ.get("SAFEGUARDING_FULL"))
TEXTS = 2_000 if FULL else 160
CANARY = "zqmarked"
SAID = (
    "{mark} told me his dad hits him",
    "Book {mark} on the neglect course",
    "ring {mark} on 07700 900123, NHS 943 476 5919, {mark}@example.org, HA1 2AB",
    "{mark} " * 200,
    "\u202e{mark}\u200b [x](https://{mark}.example) <at>{mark}</at>",
    "help {mark}",
)
FAULTS = ("", *STEPS, *DRAWING, *EDGE)
SLOW = (Step(429), Step(500), Step(reset="before"), Step(reset="after"), Step(400), Step(200))


def texts(count: int) -> Iterator[str]:
    """Marked texts, each with a mark of its own."""
    for number, said in zip(range(count), cycle(SAID), strict=False):
        yield said.format(mark=f"{CANARY}{number:05}")


async def on_the_page(visitor: Visitor, url: str, text: str, id: str) -> None:
    await visitor.post("/", data={"text": text, "conversation": id})
    await visitor.post("/", data={"message": text})


async def in_a_chat(visitor: Visitor, url: str, text: str, id: str) -> None:
    await visitor.post("/api/messages", json=message(url, text, id=id))
    group = {"id": id, "conversationType": "groupChat"}
    await visitor.post("/api/messages", json=message(url, text, id=f"{id}-group", conversation=group))


async def on_a_button(visitor: Visitor, url: str, text: str, id: str) -> None:
    await visitor.post("/api/messages", json=submitted(url, {"message": text}, id=id))
    await visitor.post("/api/messages", json=card_action(url, {"message": {"kind": text}}, id=id))


async def in_the_compose_box(visitor: Visitor, url: str, text: str, id: str) -> None:
    value = {"commandId": "search", "parameters": [{"name": "query", "value": text}]}
    activity = message(url, type="invoke", name="composeExtension/query", value=value, id=id)
    await visitor.post("/api/messages", json=activity)


async def as_what_is_no_activity(visitor: Visitor, url: str, text: str, id: str) -> None:
    for body in (text, json.dumps([text]), json.dumps(message(url, {"a": text})), json.dumps(message(text, text))):
        await visitor.post("/api/messages", data=body.encode(), headers={"Content-Type": "application/json"})


FACES: tuple[Callable[[Visitor, str, str, str], Awaitable[None]], ...] = (
    on_the_page, in_a_chat, on_a_button, in_the_compose_box, as_what_is_no_activity,
)  # fmt: skip


async def everything_is_typed(talk: Callable[[], Conversation | None]) -> int:
    """Type every text on a face under a fault, going round both; how many were typed."""
    typed = 0
    async with FakeConnector() as connector, visiting(talk()) as visitor:
        for number, (text, fault) in enumerate(zip(texts(TEXTS), cycle(FAULTS), strict=False)):
            connector.then(SLOW[number % len(SLOW)])
            with ExitStack() as stack:
                if fault:
                    stack.enter_context(patch(fault, breaks))
                for face in FACES:
                    await face(visitor, connector.url, text, f"turn-{number}")
            typed += 1
    return typed


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


@pytest.fixture
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory, the home and the place of temporary files."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_with_a_mark(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize("talk", [conversation, lambda: None], ids=["content", "no content"])
async def test_nothing_typed_is_in_a_log_or_a_file(
    talk: Callable[[], Conversation | None],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    somewhere: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert await everything_is_typed(talk) == TEXTS
    assert caplog.records
    told = "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert CANARY not in told + "".join(capfd.readouterr())
    assert files_with_a_mark(somewhere) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_typed_in_the_terminal_is_printed_again(fault: str, somewhere: Path) -> None:
    said: list[str] = []
    with patch(fault, breaks) if fault else ExitStack():
        terminal.chat(conversation(), lambda: MONDAY_MORNING, io.StringIO("\n".join(texts(12))), said.append)
    assert said
    assert CANARY not in "".join(said)
    assert files_with_a_mark(somewhere) == []


def test_an_answer_from_a_file_does_not_repeat_the_file() -> None:
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts(60))]
    for line in answers(conversation(), lambda: MONDAY_MORNING, lines):
        assert CANARY not in json.dumps(line)


def _run(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    environ = {**os.environ, "SAFEGUARDING_ENV": "development", "SAFEGUARDING_PORT": str(port), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-X", "dev", "-X", "faulthandler", "-m", "bot", "run"]
    return subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


async def _typed_into(address: str, connector: FakeConnector) -> None:
    import aiohttp

    async with aiohttp.ClientSession() as client:
        for number, text in enumerate(texts(12)):
            await client.post(f"{address}/", data={"text": text})
            await client.post(f"{address}/api/messages", json=message(connector.url, text, id=f"turn-{number}"))


@pytest.mark.parametrize("signal_sent", [signal.SIGABRT, signal.SIGSEGV, signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_nothing_typed_is_in_what_a_crash_prints_or_leaves(signal_sent: int, somewhere: Path) -> None:
    port = free_port()
    process = _run(somewhere, port)
    try:
        await asyncio.to_thread(wait_for, f"http://127.0.0.1:{port}/healthz", process)
        async with FakeConnector(Step(reset="after"), Step(500)) as connector:
            await _typed_into(f"http://127.0.0.1:{port}", connector)
        process.send_signal(signal_sent)
        printed = (await asyncio.to_thread(process.communicate, timeout=20))[0]
    finally:
        process.kill()
    assert printed
    assert CANARY.encode() not in printed
    assert files_with_a_mark(somewhere) == []
