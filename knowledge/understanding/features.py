"""What a message shows the weights: its words, pairs of words, word classes, and what the lexicon found in it.

A feature is a short piece of text that a person can read in `weights.txt`: `word flinches`, `pair <relative> <hit>`,
`hint physical_abuse`. Numbers stand as what they are (an age, a time), so that no figure of a person is learnt.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from knowledge.understanding.ages import ADULT_FROM
from knowledge.understanding.spelling import Message

STEM = 5
"""Letters by which words are taken together: "flinches" and "flinching"."""
FURTHEST = 3
"""How far apart two words may stand and still be looked at as a pair."""
BANDS = ((2, "<baby>"), (5, "<small child>"), (11, "<child>"), (16, "<teenager>"), (ADULT_FROM, "<nearly 18>"),
         (26, "<young adult>"), (65, "<adult>"))  # fmt: skip
"""Ages under each number, in years, and what stands for them."""

_NUMBER = re.compile(r"\d[\d./]*")
_TIME = re.compile(r"\d{1,2}(?:[.:]\d\d)?(?:am|pm)")
_WITH_UNIT = re.compile(r"\d+([a-z]+)")


def band(age: float) -> str:
    """What stands for an age in years."""
    return next((name for under, name in BANDS if age < under), "<old>")


class Classes:
    """Which words are of a kind ("stepdad" is a <relative>), and which are mere courtesy and say nothing."""

    def __init__(self, groups: Mapping[str, Collection[str]], courtesy: Collection[str]) -> None:
        self._courtesy = frozenset(courtesy)
        self._of: dict[str, list[str]] = {}
        for name in sorted(groups):
            for word in groups[name]:
                self._of.setdefault(word, []).append(f"<{name}>")

    def of(self, word: str) -> Sequence[str]:
        return self._of.get(word, ())

    def naming(self, words: Collection[str]) -> frozenset[str]:
        """The names of all classes that any of these words is of."""
        return frozenset(name for word in words for name in self.of(word))

    def heard(self, message: Message) -> list[str]:
        """The words that say something, in order, with what stands for numbers."""
        return [_shown(word) for word in message.words if word not in self._courtesy]


def _shown(word: str) -> str:
    if not word[0].isdigit():
        return word
    if _TIME.fullmatch(word):
        return "<clock>"
    if unit := _WITH_UNIT.fullmatch(word):
        return f"<number>{unit[1]}"
    return "<number>" if _NUMBER.fullmatch(word) else word


def features(message: Message, ages: Iterable[float], cues: Iterable[str], classes: Classes) -> frozenset[str]:
    """All features of one message. `cues`: what the lexicon found, by name."""
    words = classes.heard(message)
    seen = {f"word {word}" for word in words}
    seen.update(f"stem {word[:STEM]}" for word in words if len(word) > STEM and word[0] != "<")
    seen.update(_pairs(words))
    seen.update(_of_classes(words, classes))
    seen.update(f"age {band(age)}" for age in ages)
    seen.update(cues)
    seen.update(_together(seen))
    return frozenset(seen)


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return (f"pair {word} {following}" for word, following in pairwise(words))


def _of_classes(words: Sequence[str], classes: Classes) -> Iterator[str]:
    """Words of a class, and pairs in which a class stands for at least one of the two."""
    kinds = [classes.of(word) for word in words]
    for at, here in enumerate(kinds):
        for kind in here:
            yield f"class {kind}"
        for there in range(at + 1, min(at + 1 + FURTHEST, len(words))):
            for kind in here:
                yield f"class {kind} {words[there]}"
                yield from (f"class {kind} {other}" for other in kinds[there])
            yield from (f"class {words[at]} {other}" for other in kinds[there])


def _together(seen: Collection[str]) -> list[str]:
    """Two senses of urgency in one message: somebody is here now, and has a weapon."""
    senses = sorted(name.removeprefix("sense ") for name in seen if name.startswith("sense ") and "again" not in name)
    return [f"with {one} {other}" for at, one in enumerate(senses) for other in senses[at + 1 :]]
