"""What a version says: fields as JSON holds them, and the refusal of those that do not fit."""

import json
from collections.abc import Mapping
from typing import Any

from knowledge.errors import Refusal
from knowledge.models.contacts import ServiceVersion

Facts = Mapping[str, Any]
"""Fields that differ from the release's, as JSON holds them."""


class BadFacts(Refusal):
    """That cannot be saved, and nothing was changed. {what}"""


def facts_of(version: ServiceVersion) -> Facts:
    """What a version says. Raises BadFacts."""
    try:
        facts = json.loads(version.facts)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise BadFacts(what="")
    return facts
