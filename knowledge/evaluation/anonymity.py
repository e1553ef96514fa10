"""What may be kept of closed answers so that nobody can be told from them, whatever is asked of them. Pure.

The answers to one question fall into cells: by whether they are a pair (before and after, of one person), only before
or only after, and by agency. Each cell that is kept holds at least five, and nothing is ever shown but sums of whole
cells: so the difference of any two reports is a sum of whole cells too, and never a few people.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    before: int | None
    value: int | None

    @property
    def is_pair(self) -> bool:
        return self.before is not None and self.value is not None

    @property
    def kind(self) -> tuple[bool, bool]:
        return self.before is not None, self.value is not None


def coarsened(said: Iterable[Said], chance: Random) -> list[Said]:
    """The answers to one question as they may be kept: some pairs are split, some agencies and some answers left out,
    so that every cell holds at least five."""
    split = _split(list(said), chance)
    kinds: dict[tuple[bool, bool], list[Said]] = {}
    for each in split:
        kinds.setdefault(each.kind, []).append(each)
    return [each for kind in sorted(kinds) if len(kinds[kind]) >= FEWEST for each in _labelled(kinds[kind])]


def _split(said: list[Said], chance: Random) -> list[Said]:
    """Whoever answered only once is hidden among people of whom both answers are there: so many pairs are split, by
    chance, that those who stand alone are nobody, or enough. Too few pairs are all split."""
    pairs = [each for each in said if each.is_pair]
    rest = [each for each in said if not each.is_pair]
    chance.shuffle(pairs)
    alone = sorted(sum(each.kind == kind for each in rest) for kind in ((True, False), (False, True)))
    cut = FEWEST - alone[0] if any(0 < count < FEWEST for count in alone) else 0
    if len(pairs) - cut < FEWEST:
        cut = len(pairs)
    for pair in pairs[:cut]:
        rest += [replace(pair, value=None), replace(pair, before=None)]
    return pairs[cut:] + rest


def _labelled(said: Sequence[Said]) -> list[Said]:
    kept = kept_apart(Counter(each.agency for each in said))
    return [each if each.agency in kept else replace(each, agency=None) for each in said]


def kept_apart(counts: Mapping[Key | None, int]) -> frozenset[Key]:
    """The agencies that may be told apart: each has at least five, and all others together are none or at least
    five too; else the smallest joins them."""
    apart = {key: count for key, count in counts.items() if key is not None and count >= FEWEST}
    others = sum(counts.values()) - sum(apart.values())
    while apart and 0 < others < FEWEST:
        smallest = min(apart, key=lambda key: (apart[key], str(key)))
        others += apart.pop(smallest)
    return frozenset(apart)
