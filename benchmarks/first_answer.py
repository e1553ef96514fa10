"""How soon is there an answer: from starting the process to the first one, and for a whole turn, over HTTP.

Run by hand: .venv/bin/python -m benchmarks.first_answer
Printed as ratios against a floor in the same run: a bare aiohttp handler that parses the activity and posts one canned
reply to the same connector. Aims: first answer under 3 s; a whole turn under 50 ms.
"""

import asyncio
import json
import statistics
import time
from typing import Any

import aiohttp
from aiohttp import web

from tests.servers import assistant, free_port

CHILD = "y3 boy flinches when u go near him and has a mark on his cheek shape of a hand"
ROUNDS = 300


def activity(number: int, service_url: str) -> dict[str, Any]:
    return {
        "type": "message",
        "id": f"turn-{number}",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": "29:person"},
        "recipient": {"id": "28:bot"},
        "conversation": {"id": f"chat-{number}", "conversationType": "personal"},
        "text": CHILD,
    }


async def connector(port: int) -> web.AppRunner:
    async def accept(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"id": "1"}, status=201)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", accept)
    return await served(app, port)


async def floor(port: int, client: aiohttp.ClientSession) -> web.AppRunner:
    async def answer(request: web.Request) -> web.Response:
        inbound = json.loads(await request.read())
        url = f"{inbound['serviceUrl']}/v3/conversations/{inbound['conversation']['id']}/activities/{inbound['id']}"
        async with client.post(url, json={"type": "message", "text": "Ring 999."}) as response:
            await response.read()
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/messages", answer)
    return await served(app, port)


async def served(app: web.Application, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def turns(client: aiohttp.ClientSession, address: str, service_url: str) -> list[float]:
    taken = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        async with client.post(f"{address}/api/messages", json=activity(number, service_url)) as response:
            await response.read()
        taken.append(1000 * (time.perf_counter() - start))
    return taken


async def measure() -> None:
    connector_port, floor_port, port = free_port(), free_port(), free_port()
    service_url = f"http://127.0.0.1:{connector_port}"
    async with aiohttp.ClientSession() as client:
        runners = [await connector(connector_port), await floor(floor_port, client)]
        start = time.perf_counter()
        with await asyncio.to_thread(lambda: assistant(port)) as address:
            async with client.post(f"{address}/api/messages", json=activity(-1, service_url)) as response:
                await response.read()
            first = time.perf_counter() - start
            bare = await turns(client, f"http://127.0.0.1:{floor_port}", service_url)
            ours = await turns(client, address, service_url)
        for runner in runners:
            await runner.cleanup()
    print(f"start to first answer   {first:6.2f} s    (aim: under 3)")
    print(f"floor, a bare handler   {summary(bare)}")
    print(f"a whole concern turn    {summary(ours)}  (aim: under 50)")
    print(f"turn / floor            {statistics.median(ours) / statistics.median(bare):6.2f} x")


def summary(taken: list[float]) -> str:
    return f"{statistics.median(taken):6.2f} ms   p99 {sorted(taken)[int(0.99 * len(taken))]:.2f}"


if __name__ == "__main__":
    asyncio.run(measure())
