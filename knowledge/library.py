"""The library: everything in `knowledge/content`, read once, checked, and looked up by id."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from knowledge.document import BrokenContent, Document, Fault, Kind, Page
from knowledge.evaluation.forms import FILE, Forms
from knowledge.guidance import Guidance
from knowledge.partnership import Partnership
from knowledge.services import Id, Route, Service, Words, are_rivals
from knowledge.topics import Topic

CONTENT = Path(__file__).parent / "content"
NOT_SURE = "not_sure"
"""The topic that stands in where nothing else was recognised."""
OWN_CRISIS = "own_crisis"
"""The topic for a writer who may harm themselves."""
OWN_SAFETY = "own_safety"
"""The topic for a writer whom somebody else hurts."""
FIRST = "first"
"""{first} in a line stands for whom to ring first, by name: "the Emergency Duty Team"."""
LEAD = "lead"
"""{lead} in a line stands for the designated safeguarding lead, or for somebody else where the lead may be involved."""
PARTS = ("services", "topics", "guidance", "routes.yaml", "partnership.yaml", "wording.yaml", FILE)
STAFF = "staff_allegation"
"""The topic for a worry about somebody who works or volunteers with children or adults."""
NEEDED = (NOT_SURE, OWN_CRISIS, OWN_SAFETY)


class Wording(Document):
    """The lines that stand on the cards whatever the topic."""

    collected_on: date
    ring_now: Words
    still_urgent: Words
    sources_label: Words
    have_ready_heading: Words
    have_ready: tuple[Words, ...]
    steps_heading: Words
    do_nots_heading: Words
    about_heading: Words
    about_because: Words
    about_unsure: Words
    family_heading: Words
    next_heading: Words
    next_label: Words
    learn_more: Words
    what_next: tuple[Words, ...]
    disagree: Words
    outside_area: Words
    keeps_nothing: Words
    details_shared: Words
    draft: Words
    do_not_tell_family: Words
    telling_lead: Words
    lead: Words
    lead_instead: Words
    front_door: Words
    not_telling_lead: Words
    writer_safety: Words
    adult_in_need: Words
    add_adult: Words
    other_children: Words
    add_children: Words
    children_added: Words
    children_in_home: Words
    add_child: Words
    kinds_asked: tuple[Id, ...]
    menu: tuple[Id, ...]


@dataclass(frozen=True)
class Place:
    """Where a thing is written: its file, and the line it starts on."""

    page: Page
    position: int | None = None

    @property
    def steps(self) -> tuple[str | int, ...]:
        """The way to it inside the file."""
        return () if self.position is None else (self.position,)

    def line(self, *steps: str | int) -> int:
        return self.page.line((*self.steps, *steps))

    def fault(self, rule: str, words: str, *steps: str | int, is_warning: bool = False) -> Fault:
        return Fault(self.page.name, self.line(*steps), rule, words, is_warning)


@dataclass(frozen=True)
class Library:
    """All content by id. `places` says where each service, route and topic is written."""

    services: Mapping[Id, Service]
    routes: Mapping[Id, Route]
    topics: Mapping[Id, Topic]
    guidance: Mapping[Id, Guidance]
    partnership: Partnership
    wording: Wording
    version: str
    places: Mapping[tuple[str, Id], Place]
    release: "Library | None" = None
    """What this lies on, where it is an overlay."""

    @property
    def as_released(self) -> "Library":
        """The library as the release has it, without what was approved since."""
        return self.release or self

    @cached_property
    def numbers(self) -> dict[str, str]:
        """What stands for {service id} in a line: the service's number, or all its candidates, said to be such."""
        return {id: spoken_numbers(service) for id, service in self.services.items()}

    def filled(self, line: str, *, lead_may_be_involved: bool = False, first: str = "") -> str:
        """A line of content with its marks filled in: {service id}, {lead} (another person where the lead may be the
        one complained of) and {first} (`first`: whom to ring first; the front door where there is none)."""
        if "{" not in line:
            return line
        lead = self.wording.lead_instead if lead_may_be_involved else self.wording.lead
        return line.format_map({**self.numbers, LEAD: lead, FIRST: first or self.wording.front_door})


def spoken_numbers(service: Service) -> str:
    if service.phones and all(phone.is_sure for phone in service.phones) and not are_rivals(service.phones):
        return " or ".join(phone.words for phone in service.phones)
    return " or ".join(f"{phone.words} (not confirmed)" for phone in service.phones) or service.short_name


def load(root: Path = CONTENT) -> Library:
    """Read every file under `root`. Raises BrokenContent with all faults of form, each with file and line.

    Rules that go across files (dead references, numbers in prose, nobody to ring) are `knowledge.check`'s.
    """
    shelves = _Shelves(root)
    services = shelves.fill(Service, "services")
    routes = shelves.fill(Route, "routes.yaml")
    topics = shelves.fill(Topic, "topics")
    guidance = shelves.fill(Guidance, "guidance")
    partnership = shelves.only(Partnership, "partnership.yaml")
    wording = shelves.only(Wording, "wording.yaml")
    shelves.only(Forms, FILE)
    if shelves.faults or wording is None or partnership is None:
        raise BrokenContent(sorted(set(shelves.faults)))
    version = _version(root, wording)
    return Library(services, routes, topics, guidance, partnership, wording, version, shelves.places)


class _Shelves:
    """Reads files on to shelves, keeping every fault on the way so that all are told at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.places: dict[tuple[str, Id], Place] = {}
        self._pages: dict[Path, Page] = {}
        for path in sorted(root.rglob("*.y*ml")):
            if path.relative_to(root).parts[0] not in PARTS or path.suffix != ".yaml":
                name = path.relative_to(root).as_posix()
                self.faults.append(
                    Fault(name, 1, "stray file", f"content is a .yaml file in one of {', '.join(PARTS)}")
                )
                continue
            try:
                self._pages[path] = Page(path, root)
            except BrokenContent as broken:
                self.faults += broken.faults

    def fill(self, kind: type[Kind], part: str) -> dict[Id, Kind]:
        """Everything of one kind from the file or folder `part`, by id; an id that is there twice is a fault."""
        shelf: dict[Id, Kind] = {}
        for place, document in self._documents(kind, part):
            id: Id = document.id  # type: ignore[attr-defined]  # each kind on a shelf has one
            if id in shelf:
                other = self.places[kind.__name__, id].page.name
                self.faults.append(place.fault("id twice", f"'{id}' stands in {other} already"))
            shelf[id] = document
            self.places[kind.__name__, id] = place
        return shelf

    def only(self, kind: type[Kind], name: str) -> Kind | None:
        """The one thing of its kind, in the file `name`; None where it cannot be read."""
        page = self._pages.get(self.root / name)
        if page is None:
            if not (self.root / name).exists():
                self.faults.append(Fault(name, 1, "missing file", "the content needs it"))
            return None
        self.places[kind.__name__, ""] = Place(page)
        try:
            return page.read(kind)
        except BrokenContent as broken:
            self.faults += broken.faults
            return None

    def _documents(self, kind: type[Kind], part: str) -> Iterator[tuple[Place, Kind]]:
        for path, page in self._pages.items():
            if path.relative_to(self.root).parts[0] != part:
                continue
            try:
                if isinstance(page.value, list):
                    yield from ((Place(page, n), document) for n, document in enumerate(page.read_list(kind)))
                else:
                    yield Place(page), page.read(kind)
            except BrokenContent as broken:
                self.faults += broken.faults


def _version(root: Path, wording: Wording) -> str:
    """The date the content was collected, and a mark that changes with any letter of it."""
    seal = hashlib.sha256()
    for path in sorted(root.rglob("*.yaml")):
        seal.update(path.relative_to(root).as_posix().encode())
        seal.update(path.read_bytes())
    return f"{wording.collected_on:%Y-%m-%d}.{seal.hexdigest()[:7]}"
