"""Delivery: the worker that sends what the ledger owes. Any number of processes may run one, on either database.

It claims a few messages, sends them with no transaction open, and settles them; what was sent is settled and as much
again claimed in one transaction. It never sends where the lease is too short for an answer, and tries the settling,
never the sending, again while the database is away.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot import logs
from bot.background import Background
from bot.connector import Connector
from bot.frontdoor import HostRule
from bot.sending import Sender
from dialogs.cards.adaptive import as_adaptive_card
from dialogs.reply import Reply
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.dispatch import Dispatch
from knowledge.errors import RecordsAway
from knowledge.failures import Failure, Outcome
from knowledge.parcels import LEASE, Parcel, Rate, TakingBack
from knowledge.settling import Done, Settling
from knowledge.unit_of_work import UnitOfWork

IN_FLIGHT = 4
"""Messages that were claimed and are not settled: a crash can repeat no more than these."""
POLL = 2.0
SWEEP = 30.0
DRAIN = 20.0
"""Seconds that what is on its way gets to arrive when the process is told to stop."""
TRY_AGAIN = 1.0
MARGIN = 1.0
"""Seconds of a lease that are left over once the connector answered as late as it may: to settle."""

Words = Callable[[UnitOfWork, Parcel], Awaitable[Reply]]
"""Makes the words of a parcel when it is sent."""


Job = Callable[[UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Ready:
    """A parcel with its words, and until when (by a clock that only runs forward) it may be sent."""

    parcel: Parcel
    reply: Reply
    send_before: float


@dataclass
class Worker:
    """`bot_id`: who we are to Teams. `hosts`: where our token may go, looked at again for each message."""

    database: Database
    connector: Connector
    hosts: HostRule
    words: Words
    clock: Clock
    bot_id: str
    rate: Rate = field(default_factory=Rate)
    jobs: Sequence[Job] = ()
    """Periodic work, looked at with each sweep."""
    lease: timedelta = LEASE
    """Longer than the connector may take to answer, and `MARGIN`."""
    poll: float = POLL
    sweep: float = SWEEP
    _sending: Background = field(default_factory=Background)
    _on_their_way: int = 0
    _done: list[Done] = field(default_factory=list)
    """Sent, or not, and still to be settled."""
    _awake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _is_away: bool = False

    def __post_init__(self) -> None:
        self._sender = Sender(self.database, self.connector, self.hosts, self.clock, self.bot_id)
        self._ended.set()

    async def run(self) -> None:
        """Send until `stop`, or until cancelled."""
        self._ended.clear()
        others = Background()
        others.start(self._keep_sweeping())
        others.start(self._keep_taking_back())
        try:
            while not self._stopping.is_set():
                await self._turn_over()
                await self._pause()
        finally:
            await others.close(within=0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._drain(), DRAIN)
            await self._sending.close(within=0)
            self._ended.set()

    async def stop(self) -> None:
        """Claim nothing more, and let what is on its way arrive; what has not by then is marked when it is repeated."""
        self._stopping.set()
        self._awake.set()
        await self._ended.wait()

    async def _pause(self) -> None:
        """Until one was sent, or it is time to look again, or we are told to stop."""
        is_full = self._on_their_way == IN_FLIGHT
        with suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), TRY_AGAIN if self._is_away else None if is_full else self.poll)
        self._awake.clear()

    async def _drain(self) -> None:
        while self._on_their_way or self._done:
            await self._settle_each()
            await asyncio.sleep(TRY_AGAIN) if self._done else await self._sending.one_ends()

    # Settling and claiming

    async def _turn_over(self) -> None:
        """Settle what was sent and claim as much again; where that breaks, each by itself."""
        done, room = tuple(self._done), IN_FLIGHT - self._on_their_way
        try:
            if any(each.asks_to_wait for each in done):  # it holds a tenant's pace: given back before another is asked
                await self._exchange(done, room=0)
                done = ()
            await self._exchange(done, room)
        except RecordsAway as away:
            self._tell_away(away)
            await self._settle_each()  # what was sent does not wait for what can be claimed
        except Exception as error:  # one message must not hold up the others
            logs.failure("claim.failed", error)
            await self._settle_each()
            await self._claim_carefully(IN_FLIGHT - self._on_their_way)

    async def _exchange(self, done: Sequence[Done], room: int, *, carefully: bool = False) -> None:
        """One transaction."""
        if not done and not room:
            return
        started = time.monotonic()
        async with self.database.work(self.clock) as work:
            settled = await Settling(work, self.lease).settle(*done) if done else 0
            claimed = await self._claimed(work, room, carefully=carefully) if room else []
        self._is_away = False
        self._forget(done, settled)
        latest = started + self.lease.total_seconds() - (self.connector.timeout.total or 0) - MARGIN
        for parcel, reply in claimed:
            self._on_their_way += 1
            self._sending.start(self._deliver(Ready(parcel, reply, latest)))

    def _forget(self, done: Sequence[Done], settled: int) -> None:
        self._done = [each for each in self._done if each not in done]
        rows = [id for each in done for id in each.parcel.fences]
        if settled < len(rows):
            logs.event("message.settled_by_another", rows=rows)

    async def _settle_each(self) -> None:
        """Write down what became of each; never send it again for that."""
        for done in tuple(self._done):
            try:
                await self._exchange((done,), room=0)
            except RecordsAway as away:
                self._tell_away(away)
                return
            except Exception as error:  # its lease runs out, and it is sent once more, marked
                logs.failure("message.not_settled", error, rows=list(done.parcel.fences))
                self._done.remove(done)

    async def _claim_carefully(self, room: int) -> None:
        try:
            await self._exchange((), room, carefully=True)
        except RecordsAway as away:
            self._tell_away(away)
        except Exception as error:  # whatever it is, the next look may find it mended
            logs.failure("claim.failed", error)

    async def _claimed(self, work: UnitOfWork, room: int, *, carefully: bool) -> list[tuple[Parcel, Reply]]:
        dispatch = Dispatch(work, self.rate, self.lease, carefully=carefully)
        parcels = await dispatch.claim(room)
        for row, error in dispatch.broken:
            logs.failure("message.broken", error, rows=[row])
        worded = self._worded_carefully if carefully else self.words
        return [(parcel, reply) for parcel in parcels if (reply := await worded(work, parcel))]

    async def _worded_carefully(self, work: UnitOfWork, parcel: Parcel) -> Reply | None:
        """Its words; one whose words cannot be made is given up."""
        try:
            async with work.tentatively():
                return await self.words(work, parcel)
        except RecordsAway:
            raise
        except Exception as error:
            logs.failure("message.not_worded", error, rows=list(parcel.fences))
            await Settling(work, self.lease).settle(Done(parcel, Outcome(Failure.BAD)))
            return None

    # Sending

    async def _deliver(self, ready: Ready) -> None:
        rows, outcome = list(ready.parcel.fences), Outcome(Failure.UNKNOWN)
        try:
            outcome = await self._sent(ready)
        except Exception as error:  # it may have left
            logs.failure("message.failed", error, rows=rows)
        finally:
            self._on_their_way -= 1
            self._done.append(Done(ready.parcel, outcome))
            self._awake.set()

    async def _sent(self, ready: Ready) -> Outcome:
        try:
            card = as_adaptive_card(ready.reply)
        except Exception as error:
            logs.failure("message.not_rendered", error, rows=list(ready.parcel.fences))
            return Outcome(Failure.BAD)
        if not await self._may_leave(ready):
            return Outcome(Failure.NEVER_LEFT)
        return await self._sender.sent(ready.parcel, ready.reply.summary, card)

    async def _may_leave(self, ready: Ready) -> bool:
        """Wait for its turn. False where we are told to stop meanwhile, or were frozen for so long that another may be
        sending it."""
        wait = (ready.parcel.leaves_at - self.clock()).total_seconds()
        if wait > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)
                return False
        if time.monotonic() < ready.send_before:
            return True
        logs.event("message.lease_over", rows=list(ready.parcel.fences))
        return False

    # What is done beside

    async def _keep_taking_back(self) -> None:
        """Remove what somebody asked to take back, one after the other."""
        while True:
            try:
                while asked := await self._next_to_take_back():
                    failure = await self._sender.removed(asked)
                    async with self.database.work(self.clock) as work:
                        await Settling(work, self.lease).took_back(asked, failure)
            except RecordsAway as away:
                self._tell_away(away)
            except Exception as error:  # the next look may find it mended
                logs.failure("taking_back.failed", error)
            await asyncio.sleep(self.poll)

    async def _next_to_take_back(self) -> TakingBack | None:
        async with self.database.work(self.clock) as work:
            return await Settling(work, self.lease).to_take_back()

    async def _keep_sweeping(self) -> None:
        while True:
            for job in (self._look_for_lapsed, *self.jobs):
                await self._do(job)
            await asyncio.sleep(self.sweep)

    async def _do(self, job: Job) -> None:
        """One job in a transaction of its own; whatever breaks it, the others are done, and it is tried again."""
        try:
            async with self.database.work(self.clock) as work:
                await job(work)
        except RecordsAway as away:
            self._tell_away(away)
        except Exception as error:
            logs.failure("sweep.failed", error)

    async def _look_for_lapsed(self, work: UnitOfWork) -> None:
        if lapsed := await Settling(work, self.lease).lapsed():
            logs.event("message.lease_lapsed", count=lapsed)

    def _tell_away(self, away: RecordsAway) -> None:
        """Logged once, not at every look."""
        if not self._is_away:
            logs.failure("ledger.away", away)
        self._is_away = True
