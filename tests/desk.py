"""A desk at the ledger: messages are owed, claimed and settled by hand, and so is the clock."""

from datetime import datetime
from uuid import UUID

from knowledge.database import Database
from knowledge.dispatch import Dispatch
from knowledge.failures import Failure, Outcome
from knowledge.models import Waiting
from knowledge.models.sending import ConversationKind, State
from knowledge.notices import Notice
from knowledge.parcels import Parcel, Rate
from knowledge.settling import Done, Settling
from tests.builders import MONDAY_MORNING
from tests.ledger import FAST, TENANT


class Desk:
    """A ledger with a clock that is moved by hand."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, MONDAY_MORNING

    async def person(self, name: str = "ann", tenant: str = TENANT, *, is_reached: bool = True) -> UUID:
        async with self.database.work(lambda: self.now) as work:
            person = await work.people.met(tenant, name)
            if is_reached:
                url = "https://smba.trafficmanager.net/uk/"
                await work.references.heard_from(person, f"chat-{name}", url, ConversationKind.PERSONAL)
            return person.id

    async def owes(self, who: UUID, told: Notice, due_at: datetime | None = None, **fields: datetime) -> bool:
        async with self.database.work(lambda: self.now) as work:
            return await work.outbox.owe(who, told, due_at, **fields)  # type: ignore[arg-type]

    async def claims(self, most: int = 4, rate: Rate = FAST) -> list[Parcel]:
        async with self.database.work(lambda: self.now) as work:
            return await Dispatch(work, rate).claim(most)

    async def settles(self, parcel: Parcel, outcome: Outcome | Failure) -> int:
        told = outcome if isinstance(outcome, Outcome) else Outcome(outcome)
        async with self.database.work(lambda: self.now) as work:
            return await Settling(work).settle(Done(parcel, told))

    async def lapses(self) -> int:
        async with self.database.work(lambda: self.now) as work:
            return await Settling(work).lapsed()

    async def states(self) -> dict[State, int]:
        async with self.database.reading(lambda: self.now) as work:
            return (await work.outbox.totals()).by_state

    async def row(self, id: int) -> Waiting:
        async with self.database.reading(lambda: self.now) as work:
            row = await work.session.get(Waiting, id)
            assert row
            return row

    async def the_row(self, parcel: Parcel) -> Waiting:
        return await self.row(next(iter(parcel.fences)))


def names(parcels: list[Parcel]) -> list[str]:
    return [told.subject for parcel in parcels for told in parcel.notices]
