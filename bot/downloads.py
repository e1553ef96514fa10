"""What files have in common that are taken by an address: nobody can guess it, a database that is away is told so, and
whoever may not see it any more is told that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot import logs
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import RecordsAway
from knowledge.roles import NotAllowed
from knowledge.unit_of_work import UnitOfWork

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOKEN = r"{token:[\w-]{16,64}}"  # noqa: S105  # the place of one in an address


@asynccontextmanager
async def reading(database: Database | None, clock: Clock, of: str) -> AsyncIterator[UnitOfWork]:
    """The records, for one file. `of`: what it is of, for the log. Raises HTTPNotFound where there are no records,
    HTTPForbidden for whoever may not see it (any more), and HTTPServiceUnavailable while the records are away."""
    if database is None:
        raise web.HTTPNotFound
    try:
        async with database.reading(clock) as work:
            yield work
    except NotAllowed as no:
        raise web.HTTPForbidden(text=str(no)) from None
    except RecordsAway as away:
        logs.failure(f"{of}_file.away", away)
        raise web.HTTPServiceUnavailable(text=str(away)) from None


def download(body: bytes, kind: str, name: str) -> web.Response:
    """A file as the answer: it is saved under this name, not shown."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=kind, headers=headers)
