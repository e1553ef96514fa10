"""How old a reader has to be for the words on the cards: the Flesch-Kincaid grade plus five, as a reading age in years.

Syllables are counted by pyphen's hyphenation patterns, which ship with it; the formula is that of Kincaid and others
(1975). It is a hint for whoever writes, and never a fault.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

import pyphen

from knowledge.library import Library

AIM = 12
TOO_HIGH = 14
MOST_LISTED = 10

_WORD = re.compile(r"[A-Za-z']+")
_SENTENCE = re.compile(r"[.!?:]+(?:\s|$)")


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB")


def reading_age(lines: Sequence[str]) -> float:
    """The reading age in years of some lines, each of which ends a sentence; 5 for no words at all."""
    words = [word for line in lines for word in _WORD.findall(line)]
    if not words:
        return 5.0
    sentences = sum(max(1, len([part for part in _SENTENCE.split(line) if part.strip()])) for line in lines)
    syllables: int = sum(_hyphenation().inserted(word).count("-") + 1 for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 + 5


def readability(library: Library) -> str:
    """The middle reading age of all cards, and those above 14, the highest first."""
    ages = sorted(((reading_age(lines), name) for name, lines in _cards(library)), reverse=True)
    high = [f"{name} ({age:.0f})" for age, name in ages if age > TOO_HIGH]
    middle = ages[len(ages) // 2][0] if ages else 0
    listed = ", ".join(high[:MOST_LISTED]) or "none"
    return f"reading age: {middle:.0f} in the middle (aim {AIM}); above {TOO_HIGH}: {listed}"


def _cards(library: Library) -> Iterator[tuple[str, tuple[str, ...]]]:
    for topic in library.topics.values():
        yield topic.id, (*topic.first_steps, *topic.do_nots, topic.consent.line, *topic.what_next)
    for guidance in library.guidance.values():
        yield guidance.id, (*guidance.answer, *guidance.steps, *guidance.do_nots)
