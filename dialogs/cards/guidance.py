"""Cards for a question of guidance: the answer, who to ask, what to read, and the way back to a real worry."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from dialogs.cards.contact import draft_block, provenance_blocks, source_of, way_blocks
from dialogs.cards.lessons import lessons_buttons
from dialogs.message import FindTraining, ShowConcern, ShowGuidance
from dialogs.reply import Block, Bullets, Button, Buttons, Danger, Details, Heading, Paragraph, Reply
from knowledge import live
from knowledge.answers import NOT_CONFIRMED, WayToGo, contacts, ways_to_go, without_lead
from knowledge.guidance import Guidance
from knowledge.library import Library
from knowledge.services import Fact, Route, Service
from knowledge.topics import Subject, Topic, Urgency
from knowledge.understanding.reading import Flag, Intent, Reading

ASK = "Who to ask"
READ = "What to read"
WORRIED_NOW = Paragraph(
    "Worried about somebody now? Tell me what you saw or heard, and I show who to ring.", is_strong=True
)
NOTHING_WRITTEN = "I have no answer to that in my own words. These can answer it:"
TELL_MORE = "Guidance that may help"
ASKED = Reading(Intent.GUIDANCE, Subject.UNCLEAR, Urgency.NONE)
"""The reading of a button or a search: it says nothing of anybody."""


def guidance_card(
    guidance: Guidance, library: Library, reading: Reading, at: datetime, training: Collection[str] = (),
    lessons: Collection[str] = (),
) -> Reply:  # fmt: skip
    """One answer of guidance, at an aware instant (who to ask is shown by the clock). `training`: the topics on which
    a course can be booked."""
    stated = reading.subject not in (Subject.UNCLEAR, Subject.NONE)
    subject = reading.subject if stated else Subject(guidance.about)
    involved = Flag.LEAD_MAY_BE_INVOLVED in reading.flags
    ids = without_lead(guidance.routes, reading)
    reading_ids = [id for id in ids if library.routes[id].is_reading]
    ways = ways_to_go([id for id in ids if id not in reading_ids], subject, library, at)
    to_read = ways_to_go(reading_ids, subject, library, at)
    read_ids = {contact.service.id for way in to_read for contact in way.contacts}
    others = (library.services[id] for id in guidance.services if id not in read_ids)
    fresh = (*to_read, *_service_ways(others, library, at))
    blocks: list[Block] = [
        Danger(live.danger()),
        Heading(guidance.name),
        _lines(guidance.answer, library, involved),
    ]
    blocks += _facts(guidance.facts)
    if guidance.steps:
        blocks += [_lines(guidance.steps, library, involved)]
    if guidance.do_nots:
        blocks += [Heading(library.wording.do_nots_heading), _lines(guidance.do_nots, library, involved)]
    for heading, group in ((ASK, ways), (READ, fresh)):
        if group:
            blocks += [Heading(heading), *way_blocks(group, library)]
    blocks += [WORRIED_NOW]
    blocks += topic_buttons((library.topics[id] for id in guidance.topics), subject)
    blocks += training_buttons((library.topics[id] for id in guidance.topics), training)
    blocks += lessons_buttons(guidance.topics, lessons)
    blocks += [Details("Sources", tuple(_sources(guidance, (*ways, *fresh), library)))]
    return Reply(tuple(blocks))


def service_card(services: Iterable[Service], library: Library, at: datetime) -> Reply:
    """The services that were asked for by name, as they stand at an aware instant."""
    ways = _service_ways(services, library, at)
    return Reply(
        (
            Danger(live.danger()),
            Heading(library.wording.ring_now),
            *way_blocks(ways, library),
            WORRIED_NOW,
            Details("Sources", tuple(provenance_blocks(ways, library))),
        )
    )


def no_guidance_card(
    ways: tuple[WayToGo, ...],
    topics: Iterable[Topic],
    library: Library,
    subject: Subject,
    training: Collection[str] = (),
) -> Reply:
    """Who to ask where nothing is written about the question, and what is written about things near it. `training`: the
    topics on which a course can be booked."""
    near = tuple(topics)
    return Reply(
        (
            Danger(live.danger()),
            Paragraph(NOTHING_WRITTEN),
            *way_blocks(ways, library),
            *guidance_buttons(dict.fromkeys(id for topic in near for id in topic.guidance), library),
            WORRIED_NOW,
            *topic_buttons(near, subject),
            *training_buttons(near, training),
            Details("Sources", tuple(provenance_blocks(ways, library))),
        )
    )


def guidance_buttons(ids: Iterable[str], library: Library) -> Iterator[Block]:
    """A button for each answer of guidance; nothing where there is none."""
    found = [library.guidance[id] for id in ids if id in library.guidance]
    if found:
        yield Heading(TELL_MORE)
        yield Buttons(tuple(Button(entry.name, ShowGuidance(guidance=entry.id)) for entry in found))


def training_buttons(topics: Iterable[Topic], on_offer: Collection[str]) -> Iterator[Block]:
    """The way to training on these topics, where there is any to book."""
    buttons = [
        Button(f"Training: {topic.name}", FindTraining(topic=topic.id)) for topic in topics if topic.id in on_offer
    ]
    if buttons:
        yield Buttons(tuple(buttons))


def topic_buttons(topics: Iterable[Topic], subject: Subject) -> Iterator[Block]:
    """The way from guidance to the card of a real worry."""
    buttons = []
    for topic in topics:
        who = subject if subject in topic.routes else topic.subjects[0]
        click = ShowConcern(topics=(topic.id,), subject=who, urgency=topic.urgency)
        buttons.append(Button(f"I am worried now: {topic.name}", click))
    if buttons:
        yield Buttons(tuple(buttons))


def _service_ways(services: Iterable[Service], library: Library, at: datetime) -> tuple[WayToGo, ...]:
    return tuple(
        WayToGo(Route(id=service.id, name=service.name), contacts(service, library, at)) for service in services
    )


def _lines(lines: Iterable[str], library: Library, lead_may_be_involved: bool) -> Bullets:
    return Bullets(tuple(library.filled(line, lead_may_be_involved=lead_may_be_involved) for line in lines))


def _facts(facts: Iterable[Fact]) -> Iterator[Block]:
    """Law, tests and clocks, each with what must be said of it."""
    said = tuple(fact.value if fact.is_sure else f"{fact.value} ({NOT_CONFIRMED})" for fact in facts)
    if said:
        yield Bullets(said)


def _sources(guidance: Guidance, ways: tuple[WayToGo, ...], library: Library) -> Iterator[Block]:
    for fact in guidance.facts:
        yield Paragraph(f"Source: {source_of(fact)}.", is_small=True)
    yield from draft_block([guidance], library)
    yield from provenance_blocks(ways, library)
