"""What was approved is in the terminal, the batch and the poster too; where the records are away, it is said which."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import terminal
from bot.overlaid import Overlaid
from knowledge import live
from knowledge.database import Database, address
from knowledge.library import load
from tests.builders import MONDAY_MORNING, conversation, library
from tests.contract.test_command_line import ran
from tests.contract.test_contacts import NEW, NEWER, Desk, phones
from tests.servers import free_port

WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


@pytest.fixture(autouse=True)
def compiled() -> Iterator[None]:
    yield
    live.show(None)


async def approved(url: str, number: str, by: tuple[str, str]) -> None:
    database = Database(address(url))
    desk = Desk(database)
    await desk.changes(phones(number), await desk.person(by[0]), await desk.person(by[1]))
    await database.close()


@pytest.fixture
async def changed(sqlite_address: str) -> str:
    await approved(sqlite_address, NEW, ("ann", "ben"))
    return sqlite_address


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY_MORNING

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.now


def test_a_terminal_is_answered_from_what_was_approved_also_while_somebody_types(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    monkeypatch.setattr("bot.settings.records_url", lambda: changed)
    said: list[str] = []
    clock, talk = Clock(), conversation()

    def lines() -> Iterator[str]:
        yield WORRY
        asyncio.run(approved(changed, NEWER, ("cy", "di")))
        clock.now += timedelta(seconds=11)
        yield WORRY

    terminal.chat(talk, clock, lines(), said.append, Overlaid(talk, clock, said.append).look)
    answers = [words for words in said if "Harrow MASH" in words and "Ring" in words and len(words) > 500]
    assert f"Harrow MASH: {NEW}" in answers[-2]
    assert f"Harrow MASH: {NEWER}" in answers[-1]
    assert "cannot reach" not in "".join(said)


def test_where_the_records_are_away_it_is_said_once_which_contacts_these_are(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    monkeypatch.setattr("bot.settings.records_url", lambda: url)
    said: list[str] = []
    clock, talk = Clock(), conversation()

    def lines() -> Iterator[str]:
        for _ in range(2):
            clock.now += timedelta(seconds=11)
            yield WORRY

    terminal.chat(talk, clock, lines(), said.append, Overlaid(talk, clock, said.append).look)
    told = [words for words in said if "cannot reach the records" in words]
    assert told == [
        "I cannot reach the records just now. These are the contacts of the release, collected on 22 November 2026."
    ]
    assert sum("Harrow MASH: 020 8901 2690" in words for words in said) >= 2, "a worry is answered all the same"


def test_without_an_address_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.settings.records_url", lambda: "")
    said: list[str] = []
    talk = conversation()
    terminal.chat(talk, Clock(), io.StringIO(WORRY), said.append, Overlaid(talk, Clock(), said.append).look)
    assert talk.library is library()


def test_the_poster_the_batch_and_the_check_take_what_was_approved(changed: str, tmp_path: Path) -> None:
    settings = {"SAFEGUARDING_DATABASE_URL": changed}
    poster = ran("poster", **settings)
    assert f'class="number">{NEW}<' in poster.stdout
    assert f"{load().version}+1" in poster.stdout
    answer = ran("answer", "-", typed='{"id": "1", "text": "' + WORRY + '"}', **settings)
    assert NEW in answer.stdout
    check = ran("check", **settings)
    assert (check.returncode, check.stdout.splitlines()[-1]) == (
        0, "approved since the release: mash (safeguarding content export)",
    )  # fmt: skip
