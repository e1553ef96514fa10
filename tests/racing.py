"""One of several processes that book, click twice, cancel and accept: `python -m tests.racing ADDRESS PART OF`.

Each round is a line that it reads, with the id of a date and how many people want it; it answers with a line. So all
begin a round together: without that one is soon ahead of the others, has the seats to itself, and nothing is raced for.
"""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from knowledge.database import Database, address
from knowledge.errors import RecordsAway, Refusal
from knowledge.models import Booking, Person
from knowledge.models.training import BookingState, Why
from knowledge.training.bookings import by
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING

AT_ONCE = 8
CLICK_TWICE, GIVE_UP = 0.15, 0.15
"""Which part of the people does."""

Act = Callable[[UnitOfWork, Person], Awaitable[object]]


@dataclass
class Racers:
    """This process's share of the people."""

    database: Database
    people: list[Person]
    chance: random.Random
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def once(self, act: Act, person: Person) -> None:
        """One transaction; who is refused, or is told that the records are busy, has changed nothing."""
        async with self.gate:
            try:
                async with self.database.work(lambda: MONDAY_MORNING) as work:
                    await act(work, person)
            except (Refusal, RecordsAway):
                return

    async def all_on(self, date: UUID) -> None:
        """Everybody books, some twice, while some give up what they have; then each offer is answered."""

        async def book(work: UnitOfWork, person: Person) -> None:
            await work.bookings.book(person, date, by(person))

        async def give_up(work: UnitOfWork, person: Person) -> None:
            if booking := await work.bookings.active(person.id, date):
                await work.bookings.cancel(person, booking.id, Why.WORK, by(person))

        clicks = [*self.people, *self._some(CLICK_TWICE)]
        self.chance.shuffle(clicks)
        acts: list[tuple[Act, Person]] = [(book, person) for person in clicks]
        for person in self._some(GIVE_UP):  # somewhere after their first click
            acts.insert(self.chance.randint(acts.index((book, person)) + 1, len(acts)), (give_up, person))
        await asyncio.gather(*(self.once(act, person) for act, person in acts))
        await self._answer_offers(date)

    def _some(self, part: float) -> list[Person]:
        return self.chance.sample(self.people, round(part * len(self.people)))

    async def _answer_offers(self, date: UUID) -> None:
        async def accept(work: UnitOfWork, person: Person) -> None:
            if booking := await work.bookings.active(person.id, date):
                await work.bookings.accept(person, booking.id, by(person))

        async with self.database.reading(lambda: MONDAY_MORNING) as work:
            offered = select(Booking.person_id).filter_by(date_id=date, state=BookingState.OFFERED)
            ids = set(await work.session.scalars(offered))
        await asyncio.gather(*(self.once(accept, person) for person in self.people if person.id in ids))


async def race(url: str, part: int, of: int) -> None:
    """This process's share of the people does it all on each date that it is told."""
    database = Database(address(url), wait=60)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        everyone = list(await work.people.everyone())
    chance = random.Random(part)  # noqa: S311  # who cancels, not a secret
    _say("ready")
    for line in sys.stdin:
        date, crowd = line.split()
        await Racers(database, everyone[part : int(crowd) : of], chance).all_on(UUID(date))
        _say("done")
    await database.close()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
