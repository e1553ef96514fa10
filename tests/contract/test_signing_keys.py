"""Microsoft's signing keys: kept, refreshed, rotated, and served while the key server is away. Over real HTTP."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.signing_keys import LARGEST_ANSWER, PAUSE, PAUSE_WITHOUT_KEYS, OddAnswer, SigningKeys, read_keys
from tests.builders import MONDAY_MORNING
from tests.keyserver import Answer, FakeKeyServer, key_pair

OLD, NEW = key_pair("key-1"), key_pair("key-2")
AWAY = Answer(status=500)
JUST_AFTER = timedelta(seconds=1)


@dataclass
class HandClock:
    """A clock that only a test moves."""

    now: datetime = MONDAY_MORNING

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Scene:
    server: FakeKeyServer
    keys: SigningKeys
    clock: HandClock

    def pass_by(self, span: timedelta) -> None:
        self.clock.now += span

    async def knows(self, kid: str) -> bool:
        return await self.keys.find(kid) is not None

    async def is_refreshed(self) -> None:
        """Wait for the fetch that goes on behind the turns: a turn with an unknown key waits for it."""
        assert not await self.knows("no such key")


@asynccontextmanager
async def scene(patience: float = 10.0) -> AsyncIterator[Scene]:
    clock = HandClock()
    async with FakeKeyServer(OLD) as server, aiohttp.ClientSession() as client:
        keys = SigningKeys(client, server.url, clock, patience=patience)
        try:
            yield Scene(server, keys, clock)
        finally:
            await keys.close()


async def test_a_key_is_found_with_its_endorsements_and_fetched_once() -> None:
    async with scene() as it:
        found = [await it.keys.find("key-1") for _ in range(3)]
        assert all(key and key.public_key == OLD.private.public_key() for key in found)
        assert all(key and key.endorsements == frozenset(OLD.endorsements) for key in found)
        assert it.server.fetches == 1


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=2), timedelta(hours=25), timedelta(days=6)], ids=str)
async def test_a_new_key_is_found_at_once_with_a_cache_of_any_age(age: timedelta) -> None:
    async with scene() as it:
        assert await it.knows("key-1")
        it.server.rotate(NEW)
        it.pass_by(age)
        assert await it.knows("key-2")
        assert it.server.fetches == 2
        assert not await it.knows("key-1")  # withdrawn


async def test_an_unknown_key_is_looked_for_at_most_every_five_minutes() -> None:
    async with scene() as it:
        assert await it.knows("key-1")
        for _ in range(20):
            assert not await it.knows("forged")
        assert it.server.fetches == 2
        it.pass_by(PAUSE)
        assert not await it.knows("forged")
        assert it.server.fetches == 2
        it.pass_by(JUST_AFTER)
        assert not await it.knows("forged")
        assert it.server.fetches == 3


async def test_a_clock_that_is_put_back_does_not_stop_the_refresh() -> None:
    async with scene() as it:
        assert await it.knows("key-1")
        assert not await it.knows("key-2")
        it.server.rotate(NEW)
        it.pass_by(-timedelta(days=1))
        assert await it.knows("key-2")


async def test_keys_are_refreshed_behind_the_turns_after_a_day() -> None:
    async with scene() as it:
        assert await it.knows("key-1")
        it.pass_by(timedelta(hours=24))
        assert await it.knows("key-1")
        assert it.server.fetches == 1
        it.server.rotate(NEW)
        it.pass_by(JUST_AFTER)
        assert await it.knows("key-1")  # this turn did not wait
        await it.is_refreshed()
        assert it.server.fetches == 2
        assert await it.knows("key-2")


async def test_many_turns_at_once_cause_one_fetch() -> None:
    async with scene() as it:
        found = await asyncio.gather(*(it.keys.find("key-1") for _ in range(100)))
        assert all(found)
        assert it.server.fetches == 1


@pytest.mark.parametrize("days", [1, 4, 5])
async def test_old_keys_are_served_for_five_days_while_the_server_is_away(days: int) -> None:
    async with scene() as it:
        assert await it.knows("key-1")
        it.server.rest = AWAY
        it.pass_by(timedelta(days=days))
        assert await it.knows("key-1")
        await it.is_refreshed()
        assert await it.knows("key-1")


async def test_keys_older_than_five_days_are_not_served() -> None:
    async with scene() as it:
        assert await it.knows("key-1")
        it.server.rest = AWAY
        it.pass_by(timedelta(days=5) + JUST_AFTER)
        assert not await it.knows("key-1")


async def test_a_server_that_was_away_at_the_start_is_asked_again_soon() -> None:
    async with scene() as it:
        it.server.then(AWAY)
        assert not await it.knows("key-1")
        assert not await it.knows("key-1")
        assert it.server.fetches == 1
        it.pass_by(PAUSE_WITHOUT_KEYS + JUST_AFTER)
        assert await it.knows("key-1")


async def test_a_hanging_server_holds_up_no_turn_whose_key_is_known() -> None:
    async with scene() as it:
        assert await it.knows("key-1")
        release = asyncio.Event()
        it.server.rest = Answer(until=release)
        it.pass_by(timedelta(hours=25))
        forged = asyncio.create_task(it.keys.find("forged"))
        await it.server.reached(3)
        for _ in range(100):
            assert await it.knows("key-1")
        assert not forged.done()
        release.set()
        assert await forged is None
        assert it.server.fetches == 2


async def test_a_server_that_never_answers_is_given_up() -> None:
    async with scene(patience=0.05) as it:
        it.server.rest = Answer(until=asyncio.Event())
        assert not await it.knows("key-1")


async def test_a_turn_that_is_given_up_does_not_stop_the_fetch_for_others() -> None:
    async with scene() as it:
        release = asyncio.Event()
        it.server.then(Answer(until=release))
        first, second = (asyncio.create_task(it.keys.find("key-1")) for _ in range(2))
        await it.server.reached(1)
        first.cancel()
        release.set()
        assert await second is not None


async def test_closing_gives_up_a_fetch_that_hangs() -> None:
    async with scene() as it:
        it.server.rest = Answer(until=asyncio.Event())
        waiting = asyncio.create_task(it.keys.find("key-1"))
        await it.server.reached(1)
        await it.keys.close()
        assert await waiting is None


@pytest.mark.parametrize("which", ["metadata", "keys"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b""),
        Answer(body=b"not JSON"),
        Answer(body=b"\xff\xfe\x00"),
        Answer(body=b"[]"),
        Answer(body=b"null"),
        Answer(body=b"{}"),
        Answer(body=b'{"keys": {}, "jwks_uri": 7}'),
        Answer(body=b'{"keys": [], "jwks_uri": "http://[/"}'),
        Answer(body=b'{"keys": [null, 7, {}], "jwks_uri": ""}'),
        Answer(body=b"[" * 100_000),
        Answer(body=json.dumps({"keys": [NEW.jwk]}).encode().ljust(LARGEST_ANSWER + 1)),
        Answer(status=204, body=b""),
        Answer(status=404),
        Answer(status=500),
        Answer(status=307, headers={"Location": "/v1/.well-known/keys"}),
        Answer(body=b"{}", headers={"Content-Encoding": "gzip"}),
    ],
    ids=lambda answer: f"{answer.status} {(answer.body or b'')[:30]!r} {dict(answer.headers)}",
)
async def test_an_odd_answer_leaves_the_keys_as_they_were(answer: Answer, which: str) -> None:
    broken: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: broken.append(context))
    async with scene() as it:
        assert await it.knows("key-1")
        it.server.rotate(NEW)
        it.server.then(*([answer] if which == "metadata" else [Answer(), answer]))
        assert not await it.knows("key-2")
        assert await it.knows("key-1")
        it.pass_by(PAUSE + JUST_AFTER)
        assert await it.knows("key-2")
        gc.collect()  # a fetch that ended in an error nobody took says so when it is forgotten
    assert broken == []


async def test_the_keys_are_not_fetched_from_another_plain_address() -> None:
    async with FakeKeyServer(OLD) as elsewhere, scene() as it:
        it.server.metadata["jwks_uri"] = elsewhere.keys_url
        assert not await it.knows("key-1")
        assert elsewhere.requests == []


ODD_KEYS: dict[str, dict[str, Any]] = {
    "no id": {"kid": None},
    "an id that is no text": {"kid": ["key-1"]},
    "another kind": {"kty": "EC"},
    "for encryption": {"use": "enc"},
    "no modulus": {"n": None},
    "a modulus that is no base64": {"n": "é"},
    "half a modulus": {"n": OLD.jwk["n"][:100]},
    "a huge modulus": {"n": "f" * 100_000},
    "no exponent": {"e": ""},
    "an exponent of one": {"e": "AQ"},
    "a huge exponent": {"e": "f" * 300},
    "a weak key": key_pair("weak", bits=1024).jwk,
}


@pytest.mark.parametrize("odd", ODD_KEYS.values(), ids=ODD_KEYS.keys())
def test_an_odd_key_is_left_out_and_the_others_stay(odd: dict[str, Any]) -> None:
    assert set(read_keys({"keys": [{**OLD.jwk, **odd}, NEW.jwk]})) == {"key-2"}
    with pytest.raises(OddAnswer):
        read_keys({"keys": [{**OLD.jwk, **odd}]})


@pytest.mark.parametrize("endorsements", [None, "msteams", {"msteams": 1}, [7, ["msteams"]]])
def test_odd_endorsements_endorse_nothing(endorsements: object) -> None:
    found = read_keys({"keys": [{**OLD.jwk, "endorsements": endorsements}]})
    assert found["key-1"].endorsements == frozenset()
