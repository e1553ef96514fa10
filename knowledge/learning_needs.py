"""Learning needs: what people were worried about, counted without a word of what they typed.

A need holds the week, the topic, the route ids, the version of the content, the sector if it is known, and whether we
had to ask because we were unsure. Nothing else, and nothing that leads back to a person, a conversation or a minute.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from knowledge.clock import LONDON
from knowledge.library import NOT_SURE
from knowledge.understanding.reading import Intent, Reading

FEWEST_SHOWN = 5
"""Counts below this are not shown: few cases could point to one family."""


@dataclass(frozen=True)
class Need:
    """One worry that was answered. `week`: its ISO week in London, such as "2026-W49"."""

    week: str
    topic: str
    routes: tuple[str, ...]
    content_version: str
    sector: str | None
    asked: bool


def need(
    reading: Reading,
    routes: Sequence[str],
    at: datetime,
    content_version: str,
    *,
    asked: bool,
    sector: str | None = None,
) -> Need | None:
    """What a turn says of learning needs; None where it told of no worry about somebody (a writer's own crisis is
    nobody's statistic). `at` is aware."""
    if reading.intent is not Intent.CONCERN:
        return None
    year, week, _ = at.astimezone(LONDON).isocalendar()
    topic = reading.concerns[0] if reading.concerns else NOT_SURE
    return Need(f"{year}-W{week:02}", topic, tuple(routes), content_version, sector, asked)


class Needs(Protocol):
    """Where needs are kept: in memory here, in the database by another class of the same shape."""

    def keep(self, need: Need) -> None: ...


class Tally:
    """Counts needs in memory."""

    def __init__(self) -> None:
        self._counts: Counter[Need] = Counter()

    def keep(self, need: Need) -> None:
        self._counts[need] += 1

    def shown(self) -> Mapping[tuple[str, str], int]:
        """How often each topic was asked about in each week: only what reached five."""
        return shown(self._counts)


def shown(counts: Mapping[Need, int]) -> dict[tuple[str, str], int]:
    """The counts by week and topic that may be shown. No sums are given, which would betray small counts."""
    by_topic: Counter[tuple[str, str]] = Counter()
    for kept, times in counts.items():
        by_topic[kept.week, kept.topic] += times
    return {place: times for place, times in sorted(by_topic.items()) if times >= FEWEST_SHOWN}
