"""Files that people attach to a message: fetched from where Teams keeps them, and read as a table, before all else.

The address comes over the wire, so it is believed only where Teams keeps files; our token never goes there.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import aiohttp
from yarl import URL

from bot import logs
from bot.frontdoor import HostRule
from dialogs.turn import Attached
from knowledge.cells import MOST_BYTES, BadTable
from knowledge.errors import Refusal

FILE_HOSTS = HostRule(domains=("sharepoint.com",))
"""Where Teams keeps what is attached in a private chat: the writer's own OneDrive."""
Table = TypeVar("Table")
FETCH_WITHIN = aiohttp.ClientTimeout(total=6)


class CannotFetch(Refusal):
    """I could not fetch the file. Please attach it again from your own device, as CSV or XLSX."""


@dataclass
class Attachments:
    """`hosts`: from where a file may be fetched."""

    client: aiohttp.ClientSession
    hosts: HostRule = FILE_HOSTS
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One file is read at a time, however many are attached at once."""

    async def table(self, attached: Attached, read: Callable[[bytes], Table]) -> Table | BadTable:
        """What `read` makes of a file, or what is wrong with it. Raises CannotFetch."""
        try:
            data = await self._fetched(attached.url)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as failure:
            logs.failure("attachment.not_fetched", failure)
            raise CannotFetch from None
        try:
            async with self._one:
                return await asyncio.to_thread(read, data)
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
