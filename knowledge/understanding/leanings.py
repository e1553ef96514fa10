"""Leanings: which worries the single words of a message lean to, by how often the lexicon uses them.

A pattern needs its words together and in order. People seldom oblige; but where several words of a message are words
that the lexicon uses of one worry and of few others, the message leans to that worry.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

FULL = 3
"""Patterns that use a word of one worry; more add nothing."""
DOUBT = 0.3
"""What is added to every count, so that one use does not make certain."""
FIRST = 3
"""Worries that are named by their rank."""
STEPS = (0.7, 1.5, 2.3, 3.2)
"""How far a worry stands out, in standard deviations over all."""
ALARM_STEPS = (1.0, 2.0, 3.0, 4.5, 6.0, 8.0)
"""How much alarm all words make together; more words never make less."""
MOST_CHOICES = 60
"""Choices in one place of a pattern beyond which a word says little."""


class Leanings:
    """Counts which words are used of what, and tells what a message leans to. `families`: names that compete."""

    def __init__(self) -> None:
        self._uses: dict[str, dict[str, dict[str, int]]] = {}
        self._starts: dict[str, dict[str, dict[str, int]]] = {}
        self._shares: dict[str, dict[str, float]] = {}
        self._known: dict[tuple[str, str], dict[str, float]] = {}

    def learn(self, family: str, name: str, words: Iterable[str], starts: Iterable[str]) -> None:
        """One pattern that speaks for `name` uses these words, and words that start so."""
        for given, kept in ((words, self._uses), (starts, self._starts)):
            counts = kept.setdefault(family, {})
            for word in given:
                named = counts.setdefault(word, {})
                named[name] = named.get(name, 0) + 1

    def settle(self) -> None:
        """After the last pattern was learnt."""
        for family, uses in self._uses.items():
            totals: Counter[str] = Counter()
            for counts in (*uses.values(), *self._starts.get(family, {}).values()):
                for name, times in counts.items():
                    totals[name] += min(times, FULL)
            everything = totals.total()
            self._shares[family] = {name: times / everything for name, times in sorted(totals.items())}

    def of(self, words: Collection[str]) -> Iterator[str]:
        """The leanings of a message, as features."""
        distinct = sorted(set(words))
        for family in ("worry", "want"):
            if family in self._shares:
                yield from self._leans(family, distinct)
        alarm = sum(self._lift("alarm", word).get("alarm", 0.0) for word in distinct)
        yield from (f"alarm above {step:g}" for step in ALARM_STEPS if alarm > step)

    def _leans(self, family: str, words: Sequence[str]) -> Iterator[str]:
        sums: dict[str, float] = {}
        for word in words:
            for name, lift in self._lift(family, word).items():
                sums[name] = sums.get(name, 0.0) + lift
        if not sums:
            return
        ranked = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
        yield from (f"lean {family} {rank} {name}" for rank, (name, _) in enumerate(ranked[:FIRST], start=1))
        size = len(self._shares[family])
        mean = sum(sums.values()) / size
        spread = math.sqrt(max(0.0, sum(value * value for value in sums.values()) / size - mean * mean)) + DOUBT
        for name, value in ranked:
            yield from (f"lean {family} above {step:g} {name}" for step in STEPS if value - mean > step * spread)

    def _lift(self, family: str, word: str) -> dict[str, float]:
        """How much more the word is used of each name than of the others, in log-odds; only where it is more."""
        if (family, word) in self._known:
            return self._known[family, word]
        counts = Counter(self._uses.get(family, {}).get(word, {}))
        starts = self._starts.get(family, {})
        for length in range(3, len(word) + 1):
            if word[:length] in starts:
                counts.update(starts[word[:length]])
        shares = self._shares.get(family, {})
        total = sum(min(times, FULL) for times in counts.values()) + DOUBT * len(shares)
        lifts = {name: math.log((min(times, FULL) + DOUBT) / total / shares[name]) for name, times in counts.items()}
        found = {name: lift for name, lift in lifts.items() if lift > 0}
        if counts:
            self._known[family, word] = found
        return found
