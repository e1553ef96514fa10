"""The answer: from a Reading and the clock to who to ring now, what to do, and what happens next. Pure, no I/O."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from knowledge.clock import LONDON, day_in_words
from knowledge.freshness import not_checked_since
from knowledge.library import NOT_SURE, Library
from knowledge.services import Fact, Phone, PublishedHours, Route, Service, are_rivals, is_one_sure_fact
from knowledge.topics import FRONT_DOORS, Consent, Subject, Topic, Urgency
from knowledge.understanding.reading import Flag, Reading

MOST_FALLBACKS = 3
MOST_LINES = 6
"""Lines of one kind (steps, do-nots) on a card that speaks of several topics."""
MOST_ROUTES = 4
"""A person who is worried reads no more than this."""
EMERGENCY_ROUTE = "police_999"
LEAD_ROUTE = "safeguarding_lead"
GUIDANCE_ROUTES = ("procedures", LEAD_ROUTE)
NEEDED_ROUTES = frozenset({EMERGENCY_ROUTE, LEAD_ROUTE, *FRONT_DOORS.values(), *GUIDANCE_ROUTES})
"""Routes that stand in this code, and so have to be in the content."""
LAST = (LEAD_ROUTE, "early_help", "procedures")
"""Routes that give way first where several topics name more than fit."""

HOURS_UNCONFIRMED = "hours not confirmed"
NOT_CONFIRMED = "not confirmed"

Item = TypeVar("Item")


@dataclass(frozen=True)
class Contact:
    """One service as it stands at one instant: what to say of its hours, and why it stands here."""

    service: Service
    status: str
    is_open: bool
    introduction: tuple[str, ...] = ()
    """Why this one stands in for another: "Harrow MASH is shut now. Ring the Emergency Duty Team."."""
    stands_in: bool = False
    """True where it is shown beside a service that is shut, has no number or was not checked for too long."""
    unchecked_since: date | None = None
    """The day of the last check, where that is too long ago."""

    @property
    def phones(self) -> tuple[tuple[Phone, str], ...]:
        """Each number with what must be said of it: "" or "not confirmed"."""
        return tuple((phone, mark(phone, self.service.phones)) for phone in self.service.phones)


@dataclass(frozen=True)
class WayToGo:
    """One route with the contacts to use at this instant, the one to ring first, first."""

    route: Route
    contacts: tuple[Contact, ...]
    notes: tuple[str, ...] = ()
    """What to say before them, where the one to ring stands further up already."""


@dataclass(frozen=True)
class Answer:
    """All that a card says about one concern, in the library's words."""

    reading: Reading
    topics: tuple[Topic, ...]
    ways: tuple[WayToGo, ...]
    at: datetime
    other_children: bool = False

    @property
    def lead_may_be_involved(self) -> bool:
        return Flag.LEAD_MAY_BE_INVOLVED in self.reading.flags or any(t.lead_may_be_involved for t in self.topics)

    @property
    def telling_raises_risk(self) -> bool:
        return any(topic.consent.asking_may_raise_risk for topic in self.topics)

    @property
    def consent(self) -> Consent:
        """What to say about asking first: the most careful of the topics' lines."""
        careful = (topic.consent for topic in self.topics if topic.consent.asking_may_raise_risk)
        return next(careful, self.topics[0].consent)

    @property
    def first_to_ring(self) -> str:
        """The name of whom to ring first, apart from 999: "Harrow MASH", "the Emergency Duty Team"."""
        ways = (way for way in self.ways if way.route.id != EMERGENCY_ROUTE)
        rung = (contact.service for way in ways for contact in way.contacts if contact.is_open and contact.phones)
        return next((service.in_a_sentence for service in rung), "")

    @property
    def route_ids(self) -> tuple[str, ...]:
        return tuple(way.route.id for way in self.ways)

    @property
    def services(self) -> tuple[Service, ...]:
        """Every service shown, each once."""
        return distinct(contact.service for way in self.ways for contact in way.contacts)

    def lines(self, field: str) -> tuple[str, ...]:
        """The lines that the topics give for one field (first_steps, do_nots...), each once: all of the first topic's,
        and of the others' as many as are still read."""
        lines = distinct(line for topic in self.topics for line in getattr(topic, field))
        return lines[: max(MOST_LINES, len(getattr(self.topics[0], field)))]


def answer(reading: Reading, library: Library, at: datetime, *, other_children: bool = False) -> Answer:
    """What to show for a concern or a crisis of the writer's own, at an aware instant."""
    topics = tuple(library.topics[id] for id in reading.concerns if id in library.topics)
    topics = topics or (library.topics[NOT_SURE],)
    ways = ways_to_go(route_ids(reading, topics), reading.subject, library, at)
    return Answer(reading, topics, ways, at, other_children)


def route_ids(reading: Reading, topics: Sequence[Topic]) -> tuple[str, ...]:
    """The routes in the order in which the person should act, four at most."""
    urgency = Urgency.ADVICE if reading.urgency is Urgency.NONE else reading.urgency
    wanted = [id for topic in topics for id in topic.routes_for(reading.subject, urgency)]
    if reading.subject is Subject.UNCLEAR and not reading.concerns:
        wanted = [*([EMERGENCY_ROUTE] if urgency is Urgency.EMERGENCY else []), *FRONT_DOORS.values()]
    elif reading.subject in (Subject.BOTH, Subject.UNCLEAR):
        wanted = _with_both_doors(wanted, topics, urgency)
    ordered = distinct(without_lead(_with_likely_doors(wanted, reading), reading))
    kept = sorted(ordered, key=lambda id: (_gives_way(id, ordered), ordered.index(id)))[:MOST_ROUTES]
    return tuple(sorted(kept, key=lambda id: (id != EMERGENCY_ROUTE, ordered.index(id))))


def _gives_way(id: str, ordered: Sequence[str]) -> int:
    """0 for what is never left out (999, the front doors, the first route), 2 for what is left out first."""
    if id in (EMERGENCY_ROUTE, *FRONT_DOORS.values(), ordered[0]):
        return 0
    return 2 if id in LAST else 1


def guidance_routes(reading: Reading) -> tuple[str, ...]:
    """Who to ask about a question of guidance for which nothing is written yet; never a lead who may be part of it."""
    doors = _doors_for(reading.subject) if reading.subject is not Subject.UNCLEAR else []
    return without_lead((*GUIDANCE_ROUTES, *doors), reading)


def without_lead(ids: Sequence[str], reading: Reading) -> tuple[str, ...]:
    """The same routes, with the front door in the lead's place where the lead may be the one complained of."""
    if Flag.LEAD_MAY_BE_INVOLVED not in reading.flags or LEAD_ROUTE not in ids:
        return tuple(ids)
    doors = _doors_for(reading.subject)
    return distinct(other for id in ids for other in (doors if id == LEAD_ROUTE else (id,)))


def _doors_for(subject: Subject) -> list[str]:
    return [FRONT_DOORS[subject]] if subject in FRONT_DOORS else list(FRONT_DOORS.values())


def _with_both_doors(wanted: list[str], topics: Sequence[Topic], urgency: Urgency) -> list[str]:
    """A child and an adult at risk, or one of them and we do not know which: both front doors, unless it is for advice
    (the safeguarding lead's entry names both) or the first topic says itself what to do for both."""
    if (urgency is Urgency.ADVICE and LEAD_ROUTE in wanted) or Subject.BOTH in topics[0].routes:
        return wanted
    missing = [door for door in FRONT_DOORS.values() if door not in wanted]
    doors = [door for door in FRONT_DOORS.values() if door in wanted]
    place = wanted.index(doors[-1]) + 1 if doors else int(wanted[:1] == [EMERGENCY_ROUTE])
    return [*wanted[:place], *missing, *wanted[place:]]


def _with_likely_doors(wanted: list[str], reading: Reading) -> list[str]:
    """The front doors that are likely to be needed, both where nobody knows whose, behind those that stand, else behind
    the first route."""
    likely = FRONT_DOORS.values() if reading.subject is Subject.UNCLEAR else reading.doors
    missing = [door for door in likely if door not in wanted]
    standing = [at for at, id in enumerate(wanted) if id in FRONT_DOORS.values()]
    place = max(standing, default=0) + 1
    return [*wanted[:place], *missing, *wanted[place:]]


def ways_to_go(ids: Iterable[str], subject: Subject, library: Library, at: datetime) -> tuple[WayToGo, ...]:
    """The routes of these ids for a subject at an aware instant, each service shown once."""
    routes = [library.routes[id] for id in ids]
    named = {id for route in routes for id in route.services_for(subject)}
    return each_once(way_to_go(route, subject, library, at, named) for route in routes)


def way_to_go(route: Route, subject: Subject, library: Library, at: datetime, named: Collection[str] = ()) -> WayToGo:
    """One route at an aware instant: each service that is open, or who stands in for it, and when it opens. Services
    `named` by the answer's other routes are not given again as stand-ins."""
    ids = (*route.services_for(subject), *(id for id in route.stand_ins_for(subject) if id not in named))
    found = [c for id in ids for c in contacts(library.services[id], library, at)]
    by_service = {contact.service.id: contact for contact in reversed(found)}
    return WayToGo(route, tuple(by_service[id] for id in distinct(c.service.id for c in found)))


def each_once(ways: Iterable[WayToGo]) -> tuple[WayToGo, ...]:
    """The ways with each service and each sentence only where it first stands; what would lead to a service that
    stands further up becomes a note."""
    told: list[WayToGo] = []
    services: set[str] = set()
    sentences: set[str] = set()
    for way in ways:
        kept: list[Contact] = []
        notes: list[str] = []
        for contact in way.contacts:
            fresh = tuple(words for words in contact.introduction if words not in sentences)
            sentences.update(fresh)
            if contact.service.id in services:
                notes += fresh
            else:
                kept.append(replace(contact, introduction=fresh))
                services.add(contact.service.id)
        told.append(WayToGo(way.route, tuple(kept), tuple(notes)))
    return tuple(told)


def contacts(service: Service, library: Library, at: datetime, depth: int = 0) -> tuple[Contact, ...]:
    """Who to use for `service` now: itself, led by its out-of-hours pair while it is shut, or by its fallback where it
    has no number. `depth` counts the fallbacks on the way here: a ring of them (a fault that `check` tells) ends."""
    here = _contact(service, library, at)
    if not service.phones and service.fallback and depth < MOST_FALLBACKS:
        lost = "was withdrawn" if service.withdrawn_on else "is not confirmed"
        others = _instead(service, f"The number of {service.in_a_sentence} {lost}.", library, at, depth)
        return (*others, here) if service.web_pages or service.emails else others
    pair = _open_pair(service, library, at)
    if pair and not here.is_open:
        sure = "is" if service.has_sure_hours or _is_exceptional(service, at) else "is probably"
        words = f"{service.short_name} {sure} shut now. Ring {pair.in_a_sentence}."
        stands_in = replace(_contact(pair, library, at), is_open=True, introduction=(words,), stands_in=True)
        return (stands_in, here)
    if here.unchecked_since and depth == 0 and _is_fresher(service.fallback, library, at):
        words = f"{service.short_name} was not checked since {day_in_words(here.unchecked_since)}."
        return (*_instead(service, words, library, at, depth), here)
    return (here,)


def _contact(service: Service, library: Library, at: datetime) -> Contact:
    since = not_checked_since(service, library.wording.collected_on, at)
    return Contact(service, status(service, at), is_open(service, at), unchecked_since=since)


def _instead(service: Service, why: str, library: Library, at: datetime, depth: int) -> tuple[Contact, ...]:
    """Whoever stands in for a service at an aware instant, led by the reason."""
    first, *rest = contacts(library.services[service.fallback or ""], library, at, depth + 1)
    words = f"{why} Ring {first.service.in_a_sentence} instead. {service.ask_for}".strip()
    lead = replace(first, introduction=(words,), stands_in=True)
    return (lead, *(replace(contact, stands_in=True) for contact in rest))


def _is_fresher(fallback: str | None, library: Library, at: datetime) -> bool:
    """True where the service has a number that was checked in time, so that it is better rung first."""
    other = library.services.get(fallback or "")
    return bool(other and other.phones and not_checked_since(other, library.wording.collected_on, at) is None)


def _is_exceptional(service: Service, at: datetime) -> bool:
    return at.astimezone(LONDON).date() in service.exceptional_days


def _open_pair(service: Service, library: Library, at: datetime) -> Service | None:
    """Who is open while `service` is shut: its out-of-hours pair, or that one's, and so on. On an exceptional day the
    pair itself where by their usual hours none is: it is likelier to answer than one that said it is shut."""
    usual = library.services.get(service.out_of_hours or service.fallback or "")
    likely = usual if usual and usual.phones and _is_exceptional(service, at) else None
    for _ in range(MOST_FALLBACKS):
        pair = library.services.get(service.out_of_hours or "")
        if pair is None or is_open(pair, at):
            return pair or likely
        service = pair
    return likely


def is_open(service: Service, at: datetime) -> bool:
    """Whether to send somebody there now: by its sure hours, else by the working assumption; unknown hours count as
    open, for a number that may answer beats none."""
    opening = service.opening(at)
    return opening is None or opening.is_open


def status(service: Service, at: datetime) -> str:
    """What to say of its hours: "open now, until 5 pm" only where they are sure, else "hours not confirmed"."""
    opening = service.opening(at)
    if opening and (service.has_sure_hours or _is_exceptional(service, at)):
        return opening.words
    if service.working_hours:
        return f"{HOURS_UNCONFIRMED}; try {service.working_hours.words}"
    if service.hours:
        published = " / ".join(_hours_words(hours, service) for hours in service.hours)
        return f"{HOURS_UNCONFIRMED if not is_one_sure_fact(service.hours) else 'hours'}: {published}"
    return HOURS_UNCONFIRMED if service.phones else ""


def _hours_words(hours: PublishedHours, service: Service) -> str:
    said = mark(hours, service.hours)
    return f"{hours.value} ({said})" if said else hours.value


def mark(fact: Fact, candidates: Sequence[Fact]) -> str:
    """ "not confirmed" for a fact of low confidence or with rivals; nothing for one that is sure."""
    return NOT_CONFIRMED if not fact.is_sure or are_rivals(candidates) else ""


def distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, each once, in the order in which they first came."""
    seen: list[Item] = []
    for item in items:
        if item not in seen:
            seen.append(item)
    return tuple(seen)
