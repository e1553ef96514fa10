"""What a turn costs in CPU, as a ratio against a bare aiohttp handler that parses one activity and posts one reply.

Run by hand: .venv/bin/python -m benchmarks.turn_cost
Each server is a process of its own and says what CPU it has used; all are asked 8 at a time, in turns, in one run.
Aims: a turn without understanding at most 3 times the floor (1.5 hoped for); the stock SDK adapter is about 45 times.
"""

import asyncio
import json
import statistics
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks.first_answer import CHILD, activity, connector
from bot.web import application
from dialogs.conversation import Conversation
from dialogs.reply import Paragraph, Reply
from dialogs.turn import Turn
from knowledge.clock import system_clock
from knowledge.library import load
from knowledge.understanding.reader import Reader
from tests.servers import free_port

AT_ONCE, TURNS, ROUNDS = 8, 400, 5
CANNED = "Ring 999."


class Canned(Conversation):
    """Understands nothing: the same words whatever is said."""

    def reply(self, turn: Turn) -> Reply:
        return Reply((Paragraph(CANNED),))


def floor() -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        inbound = json.loads(await request.read())
        url = f"{inbound['serviceUrl']}/v3/conversations/{inbound['conversation']['id']}/activities/{inbound['id']}"
        async with app[CLIENT].post(url, json={"type": "message", "text": CANNED}) as response:
            await response.read()
        return web.Response()

    async def client(app: web.Application) -> Any:
        async with aiohttp.ClientSession() as session:
            app[CLIENT] = session
            yield

    app = web.Application()
    app.cleanup_ctx.append(client)
    app.router.add_post("/api/messages", answer)
    return app


CLIENT = web.AppKey("client", aiohttp.ClientSession)


def canned() -> web.Application:
    library = load()
    return application(Canned(library, Reader(library)), system_clock)


def concern() -> web.Application:
    library = load()
    return application(Conversation(library, Reader(library)), system_clock)


SERVERS = {"floor, a bare handler": floor, "a turn without understanding": canned, "a whole concern turn": concern}


def serve(name: str, port: int, ready: Connection) -> None:
    app = SERVERS[name]()

    async def cpu(request: web.Request) -> web.Response:
        return web.Response(text=str(time.process_time()))

    app.router.add_get("/cpu", cpu)
    ready.send("")
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


async def cost(client: aiohttp.ClientSession, address: str, service_url: str, start: int) -> float:
    """CPU microseconds a turn, over TURNS of them, 8 at a time."""
    before = await used(client, address)
    numbers = iter(range(start, start + TURNS))

    async def post() -> None:
        for number in numbers:
            async with client.post(f"{address}/api/messages", json=activity(number, service_url)) as response:
                assert response.status == 200
                await response.read()

    await asyncio.gather(*[post() for _ in range(AT_ONCE)])
    return 1e6 * (await used(client, address) - before) / TURNS


async def used(client: aiohttp.ClientSession, address: str) -> float:
    async with client.get(f"{address}/cpu") as response:
        return float(await response.text())


async def measure(addresses: dict[str, str], service_port: int) -> dict[str, list[float]]:
    runner = await connector(service_port)
    costs: dict[str, list[float]] = {name: [] for name in addresses}
    async with aiohttp.ClientSession() as client:
        for number in range(ROUNDS + 1):
            for name, address in addresses.items():
                taken = await cost(client, address, f"http://127.0.0.1:{service_port}", number * TURNS)
                if number:  # the first round warms up
                    costs[name].append(taken)
    await runner.cleanup()
    return costs


def main() -> None:
    context, addresses, processes = get_context("spawn"), {}, []
    for name in SERVERS:
        port, (ours, theirs) = free_port(), context.Pipe()
        process = context.Process(target=serve, args=(name, port, theirs), daemon=True)
        process.start()
        ours.recv()
        processes.append(process)
        addresses[name] = f"http://127.0.0.1:{port}"
    time.sleep(0.5)
    costs = asyncio.run(measure(addresses, free_port()))
    for process in processes:
        process.terminate()
    bare = statistics.median(next(iter(costs.values())))
    sys.stdout.write(f"{CHILD!r}, {AT_ONCE} at once, {ROUNDS} rounds of {TURNS}, medians\n")
    for name, taken in costs.items():
        middle = statistics.median(taken)
        sys.stdout.write(f"{name:32} {middle:7.0f} us CPU   {middle / bare:5.2f} x\n")


if __name__ == "__main__":
    main()
