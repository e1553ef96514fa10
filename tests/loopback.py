"""What the stand-ins for servers share: a real HTTP server on a free port of 127.0.0.1, and waiting for requests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.test_utils import RawTestServer


class Loopback:
    """Use it as `async with`. A subclass answers in `_take`, and calls `_arriving` around what others wait for."""

    def __init__(self) -> None:
        self._arrived = asyncio.Condition()
        self._server = RawTestServer(self._take, host="127.0.0.1")

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.close()

    def at(self, path: str = "/") -> str:
        """The address of a path on it."""
        return str(self._server.make_url(path))

    @asynccontextmanager
    async def _arriving(self) -> AsyncIterator[None]:
        async with self._arrived:
            yield
            self._arrived.notify_all()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        async with self._arrived:
            await self._arrived.wait_for(is_so)

    async def _take(self, request: web.BaseRequest) -> web.Response:
        raise NotImplementedError


def cut(request: web.BaseRequest) -> web.Response:
    """Close the connection instead of answering."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
