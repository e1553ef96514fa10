"""Learning needs: what people were worried about, counted without a word of what they typed.

A need holds the week, the topic, the route ids, the version of the content, the sector if it is known, and whether we
had to ask because we were unsure. Nothing else, and nothing that leads back to a person, a conversation or a minute.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import LONDON
from knowledge.inserting import inserting
from knowledge.library import NOT_SURE
from knowledge.models import LearningNeed
from knowledge.understanding.reading import Intent, Reading

FEWEST_SHOWN = 5
"""Counts below this are not shown: few cases could point to one family."""


@dataclass(frozen=True)
class Need:
    """One worry that was answered. `week`: its ISO week in London, such as "2026-W49"; `sector`: "" where unknown."""

    week: str
    topic: str
    routes: tuple[str, ...]
    content_version: str
    sector: str
    asked: bool


def need(
    reading: Reading,
    routes: Sequence[str],
    at: datetime,
    content_version: str,
    *,
    asked: bool,
    sector: str = "",
) -> Need | None:
    """What a turn says of learning needs; None where it told of no worry about somebody (a writer's own crisis is
    nobody's statistic). `at` is aware."""
    if reading.intent is not Intent.CONCERN:
        return None
    topic = reading.concerns[0] if reading.concerns else NOT_SURE
    return Need(week_of(at), topic, tuple(routes), content_version, sector, asked)


def week_of(at: datetime) -> str:
    """The ISO week in London of an aware instant; weeks compare as their words do."""
    year, week, _ = at.astimezone(LONDON).isocalendar()
    return f"{year}-W{week:02}"


class Tally:
    """Counts needs in memory, until somebody takes the counts away to keep them."""

    def __init__(self) -> None:
        self._counts: Counter[Need] = Counter()

    def keep(self, need: Need) -> None:
        self._counts[need] += 1

    def taken(self) -> Mapping[Need, int]:
        """What was counted since this was last asked."""
        counts, self._counts = self._counts, Counter()
        return counts


class LearningNeeds:
    """What was counted by all processes."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, counts: Mapping[Need, int]) -> None:
        """Add to the counts; two processes may at once. In one order, so that neither waits for the other for ever."""
        for need, times in sorted(counts.items(), key=repr):
            row = {**vars(need), "routes": " ".join(need.routes), "count": times}
            new = inserting(self._session, LearningNeed).values(row)
            more = {"count": LearningNeed.count + new.excluded.count}
            keys = [column.name for column in LearningNeed.__table__.primary_key]
            await self._session.execute(new.on_conflict_do_update(index_elements=keys, set_=more))

    async def shown(self, since: str) -> dict[tuple[str, str], int]:
        """How often each topic was asked about in each week from `since`, by week and topic: only what reached five. No
        sums are given, which would betray small counts."""
        times = func.sum(LearningNeed.count)
        query = select(LearningNeed.week, LearningNeed.topic, times).where(LearningNeed.week >= since)
        query = query.group_by(LearningNeed.week, LearningNeed.topic)
        rows = await self._session.execute(query.having(times >= FEWEST_SHOWN).order_by("week", "topic"))
        return {(week, topic): int(count) for week, topic, count in rows}
