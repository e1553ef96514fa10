"""Words that would be kept: read as a worry first, and refused where they tell who somebody is."""

import unicodedata

from knowledge.free_text import refuse_details
from knowledge.topics import Urgency
from knowledge.understanding.reading import Intent, Reading

SURE = 0.94
"""Confidence from which a named sign counts as told; below it, a plan's own words ("domestic abuse training") lie."""
NOT_RECORDED = (
    "If somebody is at risk, ring now. Nothing of what you wrote was recorded. If it was meant for an action, write it "
    "again without anything that happened to a person."
)


def tells_of_somebody(reading: Reading, *, is_finding: bool = False) -> bool:
    """Whether words that were meant to be kept read as somebody at risk; of what a review found, only danger does."""
    if reading.intent is not Intent.CONCERN:
        return reading.intent is Intent.SELF_CRISIS
    is_sign = bool(reading.concerns and reading.confidence >= SURE) and not is_finding
    return reading.urgency is Urgency.EMERGENCY or is_sign


def kept(words: str) -> str:
    """The words as they are kept, without control characters. Raises HoldsDetails."""
    refuse_details(words)
    plain = "".join(letter for letter in words if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    return plain.strip(" :;,-")
