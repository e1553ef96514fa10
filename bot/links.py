"""The weekly look at every web page of the contacts: it tells who keeps them, and changes nothing."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot import logs
from bot.jobs import MORNING
from knowledge import live
from knowledge.clock import LONDON, Clock
from knowledge.database import Database
from knowledge.errors import RecordsAway
from knowledge.library import Library
from knowledge.unit_of_work import UnitOfWork

PATIENCE = aiohttp.ClientTimeout(total=15)
AT_ONCE = 2
REFUSES_ROBOTS = (401, 403, 405, 429)
"""The page may well be there: only our kind of visitor is not wanted."""


def weekly(
    client: aiohttp.ClientSession, later: Callable[[Coroutine[Any, Any, None]], object], database: Database | None
) -> Any:
    """The job: once a week, in whichever process comes first. It is done `later`, with no transaction open."""

    async def look(work: UnitOfWork) -> None:
        today = work.clock().astimezone(LONDON).date()
        monday = datetime.combine(today - timedelta(days=today.weekday()), MORNING, LONDON).astimezone(UTC)
        try:
            library = live.library()
        except LookupError:
            return
        if work.clock() >= monday and await work.ticks.take("links", monday):
            later(report(client, library, database, work.clock))

    return look


async def report(client: aiohttp.ClientSession, library: Library, database: Database | None, clock: Clock) -> None:
    """Name each service with a page that could not be opened: in the log, and to who keeps it."""
    pages = [(service.id, page.value) for service in library.services.values() for page in service.web_pages]
    broken = await broken_links(client, pages)
    for service, why in broken:
        logs.warning("link.broken", service=service, why=why)
    logs.event("links.looked_at", count=len(pages), broken=len(broken))
    if database is None or not broken or 1 < len(pages) == len(broken):  # where none opens, it is we who are cut off
        return
    try:
        async with database.work(clock) as work:
            for service in dict.fromkeys(service for service, _ in broken):
                await work.told.page_is_broken(service, library.services[service].short_name)
    except RecordsAway as away:  # it stands in the log
        logs.failure("links.not_told", away)


async def broken_links(client: aiohttp.ClientSession, pages: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The services whose page could not be opened, and why, a few at a time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def look(service: str, url: str) -> tuple[str, str]:
        async with room:
            return service, await _why_not(client, url)

    found = await asyncio.gather(*(look(*page) for page in pages))
    return [(service, why) for service, why in found if why]


async def _why_not(client: aiohttp.ClientSession, url: str) -> str:
    try:
        async with client.get(url, timeout=PATIENCE, max_redirects=5) as response:
            return str(response.status) if response.status >= 400 and response.status not in REFUSES_ROBOTS else ""
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return type(error).__name__
