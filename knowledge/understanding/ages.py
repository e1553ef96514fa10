"""Ages in a message: "8yo", "aged 84", "shes 12", "26f", "5 month old", "34/40" (weeks of a pregnancy)."""

import re
from collections.abc import Iterator

from knowledge.understanding.spelling import Message

ADULT_FROM = 18
OLDEST = 115

_YEARS = re.compile(r"\d|[1-9]\d{1,2}")
_JOINED = re.compile(r"(\d|[1-9]\d{1,2})(?:yo|yr|yrs|y|yrold|f|m)")
_YOUNG = re.compile(r"\d{1,2}(?:m|mo|mth|mths|wk|wks)")
_PREGNANT_WEEKS = re.compile(r"(?:[1-3]?\d|4[0-2])/40")
_AFTER = frozenset("yo yearold old".split())
_YEARS_OLD = frozenset("yr yrs year years".split())
_YOUNG_AFTER = frozenset("month months mth mths week weeks wk wks mo".split())
_BEFORE = frozenset("aged age shes hes she he im whos turned turning is was".split())
_NOT_AGES = _YOUNG_AFTER | frozenset("days day hours hrs times time minutes mins kids children of am pm x in".split())


def ages(message: Message) -> Iterator[float]:
    """Every age in the message, in years; an unborn child, and one whose age is given in weeks or months, is 0."""
    words = ("", *message.words, "", "")
    for before, word, after, beyond in zip(words, words[1:], words[2:], words[3:], strict=False):
        if not word[0].isdigit():
            continue
        if _PREGNANT_WEEKS.fullmatch(word) or (_YOUNG.fullmatch(word) and after == "old"):
            yield 0
        elif joined := _JOINED.fullmatch(word):
            yield from _believable(int(joined[1]))
        elif _YEARS.fullmatch(word) and beyond == "old" and after in _YOUNG_AFTER:
            yield 0
        elif _YEARS.fullmatch(word) and _is_said_as_an_age(before, after, beyond):
            yield from _believable(int(word))


def _is_said_as_an_age(before: str, after: str, beyond: str) -> bool:
    if after in _AFTER or after in _YEARS_OLD:
        return beyond in ("old", "olds") if after in _YEARS_OLD else True
    is_first = not before
    return (before in _BEFORE or is_first) and after not in _NOT_AGES and not after.isdigit()


def _believable(years: int) -> Iterator[float]:
    if years <= OLDEST:
        yield years
