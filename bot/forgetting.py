"""What was said is forgotten after its quarter of an hour, though nobody writes again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from aiohttp import web

from bot import logs
from dialogs.conversation import Conversation
from knowledge.clock import Clock

EVERY = 10.0
"""Seconds between two looks at what is past."""


def forgetting(conversation: Conversation | None, clock: Clock) -> Callable[[web.Application], AsyncIterator[None]]:
    """For an application's `cleanup_ctx`: forgets what is past for as long as it runs."""

    async def while_running(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_forget(conversation, clock)) if conversation else None
        yield
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return while_running


async def _forget(conversation: Conversation, clock: Clock) -> None:
    while True:
        await asyncio.sleep(EVERY)
        try:
            conversation.memory.forget_past(clock())
            conversation.tables.forget_past(clock())
            conversation.courses.forget_past(clock())
        except Exception as error:  # the next look may do better
            logs.failure("memory.not_swept", error)
