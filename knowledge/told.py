"""What practitioners tell of a contact, in two taps: counted by day, and told to who keeps it on the same day."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import LONDON, Clock
from knowledge.content_notices import ContactTold
from knowledge.inserting import inserting
from knowledge.keepers import Keepers
from knowledge.models import ServiceTold
from knowledge.models.contacts import ToldKind
from knowledge.outbox import Outbox
from knowledge.roles import ADMINISTRATOR, CONTENT_OWNER, LEARNING_LEAD
from knowledge.sending_hours import Quiet, may_send, next_sending
from knowledge.services import Id

SHOWN_FOR = timedelta(days=30)
SOON = timedelta(minutes=30)
"""How long more is waited for, so that several make one message."""
HOURS_TOGETHER = 4
"""Of a day's hours, so many share one message about what was wrong."""
AFTERNOON = time(16)
"""London time from which what was right is told, once a day: nobody has to act on it."""
LATER = "on the next working day"
_WORDS = {
    ToldKind.NO_ANSWER: "{count} said that the number did not work",
    ToldKind.NOT_RIGHT: "{count} said that something was wrong",
    ToldKind.RIGHT: "{count} said that it was right",
}


class Tellings:
    def __init__(self, session: AsyncSession, clock: Clock, keepers: Keepers, outbox: Outbox) -> None:
        self.session, self.clock, self.keepers, self.outbox = session, clock, keepers, outbox

    async def tell(self, service: Id, name: str, kind: ToldKind) -> None:
        """Count it, without who told it; the count reaches who keeps the service the same day."""
        now = self.clock()
        local = now.astimezone(LONDON)
        new = inserting(self.session, ServiceTold).values(service=service, day=local.date(), kind=kind, count=1)
        key = ["service", "day", "kind"]
        await self.session.execute(new.on_conflict_do_update(index_elements=key, set_={"count": ServiceTold.count + 1}))
        due, rule = _soon(now), f"told-{local.hour // HOURS_TOGETHER}"
        if kind is ToldKind.RIGHT:
            due = max(due, datetime.combine(local.date(), AFTERNOON, LONDON).astimezone(UTC))
            rule = f"right-{local.time() >= AFTERNOON}"
        for person_id in await self._who(service):
            told = ContactTold(person_id=person_id, service=service, name=name, day=local.date())
            await self.outbox.owe(person_id, told, due, rule=rule, on=local.date())

    async def _who(self, service: Id) -> list[UUID]:
        """Who keeps it; where nobody does, every content owner; where there is none, who can appoint one."""
        if kept := [person.id for person in await self.keepers.of(service) if person]:
            return kept
        held = await self.keepers.grants.held_by_each()
        owners = [person_id for person_id, roles in held.items() if CONTENT_OWNER in roles]
        return owners or [person_id for person_id, roles in held.items() if roles & {ADMINISTRATOR, LEARNING_LEAD}]

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


def _soon(now: datetime) -> datetime:
    """A little later, so that more comes with it; at once where it would else wait for another day."""
    quiet = Quiet()
    return now if may_send(now, quiet) and not may_send(now + SOON, quiet) else now + SOON


def when_told(now: datetime) -> str:
    """When who keeps a service reads of what was just told: messages keep to working hours."""
    return "today" if next_sending(now, Quiet()).astimezone(LONDON).date() == now.astimezone(LONDON).date() else LATER


def _sentence(counts: dict[ToldKind, int]) -> str:
    return "; ".join(_WORDS[kind].format(count=counts[kind]) for kind in ToldKind if counts.get(kind)) + "."
