"""Files that people send in a private chat: fetched from where Teams keeps them, and counted while they come in.

The address carries its own leave to fetch, so no token of ours is sent with it, and no redirect is followed.
"""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from bot.settings import is_loopback
from knowledge.cells import MOST_BYTES, BadTable
from knowledge.errors import Refusal
from knowledge.training.tables import Courses, Dates, read_table

KEPT_BY = ".sharepoint.com"
"""Where Teams keeps what is sent in a private chat."""
FETCHED_WITHIN = 4.0
READ_WITHIN = 8.0
"""Seconds from the file's arrival until its rows are known: a reply may take twelve in all."""


class FileNotFetched(Refusal):
    """I could not fetch that file in time. Nothing was changed. Please send it again."""


class FileTooLarge(Refusal):
    """That file is larger than 2 MB. Nothing was changed. Please make two of it."""


@dataclass
class SentFiles:
    """`takes_loopback`: also from this machine, for development and tests."""

    client: aiohttp.ClientSession
    takes_loopback: bool = False
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One workbook is read at a time, however many are sent."""

    async def table(self, address: str) -> Courses | Dates | BadTable:
        """The table in a file, or what is wrong with it. Raises FileNotFetched, FileTooLarge."""
        try:
            async with asyncio.timeout(READ_WITHIN):
                data = await self._fetched(address)
                async with self._one:
                    return await asyncio.to_thread(read_table, data)
        except BadTable as bad:
            return bad
        except (TimeoutError, aiohttp.ClientError):
            raise FileNotFetched from None

    async def _fetched(self, address: str) -> bytes:
        if not self._may_fetch(address):
            raise FileNotFetched
        within = aiohttp.ClientTimeout(total=FETCHED_WITHIN)
        async with self.client.get(address, timeout=within, allow_redirects=False) as response:
            if response.status != 200:
                raise FileNotFetched
            data = bytearray()
            async for piece in response.content.iter_chunked(64 * 1024):
                data += piece
                if len(data) > MOST_BYTES:
                    raise FileTooLarge
            return bytes(data)

    def _may_fetch(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if self.takes_loopback and is_loopback(host):
            return True
        return parts.scheme == "https" and host.endswith(KEPT_BY) and port in (None, 443) and "@" not in parts.netloc
