"""How much of the content is confirmed, unconfirmed, conflicting, not found, or a draft: in counts and by service."""

from collections import Counter
from enum import StrEnum

from knowledge.library import Library
from knowledge.services import Fact, Service, is_one_sure_fact


class Standing(StrEnum):
    """How a service's way to be reached stands."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    CONFLICTING = "conflicting"
    NOT_FOUND = "not found"


def standing(service: Service) -> Standing:
    """CONFIRMED: the service itself said that every number (or address) is right; CONFLICTING: several candidates, or
    one of low confidence; NOT_FOUND: nothing to reach it by."""
    facts: tuple[Fact, ...] = service.phones or (*service.web_pages, *service.emails)
    if not facts:
        return Standing.NOT_FOUND
    if all(fact.verified_on for fact in facts):
        return Standing.CONFIRMED
    if service.phones and not is_one_sure_fact(service.phones):
        return Standing.CONFLICTING
    return Standing.UNCONFIRMED


def coverage(library: Library, expired: int) -> str:
    """A few lines for people: counts, then the services of each standing. `expired`: entries past their review."""
    by_standing: dict[Standing, list[str]] = {each: [] for each in Standing}
    for service in library.services.values():
        by_standing[standing(service)].append(service.short_name)
    counts = ", ".join(f"{len(names)} {each}" for each, names in by_standing.items())
    lines = [f"{len(library.services)} services: {counts}"]
    for each in (Standing.CONFLICTING, Standing.NOT_FOUND, Standing.UNCONFIRMED):
        lines.append(f"  {each}: {', '.join(by_standing[each]) or 'none'}")
    drafts = Counter(
        type(document).__name__.lower()
        for shelf in (library.topics, library.guidance)
        for document in shelf.values()
        if document.approved_by is None
    )
    lines.append(
        f"{len(library.topics)} topics ({drafts['topic']} draft), "
        f"{len(library.guidance)} answers of guidance ({drafts['guidance']} draft); {expired} entries past their review"
    )
    return "\n".join(lines)
