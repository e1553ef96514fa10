"""Delivery: the worker that sends what the ledger owes. Any number of processes may run one, on either database.

It claims a few messages, sends them with no transaction open, and settles them. It never sends where the lease is too
short for an answer, and tries the settling, never the sending, again while the database is away.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot import logs
from bot.connector import NOT_SENT, Connector, NotAccepted, address, failure_of
from bot.frontdoor import HostRule
from dialogs.cards.adaptive import as_adaptive_card
from dialogs.reply import Reply
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.dispatch import LEASE, Dispatch, Parcel, Rate, TakingBack
from knowledge.errors import RecordsAway
from knowledge.failures import Failure, Outcome
from knowledge.models.sending import ConversationKind
from knowledge.unit_of_work import UnitOfWork

IN_FLIGHT = 4
"""Messages on their way at once: a crash can repeat no more than these."""
POLL = 2.0
SWEEP = 30.0
DRAIN = 20.0
"""Seconds that what is on its way gets to arrive when the process is told to stop."""
TRY_AGAIN = 1.0
MARGIN = 1.0
"""Seconds of a lease that are left over once the connector answered as late as it may: to settle."""
CARD = "application/vnd.microsoft.card.adaptive"

Words = Callable[[UnitOfWork, Parcel], Awaitable[Reply]]
"""Makes the words of a parcel when it is sent."""


Job = Callable[[UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Ready:
    """A parcel with its card, and until when (by a clock that only runs forward) it may be sent."""

    parcel: Parcel
    card: dict[str, object]
    summary: str
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
    _sending: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _is_away: bool = False

    def __post_init__(self) -> None:
        self._ended.set()

    async def run(self) -> None:
        """Send until `stop`, or until cancelled."""
        self._ended.clear()
        sweeping = asyncio.create_task(self._keep_sweeping())
        try:
            while not self._stopping.is_set():
                await self._take_back()
                claimed = await self._claimed()
                for ready in claimed:
                    self._start(ready)
                await self._pause(found_some=bool(claimed))
        finally:
            sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await sweeping
            if self._sending:
                await asyncio.wait(self._sending, timeout=DRAIN)
            self._ended.set()

    async def stop(self) -> None:
        """Claim nothing more, and let what is on its way arrive; what has not by then is marked when it is repeated."""
        self._stopping.set()
        await self._ended.wait()

    async def _pause(self, *, found_some: bool) -> None:
        """Until a place is free, or until it is time to look again."""
        if found_some and len(self._sending) < IN_FLIGHT:
            return
        stopping = asyncio.ensure_future(self._stopping.wait())
        full = len(self._sending) >= IN_FLIGHT
        waiting = {stopping, *self._sending} if full or found_some else {stopping}
        await asyncio.wait(waiting, timeout=None if full else self.poll, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()

    def _start(self, ready: Ready) -> None:
        task = asyncio.create_task(self._deliver(ready))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _dispatch(self, work: UnitOfWork) -> Dispatch:
        return Dispatch(work, self.rate, self.lease)

    async def _claimed(self) -> list[Ready]:
        """Claim what there is room for; nothing while the database is away."""
        free = IN_FLIGHT - len(self._sending)
        started = time.monotonic()
        try:
            async with self.database.work(self.clock) as work:
                parcels = await self._dispatch(work).claim(free)
                claimed = [await self._ready(work, parcel, started) for parcel in parcels]
        except RecordsAway as away:
            self._tell_away(away)
            return []
        except Exception as error:  # whatever it is, the next look may find it mended
            logs.failure("claim.failed", error)
            return []
        self._is_away = False
        return [ready for ready in claimed if ready]

    async def _ready(self, work: UnitOfWork, parcel: Parcel, started: float) -> Ready | None:
        """The parcel with its words; one whose words cannot be made is given up, and the rest goes on."""
        try:
            reply = await self.words(work, parcel)
            card = as_adaptive_card(reply)
        except RecordsAway:
            raise
        except Exception as error:
            logs.failure("message.not_rendered", error, rows=list(parcel.fences))
            await self._dispatch(work).settle(parcel, Outcome(Failure.BAD))
            return None
        send_before = started + parcel.lease.total_seconds() - (self.connector.timeout.total or 0) - MARGIN
        return Ready(parcel, card, reply.summary, send_before)

    async def _deliver(self, ready: Ready) -> None:
        try:
            outcome = await self._sent(ready) if await self._may_leave(ready) else Outcome(Failure.NEVER_LEFT)
            await self._settle(ready.parcel, outcome)
        except Exception as error:  # the lease runs out, and it is sent once more, marked
            logs.failure("message.failed", error, rows=list(ready.parcel.fences))

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

    async def _sent(self, ready: Ready) -> Outcome:
        parcel = ready.parcel
        if not self.hosts.allows(parcel.service_url):
            return Outcome(Failure.BAD)
        try:
            conversation = await self._conversation(parcel)
            url = address(parcel.service_url, conversation, None)
            return Outcome(activity_id=await self.connector.call("POST", url, self._payload(ready, conversation)))
        except NOT_SENT as error:
            failure = failure_of(error)
            logs.failure("message.not_sent", error, rows=list(parcel.fences), failure=failure)
            return Outcome(failure, wait=error.wait if isinstance(error, NotAccepted) else 0.0)
        except RecordsAway as away:  # while a conversation was opened anew
            self._tell_away(away)
            return Outcome(Failure.NEVER_LEFT)

    async def _conversation(self, parcel: Parcel) -> str:
        """The conversation that we know; or, where it is not there any more, one that is opened anew."""
        if not parcel.opens_anew:
            return parcel.conversation_id
        payload = {
            "bot": {"id": self.bot_id},
            "members": [{"id": parcel.object_id}],
            "isGroup": False,
            "tenantId": parcel.tenant_id,
            "channelData": {"tenant": {"id": parcel.tenant_id}},
        }
        opened = await self.connector.call("POST", f"{parcel.service_url.rstrip('/')}/v3/conversations", payload)
        async with self.database.work(self.clock) as work:
            person = await work.people.get(parcel.recipient)
            await work.references.heard_from(person, opened, parcel.service_url, ConversationKind.PERSONAL)
        return opened

    def _payload(self, ready: Ready, conversation: str) -> dict[str, object]:
        return {
            "type": "message",
            "from": {"id": self.bot_id},
            "conversation": {"id": conversation},
            "summary": ready.summary,
            "attachments": [{"contentType": CARD, "content": ready.card}],
        }

    async def _take_back(self) -> None:
        """Remove what somebody asked to take back, one after the other."""
        try:
            while asked := await self._next_to_take_back():
                failure = await self._removed(asked)
                async with self.database.work(self.clock) as work:
                    await self._dispatch(work).took_back(asked, failure)
        except RecordsAway as away:
            self._tell_away(away)

    async def _next_to_take_back(self) -> TakingBack | None:
        async with self.database.work(self.clock) as work:
            return await self._dispatch(work).to_take_back()

    async def _removed(self, asked: TakingBack) -> Failure | None:
        if not self.hosts.allows(asked.service_url):
            return Failure.BAD
        try:
            await self.connector.call("DELETE", address(asked.service_url, asked.conversation_id, asked.activity_id))
        except NOT_SENT as error:
            logs.failure("message.not_taken_back", error, row=asked.id)
            return failure_of(error)
        return None

    async def _settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """Write down what became of it, however long the database is away; never send it again for that."""
        while True:
            try:
                async with self.database.work(self.clock) as work:
                    if await self._dispatch(work).settle(parcel, outcome) < len(parcel.fences):
                        logs.event("message.settled_by_another", rows=list(parcel.fences))
                return
            except RecordsAway as away:
                self._tell_away(away)
                await asyncio.sleep(TRY_AGAIN)

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                async with self.database.work(self.clock) as work:
                    if lapsed := await self._dispatch(work).lapsed():
                        logs.event("message.lease_lapsed", count=lapsed)
                for job in self.jobs:
                    async with self.database.work(self.clock) as work:
                        await job(work)
            except RecordsAway as away:
                self._tell_away(away)
            except Exception as error:  # a sweeper that ends would leave what it should find behind for good
                logs.failure("sweep.failed", error)
            await asyncio.sleep(self.sweep)

    def _tell_away(self, away: RecordsAway) -> None:
        """Logged once, not at every look."""
        if not self._is_away:
            logs.failure("ledger.away", away)
        self._is_away = True
