"""Ages in a message: "8yo", "aged 84", "shes 12", "26f", "5 month old", "34/40" (weeks of a pregnancy)."""

import re
from collections.abc import Iterator

from knowledge.understanding.spelling import Message

ADULT_FROM = 18
OLDEST = 115

_JOINED = re.compile(r"(\d{1,3})(?:yo|yr|yrs|y|yrold|f|m|mo|mth|mths|wk|wks)")
_MONTHS = re.compile(r"\d{1,2}(?:mo|mth|mths|wk|wks)")
_PREGNANT_WEEKS = re.compile(r"(?:[1-3]?\d|4[0-2])/40")
_AFTER = frozenset("yo yr yrs year years yearold old".split())
_YOUNG_AFTER = frozenset("month months mth mths week weeks wk wks mo".split())
_BEFORE = frozenset("aged age shes hes she he im whos turned turning is was".split())
_NOT_AGES = frozenset(
    "weeks week wks days day hours times time minutes mins months month kids children of am pm years yrs x in".split()
)


def ages(message: Message) -> Iterator[float]:
    """Every age in the message, in years; an unborn child is 0."""
    words = message.words
    for position, word in enumerate(words):
        before = words[position - 1] if position else ""
        after = words[position + 1] if position + 1 < len(words) else ""
        beyond = words[position + 2] if position + 2 < len(words) else ""
        if _PREGNANT_WEEKS.fullmatch(word) or (_MONTHS.fullmatch(word) and after == "old"):
            yield 0
        elif joined := _JOINED.fullmatch(word):
            yield from _believable(joined[1])
        elif word.isdigit():
            yield from _stated(word, before, after, beyond, is_first=position == 0)


def _stated(word: str, before: str, after: str, beyond: str, *, is_first: bool) -> Iterator[float]:
    if after in _YOUNG_AFTER and beyond == "old":
        yield 0
    elif (
        (after in _AFTER and beyond != "ago")
        and (after not in ("year", "years", "yrs", "yr") or beyond in ("old", "olds"))
    ) or ((before in _BEFORE or is_first) and after not in _NOT_AGES):
        yield from _believable(word)


def _believable(digits: str) -> Iterator[float]:
    if 0 <= int(digits) <= OLDEST:
        yield int(digits)
