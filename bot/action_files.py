"""The pack of a sub-group, taken by an address that a co-chair was shown: good for an hour, and while they are one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.action_pack import as_document, as_workbook
from bot.downloads import DOCX, TOKEN, XLSX, download, reading
from dialogs.chairs import PACK
from knowledge.action_report import Report, report
from knowledge.audit import Actor
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.models.people import Via


@dataclass(frozen=True)
class ActionFiles:
    database: Database | None
    clock: Clock

    def routes(self) -> Sequence[web.RouteDef]:
        return (
            web.get(rf"/actions/{TOKEN}.docx", self.document),
            web.get(rf"/actions/{TOKEN}.xlsx", self.workbook),
        )

    async def document(self, request: web.Request) -> web.Response:
        stands, title = await self._stands(request.match_info["token"])
        return download(await asyncio.to_thread(as_document, stands, title), DOCX, "pack.docx")

    async def workbook(self, request: web.Request) -> web.Response:
        stands, _ = await self._stands(request.match_info["token"])
        return download(await asyncio.to_thread(as_workbook, stands), XLSX, "actions.xlsx")

    async def _stands(self, token: str) -> tuple[Report, str]:
        """The report on the plans of whoever was shown the address, and its title. Raises HTTPNotFound, HTTPForbidden
        for whoever is a co-chair no more, and HTTPServiceUnavailable while the records are away."""
        async with reading(self.database, self.clock, "action") as work:
            owner = await work.tokens.owner_of(token, PACK)
            if owner is None:
                raise web.HTTPNotFound
            plans = await work.plans.seen_by(Actor(Via.CHAT, owner))
            if not plans:
                raise web.HTTPForbidden(text="Only a co-chair can take this.")
            groups = ", ".join(sorted({plan.sub_group.replace("_", " ") for plan in plans}))
            return await report(work, plans), f"How actions stand: {groups}"
