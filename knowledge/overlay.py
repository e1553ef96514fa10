"""The overlay: what was approved since the release, laid over the release's library. Pure, no I/O.

A library never changes: laying versions over it makes a new one, which takes its place. A version that cannot be read,
or whose service the release no longer has, is left out and named, and what was in force before it counts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from knowledge.document import in_plain_words
from knowledge.errors import Refusal
from knowledge.freshness import CRITICAL
from knowledge.library import Library
from knowledge.models.contacts import ServiceVersion
from knowledge.services import Id, Service, named

FIELDS = ("phones", "emails", "web_pages", "hours", "exceptional_days", "conflict", "purpose", "notes", "no_answer",
          "ask_for", "fallback", "withdrawn_on", "review_by")  # fmt: skip
"""What content owners can change; names, ids and the words that people ask by are a release's."""
STANDS_IN = {"child": "mash", "adult": "adults_safeguarding", "both": "police_101"}
"""Whom to ring where a service lost its numbers and names nobody."""

Facts = Mapping[str, Any]
"""Fields of a service that differ from the release's, as JSON holds them."""


class BadFacts(Refusal):
    """That cannot be saved, and nothing was changed. {what}"""


class NeverWithdrawn(Refusal):
    """The number of {service} can be replaced, but never withdrawn. Propose the new one, and somebody approves it."""


class WhyIgnored(StrEnum):
    SERVICE_GONE = "this release no longer has the service"
    UNREADABLE = "it cannot be read"


@dataclass(frozen=True)
class Ignored:
    """A version that is left out, and why."""

    version: int
    service: Id
    why: WhyIgnored


@dataclass(frozen=True)
class Overlay:
    """The library with what was approved since; `in_force`: the version that counts, by service."""

    library: Library
    in_force: Mapping[Id, int]
    ignored: tuple[Ignored, ...] = ()

    @property
    def differing(self) -> tuple[Id, ...]:
        """The services that a release does not yet have as they are now."""
        release = self.library.as_released.services
        return tuple(sorted(id for id in self.in_force if self.library.services[id] != release[id]))


def laid_over(library: Library, versions: Iterable[ServiceVersion]) -> Overlay:
    """`versions`: those in force and not undone, the oldest first."""
    release = library.as_released
    services: dict[Id, Service] = dict(release.services)
    in_force: dict[Id, int] = {}
    ignored: list[Ignored] = []
    for version in versions:
        base = release.services.get(version.service)
        if base is None:
            ignored.append(Ignored(version.id, version.service, WhyIgnored.SERVICE_GONE))
            continue
        try:
            services[version.service] = with_facts(base, facts_of(version))
            in_force[version.service] = version.id
        except Refusal:
            ignored.append(Ignored(version.id, version.service, WhyIgnored.UNREADABLE))
    newest = f"{release.version}+{max(in_force.values())}" if in_force else release.version
    return Overlay(replace(release, services=services, version=newest, release=release), in_force, tuple(ignored))


def facts_of(version: ServiceVersion) -> Facts:
    """What a version says. Raises BadFacts."""
    try:
        facts = json.loads(version.facts)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise BadFacts(what="")
    return facts


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
    """The same, without who stands in only because the content names nobody: that ends with the withdrawal."""
    facts = difference(released, service)
    stands_in = not service.phones and bool(service.withdrawn_on) and not released.fallback
    return {field: value for field, value in facts.items() if field != "fallback" or not stands_in}


def difference(released: Service, service: Service) -> Facts:
    """The fields in which a service differs from the release's, as JSON holds them."""
    old, new = released.model_dump(mode="json"), service.model_dump(mode="json")
    return {field: new[field] for field in FIELDS if new[field] != old[field]}
