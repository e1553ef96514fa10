"""Files that people attach to a message: fetched from where Teams keeps them, and read as a table, before all else.

The address comes over the wire, so it is believed only where Teams keeps files; our token never goes there.
"""

import asyncio
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot import logs
from bot.frontdoor import HostRule
from dialogs.turn import Attached
from knowledge.cells import MOST_BYTES, BadTable
from knowledge.errors import Refusal
from knowledge.plan_tables import PlanTable, plan_rows, read_plan

FILE_HOSTS = HostRule(domains=("sharepoint.com",))
"""Where Teams keeps what is attached in a private chat: the writer's own OneDrive."""
FETCH_WITHIN = aiohttp.ClientTimeout(total=6)


class CannotFetch(Refusal):
    """I could not fetch the file. Please attach it again from your own device, as CSV or XLSX."""


@dataclass(frozen=True)
class Attachments:
    """`hosts`: from where a file may be fetched."""

    client: aiohttp.ClientSession
    hosts: HostRule = FILE_HOSTS

    async def table(self, attached: Attached) -> PlanTable:
        """The rows of a plan, or what is wrong with them. Raises CannotFetch."""
        try:
            data = await self._fetched(attached.url)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as failure:
            logs.failure("attachment.not_fetched", failure)
            raise CannotFetch from None
        try:
            return await asyncio.to_thread(lambda: read_plan(plan_rows(data)))
        except BadTable as bad:
            return bad

    async def _fetched(self, address: str) -> bytes:
        url = URL(address)
        if not self.hosts.allows(str(url.origin())):
            raise ValueError("not where Teams keeps files")
        async with self.client.get(url, timeout=FETCH_WITHIN, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError("not there")
            data = bytearray()
            async for piece in response.content.iter_chunked(64 * 1024):
                data += piece
                if len(data) > MOST_BYTES:
                    break  # whoever reads it says that it is too large
            return bytes(data)
