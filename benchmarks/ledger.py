"""What the ledger costs: the worker's rate against a bare client's, and what a claim takes among many rows.

Run by hand: .venv/bin/python -m benchmarks.ledger [rows ...]
Aims: at 4 in flight and a connector that takes 50 ms, 0.7 of a bare pooled aiohttp client's rate; the claim's question
under 5 ms among 10 thousand, 100 thousand and a million rows. On SQLite and PostgreSQL.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import text

from bot.connector import Connector
from bot.delivery import IN_FLIGHT, Worker
from bot.frontdoor import LOOPBACK_HOSTS
from dialogs.notices import words
from knowledge.database import Database, address
from knowledge.dispatch import Dispatch
from knowledge.due import Due
from knowledge.schema import migrate
from tests.builders import MONDAY_MORNING
from tests.databases import make_filled
from tests.ledger import FAST, acquaint, clock_of, fill, offset_to_monday, settled
from tests.postgres import postgres
from tests.servers import free_port

LATENCY = 0.05
SENDS = 400
ROUNDS = 3
ROWS = (10_000, 100_000, 1_000_000)
PEOPLE = 5_000
SHARE_DUE = 100
"""One row in so many is due; the others were sent."""
CLAIMS = 20
CARD = {"type": "message", "attachments": [{"content": "x" * 4_000}]}


def serve(port: int) -> None:
    """A connector in a process of its own."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(LATENCY)
        return web.json_response({"id": "1"})

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


@asynccontextmanager
async def connector() -> AsyncIterator[str]:
    port = free_port()
    process = get_context("spawn").Process(target=serve, args=(port,), daemon=True)
    process.start()
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()


async def listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


async def bare_rate(url: str) -> float:
    """Messages a second of a bare pooled client."""
    numbers = iter(range(SENDS))
    async with aiohttp.ClientSession() as client:

        async def post() -> None:
            for number in numbers:
                async with client.post(f"{url}v3/conversations/{number}/activities", json=CARD) as response:
                    await response.json()

        started = time.perf_counter()
        await asyncio.gather(*(post() for _ in range(IN_FLIGHT)))
        return SENDS / (time.perf_counter() - started)


class Counting(Connector):
    """The connector's client; it tells when all was sent, so that nobody has to ask the database meanwhile."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        super().__init__(client)
        self.left, self.all_sent = SENDS, asyncio.Event()

    async def call(self, method: str, url: str, payload: dict[str, Any] | None = None) -> str:
        id = await super().call(method, url, payload)
        self.left -= 1
        if not self.left:
            self.all_sent.set()
        return id


async def worker_rate(where: str, url: str) -> tuple[float, float]:
    """Messages a second of the worker, from its start until all are settled, and its CPU milliseconds for each."""
    database, clock = Database(address(where)), clock_of(offset_to_monday())
    await empty(database)
    await fill(database, clock, url, SENDS)
    async with aiohttp.ClientSession() as client:
        sender = Counting(client)
        worker = Worker(database, sender, LOOPBACK_HOSTS, words, clock, "28:bot", FAST)
        started, used = time.perf_counter(), time.process_time()
        running = asyncio.create_task(worker.run())
        await sender.all_sent.wait()
        await settled(database, clock, within=10)
        rate, cpu = SENDS / (time.perf_counter() - started), 1000 * (time.process_time() - used) / SENDS
        await worker.stop()
        await running
    await database.close()
    return rate, cpu


async def empty(database: Database) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        for table in ("send_ledger", "conversation_references", "people", "sending_pace"):
            await work.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # of four names


LEDGER_ROWS = """
INSERT INTO send_ledger (key, kind, recipient, payload, priority, due_at, state, fence, attempts, may_have_arrived,
    content_version, created_at, settled_at)
SELECT 'k' || n, 'test.reminder', (SELECT id FROM numbered WHERE place = (n + n / {share}) % {people}),
    '{{"name": "1"}}', n % 3,
    CASE WHEN n % {share} = 0 THEN {due} ELSE {sent} END, CASE WHEN n % {share} = 0 THEN 'due' ELSE 'sent' END, 1, 1,
    {no}, '', {sent}, CASE WHEN n % {share} = 0 THEN NULL ELSE {sent} END
FROM {numbers}
"""
SQLITE = {
    "numbers": "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) SELECT n FROM c)",
    "due": "'2026-11-30 09:00:00.000000'",
    "sent": "'2026-11-27 09:00:00.000000'",
    "no": "0",
}
POSTGRES = {
    "numbers": "generate_series(1, {rows}) AS n",
    "due": "TIMESTAMPTZ '2026-11-30 09:00Z'",
    "sent": "TIMESTAMPTZ '2026-11-27 09:00Z'",
    "no": "false",
}
NUMBERED = "CREATE TEMPORARY TABLE numbered AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM people"


async def grow(database: Database, rows: int, words: dict[str, str]) -> None:
    """Fill the ledger with so many rows of PEOPLE."""
    await empty(database)
    await acquaint(database, lambda: MONDAY_MORNING, "https://smba.trafficmanager.net/uk/", PEOPLE)
    given = {**words, "numbers": words["numbers"].format(rows=rows), "people": PEOPLE, "share": SHARE_DUE}
    async with database.work(lambda: MONDAY_MORNING) as work:
        for statement in (NUMBERED, "CREATE INDEX numbered_place ON numbered (place)", LEDGER_ROWS.format(**given)):
            await work.session.execute(text(statement))
        await work.session.execute(text("DROP TABLE numbered"))
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.session.execute(text("ANALYZE"))


async def claim_times(database: Database) -> tuple[list[float], list[float]]:
    """Milliseconds of the question alone, and of a whole claim of four with its commit; none is settled."""
    questions, claims = [], []
    for number in range(CLAIMS):
        at = MONDAY_MORNING + timedelta(milliseconds=number)
        async with database.work(lambda at=at: at) as work:  # type: ignore[misc]
            await work.session.execute(text("SELECT 1"))
            started = time.perf_counter()
            assert await Due(work.session, at, FAST.between).rows(IN_FLIGHT, set(), set())
            questions.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        async with database.work(lambda at=at: at) as work:  # type: ignore[misc]
            assert len(await Dispatch(work, FAST).claim(IN_FLIGHT)) == IN_FLIGHT
        claims.append(1000 * (time.perf_counter() - started))
    return questions, claims


async def rates(databases: dict[str, str]) -> None:
    async with connector() as url:
        ratios: dict[str, list[float]] = {name: [] for name in databases}
        for _ in range(ROUNDS):
            bare = await bare_rate(url)
            for name, where in databases.items():
                rate, cpu = await worker_rate(where, url)
                ratios[name].append(rate / bare)
                times = f"{rate:5.1f} a second with {cpu:4.1f} ms CPU each, bare {bare:5.1f}: {rate / bare:.2f}"
                sys.stdout.write(f"{name:10} {times}\n")
        for name, each in ratios.items():
            sys.stdout.write(f"{name:10} median {statistics.median(each):.2f} of a bare client's rate\n")


async def questions(databases: dict[str, str], rows: tuple[int, ...]) -> None:
    for name, where in databases.items():
        database = Database(address(where), wait=600)
        for count in rows:
            await grow(database, count, SQLITE if name == "SQLite" else POSTGRES)
            asked, claimed = await claim_times(database)
            last = statistics.quantiles(asked, n=20)[-1]
            sys.stdout.write(
                f"{name:10} {count:9,} rows: question {statistics.median(asked):6.2f} ms (95%: {last:6.2f}), "
                f"claim of {IN_FLIGHT} {statistics.median(claimed):6.2f} ms\n"
            )
            sys.stdout.flush()
        await database.close()


def main() -> None:
    rows = tuple(int(word) for word in sys.argv[1:]) or ROWS
    folder = Path(tempfile.mkdtemp(prefix="harrow-ledger-"))
    try:
        with postgres() as server:
            databases = {"SQLite": f"sqlite:///{folder / 'records.db'}", "PostgreSQL": make_filled(server.address)}
            asyncio.run(migrate(address(databases["SQLite"])))
            asyncio.run(rates(databases))
            asyncio.run(questions(databases, rows))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
