"""Many idle event streams, a steady trickle of messages, streams that break, gateways that die.

    .venv/bin/python bench/streams.py [--streams 500] [--rate 20] [--seconds 300] [--kill-every 30]
    .venv/bin/python bench/streams.py --two …   # PostgreSQL, Redis, two gateways behind one port

The gateways are real processes; Rasa alone is a stand-in that answers at once. Without ``--two`` a
fresh SQLite file is used; with it a fresh database on the server of ``SEEDWARDEN_TEST_POSTGRES``
and a Redis of its own. Every customer reads one stream; three in ten hang up every five seconds
and take it up again with ``Last-Event-ID``. Whoever gets no answer sends the same again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.desk.database import migrate
from tests.conftest import POSTGRES, on_postgres
from tests.integration.doors import Door, RedisServer, StandIn

RECONNECTING = 0.3
RECONNECT_SECONDS = 5.0
SETTLE_SECONDS = 15


class Balancer:
    """One port before several gateways: each new connection goes to the next that takes it."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._turn = itertools.cycle(range(len(ports)))
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen; gives the address."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turn)
        for offset in range(len(self._ports)):
            port = self._ports[(first + offset) % len(self._ports)]
            with contextlib.suppress(OSError):
                inner, outer = await asyncio.open_connection("127.0.0.1", port)
                with contextlib.suppress(asyncio.CancelledError):  # the end of the bench
                    await asyncio.gather(self._pass(reader, outer), self._pass(inner, writer))
                return
        writer.close()

    @staticmethod
    async def _pass(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()


@dataclass
class Tally:
    """What is counted while it runs."""

    sent: int = 0
    retried: int = 0
    resyncs: int = 0
    reconnects: int = 0
    waited: list[float] = field(default_factory=list)
    began: dict[str, float] = field(default_factory=dict)


@dataclass
class Customer:
    """One conversation: what was acknowledged, and what its stream brought, in order."""

    id: str
    token: str
    breaks: bool
    busy: bool = False
    last: int = 1
    seen: list[int] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """What opens its calls."""
        return {"Authorization": f"Bearer {self.token}"}


async def listen(http: httpx.AsyncClient, customer: Customer, tally: Tally) -> None:
    """Follow the stream for ever; a broken one is taken up where it was."""
    while True:
        with contextlib.suppress(httpx.HTTPError, TimeoutError):
            limit = RECONNECT_SECONDS * random.uniform(0.8, 1.2) if customer.breaks else None
            async with asyncio.timeout(limit):
                await _follow(http, customer, tally)
        tally.reconnects += 1
        await asyncio.sleep(random.random() * 0.5)


async def _follow(http: httpx.AsyncClient, customer: Customer, tally: Tally) -> None:
    headers = {**customer.headers, "Last-Event-ID": str(customer.last)}
    path, kind, number = f"/api/v1/conversations/{customer.id}/events", "", 0
    async with http.stream("GET", path, headers=headers) as answer:
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
                tally.resyncs += value == "resync"
            elif name == "id":
                number = int(value)
            elif name == "data" and kind == "message":
                customer.seen.append(number)
                customer.last = number
                began = tally.began.pop(json.loads(value)["text"], None)
                if began is not None:
                    tally.waited.append(time.perf_counter() - began)


async def write(http: httpx.AsyncClient, customer: Customer, tally: Tally) -> None:
    """Send one message until it is answered."""
    tally.sent += 1
    text = f"this is message number {tally.sent}"
    body = {"client_id": uuid4().hex, "text": text}
    path = f"/api/v1/conversations/{customer.id}/messages"
    tally.began[text] = time.perf_counter()
    try:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await http.post(path, json=body, headers=customer.headers)
                if answer.status_code == httpx.codes.OK:
                    customer.acknowledged[text] = answer.json()["message"]["seq"]
                    return
            tally.retried += 1
            await asyncio.sleep(0.5)
    finally:
        customer.busy = False


async def begin(http: httpx.AsyncClient, count: int) -> list[Customer]:
    """Begin conversations, a few at a time."""
    gate = asyncio.Semaphore(4)

    async def one() -> Customer:
        async with gate:
            begun = (await http.post("/api/v1/conversations", json={"language": "en"})).json()
        return Customer(begun["id"], begun["token"], random.random() < RECONNECTING)

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def trickle(
    http: httpx.AsyncClient, customers: list[Customer], tally: Tally, chosen: argparse.Namespace
) -> None:
    """Send ``rate`` messages a second from customers who have none under way."""
    writing: set[asyncio.Task[None]] = set()
    start = time.perf_counter()
    for number in range(int(chosen.rate * chosen.seconds)):
        await asyncio.sleep(max(0.0, start + number / chosen.rate - time.perf_counter()))
        free = [customer for customer in customers if not customer.busy]
        if not free:
            continue
        customer = random.choice(free)
        customer.busy = True
        task = asyncio.create_task(write(http, customer, tally))
        writing.add(task)
        task.add_done_callback(writing.discard)
    await asyncio.gather(*writing)


async def reap(doors: list[Door], every: float, killed: list[float]) -> None:
    """Kill one gateway at a random moment, start it again, and so on."""
    while every:
        await asyncio.sleep(random.uniform(0.5, 1.5) * every)
        door = random.choice(doors)
        door.kill()
        began = time.perf_counter()
        door.start()
        await asyncio.to_thread(door.wait)
        killed.append(time.perf_counter() - began)


async def judge(http: httpx.AsyncClient, customers: list[Customer]) -> dict[str, int]:
    """Compare every stream with what is stored, and every acknowledged message as well."""
    lost = doubled = disordered = unstored = messages = 0
    for customer in customers:
        path = f"/api/v1/conversations/{customer.id}/messages"
        listed = (await http.get(path, params={"after": 1}, headers=customer.headers)).json()
        stored = {one["seq"]: one["text"] for one in listed["messages"]}
        messages += len(stored)
        lost += len(set(stored) - set(customer.seen))
        doubled += len(customer.seen) - len(set(customer.seen))
        disordered += customer.seen != sorted(customer.seen)
        unstored += sum(stored.get(seq) != text for text, seq in customer.acknowledged.items())
    return {
        "messages stored": messages,
        "lost to a stream": lost,
        "doubled": doubled,
        "streams out of order": disordered,
        "accepted messages that are not stored": unstored,
    }


async def measure(address: str, doors: list[Door], chosen: argparse.Namespace) -> dict[str, object]:
    """Run it all once; gives the figures."""
    endless = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    tally, killed = Tally(), list[float]()
    timeout = httpx.Timeout(60, read=60)
    async with httpx.AsyncClient(
        base_url=address, timeout=timeout, limits=endless, trust_env=False
    ) as http:
        customers = await begin(http, chosen.streams)
        listening = [asyncio.create_task(listen(http, one, tally)) for one in customers]
        await asyncio.sleep(5)
        reaping = asyncio.create_task(reap(doors, chosen.kill_every, killed))
        began, load = time.perf_counter(), os.getloadavg()[0]
        await trickle(http, customers, tally, chosen)
        seconds = time.perf_counter() - began
        if chosen.kill_every:
            reaping.cancel()
            await asyncio.gather(reaping, return_exceptions=True)
            for door in doors:
                await asyncio.to_thread(door.wait)
        await asyncio.sleep(SETTLE_SECONDS)
        for task in listening:
            task.cancel()
        figures = await judge(http, customers)
    ranked = sorted(tally.waited) or [0.0]
    return {
        "streams": f"{chosen.streams}, of them {sum(one.breaks for one in customers)} reconnecting",
        "seconds, messages sent": f"{seconds:.0f}, {tally.sent}",
        "load before and after": f"{load:.1f}, {os.getloadavg()[0]:.1f}",
        "reconnects, resyncs": f"{tally.reconnects}, {tally.resyncs}",
        "gateways killed": len(killed),
        "sent again for want of an answer": tally.retried,
        **figures,
        "message to own stream, median ms": round(ranked[len(ranked) // 2] * 1000),
        "message to own stream, p95 ms": round(ranked[int(len(ranked) * 0.95)] * 1000),
    }


@asynccontextmanager
async def opened(*, two: bool) -> AsyncIterator[tuple[str, list[Door]]]:
    """The gateways, and the address before them."""
    rasa, name = StandIn(), f"seedwarden_{uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory() as place:
        folder, redis = Path(place), RedisServer(place)
        shared: dict[str, str] = {}
        if two:
            on_postgres(f'CREATE DATABASE "{name}"')
            redis.start()
            url = POSTGRES.replace("postgresql://", "postgresql+asyncpg://")
            shared = {"database_url": f"{url}/{name}", "redis_url": redis.url}
            await migrate(shared["database_url"])
        doors = [Door(folder, rasa, log_level="ERROR", **shared) for _ in range(1 + two)]
        try:
            for door in doors:
                await asyncio.to_thread(door.start().wait)
            yield await Balancer([door.port for door in doors]).start(), doors
        finally:
            for door in doors:
                door.stop()
            redis.stop()
            rasa.stop()
            if two:
                on_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--streams", type=int, default=500)
    asked.add_argument("--rate", type=float, default=20)
    asked.add_argument("--seconds", type=float, default=300)
    asked.add_argument("--kill-every", type=float, default=0, help="seconds on average; 0 never")
    asked.add_argument("--two", action="store_true")
    asked.add_argument("--seed", type=int, default=7)
    chosen = asked.parse_args()
    random.seed(chosen.seed)
    async with opened(two=chosen.two) as (address, doors):
        what = "PostgreSQL and Redis, two gateways" if chosen.two else "SQLite, one gateway"
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {what}", flush=True)
        for name, value in (await measure(address, doors, chosen)).items():
            print(f"  {name}: {value}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
