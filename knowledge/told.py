"""What practitioners tell of a contact, in two taps: counted by day, and told to who keeps it on the same day."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import LONDON, Clock
from knowledge.content_notices import ContactTold
from knowledge.inserting import inserting
from knowledge.keepers import Keepers
from knowledge.models import ServiceTold
from knowledge.models.contacts import ToldKind
from knowledge.outbox import Outbox
from knowledge.services import Id

SHOWN_FOR = timedelta(days=30)
SOON = timedelta(minutes=30)
"""How long more is waited for, so that several make one message."""
HOURS_TOGETHER = 4
"""Of a day's hours, so many share one message."""
_WORDS = {
    ToldKind.NO_ANSWER: "{count} said that the number did not work",
    ToldKind.NOT_RIGHT: "{count} said that something was wrong",
    ToldKind.RIGHT: "{count} said that it was right",
}


class Tellings:
    def __init__(self, session: AsyncSession, clock: Clock, keepers: Keepers, outbox: Outbox) -> None:
        self.session, self.clock, self.keepers, self.outbox = session, clock, keepers, outbox

    async def tell(self, service: Id, name: str, kind: ToldKind) -> None:
        """Count it, without who told it; what was wrong reaches the owner and the deputy the same day."""
        now = self.clock()
        local = now.astimezone(LONDON)
        new = inserting(self.session, ServiceTold).values(service=service, day=local.date(), kind=kind, count=1)
        key = ["service", "day", "kind"]
        await self.session.execute(new.on_conflict_do_update(index_elements=key, set_={"count": ServiceTold.count + 1}))
        if kind is ToldKind.RIGHT:
            return
        for person in await self.keepers.of(service):
            if person:
                told = ContactTold(person_id=person.id, service=service, name=name, day=local.date())
                await self.outbox.owe(person.id, told, now + SOON, rule=f"told-{local.hour // HOURS_TOGETHER}")

    async def sentence(self, service: Id, day: date) -> str:
        """What was told of a service on one day."""
        counted = await self.session.execute(
            select(ServiceTold.kind, ServiceTold.count).filter_by(service=service, day=day)
        )
        return _sentence({row.kind: row[1] for row in counted})

    async def in_words(self, today: date) -> dict[Id, str]:
        """What was told of each service in the last 30 days."""
        query = select(ServiceTold.service, ServiceTold.kind, func.sum(ServiceTold.count))
        lately = query.where(ServiceTold.day > today - SHOWN_FOR).group_by(ServiceTold.service, ServiceTold.kind)
        counts: dict[Id, dict[ToldKind, int]] = {}
        for service, kind, count in await self.session.execute(lately):
            counts.setdefault(service, {})[kind] = int(count)
        return {service: _sentence(told) for service, told in counts.items()}


def _sentence(counts: dict[ToldKind, int]) -> str:
    return "; ".join(_WORDS[kind].format(count=counts[kind]) for kind in ToldKind if counts.get(kind)) + "."
