"""The training and impact report and the workbook, taken by an address that a learning lead was shown: good for an
hour, and while they are one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from aiohttp import web

from bot.downloads import DOCX, TOKEN, XLSX, download, reading
from bot.impact_report import as_document, as_page
from dialogs.evaluation_report import FILES
from knowledge.audit import Actor
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.evaluation.figures import results
from knowledge.evaluation.impact import Impact, impact
from knowledge.evaluation.workbook import workbook
from knowledge.models.people import Via
from knowledge.unit_of_work import UnitOfWork

Made = TypeVar("Made")


@dataclass(frozen=True)
class Asked:
    """Who asks, and about which London days, both included."""

    actor: Actor
    since: date
    until: date


@dataclass(frozen=True)
class EvaluationFiles:
    """`boards`: their names; `topics`: names by id."""

    database: Database | None
    clock: Clock
    boards: Sequence[str]
    topics: Mapping[str, str]

    def routes(self) -> Sequence[web.RouteDef]:
        return (
            web.get(rf"/evaluation/{TOKEN}.docx", self.document),
            web.get(rf"/evaluation/{TOKEN}.html", self.page),
            web.get(rf"/evaluation/{TOKEN}.xlsx", self.workbook),
        )

    async def document(self, request: web.Request) -> web.Response:
        return await _file(as_document, await self._report(request), DOCX, "impact.docx")

    async def page(self, request: web.Request) -> web.Response:
        return await _file(_page, await self._report(request), "text/html", "impact.html")

    async def workbook(self, request: web.Request) -> web.Response:
        async with self._asked(request) as (work, asked):
            told = await results(work, asked.since, asked.until, asked.actor)
        return await _file(workbook, told, XLSX, "evaluation.xlsx")

    async def _report(self, request: web.Request) -> Impact:
        async with self._asked(request) as (work, asked):
            return await impact(work, asked.since, asked.until, self.boards, self.topics, asked.actor)

    @asynccontextmanager
    async def _asked(self, request: web.Request) -> AsyncIterator[tuple[UnitOfWork, Asked]]:
        """Raises what `reading` raises, and HTTPNotFound for an address that is not, or no longer, good."""
        async with reading(self.database, self.clock, "evaluation") as work:
            row = await work.tokens.looked_at(request.match_info["token"], FILES)
            if row is None:
                raise web.HTTPNotFound
            since, until = (date.fromisoformat(str(row.subject[name])) for name in ("since", "until"))
            yield work, Asked(Actor(Via.CHAT, row.owner), since, until)


def _page(report: Impact) -> bytes:
    return as_page(report).encode()


async def _file(make: Callable[[Made], bytes], of: Made, kind: str, name: str) -> web.Response:
    return download(await asyncio.to_thread(make, of), kind, name)
