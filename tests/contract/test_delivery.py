"""The worker: what is owed reaches a real HTTP connector once, and every failure is told from every other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import text

from bot import web
from bot.connector import Connector
from bot.delivery import Words, Worker
from bot.frontdoor import LOOPBACK_HOSTS, TEAMS_HOSTS, HostRule
from dialogs import notices as told
from dialogs.notices import words
from dialogs.reply import Reply
from knowledge import notices
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.errors import DatabaseAway, DatabaseBusy
from knowledge.models import Waiting
from knowledge.models.sending import ConversationKind, State
from knowledge.notices import RoleGranted
from knowledge.outbox import NotThere
from knowledge.parcels import Parcel, Rate
from knowledge.roles import LEARNING_LEAD, Reason
from knowledge.settling import Done, Settling
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING
from tests.fakes import FakeConnector, Step

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
FAST = Rate(per_second=1_000.0, between=timedelta())


class Office:
    """A worker on a database and a connector, with a clock that can be moved."""

    def __init__(self, database: Database, connector: FakeConnector, client: aiohttp.ClientSession) -> None:
        self.database, self.connector, self.client = database, connector, client
        self.ahead = timedelta()
        self.started = datetime.now(UTC)

    def clock(self) -> datetime:
        return MONDAY_MORNING.astimezone(UTC) + self.ahead + (datetime.now(UTC) - self.started)

    async def appoints(self, name: str = "ann") -> UUID:
        """Grant a role, which owes its person a message."""
        async with self.database.work(self.clock) as work:
            person = await work.people.met(TENANT, name)
            await work.references.heard_from(person, f"chat-{name}", self.connector.url, ConversationKind.PERSONAL)
            await work.grants.grant(person, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
            return person.id

    def worker(self, hosts: HostRule = LOOPBACK_HOSTS) -> Worker:
        sender = Connector(self.client)
        return Worker(self.database, sender, hosts, words, self.clock, "28:bot", FAST, poll=0.02, sweep=0.05)

    @asynccontextmanager
    async def working(self, worker: Worker | None = None) -> AsyncIterator[Worker]:
        worker = worker or self.worker()
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await worker.stop()
            await asyncio.wait_for(running, 5)

    async def states(self) -> dict[State, int]:
        async with self.database.reading(self.clock) as work:
            return (await work.outbox.totals()).by_state

    async def until(self, **wanted: int) -> None:
        """Wait until so many messages are in these states."""
        expected = {State(name): count for name, count in wanted.items()}
        for _ in range(400):
            states = await self.states()
            if states == expected:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{states}, not {expected}")

    async def failed(self, failure: str) -> None:
        """Wait until the first message failed in this way."""
        for _ in range(200):
            async with self.database.reading(self.clock) as work:
                row = await work.session.get(Waiting, 1)
            if row and row.failure_class == failure:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"it did not fail as {failure}")


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with FakeConnector() as connector, aiohttp.ClientSession() as client:
        yield Office(database, connector, client)


async def test_what_is_owed_arrives_once_with_a_card_and_no_details_in_its_notification(office: Office) -> None:
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    (call,) = office.connector.calls
    assert (call.method, call.conversation) == ("POST", "chat-ann")
    assert call.body["summary"] == "You can do more here now"
    assert "You are now a learning lead" in call.card["fallbackText"]
    assert call.card["fallbackText"].endswith("No answer: 101.")


async def test_many_arrive_once_each(office: Office) -> None:
    for number in range(30):
        await office.appoints(f"p{number}")
    async with office.working():
        await office.until(sent=30)
    assert sorted(call.conversation for call in office.connector.calls) == sorted(f"chat-p{n}" for n in range(30))


async def test_three_workers_share_the_work(office: Office) -> None:
    for number in range(30):
        await office.appoints(f"p{number}")
    async with office.working(), office.working(), office.working():
        await office.until(sent=30)
    assert len(office.connector.calls) == 30


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (Step(500), "ambiguous"),
        (Step(503), "ambiguous"),
        (Step(408), "ambiguous"),
        (Step(reset="before"), "ambiguous"),
        (Step(reset="after"), "ambiguous"),
        (Step(403), "dead"),
        (Step(400), "dead"),
        (Step(307, headers={"Location": "http://127.0.0.1:1/"}), "dead"),
        (Step(429), "due"),
        (Step(429, headers={"Retry-After": "30"}), "due"),
        (Step(412), "due"),
        (Step(401), "due"),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
async def test_each_failure_is_told_from_the_others(office: Office, step: Step, state: str) -> None:
    office.connector.then(step, step)
    await office.appoints()
    async with office.working():
        await office.until(**{state: 1})


async def test_a_connector_that_is_not_there_loses_nothing(office: Office) -> None:
    ann = await office.appoints()
    async with office.database.work(office.clock) as work:
        person = await work.people.get(ann)
        await work.references.heard_from(person, "chat-ann", "http://127.0.0.1:1/", ConversationKind.PERSONAL)
    async with office.working():
        await office.failed("never_left")
    assert await office.states() == {State.DUE: 1}


async def test_one_that_may_have_arrived_is_sent_once_more_and_says_so(office: Office) -> None:
    office.connector.then(Step(reset="after"))
    await office.appoints()
    async with office.working():
        await office.until(ambiguous=1)
        office.ahead = timedelta(minutes=2)
        await office.until(repeated=1)
    first, second = office.connector.calls
    assert "You may have had this already" not in first.card["fallbackText"]
    assert "You may have had this already" in second.card["fallbackText"]


async def test_a_conversation_that_is_gone_is_opened_anew(office: Office) -> None:
    office.connector.then(Step(404))
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    gone, opened, sent = office.connector.calls
    assert (gone.conversation, opened.path) == ("chat-ann", "/v3/conversations")
    assert opened.body["members"] == [{"id": "ann"}]
    assert opened.body["tenantId"] == TENANT
    assert sent.conversation == "sent-2"


async def test_a_card_that_is_too_big_is_sent_short(office: Office) -> None:
    office.connector.then(Step(413))
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    assert "This message was too long" in office.connector.calls[1].card["fallbackText"]


async def test_our_token_goes_to_no_other_host(office: Office) -> None:
    await office.appoints()
    async with office.working(office.worker(TEAMS_HOSTS)):
        await office.until(dead=1)
    assert office.connector.calls == []


def not_for(unlucky: UUID, breaks: Callable[[UnitOfWork], Awaitable[object]]) -> Words:
    async def worded(work: UnitOfWork, parcel: Parcel) -> Reply:
        if parcel.recipient == unlucky:
            await breaks(work)
        return await words(work, parcel)

    return worded


async def by_a_fault_of_ours(work: UnitOfWork) -> None:
    raise ValueError("no words")


async def by_a_question_that_the_database_refuses(work: UnitOfWork) -> None:
    await work.session.execute(text("SELEKT 1"))


@pytest.mark.parametrize("breaks", [by_a_fault_of_ours, by_a_question_that_the_database_refuses])
async def test_words_that_cannot_be_made_hold_up_nobody(
    office: Office, breaks: Callable[[UnitOfWork], Awaitable[object]]
) -> None:
    ann, *_ = [await office.appoints(name) for name in ("ann", "ben", "cat")]
    worker = office.worker()
    worker.words = not_for(ann, breaks)
    async with office.working(worker):
        await office.until(dead=1, sent=2)
    assert sorted(call.conversation for call in office.connector.calls) == ["chat-ben", "chat-cat"]


@pytest.mark.parametrize("breaks", [by_a_fault_of_ours, by_a_question_that_the_database_refuses])
async def test_one_whose_need_cannot_be_told_holds_up_nobody(
    office: Office, breaks: Callable[[UnitOfWork], Awaitable[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, *_ = [await office.appoints(name) for name in ("ann", "ben", "cat")]

    async def is_wanted(notice: RoleGranted, work: UnitOfWork) -> bool:
        if notice.person_id == ann:
            await breaks(work)
        return True

    monkeypatch.setattr(RoleGranted, "is_wanted", is_wanted)
    async with office.working():
        await office.until(dead=1, sent=2)
    assert sorted(call.conversation for call in office.connector.calls) == ["chat-ben", "chat-cat"]


async def test_what_was_sent_is_written_down_though_nothing_can_be_claimed(office: Office) -> None:
    office.connector.then(Step(delay=0.3))
    await office.appoints("ann")
    worker = office.worker()
    async with office.working(worker):
        await office.connector.reached(1)

        async def busy(work: UnitOfWork) -> None:
            raise DatabaseBusy

        worker.words = not_for(await office.appoints("ben"), busy)
        await office.until(sent=1, due=1)


async def test_a_job_that_fails_keeps_no_other_from_being_done(office: Office) -> None:
    done, twice = list[int](), asyncio.Event()

    async def fails(work: UnitOfWork) -> None:
        raise ValueError("broken")

    async def works(work: UnitOfWork) -> None:
        done.append(1)
        if len(done) == 2:
            twice.set()

    worker = office.worker()
    worker.jobs = (fails, works)
    async with office.working(worker):
        await asyncio.wait_for(twice.wait(), 10)


async def test_told_to_stop_it_lets_what_is_on_its_way_arrive_and_claims_nothing_more(office: Office) -> None:
    office.connector.then(Step(delay=0.3))
    await office.appoints()
    async with office.working():
        await office.connector.reached(1)
        for number in range(5):
            await office.appoints(f"p{number}")
    states = await office.states()
    assert states.get(State.SENDING, 0) == 0
    assert states[State.SENT] + states.get(State.DUE, 0) == 6


async def test_told_to_stop_while_it_claims_it_does_not_leave_that_behind(office: Office) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(work: UnitOfWork, parcel: Parcel) -> Reply:
        asked.set()
        await go_on.wait()
        return await words(work, parcel)

    worker = office.worker()
    worker.words = slow
    await office.appoints()
    running = asyncio.create_task(worker.run())
    await asked.wait()
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    go_on.set()
    await stopping
    await running
    assert await office.states() == {State.SENT: 1}


async def test_told_to_stop_it_gives_back_what_waits_for_its_turn(office: Office) -> None:
    worker = office.worker()
    worker.rate = Rate(per_second=0.1, between=timedelta())
    for name in ("ann", "ben"):
        await office.appoints(name)
    async with office.working(worker):
        await office.until(sent=1, sending=1)
    assert await office.states() == {State.SENT: 1, State.DUE: 1}


async def test_whatever_breaks_a_sweep_the_next_one_is_made(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    lapsed, sweeps = Settling.lapsed, []

    async def sometimes(self: Settling) -> int:
        sweeps.append(1)
        if len(sweeps) == 1:
            raise ValueError("broken")
        return await lapsed(self)

    monkeypatch.setattr(Settling, "lapsed", sometimes)
    await office.appoints()
    async with office.working() as worker:
        await office.until(sent=1)
        await asyncio.sleep(worker.sweep * 2)
    assert len(sweeps) > 1


async def test_frozen_for_longer_than_its_lease_it_does_not_send(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = office.worker()
    await office.appoints()
    monkeypatch.setattr("bot.delivery.MARGIN", worker.lease.total_seconds())
    async with office.working(worker):
        await office.failed("never_left")
    assert office.connector.calls == []
    assert await office.states() == {State.DUE: 1}


async def test_while_the_database_is_away_nothing_is_sent_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, failures = Settling.settle, [DatabaseAway(), DatabaseAway()]

    async def sometimes(self: Settling, *done: Done) -> int:
        if failures:
            raise failures.pop()
        return await settle(self, *done)

    monkeypatch.setattr("bot.delivery.TRY_AGAIN", 0.01)
    monkeypatch.setattr(Settling, "settle", sometimes)
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    assert len(office.connector.calls) == 1


async def test_a_message_is_taken_back_from_the_chat_that_it_is_in(office: Office) -> None:
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
        async with office.database.work(office.clock) as work:
            await work.outbox.take_back(1)
        await office.until(taken_back=1)
    last = office.connector.calls[-1]
    assert (last.method, last.conversation, last.activity) == ("DELETE", "chat-ann", "sent-1")


async def test_one_that_is_not_in_the_chat_any_more_counts_as_taken_back(office: Office) -> None:
    office.connector.then(Step(), Step(404))
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
        async with office.database.work(office.clock) as work:
            await work.outbox.take_back(1)
        await office.until(taken_back=1)


async def test_what_never_arrived_cannot_be_taken_back(office: Office) -> None:
    await office.appoints()
    async with office.database.work(office.clock) as work:
        with pytest.raises(NotThere):
            await work.outbox.take_back(1)


async def test_every_kind_of_notice_has_words() -> None:
    assert web.KNOWN_NOTICES  # what is served knows the words of every noun
    ours = {kind for kind in notices._KINDS.values() if not kind.__module__.startswith("tests.")}
    assert ours == {kind for kind in told._TELLERS if not kind.__module__.startswith("tests.")}


async def test_periodic_work_is_done_once_a_night_by_one_of_many(office: Office) -> None:
    done: list[datetime] = []

    async def nightly(work: UnitOfWork) -> None:
        if await work.ticks.take("test", MONDAY_MORNING):
            done.append(work.clock())

    first, second = office.worker(), office.worker()
    first.jobs = second.jobs = (nightly,)
    async with office.working(first), office.working(second):
        await asyncio.sleep(0.4)
    assert len(done) == 1
