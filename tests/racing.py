"""One of several processes that book, click twice, cancel and accept: `python -m tests.racing ADDRESS PART OF`."""

import asyncio
import random
import sys

from knowledge.database import Database, address
from knowledge.errors import RecordsAway, Refusal
from knowledge.models import Person
from knowledge.models.training import BookingState, Why
from knowledge.training.bookings import by
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING

AT_ONCE = 8


async def race(url: str, part: int, of: int) -> None:
    """This process's share of the people does it all on every date."""
    database = Database(address(url), wait=60)
    chance = random.Random(part)  # noqa: S311  # who cancels, not a secret
    async with database.reading(lambda: MONDAY_MORNING) as work:
        everyone = await work.people.everyone()
        dates = [date.id for date in await work.catalogue.upcoming()]
    mine = [person for number, person in enumerate(everyone) if number % of == part]
    gate = asyncio.Semaphore(AT_ONCE)

    async def once(act: object, person: Person) -> None:
        async with gate:
            try:
                async with database.work(lambda: MONDAY_MORNING) as work:
                    await act(work, person)  # type: ignore[operator]  # one of the two below
            except (Refusal, RecordsAway):
                return

    for date in dates:

        async def book(work: UnitOfWork, person: Person, date: object = date) -> None:
            await work.bookings.book(person, date, by(person))  # type: ignore[arg-type]

        async def settle(work: UnitOfWork, person: Person, date: object = date) -> None:
            booking = await work.bookings.active(person.id, date)  # type: ignore[arg-type]
            if booking and booking.state is BookingState.OFFERED:
                await work.bookings.accept(person, booking.id, by(person))
            elif booking and chance.random() < 0.3:
                await work.bookings.cancel(person, booking.id, Why.WORK, by(person))

        clicks = [once(book, person) for person in mine for _ in range(2)]
        chance.shuffle(clicks)
        await asyncio.gather(*clicks, *(once(settle, person) for person in mine))
        await asyncio.gather(*(once(settle, person) for person in mine))
    await database.close()


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
