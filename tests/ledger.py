"""A ledger under load: numbered messages, whom they are owed, the connector that counts them, and how it all ended.

Everything that is drawn by lot is drawn from SEED, which each run prints; SAFEGUARDING_SEED repeats it, and
SAFEGUARDING_FULL=1 (`make full`) runs at full size.
"""

import asyncio
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID, uuid4

from aiohttp import web
from sqlalchemy import select

from dialogs.notices import REPEATED
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.models import ConversationReference, Person, Waiting
from knowledge.models.sending import ConversationKind, State
from knowledge.parcels import Rate
from tests.builders import MONDAY_MORNING
from tests.loopback import Loopback, cut
from tests.owed import Reminder

FULL = os.environ.get("SAFEGUARDING_FULL", "") not in ("", "0")
SEED = int(os.environ.get("SAFEGUARDING_SEED") or time.time_ns() % 1_000_000)
TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
FAST = Rate(per_second=10_000.0, between=timedelta())
NOT_OPEN = {State.SENT, State.REPEATED, State.HELD, State.DEAD, State.CANCELLED}
_NUMBER = re.compile(r"Message (\d+)\b")


def numbers_in(words: str) -> list[int]:
    """The numbers of the messages in a card."""
    return [int(number) for number in _NUMBER.findall(words)]


def size(ci: int, full: int) -> int:
    """How many of something the test takes."""
    return full if FULL else ci


def chance(*about: object) -> random.Random:
    """What a test draws its lots from: the same for the same seed and test."""
    return random.Random(f"{SEED}{about}")  # noqa: S311  # chosen to be repeated


def clock_of(offset: timedelta) -> Clock:
    """A clock that all processes share: `offset` ahead of the machine's."""
    return lambda: datetime.now(UTC) + offset


def offset_to_monday() -> timedelta:
    """So that a clock starts on a Monday morning, when messages may be sent."""
    return MONDAY_MORNING.astimezone(UTC) - datetime.now(UTC)


# What is owed


Kinds = Callable[[int], type[Reminder]]


async def fill(
    database: Database, clock: Clock, url: str, count: int, people: int = 0, kind: Kinds = lambda number: Reminder
) -> None:
    """Owe `count` numbered messages, due now, to so many people (one each where 0) who are reached at `url`."""
    known = await acquaint(database, clock, url, people or count)
    for start in range(0, count, 500):
        async with database.work(clock) as work:
            for number in range(start, min(start + 500, count)):
                assert await work.outbox.owe(known[number % len(known)], kind(number)(name=str(number)))


async def acquaint(database: Database, clock: Clock, url: str, count: int) -> list[UUID]:
    """Add people, the conversation of each being `chat-` and its number."""
    ids = [uuid4() for _ in range(count)]
    async with database.work(clock) as work:
        add, now = work.session.add_all, clock()
        add(Person(id=id, tenant_id=TENANT, object_id=f"p{n}", created_at=now) for n, id in enumerate(ids))
        await work.session.flush()
        add(_reference(id, n, url, now) for n, id in enumerate(ids))
    return ids


def _reference(person: UUID, number: int, url: str, now: datetime) -> ConversationReference:
    return ConversationReference(
        person_id=person, tenant_id=TENANT, conversation_id=f"chat-{number}", service_url=url,
        kind=ConversationKind.PERSONAL, seen_at=now,
    )  # fmt: skip


# What arrives


@dataclass(frozen=True)
class Answer:
    """What the connector does with one call: `arrives` says whether the message reaches its person, before it answers
    with `status` after `delay` seconds, or cuts the connection."""

    status: int = 200
    arrives: bool = True
    delay: float = 0.0
    cuts: bool = False


Habit = Callable[[str], Answer]
"""How the connector answers for a conversation."""


class Connector(Loopback):
    """A connector that counts what arrives, and keeps nothing else."""

    def __init__(self, habit: Habit = lambda conversation: Answer()) -> None:
        super().__init__()
        self.habit = habit
        self.marks: dict[int, list[bool]] = defaultdict(list)
        """Of each message by its number: for each arrival whether it said that it may be a repeat."""
        self.order: list[int] = []
        self.calls = 0
        self.given_up: set[int] = set()
        """Messages whose sender did not wait for the answer: it may not know what became of them."""

    @property
    def url(self) -> str:
        return self.at()

    @property
    def arrived(self) -> int:
        return len(self.marks)

    async def reached(self, count: int, within: float = 30.0) -> None:
        """Wait until so many messages have arrived, or for so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._until(lambda: self.arrived >= count), within)

    async def _take(self, request: web.BaseRequest) -> web.Response:
        self.calls += 1
        words = await request.text()
        answer = self.habit(request.path.split("/")[3])
        number = numbers_in(words)[0]
        if answer.arrives:
            await self._arrive(number, words)
        await asyncio.sleep(answer.delay)
        if request.transport is None or request.transport.is_closing():
            self.given_up.add(number)
        if answer.cuts:
            return cut(request)
        return web.json_response({"id": f"sent-{self.calls}"}, status=answer.status)

    async def _arrive(self, number: int, words: str) -> None:
        async with self._arriving():
            self.marks[number].append(REPEATED in words)
            self.order.append(number)


# How it ended


class End(NamedTuple):
    """Counts; `lost` and `unmarked` name messages."""

    states: dict[State, int]
    lost: list[int]
    """They neither arrived, nor are shown as waiting, held or given up."""
    repeats: int
    unmarked: list[int]
    """They arrived more than once, and more than one of the arrivals said nothing of it."""

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return f"{states}; {len(self.lost)} lost, {self.repeats} repeats, {len(self.unmarked)} of them unmarked"


async def standing(database: Database, clock: Clock) -> dict[int, State]:
    """How each message stands, by its number."""
    async with database.reading(clock) as work:
        rows = await work.session.execute(select(Waiting.payload, Waiting.state))
    return {int(payload["name"]): state for payload, state in rows}


async def end(database: Database, clock: Clock, marks: dict[int, list[bool]]) -> End:
    rows = await standing(database, clock)
    said_to_be_sent = (number for number, state in rows.items() if state in (State.SENT, State.REPEATED))
    return End(
        dict(Counter(rows.values())),
        [number for number in said_to_be_sent if number not in marks],
        sum(len(each) - 1 for each in marks.values()),
        [number for number, each in marks.items() if each.count(False) > 1],
    )


async def settled(database: Database, clock: Clock, within: float) -> None:
    """Wait until nothing is due, on its way or in doubt. Raises AssertionError where that takes longer."""
    deadline = time.monotonic() + within
    while True:
        async with database.reading(clock) as work:
            states = (await work.outbox.totals()).by_state
        if not states.keys() - NOT_OPEN:
            return
        assert time.monotonic() < deadline, f"not settled after {within:.0f} s: {states}"
        await asyncio.sleep(0.1)


Fault = Literal["kill", "freeze", "stop"]
