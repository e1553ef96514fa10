"""The overlay: what was approved since the release, laid over the release's library. Pure, no I/O.

A library never changes: laying versions over it makes a new one, which takes its place. A version that cannot be read,
or whose service the release no longer has, is left out and named, and what was in force before it counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import ValidationError

from knowledge.document import in_plain_words
from knowledge.errors import Refusal
from knowledge.facts import BadFacts, Facts, facts_of
from knowledge.freshness import CRITICAL
from knowledge.library import Library
from knowledge.models.contacts import ServiceVersion
from knowledge.services import Id, Service, named
from knowledge.topic_overlay import TOPIC, TopicGone, place_of_none, with_topic
from knowledge.topics import Topic

FIELDS = ("phones", "emails", "web_pages", "hours", "exceptional_days", "conflict", "purpose", "notes", "no_answer",
          "ask_for", "fallback", "withdrawn_on", "review_by")  # fmt: skip
"""What content owners can change; names, ids and the words that people ask by are a release's."""
STANDS_IN = {"child": "mash", "adult": "adults_safeguarding", "both": "police_101"}
"""Whom to ring where a service lost its numbers and names nobody."""


class NeverWithdrawn(Refusal):
    """The number of {service} can be replaced, but never withdrawn. Propose the new one, and somebody approves it."""


class WhyIgnored(StrEnum):
    SERVICE_GONE = "this release no longer has the service"
    TOPIC_GONE = "this release no longer has the topic"
    UNREADABLE = "it cannot be read"


@dataclass(frozen=True)
class Ignored:
    """A version that is left out, and why."""

    version: int
    service: Id
    why: WhyIgnored


@dataclass(frozen=True)
class Overlay:
    """The library with what was approved since; `in_force`: the version that counts, by service (a topic is `topic/`
    and its id)."""

    library: Library
    in_force: Mapping[Id, int]
    ignored: tuple[Ignored, ...] = ()

    @property
    def differing(self) -> tuple[Id, ...]:
        """The services and topics that a release does not yet have as they are now."""
        now, release = self.library, self.library.as_released
        changed = {id for id, service in now.services.items() if service != release.services[id]}
        changed |= {TOPIC + id for id in {*now.topics, *release.topics} if now.topics.get(id) != release.topics.get(id)}
        return tuple(sorted(changed))


def laid_over(library: Library, versions: Iterable[ServiceVersion]) -> Overlay:
    """`versions`: those in force and not undone, the oldest first."""
    release = library.as_released
    services: dict[Id, Service] = dict(release.services)
    topics: dict[Id, Topic] = dict(release.topics)
    in_force: dict[Id, int] = {}
    ignored: list[Ignored] = []
    for version in versions:
        try:
            if version.service.startswith(TOPIC):
                _lay_topic(topics, version, release)
            else:
                services[version.service] = with_facts(release.services[version.service], facts_of(version))
            in_force[version.service] = version.id
        except KeyError:
            ignored.append(Ignored(version.id, version.service, WhyIgnored.SERVICE_GONE))
        except TopicGone:
            ignored.append(Ignored(version.id, version.service, WhyIgnored.TOPIC_GONE))
        except Refusal:
            ignored.append(Ignored(version.id, version.service, WhyIgnored.UNREADABLE))
    newest = f"{release.version}+{max(in_force.values())}" if in_force else release.version
    places = {**{("Topic", id): place_of_none(release) for id in topics}, **release.places}
    library = replace(
        release, services=services, topics=topics, places=places, version=newest, release=release
    )  # fmt: skip
    return Overlay(library, in_force, tuple(ignored))


def _lay_topic(topics: dict[Id, Topic], version: ServiceVersion, release: Library) -> None:
    id = version.service.removeprefix(TOPIC)
    topic = with_topic(release.topics.get(id), facts_of(version))
    topics.pop(id, None)
    if topic:
        topics[id] = topic


def with_facts(released: Service, facts: Facts) -> Service:
    """The service with these facts. Raises BadFacts (in the field's words), NeverWithdrawn."""
    if strange := sorted(set(facts) - set(FIELDS)):
        raise BadFacts(what=f"There is no such field here: {', '.join(strange)}.")
    try:
        service = Service.model_validate({**released.model_dump(mode="json"), **facts})
    except ValidationError as wrong:
        raise BadFacts(
            what=" ".join(f"{named(field)}: {words}." for _, field, words in in_plain_words(wrong))
        ) from None
    if service.id in CRITICAL and not service.phones:
        raise NeverWithdrawn(service=service.short_name)
    return _standing_in(service)


def _standing_in(service: Service) -> Service:
    """With somebody to ring instead, where the numbers are withdrawn and the content names nobody."""
    if service.phones or service.fallback or not service.withdrawn_on:
        return service
    instead = STANDS_IN[service.audience]
    return service.model_copy(update={"fallback": instead if instead != service.id else "emergency_duty_team"})


def to_keep(released: Service, service: Service) -> Facts:
    """What differs, as a version keeps it: without who stands in only because the content names nobody, for that ends
    with the withdrawal."""
    facts = difference(released, service)
    stands_in = not service.phones and bool(service.withdrawn_on) and not released.fallback
    return {field: value for field, value in facts.items() if field != "fallback" or not stands_in}


def difference(released: Service, service: Service) -> Facts:
    """The fields in which a service differs from the release's, as JSON holds them."""
    old, new = released.model_dump(mode="json"), service.model_dump(mode="json")
    return {field: new[field] for field in FIELDS if new[field] != old[field]}
