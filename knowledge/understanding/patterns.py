"""Patterns: how the partnership writes down what people say, and how a message is searched for them.

`a/b` one of these words, `word*` any word that starts so, `<group>` any word of a named group, `(word)` may be missing,
`...` up to six words may stand between. Between two neighbours up to two small words ("the", "his", "was") may stand.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Generic, TypeVar

from knowledge.understanding.spelling import Message, plain

WIDE_GAP = 6
SMALL_GAP = 2

Meaning = TypeVar("Meaning")


class BadPattern(ValueError):
    """The pattern cannot be read."""


@dataclass(frozen=True)
class Term:
    """One place of a pattern: the words that fit it, the beginnings that fit it, and how far it may stand off."""

    words: frozenset[str]
    starts: tuple[str, ...] = ()
    optional: bool = False
    gap_before: bool = False

    def may_be_in(self, words: Collection[str], beginnings: Collection[str]) -> bool:
        """False where no word of the message can fit, which is most of the time, and quickly told."""
        return not self.words.isdisjoint(words) or (bool(self.starts) and not self.start_set.isdisjoint(beginnings))

    @cached_property
    def start_set(self) -> frozenset[str]:
        return frozenset(self.starts)

    def fits(self, word: str) -> bool:
        return word in self.words or (bool(self.starts) and word.startswith(self.starts))


@dataclass(frozen=True)
class Pattern:
    text: str
    terms: tuple[Term, ...]

    @cached_property
    def needed(self) -> tuple[Term, ...]:
        """The terms after the first that must be there, the last one first."""
        return tuple(term for term in reversed(self.terms[1:]) if not term.optional)


@dataclass(frozen=True)
class Found(Generic[Meaning]):
    """A pattern that was found: what it means, and the first and last word (positions) that it covers."""

    meaning: Meaning
    pattern: Pattern
    first: int
    last: int


def parse(text: str, groups: Mapping[str, Collection[str]]) -> Pattern:
    """Read one pattern. Raises BadPattern, saying what is wrong."""
    terms: list[Term] = []
    gap = False
    for part in text.split():
        if part == "...":
            if not terms:
                raise BadPattern(f"'{text}' starts with ...")
            gap = True
            continue
        terms.append(_term(part, text, groups, gap))
        gap = False
    if gap or all(term.optional for term in terms):
        raise BadPattern(f"'{text}' ends with ..., or has no word that must be there")
    if terms[0].optional:
        raise BadPattern(f"'{text}' starts with a word that may be missing: leave it out")
    return Pattern(text, tuple(terms))


def _term(part: str, text: str, groups: Mapping[str, Collection[str]], gap: bool) -> Term:
    optional = part.startswith("(") and part.endswith(")")
    words: set[str] = set()
    starts: list[str] = []
    for choice in part.strip("()").split("/"):
        if choice.startswith("<") and choice.endswith(">"):
            if choice[1:-1] not in groups:
                raise BadPattern(f"'{text}': there is no group {choice}")
            words.update(groups[choice[1:-1]])
        elif choice.endswith("*") and choice[:-1].isalnum():
            starts.append(choice[:-1])
        elif choice.isalnum() and choice == choice.casefold():
            words.add(_plain(choice))
        else:
            raise BadPattern(f"'{text}': '{choice}' is not a word in small letters without an apostrophe")
    return Term(frozenset(words), tuple(starts), optional, gap)


_plain = cache(plain)
"""The words of patterns stand in many of them."""


@dataclass
class PatternIndex(Generic[Meaning]):
    """Patterns by their first word, so that a message is searched in time that grows with its own length.

    `small_words`: words that may stand between two neighbours of a pattern.
    """

    small_words: Collection[str]
    _by_word: dict[str, list[tuple[Pattern, Meaning]]] = field(default_factory=dict)
    _by_start: dict[str, list[tuple[Pattern, Meaning]]] = field(default_factory=dict)
    _start_lengths: set[int] = field(default_factory=set)
    _any_start_lengths: set[int] = field(default_factory=set)

    def add(self, pattern: Pattern, meaning: Meaning) -> None:
        first = pattern.terms[0]
        for word in first.words:
            self._by_word.setdefault(word, []).append((pattern, meaning))
        for start in first.starts:
            self._by_start.setdefault(start, []).append((pattern, meaning))
        self._start_lengths |= {len(start) for start in first.starts}
        self._any_start_lengths |= {len(start) for term in pattern.terms for start in term.starts}

    @property
    def words(self) -> frozenset[str]:
        """Every whole word in any pattern: the words worth mending a typo into."""
        patterns = {id(pattern): pattern for found in self._by_word.values() for pattern, _ in found}
        patterns |= {id(pattern): pattern for found in self._by_start.values() for pattern, _ in found}
        return frozenset().union(*{term.words for pattern in patterns.values() for term in pattern.terms})

    def search(self, message: Message) -> Iterator[Found[Meaning]]:
        """All patterns found in the message, in the order of their first words."""
        words = frozenset(message.words)
        beginnings = frozenset(word[:length] for word in words for length in self._any_start_lengths)
        for position, word in enumerate(message.words):
            for pattern, meaning in self._starting_with(word):
                needed = pattern.needed
                if needed and not needed[0].may_be_in(words, beginnings):
                    continue
                last = self._match(pattern.terms, 1, message, position)
                if last is not None:
                    yield Found(meaning, pattern, position, last)

    def _starting_with(self, word: str) -> Iterable[tuple[Pattern, Meaning]]:
        yield from self._by_word.get(word, ())
        for length in self._start_lengths:
            if length <= len(word):
                yield from self._by_start.get(word[:length], ())

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
