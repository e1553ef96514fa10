"""Work that nobody waits for ends, or is cancelled when the process does."""

import asyncio

from bot.background import Background


async def test_what_was_started_ends_before_it_is_closed() -> None:
    ended: list[int] = []

    async def work(number: int) -> None:
        await asyncio.sleep(0.01 * number)
        ended.append(number)

    background = Background()
    for number in (2, 1):
        background.start(work(number))
    await background.one_ends()
    assert ended == [1]
    await background.close(within=5)
    assert ended == [1, 2]


async def test_what_takes_too_long_is_cancelled() -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    background = Background()
    background.start(work())
    await asyncio.sleep(0)
    await background.close(within=0)
    assert cancelled.is_set()


async def test_where_nothing_was_started_nothing_is_waited_for() -> None:
    await Background().one_ends()
    await Background().close(within=5)
