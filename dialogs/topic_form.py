"""Adding a topic from a template in a chat, and changing a topic's wording: proposed by one, approved by another."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dialogs.cards.topics import BETWEEN, FIELDS, topic_form
from dialogs.contact_edits import as_typed
from dialogs.contact_proposals import noted
from dialogs.contact_words import actor, said
from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.message import Message, SendTopic
from dialogs.reply import Reply
from knowledge.audit import Actor
from knowledge.clock import LONDON
from knowledge.contacts import SeenOtherwise
from knowledge.effects import answered_otherwise
from knowledge.errors import Refusal
from knowledge.facts import BadFacts, Facts
from knowledge.library import Library
from knowledge.models import Payload
from knowledge.roles import CONTENT_OWNER
from knowledge.services import Id
from knowledge.topic_overlay import TOPIC, with_topic
from knowledge.topic_template import TopicThere, from_template
from knowledge.topics import Topic
from knowledge.understanding.reader import Reader
from knowledge.unit_of_work import UnitOfWork

FORM_LIVE = timedelta(days=14)
LONGEST_ID = 60
TYPED = {"name": "name", "first steps": "first_steps", "do nots": "do_nots", "have ready": "have_ready"}
TYPED |= {"what next": "what_next"}


PLAIN = re.compile(r"[a-z0-9']+( [a-z0-9']+)+")


class NoTopic(Refusal):
    """There is no topic {topic}. Its id is the name of its file, such as neglect."""


class TooFewWords(Refusal):
    """Write how people name it, each in two plain words or more: “hair pulled / hair torn out”. One word alone would be
    found everywhere."""


def add(library: Library) -> Errand:
    """An empty form."""

    async def errand(visit: Visit) -> Reply:
        return topic_form(None, {}, await _token(visit, "", 0))

    return errand


def change(id: Id, library: Library) -> Errand:
    """The form of a topic, as it stands."""

    async def errand(visit: Visit) -> Reply:
        overlay = await visit.work.contacts.overlay(library)
        topic = _topic(id, overlay.library)
        token = await _token(visit, topic.id, overlay.in_force.get(TOPIC + topic.id, 0))
        return topic_form(topic, {}, token, is_ours=topic.id not in library.as_released.topics)

    return errand


async def _token(visit: Visit, topic: Id, version: int) -> str:
    await visit.work.grants.require(actor(visit), CONTENT_OWNER)
    until = visit.work.clock() + FORM_LIVE
    return visit.work.tokens.issue(visit.person.id, "topics.send", {"topic": topic, "version": version}, until)


def send(click: SendTopic, library: Library) -> Errand:
    """Propose what was filled in. Where it will not do, nothing is saved and the form is shown again as it was sent."""

    async def errand(visit: Visit) -> Reply:
        seen: list[Id] = []

        async def effect(subject: Payload) -> Payload:
            seen.append(subject["topic"])
            overlay = await visit.work.contacts.overlay(library)
            if overlay.in_force.get(TOPIC + seen[0], 0) != subject["version"]:
                raise SeenOtherwise(service=seen[0])
            return {"version": await _proposed(visit, seen[0], visit.turn.filled, library)}

        try:
            async with visit.work.tentatively():
                done = await visit.work.tokens.use(click.token, visit.person.id, click.kind, effect)
        except Refusal as no:
            if not seen:
                raise
            now = (await visit.work.contacts.overlay(library)).library
            is_ours = seen[0] not in library.as_released.topics
            return topic_form(now.topics.get(seen[0]), visit.turn.filled, click.token, str(no), is_ours=is_ours)
        return await noted(visit, await visit.work.contacts.get(done["version"]), library)

    return errand


async def _proposed(visit: Visit, id: Id, filled: Mapping[str, str], library: Library) -> int:
    return await propose_topic(visit.work, id, filled, library, actor(visit), visit.reader)


async def propose_topic(
    work: UnitOfWork, id: Id, filled: Mapping[str, str], library: Library, by: Actor, reader: Reader | None
) -> int:
    """Propose a new topic (`id` is ""), or other wording of one, from the lines of its form; gives the proposal's
    number. Raises TooFewWords, TopicThere, NoTopic, BadTopicId, BadFacts, HoldsDetails, NothingChanges, NobodyElse."""
    for words in filled.values():
        kept(words)
    if set("{}") & set(filled.get("name", "")):
        raise BadFacts(what="A name holds no { and no }.")
    now = (await work.contacts.overlay(library)).library
    if id and id not in now.topics:
        raise NoTopic(topic=id)
    day = work.clock().astimezone(LONDON).date()
    facts = _changed(now.topics[id], filled, library) if id else _new(filled, now, day)
    topic = with_topic(library.as_released.topics.get(id), facts)
    if topic and reader:
        await _tried(topic, now, reader)
    return (await work.contacts.propose_topic(id or str(facts["id"]), facts, library, by)).id


def _new(filled: Mapping[str, str], now: Library, today: date) -> Facts:
    name = " ".join(filled.get("name", "").split())
    words = _lines(filled.get("words", "").lower())
    if not words or not all(PLAIN.fullmatch(each) for each in words):
        raise TooFewWords
    id = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    id = (f"topic_{id}" if id[:1].isdigit() else id)[:LONGEST_ID].strip("_")
    if id in now.topics:
        raise TopicThere(id=id)
    subject = "adult" if filled.get("subject") == "adult" else "child"
    facts = from_template(id, name, subject, words, today)
    return {**facts, **{field: lines for field in FIELDS if (lines := _lines(filled.get(field, "")))}, "words": words}


def _changed(topic: Topic, filled: Mapping[str, str], library: Library) -> Facts:
    """On top of what was approved of it; a topic of the release keeps its own words."""
    told: dict[str, object] = {field: _lines(filled[field]) for field in FIELDS if field in filled}
    if filled.get("name"):
        told["name"] = " ".join(filled["name"].split())
    stands = topic.model_dump(mode="json")
    released = library.as_released.topics.get(topic.id)
    if released is None:
        return {**stands, **told}
    old = released.model_dump(mode="json")
    new = {**stands, **told}
    return {field: value for field, value in new.items() if value != old[field]}


async def _tried(topic: Topic, now: Library, reader: Reader) -> None:
    """Try every golden message with the topic. Raises BadFacts where one is answered otherwise."""
    if moved := await asyncio.to_thread(answered_otherwise, topic, now, reader):
        raise BadFacts(what=f"“{moved[0]}” would then be answered otherwise. Please use other words.")


def _lines(words: str) -> list[str]:
    return [line.strip() for line in re.split(rf"{BETWEEN}|\n", words) if line.strip()]


def _topic(id: Id, library: Library) -> Topic:
    wanted = id.strip().casefold().replace(" ", "_")
    for topic in library.topics.values():
        if wanted in (topic.id, topic.name.casefold().replace(" ", "_")):
            return topic
    raise NoTopic(topic=id)


def commands(library: Library) -> Sequence[Command]:
    """What can be typed about topics."""

    def added(name: str, subject: str, written: str) -> Errand:
        async def errand(visit: Visit) -> Reply:
            await visit.work.grants.require(actor(visit), CONTENT_OWNER)
            filled = {"name": as_typed(name, visit.turn.text), "subject": subject, "words": written}
            version = await _proposed(visit, "", filled, library)
            return await noted(visit, await visit.work.contacts.get(version), library)

        return errand

    def changed(id: str, field: str, written: str) -> Errand:
        async def errand(visit: Visit) -> Reply:
            await visit.work.grants.require(actor(visit), CONTENT_OWNER)
            now = (await visit.work.contacts.overlay(library)).library
            filled = {TYPED[field]: as_typed(written, visit.turn.text)}
            version = await _proposed(visit, _topic(id, now).id, filled, library)
            return await noted(visit, await visit.work.contacts.get(version), library)

        return errand

    words = "(?P<written>.{2,600})"
    return (
        Command(r"(?:add|new) (?:a )?topic", lambda: add(library)),
        Command(rf"add topic (?P<name>.{{3,80}}?) for an? (?P<subject>child|adult): {words}", added, longest=700),
        Command(
            rf"change topic (?P<id>[a-z0-9_ ]{{2,60}}?) (?P<field>{'|'.join(TYPED)}) to {words}",
            changed, longest=700,
        ),
        Command(r"change topic (?P<id>[a-z0-9_ ]{2,60})", lambda id: change(id, library)),
        Command(
            r"roll back topic (?P<id>[a-z0-9_ ]{2,60})",
            lambda id: rolled_back(id, library),
        ),
    )  # fmt: skip


def rolled_back(id: str, library: Library) -> Errand:
    """Back to what two people approved before, or to the release."""

    async def errand(visit: Visit) -> Reply:
        now = (await visit.work.contacts.overlay(library)).library
        topic = _topic(id, now)
        await visit.work.contacts.roll_back(TOPIC + topic.id, library, actor(visit))
        return said(f"{topic.name} is rolled back. Who made and approved it is told.")

    return errand


def pressed(click: Message, library: Library) -> Errand | None:
    """The errand behind a button of these cards."""
    return send(click, library) if isinstance(click, SendTopic) else None
