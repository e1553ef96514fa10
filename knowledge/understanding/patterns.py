"""Patterns: how the partnership writes down what people say, and how a message is searched for them.

`a/b` one of these words, `word*` any word that starts so, `<group>` any word of a named group, `(word)` may be missing,
`...` up to six words may stand between. Between two neighbours up to two small words ("the", "his", "was") may stand.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Generic, TypeVar

from knowledge.understanding.spelling import Message, plain

WIDE_GAP = 6
SMALL_GAP = 2

Meaning = TypeVar("Meaning")


class BadPattern(ValueError):
    """The pattern cannot be read."""


@dataclass(frozen=True, eq=False)
class Term:
    """One place of a pattern: the words that fit it, the beginnings that fit it, and how far it may stand off."""

    words: frozenset[str]
    starts: tuple[str, ...] = ()
    optional: bool = False
    gap_before: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Its words and beginnings as they are counted: "hit", "slap*"."""
        return (*self.words, *(f"{start}*" for start in self.starts))

    def among(self, words: frozenset[str]) -> Collection[str]:
        """Those of the words that fit."""
        return [word for word in words if self.fits(word)] if self.starts else self.words & words

    def fits(self, word: str) -> bool:
        return word in self.words or (bool(self.starts) and word.startswith(self.starts))


@dataclass(frozen=True)
class Pattern:
    text: str
    terms: tuple[Term, ...]

    @property
    def needed(self) -> Sequence[Term]:
        """The terms that must be there."""
        return tuple(term for term in self.terms if not term.optional)


@dataclass(frozen=True)
class Found(Generic[Meaning]):
    """A pattern that was found: what it means, and the first and last word (positions) that it covers."""

    meaning: Meaning
    pattern: Pattern
    first: int
    last: int


class Grammar:
    """Reads patterns. `groups`: words by the name of their group."""

    def __init__(self, groups: Mapping[str, Collection[str]]) -> None:
        self._groups = groups
        self._terms: dict[tuple[str, bool], Term] = {}
        """The places of patterns stand in many of them."""
        self._choices: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {}

    def parse(self, text: str) -> Pattern:
        """Read one pattern. Raises BadPattern, saying what is wrong."""
        terms: list[Term] = []
        gap = False
        for part in text.split():
            if part == "...":
                if not terms:
                    raise BadPattern(f"'{text}' starts with ...")
                gap = True
                continue
            if (part, gap) not in self._terms:
                self._terms[part, gap] = self._term(part, text, gap)
            terms.append(self._terms[part, gap])
            gap = False
        if gap or all(term.optional for term in terms):
            raise BadPattern(f"'{text}' ends with ..., or has no word that must be there")
        if terms[0].optional:
            raise BadPattern(f"'{text}' starts with a word that may be missing: leave it out")
        return Pattern(text, tuple(terms))

    def _term(self, part: str, text: str, gap: bool) -> Term:
        optional = part.startswith("(") and part.endswith(")")
        choices = part.strip("()")
        if choices not in self._choices:
            self._choices[choices] = self._chosen(choices, text)
        return Term(*self._choices[choices], optional, gap)

    def _chosen(self, choices: str, text: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """The words and the beginnings that "hit/slap*/<relative>" stands for."""
        words: list[frozenset[str]] = []
        starts: list[str] = []
        for choice in choices.split("/"):
            if choice.startswith("<") and choice.endswith(">"):
                if choice[1:-1] not in self._groups:
                    raise BadPattern(f"'{text}': there is no group {choice}")
                words.append(frozenset(self._groups[choice[1:-1]]))
            elif choice.endswith("*") and choice[:-1].isalnum():
                starts.append(choice[:-1])
            elif choice.isalnum() and choice == choice.casefold():
                words.append(frozenset((_plain(choice),)))
            else:
                raise BadPattern(f"'{text}': '{choice}' is not a word in small letters without an apostrophe")
        return words[0] if len(words) == 1 else frozenset().union(*words), tuple(starts)


_plain = cache(plain)
"""The words of patterns stand in many of them."""


@dataclass(frozen=True)
class PatternIndex(Generic[Meaning]):
    """Patterns by the word of each that the fewest others need, so that a message meets few that it does not hold.

    `small_words`: words that may stand between two neighbours of a pattern.
    """

    small_words: Collection[str]
    entries: Sequence[tuple[Pattern, Meaning]]

    @property
    def words(self) -> frozenset[str]:
        """Every whole word in any pattern: the words worth mending a typo into."""
        return frozenset().union(*{term.words for pattern, _ in self.entries for term in pattern.terms})

    def search(self, message: Message) -> list[Found[Meaning]]:
        """All patterns found in the message, in the order of their first words."""
        places: dict[str, list[int]] = {}
        for position, word in enumerate(message.words):
            places.setdefault(word, []).append(position)
        words = frozenset(places)
        beginnings = self._starts.intersection(word[:end] for word in words for end in range(1, len(word) + 1))
        found: set[tuple[int, int, int]] = set()
        for key in (*words, *(f"{start}*" for start in beginnings)):
            for number, others in self._by_rarest.get(key, ()):
                for term in others:  # a loop, not all(): this is asked some hundred times a message
                    if term.words.isdisjoint(words) and beginnings.isdisjoint(term.starts):
                        break
                else:
                    terms = self.entries[number][0].terms
                    starts = [at for word in terms[0].among(words) for at in places[word]]
                    ends = ((at, self._match(terms, 1, message, at)) for at in starts)
                    found.update((first, number, last) for first, last in ends if last is not None)
        return [Found(self.entries[at][1], self.entries[at][0], first, last) for first, at, last in sorted(found)]

    @cached_property
    def _starts(self) -> frozenset[str]:
        return frozenset(start for pattern, _ in self.entries for term in pattern.terms for start in term.starts)

    @cached_property
    def _by_rarest(self) -> Mapping[str, Sequence[tuple[int, Sequence[Term]]]]:
        """By word, or beginning ("slap*"), the numbers of the patterns that cannot be without it, each with the terms
        that it needs besides, the rarest first."""
        needed = [pattern.needed for pattern, _ in self.entries]
        times = Counter(term for terms in needed for term in terms)
        uses: Counter[str] = Counter()
        for term, often in times.items():
            for key in term.keys:
                uses[key] += often
        met = {term: sum(uses[key] for key in term.keys) for term in times}
        found: dict[str, list[tuple[int, Sequence[Term]]]] = {}
        for number, terms in enumerate(needed):
            rarest, *others = sorted(terms, key=met.__getitem__)
            for key in rarest.keys:
                found.setdefault(key, []).append((number, others))
        return found

    def _match(self, terms: Sequence[Term], at: int, message: Message, last: int) -> int | None:
        """The position of the last word, where terms[at:] fit after position `last`; else None."""
        if at == len(terms):
            return last
        term = terms[at]
        for position in self._reachable(term, message, last):
            if term.fits(message.words[position]):
                end = self._match(terms, at + 1, message, position)
                if end is not None:
                    return end
        return self._match(terms, at + 1, message, last) if term.optional else None

    def _reachable(self, term: Term, message: Message, last: int) -> Iterator[int]:
        furthest = min(last + 1 + (WIDE_GAP if term.gap_before else SMALL_GAP), len(message.words) - 1)
        for position in range(last + 1, furthest + 1):
            yield position
            if not term.gap_before and message.words[position] not in self.small_words:
                return


def parse_groups(written: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Named groups as the file gives them (words with spaces between) as sets of words."""
    return {name: frozenset(words.split()) for name, words in written.items()}
