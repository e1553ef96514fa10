"""Workers as processes of their own, that can be killed, frozen and told to stop: `work` is what each of them runs."""

import asyncio
import logging
import os
import signal
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import aiohttp

from bot import delivery
from bot.connector import Connector
from bot.delivery import Worker
from bot.frontdoor import LOOPBACK_HOSTS
from dialogs.notices import words
from knowledge.database import Database, address
from tests.ledger import FAST, clock_of, numbers_in

SHORT, LONG = 2.0, 20.0
"""Leases in seconds; the connector has a quarter of one to answer, the database half."""
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.worker"])


class Witness(Connector):
    """Writes down of which messages no answer was heard in time, whatever the connector thinks of it: a process that
    gets no turn on a busy machine gives up on an answer that lies there already."""

    def __init__(self, client: aiohttp.ClientSession, timeout: float, unheard: Path | None) -> None:
        super().__init__(client, timeout=aiohttp.ClientTimeout(total=timeout))
        self.unheard = unheard

    async def call(self, method: str, url: str, payload: dict[str, Any] | None = None) -> str:
        try:
            return await super().call(method, url, payload)
        except TimeoutError:
            if self.unheard:
                with self.unheard.open("a") as lines:
                    lines.write(f"{numbers_in(str(payload))[0]}\n")
            raise


def work(where: str, offset: timedelta, lease: float, unheard: Path | None) -> None:
    logging.disable()
    delivery.TRY_AGAIN, delivery.MARGIN = 0.1, 0.3
    asyncio.run(_work(where, offset, lease, unheard))


async def _work(where: str, offset: timedelta, lease: float, unheard: Path | None) -> None:
    database = Database(address(where), wait=lease / 2)
    async with aiohttp.ClientSession() as client:
        sender = Witness(client, lease / 4, unheard)
        worker = Worker(
            database, sender, LOOPBACK_HOSTS, words, clock_of(offset), "28:bot", FAST,
            lease=timedelta(seconds=lease), poll=0.05, sweep=0.2,
        )  # fmt: skip
        stopping = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
        running = asyncio.create_task(worker.run())
        await stopping.wait()
        await worker.stop()
        await running
    await database.close()


class Fleet:
    """So many processes on one database. `unheard`: the file in which they write down the messages of which they heard
    no answer in time."""

    def __init__(
        self, where: str, offset: timedelta, count: int, lease: float = SHORT, unheard: Path | None = None
    ) -> None:
        self.where, self.offset, self.lease, self.unheard = where, offset, lease, unheard
        self.processes = [self._started() for _ in range(count)]

    def _started(self) -> ForkServerProcess:
        process = _FORKS.Process(target=work, args=(self.where, self.offset, self.lease, self.unheard), daemon=True)
        process.start()
        return process

    def kill(self, number: int) -> None:
        """End one in the midst of what it does, and start another."""
        self.processes[number].kill()
        self.processes[number].join()
        self.processes[number] = self._started()

    async def freeze(self, number: int, seconds: float) -> None:
        pid = self._pid(number)
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        if self._pid(number) == pid:  # not killed meanwhile
            os.kill(pid, signal.SIGCONT)

    async def replace(self, number: int) -> int | None:
        """As a rolling restart does: the new one is there before the old one ends. Gives how the old one ended."""
        old, self.processes[number] = self.processes[number], self._started()
        old.terminate()
        await asyncio.to_thread(old.join, 30)
        return old.exitcode

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.join()

    def _pid(self, number: int) -> int:
        pid = self.processes[number].pid
        assert pid
        return pid
