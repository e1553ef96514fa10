"""How fresh a service's facts are: confirmed by the service itself, not confirmed, or not checked for too long."""

from datetime import date, datetime
from enum import StrEnum

from knowledge.clock import LONDON
from knowledge.services import Service

NEVER_STALE = ("police_999",)
"""What no date puts in doubt."""
CRITICAL = ("police_999", "mash", "emergency_duty_team")
"""What can be replaced and never withdrawn."""
CRITICAL_ROUTES = (*CRITICAL, "adults_safeguarding", "police_101")
"""What every practitioner is sent to first: production says at each start which of them nobody confirmed."""


class Freshness(StrEnum):
    CONFIRMED = "confirmed"
    UNCONFIRMED = "not confirmed"
    STALE = "not checked for too long"


def freshness(service: Service, today: date) -> Freshness:
    """How fresh the facts are on a London date."""
    if service.review_by < today and service.id not in NEVER_STALE:
        return Freshness.STALE
    confirmed = bool(service.facts) and all(fact.verified_on for fact in service.facts)
    return Freshness.CONFIRMED if confirmed else Freshness.UNCONFIRMED


def checked_on(service: Service, collected_on: date) -> date:
    """The day of the last check: the oldest confirmation among its facts; where one was never confirmed, the day on
    which the content was collected."""
    days = [fact.verified_on for fact in service.facts if fact.verified_on]
    return min(days) if days and len(days) == len(service.facts) else collected_on


def not_checked_since(service: Service, collected_on: date, at: datetime) -> date | None:
    """The day of the last check, where at an aware instant that is too long ago."""
    if freshness(service, at.astimezone(LONDON).date()) is not Freshness.STALE:
        return None
    return checked_on(service, collected_on)
