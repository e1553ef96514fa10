"""From what was typed to plain words: look-alike letters, hidden characters, apostrophes and typos are smoothed out.

For matching only: nothing made here is ever shown or kept.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST = 4000
"""Characters that are read; the rest of a longer message is not looked at."""

LOOK_ALIKES = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "г": "r", "е": "e", "з": "3", "і": "i", "ј": "j", "к": "k", "м": "m", "н": "h", "о": "o",
        "п": "n", "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "ь": "b", "ѕ": "s", "ӏ": "l", "һ": "h", "ԁ": "d",
        "ԛ": "q", "ԝ": "w",
        # Greek
        "α": "a", "β": "b", "γ": "y", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "u", "ν": "v", "ο": "o", "ρ": "p",
        "ζ": "z", "σ": "o", "τ": "t", "υ": "u", "χ": "x", "ω": "w",
        # Latin that no keyboard here gives
        "ı": "i", "ɑ": "a", "ɡ": "g", "ɩ": "i",
    }
)  # fmt: skip
"""Small letters that pass for Latin ones."""

CAPITAL_LOOK_ALIKES = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϲ", "ABEZHIKMNOPTYXCc")
"""Greek capitals (and the lunate sigma) that do, before small letters are made of them: a small eta looks like an n."""

SHORTEST_MENDED = 5
"""Letters under which a word is taken as it stands: "load" is not LADO."""
HARDLY_ANYTHING = 2
"""Words beside courtesy that still leave a message one: "thanks Sam"."""
LONG_WORD = 9
"""Letters from which two slips are mended instead of one."""

_APOSTROPHE = re.compile("['’‘`´ʼʹ′＇]")
_WORD = re.compile(r"[a-z0-9]+(?:[./][0-9]+)*")
_BREAK = re.compile(r"[.!?;]+(?:\s|$)")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True)
class Message:
    """The words of a message, and after which of them a sentence ends."""

    words: tuple[str, ...]
    sentence: tuple[int, ...]
    """For each word, the number of the sentence it stands in."""

    def without(self, courtesy: Collection[str]) -> "Message":
        """This message without the courtesy at its beginning and end: "hi, ... thanks". Where hardly anything would be
        left, the courtesy is what was meant."""
        first, last = 0, len(self.words)
        while first < last and self.words[first] in courtesy:
            first += 1
        while last > first and self.words[last - 1] in courtesy:
            last -= 1
        if last - first <= HARDLY_ANYTHING:
            return self
        return Message(self.words[first:last], self.sentence[first:last])

    def leaving_out(self, places: Collection[int]) -> "Message":
        """This message without the words at these places."""
        kept = [at for at in range(len(self.words)) if at not in places]
        return Message(tuple(self.words[at] for at in kept), tuple(self.sentence[at] for at in kept))

    @property
    def is_empty(self) -> bool:
        """True where there is no word in it; figures alone say nothing."""
        return not any(word[0].isalpha() for word in self.words)


class Speller:
    """Knows the words that matter, and mends a near miss of one.

    `known`: the words of all patterns. `ordinary`: words that look like one of them and are themselves.
    """

    def __init__(self, known: Iterable[str], ordinary: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._ordinary = frozenset(ordinary)
        self._by_start: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= SHORTEST_MENDED and word.isalpha():
                self._by_start.setdefault((word[0], len(word)), []).append(word)

    def message(self, text: str) -> Message:
        words: list[str] = []
        sentences: list[int] = []
        for number, sentence in enumerate(_BREAK.split(plain(text))):
            for word in _WORD.findall(sentence):
                words.append(self._mend(word))
                sentences.append(number)
        return Message(tuple(words), tuple(sentences))

    def _mend(self, word: str) -> str:
        if word in self._known or word in self._ordinary or len(word) < SHORTEST_MENDED or not word.isalpha():
            return word
        return self._nearest(word)

    def _nearest(self, word: str) -> str:
        allowed = 1 if len(word) < LONG_WORD else 2
        best, nearest = word, allowed + 1
        for length in sorted(range(len(word) - allowed, len(word) + allowed + 1), key=lambda n: abs(n - len(word))):
            alike = self._by_start.get((word[0], length), ())
            found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=nearest - 1)
            if found:
                best, nearest = found[0], int(found[1])
            if nearest <= 1:
                break
        return best


def plain(text: str) -> str:
    """Small Latin letters without accents, hidden characters or apostrophes; "she's" becomes "shes"."""
    shown = _APOSTROPHE.sub("", text[:LONGEST].translate(CAPITAL_LOOK_ALIKES))
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", shown).casefold())
    visible = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Mn", "Cc", "Co") or c in "\n\t\r")
    return _LONG_RUN.sub(r"\1\1", _APOSTROPHE.sub("", visible.translate(LOOK_ALIKES)))
