"""What tests of training are built from: a small catalogue, people who book, and the rules that always hold."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Booking, CourseDate, Person, Waiting
from knowledge.models.training import ACTIVE, HOLDING, Audience, BookingState, Counted, DateState, OpenTo, ProvidedBy
from knowledge.training.drafts import CourseDraft, DateDraft
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING, library, london

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
TOPICS = frozenset(library().topics)
NEGLECT = CourseDraft(
    code="NEG-2", title="Neglect", level=2, audience=Audience.CHILDREN, aims="See neglect early.", topics=("neglect",),
    priority="Neglect", commissioned_by="The partnership", minutes=180, prerequisite="", refresher_months=36,
    provided_by=ProvidedBy.PARTNERSHIP, challenge="", open_to=OpenTo.EVERYBODY, needs_approval=False,
    places_per_agency=0, charge_pence=0, cancel_notice=(3, Counted.WORKING_DAYS), allows_substitutes=True,
    tells_lead_of_no_show=True, needs_evaluation=False,
)  # fmt: skip
MARCH = DateDraft(
    code="NEG-2-A", course="NEG-2", starts_at=london(2027, 3, 9, 9, 30), ends_at=london(2027, 3, 9, 12, 30),
    room="Room 1", link="", trainer="", capacity=10, state=DateState.OPEN,
)  # fmt: skip


class School:
    """A database with a course, and a clock that is moved by hand."""

    def __init__(self, database: Database, now: datetime = MONDAY_MORNING) -> None:
        self.database, self.now = database, now

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.database.work(lambda: self.now)

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.database.reading(lambda: self.now)

    async def course(self, **fields: Any) -> None:
        async with self.work() as work:
            await work.catalogue.save_course(replace(NEGLECT, **fields), COMMAND_LINE, TOPICS)

    async def date(self, **fields: Any) -> UUID:
        draft = replace(MARCH, **fields)
        async with self.work() as work:
            await work.catalogue.save_date(draft, COMMAND_LINE)
            return (await work.catalogue.date_with_code(draft.code)).id

    async def opened(self, rule: dict[str, Any] | None = None, **fields: Any) -> UUID:
        """A course with one date; gives the date's id."""
        await self.course(**(rule or {}))
        return await self.date(**fields)

    async def person(self, name: str, agency: UUID | None = None) -> Person:
        async with self.work() as work:
            person = await work.people.met(TENANT, name, name.title(), f"{name}@nowhere.example")
            person.agency_id = agency
            return person

    async def does(self, name: str, what: Callable[[UnitOfWork, Person], Any]) -> Any:
        """What a person does, in one transaction."""
        person = await self.person_named(name)
        async with self.work() as work:
            return await what(work, await work.people.get(person.id))

    async def person_named(self, name: str) -> Person:
        async with self.reading() as work:
            found = await work.people.find(TENANT, name)
        return found or await self.person(name)

    async def state(self, name: str, date: UUID) -> BookingState | None:
        """How the person's latest booking of the date stands."""
        person = await self.person_named(name)
        async with self.reading() as work:
            query = select(Booking).filter_by(person_id=person.id, date_id=date).order_by(Booking.id.desc())
            booking = await work.session.scalar(query.limit(1))
            return booking.state if booking else None

    async def booking(self, name: str, date: UUID) -> Booking:
        person = await self.person_named(name)
        async with self.reading() as work:
            query = select(Booking).filter_by(person_id=person.id, date_id=date).order_by(Booking.id.desc())
            found = await work.session.scalar(query.limit(1))
            assert found
            return found

    async def owed(self, name: str) -> list[str]:
        """The kinds of what a person is owed, in the order in which it was."""
        person = await self.person_named(name)
        async with self.reading() as work:
            query = select(Waiting.kind).filter_by(recipient=person.id).order_by(Waiting.id)
            return list(await work.session.scalars(query))

    async def later(self, **length: float) -> None:
        self.now += timedelta(**length)


async def broken_rules(work: UnitOfWork) -> list[str]:
    """The rules of booking that do not hold, each with its date; empty where all is well."""
    broken = []
    for date in await work.session.scalars(select(CourseDate)):
        bookings = list(await work.session.scalars(select(Booking).filter_by(date_id=date.id).order_by(Booking.id)))
        active = [each for each in bookings if each.state in ACTIVE]
        waiting = [each for each in active if each.state is BookingState.WAITING]
        rules = {
            "taken equals bookings": date.taken == sum(each.state in HOLDING for each in active),
            "taken is at most the seats": date.taken <= date.capacity,
            "nobody is there twice": len({each.person_id for each in active}) == len(active),
            "nobody waits beside a free seat": _may_have_free_seats(date) or not waiting or not date.free,
            "a cancelled date holds nobody": date.state is not DateState.CANCELLED or not active,
        }
        broken += [f"{date.code}: {rule}" for rule, holds in rules.items() if not holds]
    return broken


def _may_have_free_seats(date: CourseDate) -> bool:
    """Nobody is offered a place that is not open, or more places than their agency has."""
    return date.state is not DateState.OPEN or bool(date.course.places_per_agency)
