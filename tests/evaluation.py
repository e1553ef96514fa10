"""What tests of evaluation are built from: a course that people are booked on, their chats, and one clock for all."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from bot.jobs import evaluate
from dialogs import evaluation_notices
from dialogs.notices import words
from dialogs.reply import Reply, as_text
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.dispatch import Dispatch
from knowledge.failures import Outcome
from knowledge.models import Booking, Waiting
from knowledge.models.people import Sector
from knowledge.models.sending import ConversationKind
from knowledge.models.training import Attendance
from knowledge.parcels import Rate
from knowledge.roles import Held
from knowledge.settling import Done, Settling
from knowledge.training.bookings import by
from tests.chats import TENANT, Office
from tests.training import MARCH, School

ENDED = MARCH.ends_at
NOTICES = evaluation_notices


class Cohort:
    """A course with a date on 9 March 2027, 9.30 am to 12.30 pm, and whoever is booked on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.office, self.school = Office(database), School(database)
        self.agencies: dict[str, UUID] = {}

    @property
    def now(self) -> datetime:
        return self.school.now

    def goes_to(self, at: datetime) -> None:
        self.office.now = self.school.now = at

    async def later(self, **length: float) -> None:
        self.goes_to(self.now + timedelta(**length))

    async def agency(self, name: str) -> UUID:
        if name not in self.agencies:
            async with self.school.work() as work:
                await work.agencies.save(AgencyDraft(name, Sector.HEALTH), COMMAND_LINE)
                self.agencies[name] = (await work.agencies.get(name)).id
        return self.agencies[name]

    async def books(self, date: UUID, *names: str, agency: str = "") -> list[int]:
        """People who have a place; gives the ids of their bookings."""
        of = await self.agency(agency) if agency else None
        booked = []
        async with self.school.work() as work:
            for name in names:
                person = await work.people.met(TENANT, name, name.title(), f"{name}@x.example")
                person.agency_id = of or person.agency_id
                url = "https://smba.trafficmanager.net/uk/"
                await work.references.heard_from(person, f"chat-{name}", url, ConversationKind.PERSONAL)
                self.office.ids[name] = person.id
                booked.append((await work.bookings.book(person, date, by(person))).id)
        return booked

    async def marks(self, name: str, date: UUID, attendance: Attendance = Attendance.PRESENT) -> None:
        booking = await self.school.booking(name, date)
        async with self.school.work() as work:
            await work.register.mark(booking.id, attendance, COMMAND_LINE)

    async def looks(self) -> None:
        """What the process does once a minute."""
        async with self.school.work() as work:
            await evaluate(work)

    async def employs(self, name: str, *roles: Held) -> None:
        await self.office.employs(name, *roles)

    async def sends(self) -> dict[str, list[str]]:
        """Send what is owed, as Teams would take it; gives what each person got, in words."""
        got: dict[str, list[str]] = {}
        names = {id: name for name, id in self.office.ids.items()}
        while True:
            async with self.school.work() as work:
                parcels = await Dispatch(work, Rate(1000, timedelta())).claim(50)
                for parcel in parcels:
                    reply = await words(work, parcel)
                    got.setdefault(names[parcel.recipient], []).append(as_text(reply))
                    self._shown(names[parcel.recipient], reply)
                    await Settling(work).settle(Done(parcel, Outcome(activity_id="1")))
            if not parcels:
                return got

    def _shown(self, name: str, reply: Reply) -> None:
        """Its buttons can be pressed."""
        self.office.shown[name] = reply

    async def owed(self, name: str) -> list[str]:
        async with self.school.reading() as work:
            query = select(Waiting.kind).filter_by(recipient=self.office.ids[name]).order_by(Waiting.id)
            return [kind for kind in await work.session.scalars(query) if kind.startswith("evaluation")]

    async def booking(self, name: str, date: UUID) -> Booking:
        return await self.school.booking(name, date)
