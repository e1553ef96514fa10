"""`safeguarding check`: the rules that go across files, each fault with its file, line and rule."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from knowledge import safe_default
from knowledge.answers import EMERGENCY_ROUTE, NEEDED_ROUTES, WayToGo, way_to_go
from knowledge.clock import LONDON, in_words
from knowledge.coverage import coverage
from knowledge.document import BrokenContent, Document, Fault, Kind
from knowledge.guidance import Guidance
from knowledge.library import FIRST, LEAD, NEEDED, STAFF, Library, load
from knowledge.library import Place as WrittenAt
from knowledge.readability import readability
from knowledge.services import Confidence, Fact, Id, Service, are_rivals, named
from knowledge.topics import Subject, Topic, Urgency
from knowledge.understanding.golden import moved
from knowledge.understanding.reader import Reader

WEEK = datetime(2026, 11, 30, tzinfo=LONDON)
"""A Monday of an ordinary week, from which the times to look at are counted."""
INSTANTS = {
    "in office hours": datetime(2026, 11, 30, 10, 0, tzinfo=LONDON),
    "on a weekday evening": datetime(2026, 11, 27, 18, 40, tzinfo=LONDON),
    "at night": datetime(2026, 12, 2, 3, 0, tzinfo=LONDON),
    "at the weekend": datetime(2026, 11, 28, 12, 0, tzinfo=LONDON),
    "on a bank holiday": datetime(2026, 12, 28, 10, 0, tzinfo=LONDON),
}
"""Kinds of hour that people know by name."""

URGENCIES = (Urgency.EMERGENCY, Urgency.TODAY, Urgency.ADVICE)

_NUMBER = re.compile(r"\b(?:999|101|111|112|116[ -]?123)\b|(?:\+44|\b0\d|\(0\d)[\d() -]{4,}\d")
WORDING_MARKS = ((("about_because",), "signs"), (("learn_more",), "courses"))
"""Marks that the card itself fills in, and the one line each may stand in."""

_LEAD = re.compile(r"safeguarding lead|your (?:lead|manager)", re.IGNORECASE)
_NEVER_SAID = re.compile(
    r"\b(?:no need to refer|need not refer|(?:do not|don't) (?:need|have) to refer|referral is not (?:needed|necessary)"
    r"|low risk|nothing to worry about|wait and see)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"{([^{}]*)}")
_LONE_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True)
class Report:
    """What `check` found. Warnings do not fail it, except before publishing."""

    faults: tuple[Fault, ...]
    summary: str

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if not fault.is_warning)


def check_content(root: Path, today: date, golden: Path | None = None) -> Report:
    """Every fault of the content under `root`; reviews are expired or not as of `today`, a date in London. `golden`:
    the messages whose routes must not have moved."""
    try:
        library = load(root)
    except BrokenContent as broken:
        return Report(tuple(broken.faults), _summary(broken.faults))
    found = {fault for rule in RULES for fault in rule(library)}
    faults = sorted({*found, *_expired(library, today), *_confirmed_in_future(library, today)})
    if not any(fault.rule == "dead reference" for fault in faults):
        faults += sorted(_nobody_to_ring(library))
    try:
        reader = Reader(library)
        if golden and not faults_in(faults):
            faults += moved(library, reader, golden)
    except BrokenContent as broken:
        faults += broken.faults
    return Report(tuple(faults), _summary(faults, library))


def faults_in(faults: Iterable[Fault]) -> bool:
    """True where there is more than warnings."""
    return any(not fault.is_warning for fault in faults)


def _summary(faults: Sequence[Fault], library: Library | None = None) -> str:
    errors = sum(not fault.is_warning for fault in faults)
    expired = sum(fault.rule == "review expired" for fault in faults)
    found = f"{errors} fault{'s' * (errors != 1)}, {len(faults) - errors} warnings"
    if library is None:
        return found
    return f"{coverage(library, expired)}\n{readability(library)}\ncontent {library.version}: {found}"


def _dead_references(library: Library) -> Iterator[Fault]:
    for service, at in _written(library, library.services):
        for field in ("out_of_hours", "fallback"):
            yield from _unknown(at, "service", library.services, [getattr(service, field) or None], field)
    yield from _dead_in_routes(library)
    yield from _dead_in_topics(library)
    yield from _dead_in_guidance(library)
    asked = library.places["Wording", ""]
    yield from _unknown(asked, "topic with 'asked_as'", _offered(library), library.wording.kinds_asked, "kinds_asked")
    yield from _unknown(asked, "guidance", library.guidance, library.wording.menu, "menu")
    for file, kind, missing in (
        ("topics", "topic", {*NEEDED, STAFF} - set(library.topics)),
        ("routes.yaml", "route", NEEDED_ROUTES - set(library.routes)),
    ):
        for id in missing:
            yield Fault(file, 1, "dead reference", f"the {kind} '{id}' has to be there")


def _dead_in_routes(library: Library) -> Iterator[Fault]:
    for route, at in _written(library, library.routes):
        yield from _unknown(at, "service", library.services, route.services, "services")
        for field, by_subject in (("by_subject", route.by_subject), ("or_ring", route.or_ring)):
            for subject, ids in by_subject.items():
                yield from _unknown(at, "service", library.services, ids, field, subject)


def _dead_in_guidance(library: Library) -> Iterator[Fault]:
    for guidance, at in _written(library, library.guidance):
        yield from _unknown(at, "route", library.routes, guidance.routes, "routes")
        yield from _unknown(at, "service", library.services, guidance.services, "services")
        yield from _unknown(at, "topic", library.topics, guidance.topics, "topics")


def _dead_in_topics(library: Library) -> Iterator[Fault]:
    for topic, at in _written(library, library.topics):
        yield from _unknown(at, "guidance", library.guidance, topic.guidance, "guidance")
        for subject, by_urgency in topic.routes.items():
            for urgency, ids in by_urgency.items():
                yield from _unknown(at, "route", library.routes, ids, "routes", subject, urgency)


def _offered(library: Library) -> set[str]:
    return {topic.id for topic in library.topics.values() if topic.asked_as}


def _unknown(
    at: WrittenAt, kind: str, shelf: Container[str], ids: Iterable[str | None], *steps: str | int
) -> Iterator[Fault]:
    for id in ids:
        if id is not None and id not in shelf:
            yield at.fault("dead reference", f"there is no {kind} '{id}'", *steps)


def _prose(library: Library) -> Iterator[Fault]:
    """What may not stand in a line of words: a number, a mark that nothing fills in, or words that send nobody on."""
    for document, at in _everything(library):
        for place, line in _lines(document, ()):
            for rule, words in _wrong_in(line, place, document, library):
                yield at.fault(rule, words, *place)


def _wrong_in(
    line: str, place: tuple[str | int, ...], document: Document, library: Library
) -> Iterator[tuple[str, str]]:
    if number := _NUMBER.search(line):
        yield "number in prose", f"'{number[0]}': write {{service id}} instead"
    if isinstance(document, Topic | Guidance | Service) and (lead := _LEAD.search(line)):
        yield "lead in prose", f"'{lead[0]}': write {{{LEAD}}} instead"
    if said := _NEVER_SAID.search(line):
        yield "never said", f"'{said[0]}': nothing may say that a referral is not needed"
    if _LONE_BRACE.search(_MARK.sub("", line)):
        yield "not allowed", "a brace stands alone: write {service id}"
    for mark in _MARK.findall(line):
        if mark not in library.services and mark not in (LEAD, FIRST) and (place, mark) not in WORDING_MARKS:
            yield "dead reference", f"there is no service '{mark}' to fill in"


def wrong_in_words(document: Service | Topic, library: Library) -> list[str]:
    """What is wrong in the words of one service or topic, field by field: what `check` would say of the file."""
    found = ((place, _wrong_in(line, place, document, library)) for place, line in _lines(document, ()))
    return [f"{named('.'.join(map(str, place)))}: {words}." for place, wrong in found for _, words in wrong]


def _everything(library: Library) -> Iterator[tuple[Document, WrittenAt]]:
    for shelf in (library.services, library.routes, library.topics, library.guidance):
        yield from _written(library, shelf)
    yield library.wording, library.places["Wording", ""]
    yield library.partnership, library.places["Partnership", ""]


_NOT_PROSE = frozenset(
    "phones emails web_pages hours working_hours facts names law_watch sources words routes id name short_name owner "
    "called approved_by".split()
)


def _lines(value: object, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, Document):
        for name in type(value).model_fields:
            if name not in _NOT_PROSE:
                yield from _lines(getattr(value, name), (*place, name))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _lines(item, (*place, position))
    elif isinstance(value, str):
        yield place, value


def _file_names(library: Library) -> Iterator[Fault]:
    """A topic or an answer of guidance stands in a file of its own name."""
    for kind, shelf in (("Topic", library.topics), ("Guidance", library.guidance)):
        for id in shelf:
            at = library.places[kind, id]
            if Path(at.page.name).stem != id:
                yield at.fault("file name", f"the id is '{id}': name the file {id}.yaml", "id")


def _conflicts(library: Library) -> Iterator[Fault]:
    """Two different numbers (or hours) for one service are candidates of one open conflict, or a fault."""
    for service, at in _written(library, library.services):
        for field in ("phones", "emails", "hours"):
            yield from _rivals(service, at, field)
    by_name: dict[str, Service] = {}
    for service, at in _written(library, library.services):
        other = by_name.setdefault(service.name.casefold(), service)
        if other is not service:
            yield at.fault(
                "numbers differ", f"'{service.name}' is two services: '{other.id}' and '{service.id}'", "name"
            )


def _rivals(service: Service, at: WrittenAt, field: str) -> Iterator[Fault]:
    facts: Sequence[Fact] = getattr(service, field)
    if not are_rivals(facts):
        return
    if not service.conflict:
        values = " / ".join(fact.value for fact in facts)
        yield at.fault("numbers differ", f"{field}: {values}: say why in 'conflict'", field)
    for position, fact in enumerate(facts):
        if fact.confidence is not Confidence.LOW:
            yield at.fault("numbers differ", f"{fact.value}: a candidate has confidence low", field, position)


def _dead_ends(library: Library) -> Iterator[Fault]:
    """A service without a number names who stands in; the chain ends at somebody with a number."""
    for route in library.routes.values():
        for id in route.services_for("both"):
            service = library.services.get(id)
            if service and not route.is_reading and not _reaches_a_number(service, library):
                at = library.places["Service", id]
                yield at.fault("no fallback", f"'{id}' has no number, and nobody with one stands in for it")


def _reaches_a_number(service: Service, library: Library) -> bool:
    seen: set[str] = set()
    while not service.phones:
        instead = library.services.get(service.fallback or "")
        if instead is None or service.id in seen:
            return False
        seen.add(service.id)
        service = instead
    return True


def _topic_routes(library: Library) -> Iterator[Fault]:
    for topic, at in _written(library, library.topics):
        for subject, by_urgency in topic.routes.items():
            if subject not in (Subject.CHILD, Subject.ADULT, Subject.BOTH):
                yield at.fault(
                    "not allowed", f"routes are for a child, an adult or both, not '{subject}'", "routes", subject
                )
            for urgency in URGENCIES:
                if not by_urgency.get(urgency):
                    yield at.fault("missing field", f"no routes for {subject}, {urgency}", "routes", subject)
            if by_urgency.get(Urgency.EMERGENCY, (EMERGENCY_ROUTE,))[:1] != (EMERGENCY_ROUTE,):
                yield at.fault("999 first", "an emergency starts with police_999", "routes", subject, Urgency.EMERGENCY)


def _nobody_to_ring(library: Library) -> Iterator[Fault]:
    instants = dict(_instants(library))
    silent: dict[tuple[Id, Subject], frozenset[str]] = {}

    def silent_on(id: Id, subject: Subject) -> frozenset[str]:
        if (id, subject) not in silent:
            ways = {when: way_to_go(library.routes[id], subject, library, at) for when, at in instants.items()}
            silent[id, subject] = frozenset(when for when, way in ways.items() if not somebody_answers(way))
        return silent[id, subject]

    for topic, at in _written(library, library.topics):
        for subject, by_urgency in topic.routes.items():
            for urgency, ids in by_urgency.items():
                nobody = frozenset(instants).intersection(*(silent_on(id, subject) for id in ids))
                if nobody:
                    when = next(when for when in instants if when in nobody)
                    words = f"nobody to ring {when} for {subject}, {urgency}"
                    yield at.fault("nobody to ring", words, "routes", subject, urgency)


def _instants(library: Library) -> Iterator[tuple[str, datetime]]:
    """The named kinds of hour, and the minute before and after every time at which any service opens or shuts."""
    yield from INSTANTS.items()
    for service in library.services.values():
        if service.clock_hours:
            for day in range(7):
                date = WEEK + timedelta(days=day)
                for minute in {edge for period in service.clock_hours.on(date.date()) for edge in period}:
                    for instant in (date + timedelta(minutes=minute - 1), date + timedelta(minutes=minute)):
                        yield f"on {in_words(instant)}", instant


def somebody_answers(way: WayToGo) -> bool:
    """True where the way leads to a number that is open, or whose hours are not known."""
    return any(contact.is_open and contact.service.phones for contact in way.contacts)


def _confirmed_in_future(library: Library, today: date) -> Iterator[Fault]:
    for service, at in _written(library, library.services):
        for field in ("phones", "emails", "web_pages", "hours"):
            for position, fact in enumerate(getattr(service, field)):
                if fact.verified_on and fact.verified_on > today:
                    words = f"{fact.verified_on} is still to come: write the day on which the service said so"
                    yield at.fault("not allowed", words, field, position, "verified_on")


def _expired(library: Library, today: date) -> Iterator[Fault]:
    reviewed: dict[tuple[str, str], date] = {}
    for kind, shelf in (("Service", library.services), ("Topic", library.topics), ("Guidance", library.guidance)):
        reviewed |= {(kind, id): document.review_by for id, document in shelf.items()}
    for place, review_by in reviewed.items():
        if review_by < today:
            words = f"to be reviewed by {review_by}, and today is {today}"
            yield library.places[place].fault("review expired", words, "review_by", is_warning=True)
    at = library.places["Partnership", ""]
    for position, law in enumerate(library.partnership.law_watch):
        if law.check_by < today:
            words = f"{law.name}: to be looked at by {law.check_by}. {law.status}"
            yield at.fault("law to check", words, "law_watch", position, is_warning=True)


def _written(library: Library, shelf: Mapping[str, Kind]) -> Iterator[tuple[Kind, WrittenAt]]:
    return ((document, library.places[type(document).__name__, id]) for id, document in shelf.items())


def _safe_default(library: Library) -> Iterator[Fault]:
    """The numbers compiled into the code are those of the content: change both."""
    for id, compiled in (
        ("mash", (safe_default.MASH,)),
        ("adults_safeguarding", safe_default.ADULTS),
        ("emergency_duty_team", (safe_default.EMERGENCY_DUTY_TEAM,)),
    ):
        if id not in library.services:
            yield Fault("services", 1, "dead reference", f"the service '{id}' has to be there")
        elif tuple(phone.value for phone in library.services[id].phones) != compiled:
            words = f"knowledge/safe_default.py has {' / '.join(compiled)}: change it there too"
            yield library.places["Service", id].fault("safe default", words, "phones")


RULES: tuple[Callable[[Library], Iterator[Fault]], ...] = (
    _dead_references,
    _prose,
    _file_names,
    _conflicts,
    _dead_ends,
    _topic_routes,
    _safe_default,
)
