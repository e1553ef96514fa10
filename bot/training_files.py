"""Files of training: a calendar entry, a certificate, and the page that says whether a certificate is genuine.

The links carry a key that cannot be guessed, and nothing of who is asked about; a database that is away is told so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.downloads import TOKEN, XLSX, download, reading
from bot.page import rendered
from dialogs.cards.courses import name_of
from dialogs.reply import Heading, Paragraph, Reply
from dialogs.teaching import WORKBOOK
from knowledge.audit import Actor
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.models import Booking
from knowledge.models.people import Via
from knowledge.training.calendar import calendar_entry
from knowledge.training.certificate import certificate
from knowledge.training.figures import figures, year_began
from knowledge.training.workbook import workbook
from knowledge.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Found:
    """A booking, the name of whose it is, and how many of the same date they had before."""

    booking: Booking
    name: str
    earlier: int


@dataclass(frozen=True)
class TrainingFiles:
    """`partnership`: its name, for the certificate; `links`: where the assistant is served; `topics`: their names."""

    database: Database | None
    clock: Clock
    partnership: str
    links: str
    topics: Mapping[str, str]

    def routes(self) -> Sequence[web.RouteDef]:
        return (
            web.get(r"/training/{key:[\w-]{16,64}}.ics", self.calendar),
            web.get(r"/training/{key:[\w-]{16,64}}.pdf", self.certificate),
            web.get(rf"/training/figures/{TOKEN}.xlsx", self.figures),
            web.get(r"/certificates/{code:[\w-]{19}}", self.verified),
        )

    async def calendar(self, request: web.Request) -> web.Response:
        found = await self._found(lambda work: work.register.with_key(request.match_info["key"]))
        entry = calendar_entry(found.booking, self.clock(), found.earlier)
        return download(entry, "text/calendar", "course.ics")

    async def certificate(self, request: web.Request) -> web.Response:
        found = await self._found(lambda work: work.register.with_key(request.match_info["key"]))
        if found.booking.certificate is None:
            raise web.HTTPNotFound
        paper = certificate(found.booking, found.name, self.partnership, self.links)
        return download(paper, "application/pdf", "certificate.pdf")

    async def figures(self, request: web.Request) -> web.Response:
        """The figures of training for whoever was shown the address, as long as they may see them."""
        async with reading(self.database, self.clock, "training") as work:
            owner = await work.tokens.owner_of(request.match_info["token"], WORKBOOK)
            if owner is None:
                raise web.HTTPNotFound
            told = await figures(work, year_began(self.clock()), Actor(Via.CHAT, owner), self.topics)
        return download(await asyncio.to_thread(workbook, told), XLSX, "training.xlsx")

    async def verified(self, request: web.Request) -> web.Response:
        try:
            found = await self._found(lambda work: work.register.verified(request.match_info["code"]))
        except web.HTTPNotFound:
            words = Paragraph("No certificate has this code. Please look at it once more.")
            return rendered(Reply((Heading("Not known"), words)), "", status=404)
        day = found.booking.date.starts_on
        words = Paragraph(f"{found.name}: {name_of(found.booking.date.course)}, {day.day} {day:%B %Y}.")
        return rendered(Reply((Heading("This certificate is genuine"), words)), "")

    async def _found(self, find: Callable[[UnitOfWork], Awaitable[Booking | None]]) -> Found:
        """Raises HTTPNotFound, and HTTPServiceUnavailable while the records are away."""
        async with reading(self.database, self.clock, "training") as work:
            booking = await find(work)
            if booking is None:
                raise web.HTTPNotFound
            person = await work.people.get(booking.person_id)
            return Found(booking, person.display_name or "Delegate", await work.bookings.earlier(booking))
