"""What practitioners tell of a contact, in two taps: counted by day, and told to who keeps it on the same day."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import LONDON, Clock
from knowledge.content_notices import ContactTold, PageBroken, UrgentContactTold
from knowledge.freshness import CRITICAL_ROUTES
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
"""What is told within one of these makes one message: none is left untold, and none is told alone."""
LAST = time(17, 55)
"""London time to which what is told shortly before the end of working hours is brought forward."""
WAKING = (time(8), time(22))
"""London times between which, on any day, what is wrong with a critical route is told."""
AFTERNOON = time(16)
"""London time from which what was right is told, once a day: nobody has to act on it."""
WHEN = TODAY, TOMORROW, LATER = "today", "tomorrow morning", "on the next working day"
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
        due = due_at(service, kind, now)
        notice = UrgentContactTold if _is_urgent(service, kind) else ContactTold
        for person_id in await self._who(service):
            told = notice(person_id=person_id, service=service, name=name, day=local.date())
            await self.outbox.owe(person_id, told, due, rule=f"told-{due:%d%H%M}", on=local.date())

    async def page_is_broken(self, service: Id, name: str) -> None:
        """Tell who keeps a service that one of its web pages could not be opened; once a day, however often."""
        for person_id in await self._who(service):
            await self.outbox.owe(person_id, PageBroken(person_id=person_id, service=service, name=name))

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


def due_at(service: Id, kind: ToldKind, now: datetime) -> datetime:
    """When what is told at an aware instant is due: at the end of its half hour, what was right in the afternoon."""
    local = now.astimezone(LONDON)
    if _is_urgent(service, kind):
        return _awake(_half_hour_after(now))
    if kind is ToldKind.RIGHT and local.time() < AFTERNOON:
        return _on(local.date(), AFTERNOON)
    soon = _half_hour_after(now)
    is_last = may_send(now, Quiet()) and not may_send(soon, Quiet())
    return max(now, _on(local.date(), LAST)) if is_last else soon


def when_told(service: Id, kind: ToldKind, now: datetime) -> str:
    """When who keeps a service reads of what was just told. But for what is wrong with a critical route, messages keep
    to working hours."""
    due, today = due_at(service, kind, now), now.astimezone(LONDON).date()
    if _is_urgent(service, kind):
        return TODAY if due.astimezone(LONDON).date() == today else TOMORROW
    return TODAY if next_sending(due, Quiet()).astimezone(LONDON).date() == today else LATER


def _is_urgent(service: Id, kind: ToldKind) -> bool:
    return service in CRITICAL_ROUTES and kind is not ToldKind.RIGHT


def _half_hour_after(now: datetime) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + ((now - start) // SOON + 1) * SOON


def _awake(at: datetime) -> datetime:
    """The instant, or the next morning where it is at night."""
    local, (wake, sleep) = at.astimezone(LONDON), WAKING
    if local.time() < wake:
        return _on(local.date(), wake)
    return _on(local.date() + timedelta(days=1), wake) if local.time() > sleep else at


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _sentence(counts: dict[ToldKind, int]) -> str:
    return "; ".join(_WORDS[kind].format(count=counts[kind]) for kind in _WORDS if counts.get(kind)) + "."
