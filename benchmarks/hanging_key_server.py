"""Does anybody wait for a key server that hangs? Turns with a known key go on; the longest stall is printed.

Run by hand: .venv/bin/python -m benchmarks.hanging_key_server
The same turns are posted with the key server well (the floor) and hanging, with a token of an unknown key beside each.
Aim: the event loop never stands still for more than 50 ms.
"""

import asyncio
import gc
import statistics
import sys
import time
from contextlib import suppress
from datetime import timedelta

from tests.fakes import FakeConnector
from tests.faults.test_front_door_over_http import NOW, Teams
from tests.keyserver import Answer, FakeKeyServer, key_pair

TURNS = 300


async def longest_stall(until: asyncio.Event) -> float:
    """The longest time in ms that the event loop did not come back to a task that asks every millisecond."""
    longest = 0.0
    while not until.is_set():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before - 0.001)
    return 1000 * longest


async def posted(teams: Teams, *, with_strangers: bool) -> tuple[list[float], float]:
    done = asyncio.Event()
    stall = asyncio.create_task(longest_stall(done))
    strangers, taken = [], []
    for _ in range(TURNS):
        if with_strangers:
            strangers.append(asyncio.create_task(teams.posts(key="key-2")))
        start = time.perf_counter()
        assert await teams.posts() == 200
        taken.append(1000 * (time.perf_counter() - start))
    done.set()
    longest = await stall
    for stranger in strangers:
        stranger.cancel()
        with suppress(asyncio.CancelledError):
            await stranger
    return taken, longest


async def main() -> None:
    key_pair("key-2")  # made now: to make a key takes longer than what is measured
    async with FakeKeyServer(key_pair("key-1")) as keys, FakeConnector() as connector, Teams(keys, connector) as teams:
        await posted(teams, with_strangers=False)
        gc.collect()
        gc.freeze()  # as `run` does
        well, floor = await posted(teams, with_strangers=False)
        keys.rest = Answer(until=asyncio.Event())
        teams.now = NOW + timedelta(hours=25)
        hanging, longest = await posted(teams, with_strangers=True)
    for name, taken, stall in (("key server well", well, floor), ("key server hanging", hanging, longest)):
        p99 = sorted(taken)[int(0.99 * len(taken))]
        middle = statistics.median(taken)
        sys.stdout.write(f"{name:20} turn {middle:5.1f} ms, p99 {p99:5.1f} ms; longest stall {stall:5.1f} ms\n")
    sys.stdout.write(f"stall / floor        {longest / floor:5.2f} x\n")


if __name__ == "__main__":
    asyncio.run(main())
