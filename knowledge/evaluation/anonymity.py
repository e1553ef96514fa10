"""What may be kept of closed answers so that nobody can be told from them, whatever is asked of them. Pure.

First, what was answered to one question at one point of one group of dates is kept: each cell (by agency) holds at
least five. Second, pairs of before and after, of one person each: at least five, and whoever answered only once is
hidden, for those of the same dates who are in no pair are nobody, or at least five. Nothing is ever shown but sums of
whole cells, so the difference of any two reports is a sum of whole cells too, and never a few people.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar
from uuid import UUID

FEWEST = 5
"""Fewer answers than this are never shown, nor kept."""
Key = TypeVar("Key")


@dataclass(frozen=True)
class Said:
    """What one person answered to one question: before, after (or the only time), or both."""

    agency: UUID | None
    before: int | None = None
    value: int | None = None

    @property
    def is_pair(self) -> bool:
        return self.before is not None and self.value is not None


def apart(said: Iterable[Said], asked_before: Collection[UUID], asked_after: Collection[UUID]) -> list[Said]:
    """The answers before and the answers after, each by itself, as they may be kept: with the agency where that is no
    handful, and none where there are fewer than five. `asked_...`: the agencies of which it may be told how many were
    asked; no other is told apart, so that beside each mean of an agency stands how many of it answered."""
    every = list(said)
    before = [replace(each, value=None) for each in every if each.before is not None]
    after = [replace(each, before=None) for each in every if each.value is not None]
    both = ((before, asked_before), (after, asked_after))
    return [each for some, asked in both if len(some) >= FEWEST for each in _labelled(some, asked)]


def has_both(said: Collection[Said]) -> bool:
    """Whether the answers before and those after are both kept: only then pairs of them may be."""
    befores, values = (sum(getattr(each, name) is not None for each in said) for name in ("before", "value"))
    return befores >= FEWEST and values >= FEWEST


def pairs(said: Iterable[Said], chance: Random) -> list[Said]:
    """The pairs that may be kept of all answers of the same dates: some are left out by chance to hide whoever answered
    only once; none where fewer than five are left."""
    every = list(said)
    paired = [each for each in every if each.is_pair]
    chance.shuffle(paired)
    alone = sorted(sum(getattr(each, name) is None for each in every) for name in ("before", "value"))
    left_out = FEWEST - alone[0] if any(0 < count < FEWEST for count in alone) else 0
    kept = paired[left_out:]
    return _labelled_pairs(kept, every) if len(kept) >= FEWEST else []


def _labelled(said: Sequence[Said], asked: Collection[UUID]) -> list[Said]:
    kept = kept_apart(Counter(each.agency for each in said)).intersection(asked)
    return [each if each.agency in kept else replace(each, agency=None) for each in said]


def _labelled_pairs(kept: Sequence[Said], every: Sequence[Said]) -> list[Said]:
    """With the agency only where that hides, in the agency and in all others, who is in no pair."""
    counts = Counter(each.agency for each in kept)
    befores = Counter(each.agency for each in every if each.before is not None)
    values = Counter(each.agency for each in every if each.value is not None)

    def hides(agencies: Collection[UUID | None]) -> bool:
        count = sum(counts[agency] for agency in agencies)
        alone = [sum(one[agency] for agency in agencies) - count for one in (befores, values)]
        return count >= FEWEST and not any(0 < each < FEWEST for each in alone)

    every_agency = {*befores, *values}
    told = sorted((each for each in every_agency if each and hides((each,))), key=lambda id: (-counts[id], str(id)))
    while told and every_agency - set(told) and not hides(every_agency - set(told)):
        told.pop()
    return [each if each.agency in told else replace(each, agency=None) for each in kept]


def kept_apart(counts: Mapping[Key | None, int]) -> frozenset[Key]:
    """The agencies that may be told apart: each has at least five, and all others together are none or at least
    five too; else the smallest joins them."""
    told = {key: count for key, count in counts.items() if key is not None and count >= FEWEST}
    others = sum(counts.values()) - sum(told.values())
    while told and 0 < others < FEWEST:
        smallest = min(told, key=lambda key: (told[key], str(key)))
        others += told.pop(smallest)
    return frozenset(told)
