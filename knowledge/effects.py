"""What a change does to the answers: every topic, subject and urgency, and the golden messages, at kinds of hour."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache

from knowledge.added_topics import with_added
from knowledge.answers import answer, way_to_go
from knowledge.check import INSTANTS, URGENCIES
from knowledge.library import Library
from knowledge.services import Id, Service
from knowledge.topics import Subject, Topic
from knowledge.understanding.golden import golden_messages
from knowledge.understanding.reader import Reader
from knowledge.understanding.reading import AT_RISK, Reading


@dataclass(frozen=True)
class Effects:
    """How many answers were looked at, how many differ, and the names of the topics whose answers do."""

    looked_at: int
    altered: int
    topics: tuple[str, ...]


@dataclass(frozen=True)
class GoldenRun:
    """How many golden messages were looked at, and the words of those that are answered otherwise."""

    looked_at: int
    altered: tuple[str, ...]


def golden_run(before: Library, after: Library, reader: Reader) -> GoldenRun:
    """The golden messages run again: one is altered where at any kind of hour its card leads to somebody else, or says
    something else of them. It takes a while the first time."""
    told = _golden_readings(reader)
    altered = [
        text
        for text, reading in told
        if any(answer(reading, before, at).ways != answer(reading, after, at).ways for at in INSTANTS.values())
    ]
    return GoldenRun(len(told), tuple(altered))


def answered_otherwise(topic: Topic, library: Library, reader: Reader) -> list[str]:
    """The golden messages that would be answered otherwise, were this topic there."""
    after = replace(library, topics={**library.topics, topic.id: topic}, release=library.as_released)
    told = ((text, reading, with_added(reading, text, after)) for text, reading in _golden_readings(reader))
    at = INSTANTS["in office hours"]
    return [text for text, old, new in told if answer(old, library, at).route_ids != answer(new, after, at).route_ids]


@lru_cache(maxsize=1)
def _golden_readings(reader: Reader) -> tuple[tuple[str, Reading], ...]:
    """Each golden message that tells of a worry, as it is read."""
    read = ((message.text, reader.read(message.text)) for message in golden_messages())
    return tuple((text, reading) for text, reading in read if reading.intent in AT_RISK)


def effects(before: Library, after: Library) -> Effects:
    """Every answer, worked out with both libraries: one differs where a way on it does. It takes a while."""

    @cache
    def differs(route: Id, subject: Subject, at: datetime) -> bool:
        old, new = (way_to_go(library.routes[route], subject, library, at) for library in (before, after))
        return old != new

    looked_at, altered, topics = 0, 0, []
    for topic in before.topics.values():
        found = [any(differs(id, subject, at) for id in ids) for ids, subject, at in _questions(topic)]
        looked_at, altered = looked_at + len(found), altered + sum(found)
        topics += [topic.name] if any(found) else []
    return Effects(looked_at, altered, tuple(topics))


def also_on(before: Service, after: Service, library: Library) -> list[tuple[str, str]]:
    """Each number that goes, with the name of another service that has it too: a dead number may live on there."""
    gone = {phone.digits: phone.words for phone in before.phones}
    kept = {phone.digits for phone in after.phones}
    others = [service for service in library.services.values() if service.id != before.id]
    return [
        (words, other.short_name)
        for digits, words in gone.items()
        for other in others
        if digits not in kept and digits in {phone.digits for phone in other.phones}
    ]


def _questions(topic: Topic) -> Iterator[tuple[tuple[Id, ...], Subject, datetime]]:
    for subject, by_urgency in topic.routes.items():
        for urgency in URGENCIES:
            for at in INSTANTS.values():
                yield tuple(by_urgency.get(urgency, ())), subject, at
