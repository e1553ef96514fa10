"""Words that would be kept: read as a worry first, and refused where they tell who somebody is."""

import re
from collections.abc import Callable, Iterable

from knowledge.free_text import refuse_details
from knowledge.topics import Urgency
from knowledge.understanding.reading import Intent, Reading

SURE = 0.94
"""Confidence from which a named sign counts as told; below it, a plan's own words ("domestic abuse training") lie."""
NOT_RECORDED = (
    "If somebody is at risk, ring now. Nothing of what you wrote was recorded. If you meant it to be kept, write it "
    "again without anything that happened to a person."
)
_WORD = re.compile(r"[^\W\d_]{3}")


def tells_of_somebody(reading: Reading, *, is_finding: bool = False) -> bool:
    """Whether words that were meant to be kept read as somebody at risk; of what a review found, only danger does."""
    if reading.intent is not Intent.CONCERN:
        return reading.intent is Intent.SELF_CRISIS
    is_sign = bool(reading.concerns and reading.confidence >= SURE) and not is_finding
    return reading.urgency is Urgency.EMERGENCY or is_sign


def worry_in(
    written: Iterable[str], read: Callable[[str], Reading], *, is_finding: bool
) -> tuple[int, Reading] | None:  # fmt: skip
    """The first of several texts that tells of somebody at risk, by its place from 0; None where none does."""
    told = ((place, read(words)) for place, words in enumerate(written) if _WORD.search(words))
    return next((each for each in told if tells_of_somebody(each[1], is_finding=is_finding)), None)


def kept(words: str) -> str:
    """The words as they are kept. Raises HoldsDetails."""
    refuse_details(words)
    return words.strip(" :;,-")
