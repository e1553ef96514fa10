"""Details that tell who somebody is, found in what people write: none of them may be kept. Pure."""

import re
from collections.abc import Mapping

from knowledge.errors import Refusal

_LINK = re.compile(r"https?://\S+")
_DAY = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4}"
_DETAILS: Mapping[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE),
    "a date of birth": re.compile(
        rf"\b(?:d\.?o\.?b\.?|born(?: on)?|date of birth|birthday)\W{{0,3}}(?:is |was )?(?:{_DAY})", re.IGNORECASE
    ),
    "a postcode": re.compile(r"\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b", re.IGNORECASE),
    "a telephone number": re.compile(r"(?<!\d)(?:\+44|0)(?:[ ()-]?\d){9,10}(?!\d)"),
    "an NHS number": re.compile(r"(?<![\d/-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d/-])"),
}


class HoldsDetails(Refusal):
    """That holds {found}. Please write it again without anything that tells who somebody is. Nothing was recorded."""


def details_in(words: str) -> str:
    """What kind of detail the words hold; "" where none was found. A link is not looked into."""
    plain = _LINK.sub(" ", words)
    return next((name for name, pattern in _DETAILS.items() if pattern.search(plain)), "")


def refuse_details(words: str) -> None:
    """Raises HoldsDetails."""
    if found := details_in(words):
        raise HoldsDetails(found=found)
