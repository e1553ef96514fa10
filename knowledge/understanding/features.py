"""What a message shows the weights: its words and the words that stand together, the parts of its words, and what the
lexicon found in it.

A feature is a short piece of text that a person can read in `weights.txt`: `word flinches`, `pair wont come`,
`part flinc`, `hint physical_abuse`. Numbers stand as what they are (an age, a time), so that no figure of a person is
learnt.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.understanding.ages import ADULT_FROM
from knowledge.understanding.spelling import Message

SHORTEST_PART, LONGEST_PART = 3, 4
"""Letters of a part of a word, with the space before and after it: "flinches" and "flinching" have most in common."""
BANDS = ((2, "<baby>"), (5, "<small child>"), (11, "<child>"), (16, "<teenager>"), (ADULT_FROM, "<nearly 18>"),
         (26, "<young adult>"), (65, "<adult>"))  # fmt: skip
"""Ages under each number, in years, and what stands for them."""

_NUMBER = re.compile(r"\d[\d./]*")
_TIME = re.compile(r"\d{1,2}(?:[.:]\d\d)?(?:am|pm)")
_WITH_UNIT = re.compile(r"\d+([a-z]+)")


@dataclass(frozen=True)
class Features:
    """What one message shows, by family: the more of a family there is, the less each of it says."""

    words: tuple[str, ...]
    """Words, and two and three of them in a row, each once."""
    spelt: tuple[str, ...]
    """The words themselves, each once: what they are made of counts too."""
    found: tuple[str, ...]
    """What the lexicon found, ages, and words by their kind: each counts in full."""

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part for word in self.spelt for part in parts_of(word)))


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


def features(message: Message, ages: Iterable[float], cues: Iterable[str], classes: Classes) -> Features:
    """All features of one message. `cues`: what the lexicon found, by name."""
    heard = classes.heard(message)
    found = {f"age {band(age)}" for age in ages}
    found.update(f"class {kind}" for word in heard for kind in classes.of(word))
    found.update(cues)
    found.update(_together(found))
    return Features(tuple(dict.fromkeys(_in_a_row(heard))), tuple(dict.fromkeys(heard)), tuple(sorted(found)))


def parts_of(word: str) -> tuple[str, ...]:
    """The parts of one word as features: "part  fli", "part flin". What stands for a number has none."""
    if word[0] == "<":
        return ()
    spaced = f" {word} "
    sizes = range(SHORTEST_PART, LONGEST_PART + 1)
    return tuple(dict.fromkeys(f"part {spaced[at : at + n]}" for n in sizes for at in range(len(spaced) - n + 1)))


def _in_a_row(words: Sequence[str]) -> Iterator[str]:
    yield from (f"word {word}" for word in words)
    yield from (f"pair {first} {second}" for first, second in pairwise(words))
    yield from (f"three {' '.join(words[at : at + 3])}" for at in range(len(words) - 2))


def _together(seen: Collection[str]) -> list[str]:
    """Two senses of urgency in one message: somebody is here now, and has a weapon."""
    senses = sorted(name.removeprefix("sense ") for name in seen if name.startswith("sense ") and "again" not in name)
    return [f"with {one} {other}" for at, one in enumerate(senses) for other in senses[at + 1 :]]
