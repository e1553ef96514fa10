"""Words that would be kept or acted on: read as a worry first, and refused where they tell who somebody is."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from knowledge.free_text import refuse_details
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Intent, Reading

SURE = 0.94
"""Confidence from which a named sign counts as told; below it, a plan's own words ("domestic abuse training") lie."""
FAIRLY_SURE = 0.9
"""The same for a part of a message that says whom it is about and is about nothing else."""
FEWEST_WORDS = 5
_BETWEEN = re.compile(
    r"[.!?;,\n]+|\s-+\s|\balso\b|\b(?:and|but|because|as|cos|plus)\s+"
    r"(?=(?:i|we|he|she|they|my|our|a|an|one|the|there|his|her|their|this)\b)",
    re.IGNORECASE,
)
"""What stands between one thing that is said and the next."""
_OF_WORK = re.compile(
    r"\b(actions?|audits?|briefings?|book(ed|ing)?|courses?|course's|half day|learns?|leads?|plans?|places?|presenters?"
    r"|recommendations?|recordings?|records?|seminars?|sessions?|signed|speakers?|talks?|training|webinars?)\b",
    re.IGNORECASE,
)
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


def worry_beside(text: str, read: Callable[[str], Reading]) -> Reading | None:
    """What one part of a message tells of somebody at risk, though the whole of it reads as an errand: "cancel my
    place, one of my residents has been hit by staff". None where no part does."""
    parts = [part.strip() for part in _BETWEEN.split(text)]
    told = [part for part in parts if len(part.split()) >= FEWEST_WORDS and not _OF_WORK.search(part)]
    return next((reading for part in told if part != text and _is_of_somebody(reading := read(part))), None)


def _is_of_somebody(reading: Reading) -> bool:
    is_sure = reading.intent is Intent.CONCERN and reading.concerns and reading.confidence >= FAIRLY_SURE
    is_about_whom = reading.subject in (Subject.CHILD, Subject.ADULT, Subject.BOTH)
    return bool(is_sure and is_about_whom and reading.urgency is not Urgency.NONE)


def worry_in(
    written: Iterable[str], read: Callable[[str], Reading], *, is_finding: bool
) -> tuple[int, Reading] | None:  # fmt: skip
    """The first of several texts that tells of somebody at risk, by its place from 0; None where none does."""
    told = ((place, read(words)) for place, words in enumerate(written) if _WORD.search(words))
    return next((each for each in told if tells_of_somebody(each[1], is_finding=is_finding)), None)


def kept(words: str) -> str:
    """The words as they are kept, without control characters. Raises HoldsDetails."""
    refuse_details(words)
    plain = "".join(letter for letter in words if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    return plain.strip(" :;,-")
