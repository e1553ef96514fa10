"""The logs: event names and ids. Nothing that anybody typed, whatever fails."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from bot import logs
from dialogs.conversation import Conversation
from dialogs.reply import Reply
from dialogs.turn import Turn
from tests.builders import conversation
from tests.fakes import FakeConnector, Step, card_action, message, submitted, visiting

CANARY = "Zebulonquist"
WORRY = f"{CANARY} told me his dad hits him"
EVENTS = {
    "turn.failed",
    "turn.dropped",
    "reply.failed",
    "reply.delayed",
    "card.failed",
    "card.not_taken",
    "request.failed",
    "request.refused",
}


class Failing(Conversation):
    """Fails with the very words that were typed, as a parser or a validator may."""

    def reply(self, turn: Turn) -> Reply:
        raise ValueError(turn.text or CANARY)


def working() -> Conversation:
    return conversation()


def failing() -> Conversation:
    content = conversation()
    return Failing(content.library, content.reader)


def nothing() -> None:
    return None


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.connector.PAUSES", (0, 0))


@pytest.fixture
def configured() -> Iterator[None]:
    """The logs as `run` configures them, at their most talkative; afterwards as they were."""
    ours = [logs.LOGGER, *(logging.getLogger(name) for name in logs._QUIET)]
    before = [(logger, logger.level, logger.propagate, logger.handlers[:]) for logger in ours]
    logs.configure(logging.DEBUG)
    yield
    for logger, level, propagate, handlers in before:
        logger.setLevel(level)
        logger.propagate, logger.handlers[:] = propagate, handlers


async def everything_typed(talk: Conversation | None) -> None:
    """What was typed goes through the page and the door, by every way in, with a connector that fails too."""
    refusals = [Step(status=500), Step(reset="before"), Step(reset="after"), Step(status=400)]
    async with FakeConnector(*refusals) as connector, visiting(talk) as visitor:
        for form in (
            {"text": WORRY},
            {"message": WORRY},
            {"text": WORRY * 5_000},
            {"text": "a", "conversation": WORRY},
        ):
            await visitor.post("/", data=form)
        await visitor.post(
            "/", data=f"text={WORRY}\xff".encode("latin-1"), headers={"Content-Type": "multipart/form-data"}
        )
        for activity in (
            message(connector.url, WORRY),
            message(connector.url, WORRY),
            message(connector.url, WORRY, id="activity-2"),
            message(connector.url, WORRY, id="activity-2"),
            message("http://127.0.0.1:1", WORRY, id="activity-3"),
            message("http://evil.example", WORRY),
            message(connector.url, WORRY, type="typing"),
            message(connector.url, WORRY, conversation=WORRY),
            submitted(connector.url, {"message": WORRY}, id="activity-4"),
            card_action(connector.url, {"message": WORRY}),
            card_action(connector.url, {"message": {"kind": WORRY}}),
            [WORRY],
        ):
            await visitor.post("/api/messages", json=activity)
        await visitor.post("/api/messages", data=WORRY, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("talk", [working, failing, nothing])
async def test_nothing_typed_is_in_any_log(
    talk: Callable[[], Conversation | None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await everything_typed(talk())
    assert "reply.delayed" in caplog.text
    assert CANARY not in caplog.text
    assert CANARY not in "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)


@pytest.mark.parametrize("talk", [working, failing, nothing])
@pytest.mark.usefixtures("configured")
async def test_nothing_typed_is_on_stderr(
    talk: Callable[[], Conversation | None], capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure(logging.DEBUG)  # once more: on to the stderr that is captured
    await everything_typed(talk())
    printed, logged = capfd.readouterr()
    assert "reply.delayed" in logged
    assert CANARY not in printed + logged


@pytest.mark.usefixtures("configured")
async def test_every_line_is_an_event_with_a_constant_name(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure(logging.DEBUG)
    await everything_typed(failing())
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert {line["event"] for line in lines} <= EVENTS
    failed = [line for line in lines if line["event"] == "turn.failed"]
    assert {line["error"] for line in failed} == {"ValueError"}
    assert {line["where"].split(":")[0] for line in failed} == {"test_logs.py"}
    assert "activity-2" in {line["turn"] for line in failed}


@pytest.mark.usefixtures("configured")
def test_a_failure_is_told_by_its_kind_and_place_and_not_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure(logging.DEBUG)
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        logs.failure("turn.failed", error, turn="turn-1")
    line = json.loads(capfd.readouterr().err)
    assert (line["event"], line["level"], line["error"], line["turn"]) == ("turn.failed", "ERROR", "KeyError", "turn-1")
    assert line["where"].startswith("test_logs.py:")
    assert CANARY not in str(line)


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    "library",
    "aiohttp.server aiohttp.access asyncio msrest botbuilder.core sqlalchemy.pool alembic asyncpg aiosqlite".split(),
)
def test_a_library_that_repeats_what_it_was_given_is_not_heard(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Ear()
    monkeypatch.setattr(logging.getLogger(), "handlers", [heard])
    logging.getLogger(library).error("could not read %s", CANARY)
    assert heard.words == []


class Ear(logging.Handler):
    """Hears whatever reaches the root logger, from where it would go to the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())
