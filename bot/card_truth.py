"""Cards held by others: when a record changes, the cards about it that arrived are changed in their chats."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import logs
from bot.connector import NOT_SENT, Connector, address, failure_of
from bot.frontdoor import HostRule
from bot.sending import CARD
from dialogs.cards.adaptive import as_adaptive_card
from dialogs.reply import Reply
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import RecordsAway
from knowledge.failures import Failure
from knowledge.outdated import Outdated, Stale
from knowledge.unit_of_work import UnitOfWork

LOOK = 2.0
"""Seconds between two looks."""
MOST_AT_ONCE = 20
"""Cards changed in one look, one after the other: fewer than the tenant's pace allows."""

Words = Callable[[UnitOfWork, Stale], Awaitable[Reply]]
"""What a card says now."""


@dataclass
class CardTruth:
    """`bot_id`: who we are to Teams. `hosts`: where our token may go."""

    database: Database
    connector: Connector
    hosts: HostRule
    words: Words
    clock: Clock
    bot_id: str
    look: float = LOOK
    _is_away: bool = False

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.once()
                self._is_away = False
            except RecordsAway as away:
                self._tell_away(away)
            except Exception as error:  # the next look may do better
                logs.failure("cards.not_updated", error)
            await asyncio.sleep(self.look)

    async def once(self) -> int:
        """Change the cards that are out of date, up to so many; gives how many were tried."""
        for count in range(MOST_AT_ONCE):
            found = await self._next()
            if found is None:
                return count
            stale, reply = found
            failure = await self._changed(stale, reply)
            async with self.database.work(self.clock) as work:
                await Outdated(work).settle(stale, failure)
        return MOST_AT_ONCE

    async def _next(self) -> tuple[Stale, Reply] | None:
        """The next one with its words; one whose words cannot be made stays as it is, and the others are changed."""
        async with self.database.work(self.clock) as work:
            while stale := await Outdated(work).next():
                try:
                    async with work.tentatively():
                        return stale, await self.words(work, stale)
                except RecordsAway:
                    raise
                except Exception as error:
                    logs.failure("card.not_worded", error, rows=list(stale.ids))
                    await Outdated(work).settle(stale, Failure.BAD)
        return None

    async def _changed(self, stale: Stale, reply: Reply) -> Failure | None:
        """Put the card as it is now in the place of the old one."""
        if not self.hosts.allows(stale.service_url):
            return Failure.BAD
        url = address(stale.service_url, stale.conversation_id, stale.activity_id)
        try:
            await self.connector.call("PUT", url, self._payload(stale, reply))
        except NOT_SENT as error:
            logs.failure("card.not_updated", error, rows=list(stale.ids))
            return failure_of(error)
        return None

    def _payload(self, stale: Stale, reply: Reply) -> dict[str, object]:
        return {
            "type": "message",
            "id": stale.activity_id,
            "from": {"id": self.bot_id},
            "conversation": {"id": stale.conversation_id},
            "summary": reply.summary,
            "attachments": [{"contentType": CARD, "content": as_adaptive_card(reply)}],
        }

    def _tell_away(self, away: RecordsAway) -> None:
        """Logged once, not at every look."""
        if not self._is_away:
            logs.failure("cards.away", away)
        self._is_away = True
