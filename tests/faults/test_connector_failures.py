"""The connector refuses, breaks, is cut off and falls silent: nothing is lost, only what may have arrived is repeated,
and whoever blocked the assistant is told of. On both databases."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from knowledge.database import Database
from knowledge.models.sending import State
from tests.ledger import (
    SEED,
    Answer,
    Connector,
    chance,
    clock_of,
    end,
    fill,
    offset_to_monday,
    settled,
    size,
    standing,
)
from tests.worker import Fleet

SENDS = size(1_000, 20_000)
PROCESSES = 3
LEASE = 6.0
"""Seconds; the connector has a quarter of them to answer, which a busy machine needs."""
BLOCKED_EVERY = 100
SILENT = LEASE / 2
"""Seconds, more than the worker waits."""
CERTAIN = {Answer(429, arrives=False): 5, Answer(): 86}
IN_DOUBT = {
    Answer(500, arrives=False): 2,
    Answer(503): 3,
    Answer(arrives=False, cuts=True): 1.5,
    Answer(cuts=True): 1.5,
    Answer(arrives=False, delay=SILENT): 1.5,
    Answer(delay=SILENT): 1.5,
}
ANSWERS = {**CERTAIN, **IN_DOUBT}


@dataclass
class Bad:
    """A connector in a bad way: each call draws its answer by lot, and every hundredth person blocked the assistant."""

    lots: Random
    in_doubt: set[int] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)

    def __call__(self, conversation: str) -> Answer:
        number = int(conversation.removeprefix("chat-"))
        if number % BLOCKED_EVERY == 0:
            self.refused.append(number)
            return Answer(403, arrives=False)
        (answer,) = self.lots.choices(list(ANSWERS), list(ANSWERS.values()))
        if answer in IN_DOUBT:
            self.in_doubt.add(number)
        return answer


async def test_only_what_may_have_arrived_is_repeated_and_nothing_is_lost(
    database: Database, database_address: str, tmp_path: Path
) -> None:
    bad, offset = Bad(chance("connector")), offset_to_monday()
    connector, clock = Connector(bad), clock_of(offset)
    unheard = tmp_path / "unheard"
    unheard.touch()
    async with connector:
        await fill(database, clock, connector.url, SENDS)
        fleet = Fleet(database_address, offset, PROCESSES, LEASE, unheard)
        try:
            await settled(database, clock, within=60 + SENDS / 10)
        finally:
            fleet.end()
    ended, rows = await end(database, clock, connector.marks), await standing(database, clock)
    in_doubt = bad.in_doubt | connector.given_up | set(map(int, unheard.read_text().split()))
    print(f"seed {SEED}: {ended}; {len(in_doubt)} in doubt, {connector.calls} calls")  # noqa: T201

    assert (ended.lost, ended.unmarked, len(rows)) == ([], [], SENDS)
    marked = {number for number, marks in connector.marks.items() if any(marks)}
    assert marked <= in_doubt
    assert {number for number, state in rows.items() if state is State.HELD} <= in_doubt
    assert max(len(marks) for marks in connector.marks.values()) == 2
    assert sorted(bad.refused) == list(range(0, SENDS, BLOCKED_EVERY))
    assert {number for number, state in rows.items() if state is State.DEAD} == set(bad.refused)
    async with database.reading(clock) as work:
        assert (await work.outbox.totals()).dead_by_reason == {"blocked": len(bad.refused)}
        assert len(await work.outbox.not_reached()) == len(bad.refused)
