"""The contacts for a command that serves one person: the release's, with what was approved since.

Where the records are away, the last that were read answer, else the release's; and it is said which.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot import settings
from dialogs.conversation import Conversation
from knowledge.clock import Clock, day_in_words
from knowledge.errors import RecordsAway

LOOK_AGAIN = 10.0
"""Seconds after which somebody who still types is answered from contacts that were read anew."""
PATIENCE = 2.0
"""Seconds that somebody is kept waiting for the records, at the most."""

Say = Callable[[str], None]


class Overlaid:
    """Keeps a conversation's contacts as they were approved; it needs no records, and makes none."""

    def __init__(self, conversation: Conversation, clock: Clock, say: Say) -> None:
        from bot.contacts import LiveContacts

        self._contacts = LiveContacts(conversation, clock)
        self._conversation, self._clock, self._say = conversation, clock, say
        self._url = settings.records_url()
        self._looked_at: datetime | None = None
        self._said = ""

    def look(self) -> None:
        """Read what was approved, unless that was a moment ago. Says what a person has to know, once."""
        now = self._clock()
        if not self._url or (self._looked_at and (now - self._looked_at).total_seconds() < LOOK_AGAIN):
            return
        self._looked_at = now
        try:
            asyncio.run(self._read())
            self._tell("")
        except RecordsAway:
            self._tell(self._which())

    async def _read(self) -> None:
        from knowledge.database import Database, address

        database = Database(address(self._url), wait=PATIENCE)
        try:
            async with database.reading(self._clock) as work:
                await self._contacts.read(work)
        finally:
            await database.close()

    def lines(self) -> list[str]:
        """What lies over the release, for whoever checks the content: what differs, and what is left out."""
        differing = ", ".join(self._contacts.differing)
        lines = [f"approved since the release: {differing} (safeguarding content export)"] if differing else []
        ignored = self._contacts.ignored
        return lines + [f"version {one.version} of {one.service} is left out: {one.why}" for one in ignored]

    def _which(self) -> str:
        if self._contacts.is_read:
            return "I cannot reach the records just now. These are the contacts as I last read them."
        collected = day_in_words(self._conversation.library.wording.collected_on)
        return f"I cannot reach the records just now. These are the contacts of the release, collected on {collected}."

    def _tell(self, words: str) -> None:
        if words and words != self._said:
            self._say(words)
        self._said = words
