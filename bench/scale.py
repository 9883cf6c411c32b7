"""What a turn costs as everything grows, as ratios in one run; and what N conversations need.

    .venv/bin/python bench/scale.py                      # all parts, about two hours
    .venv/bin/python bench/scale.py --part turns --short # one part, small numbers

Parts: turns (one and two of everything), length (5, 50, 500 messages in a conversation), stored
(a thousand and a million conversations in the database), streams (10, 500, 2,000 open), memory.
Real gateways, action servers and Rasa on PostgreSQL and a Redis of their own. Each part keeps its
figures in bench/scale.json and writes bench/scale.md anew from all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from soak_house import House

FIGURES = Path(__file__).with_name("scale.json")
REPORT = Path(__file__).with_name("scale.md")
MESSAGES = (
    "hello",
    "my transfer is stuck",
    "still not working",
    "cancel",
    "我的Ledger屏幕不亮了",
    "不用了",
    "what is the official site of Trezor?",
    "I forgot my PIN",
    "cancel",
    "are you a robot?",
    "谢谢",
)
TURNS_A_CONVERSATION = 8
PEAK = 5
"""How much more is written in the busiest minutes than on average over a month."""
SHARE_OF_FULL = 0.6
"""How busy a machine may be at the peak; above this, queues grow quickly."""
MONTH_SECONDS = 30 * 24 * 3600
MONTHS = (10_000, 1_000_000, 100_000_000)
Figures = dict[str, Any]


class Writer:
    """One customer with a conversation."""

    def __init__(self, http: httpx.AsyncClient, address: str) -> None:
        self.http, self.address, self.spent = http, address, list[float]()
        self.path, self.headers = "", dict[str, str]()

    async def begin(self) -> Writer:
        """Open a conversation."""
        api = f"{self.address}/api/v1/conversations"
        begun = (await self.http.post(api, json={"language": "en"})).raise_for_status().json()
        self.path = f"{api}/{begun['id']}"
        self.headers = {"Authorization": f"Bearer {begun['token']}"}
        return self

    async def write(self, text: str) -> None:
        """Say something and wait for the answer."""
        body = {"client_id": uuid4().hex, "text": text}
        began = time.perf_counter()
        answer = await self.http.post(f"{self.path}/messages", json=body, headers=self.headers)
        answer.raise_for_status()
        self.spent.append(time.perf_counter() - began)


async def writers(house: House, http: httpx.AsyncClient, count: int) -> list[Writer]:
    """Customers, spread over the gateways."""
    addresses = house.gateways
    return [await Writer(http, addresses[n % len(addresses)]).begin() for n in range(count)]


async def rate(house: House, http: httpx.AsyncClient, customers: int, seconds: float) -> float:
    """Turns a second with that many customers who write without a pause."""
    ends, done = time.perf_counter() + seconds, 0

    async def talk(writer: Writer) -> int:
        turns = 0
        while time.perf_counter() < ends:
            await writer.write(MESSAGES[turns % len(MESSAGES)])
            turns += 1
        return turns

    everybody = await writers(house, http, customers)
    began = time.perf_counter()
    done = sum(await asyncio.gather(*(talk(one) for one in everybody)))
    return done / (time.perf_counter() - began)


async def median_turn(house: House, http: httpx.AsyncClient, rounds: int) -> float:
    """Median seconds of a turn of one customer at a time."""
    spent: list[float] = []
    for number in range(rounds + 1):
        (writer,) = await writers(house, http, 1)
        for text in MESSAGES:
            await writer.write(text)
        spent += writer.spent if number else []  # the first round warms up
    return statistics.median(spent)


async def opened(
    counts: tuple[int, int, int], work: Callable[[House, httpx.AsyncClient], Awaitable[Figures]]
) -> Figures:
    """Start a house, do the work in it, take it down."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    with tempfile.TemporaryDirectory() as place:
        house = House(Path(place), counts=counts)
        try:
            await house.open()
            async with httpx.AsyncClient(trust_env=False, timeout=120, limits=limits) as http:
                return await work(house, http)
        finally:
            await house.close()


async def turns(*, short: bool) -> Figures:
    """Turns a second with one and with two of everything, on the same cores."""
    seconds, customers = (8.0, 8) if short else (60.0, 16)

    async def work(house: House, http: httpx.AsyncClient) -> Figures:
        await rate(house, http, 2, 5.0)
        single = await median_turn(house, http, 1 if short else 5)
        return {"rate": await rate(house, http, customers, seconds), "seconds": single}

    one, two = await opened((1, 1, 1), work), await opened((2, 2, 2), work)
    return {"one": one, "two": two, "customers": customers}


async def length(*, short: bool) -> Figures:
    """A turn at the 5th, 50th and 500th message of one conversation: medians of a round."""
    marks = (5, 50) if short else (5, 50, 500)

    async def work(house: House, http: httpx.AsyncClient) -> Figures:
        (writer,) = await writers(house, http, 1)
        for number in range(max(marks) + len(MESSAGES)):
            await writer.write(MESSAGES[number % len(MESSAGES)])
        spent = {mark: writer.spent[mark : mark + len(MESSAGES)] for mark in marks}
        return {str(mark): statistics.median(values) for mark, values in spent.items()}

    return await opened((1, 1, 1), work)


async def stored(*, short: bool) -> Figures:
    """A turn and the agents' list with few and with many conversations in the database."""
    sizes = (1_000, 20_000) if short else (1_000, 1_000_000)

    async def work(house: House, http: httpx.AsyncClient) -> Figures:
        found: Figures = {}
        await median_turn(house, http, 1)
        for size in sizes:
            await fill(house.direct, size)
            found[str(size)] = await median_turn(house, http, 1 if short else 5)
        return found

    return await opened((1, 1, 1), work)


async def fill(address: str, size: int) -> None:
    """Put old conversations of four messages and a turn in, until there are ``size``."""
    base = await asyncpg.connect(address)
    try:
        there = await base.fetchval("SELECT count(*) FROM conversation WHERE id LIKE 'old%'")
        for first in range(there, size, 50_000):
            last = min(first + 50_000, size) - 1
            for statement in FILLING:
                await base.execute(
                    statement.replace("FIRST", str(first)).replace("LAST", str(last))
                )
        await base.execute("ANALYZE")
    finally:
        await base.close()


# A template's row is copied, so that every column has the value that the gateway gives it.
FILLING = (
    (
        "INSERT INTO conversation SELECT (jsonb_populate_record(NULL::conversation, "
        "to_jsonb(c) || jsonb_build_object("
        "'id', 'old' || lpad(n::text, 29, '0'), 'updated_at', now() - n * interval '1 second'))).* "
        "FROM generate_series(FIRST, LAST) AS n, "
        "(SELECT * FROM conversation WHERE id NOT LIKE 'old%' LIMIT 1) AS c"
    ),
    (
        "INSERT INTO message SELECT (jsonb_populate_record(NULL::message, "
        "to_jsonb(m) || jsonb_build_object("
        "'conversation_id', 'old' || lpad(n::text, 29, '0'), 'seq', k, "
        "'id', md5('old' || n || ' ' || k), 'client_id', md5('client' || n || ' ' || k)))).* "
        "FROM generate_series(FIRST, LAST) AS n, generate_series(1, 4) AS k, "
        "(SELECT * FROM message WHERE conversation_id NOT LIKE 'old%' AND author = 'customer' "
        "LIMIT 1) AS m"
    ),
)


async def streams(*, short: bool) -> Figures:
    """A turn while that many event streams are open."""
    counts = (10, 100) if short else (10, 500, 2_000)

    async def work(house: House, http: httpx.AsyncClient) -> Figures:
        found: Figures = {}
        open_streams: list[asyncio.Task[None]] = []
        (writer,) = await writers(house, http, 1)
        await median_turn(house, http, 1)
        for count in counts:
            while len(open_streams) < count:
                open_streams.append(asyncio.create_task(_listen(http, writer)))
                await asyncio.sleep(0.01)
            await asyncio.sleep(3)
            found[str(count)] = await median_turn(house, http, 1 if short else 5)
        for task in open_streams:
            task.cancel()
        await asyncio.gather(*open_streams, return_exceptions=True)
        return found

    return await opened((1, 1, 1), work)


async def _listen(http: httpx.AsyncClient, writer: Writer) -> None:
    url = f"{writer.path}/events"
    async with http.stream("GET", url, headers=writer.headers, timeout=None) as answer:
        async for _ in answer.aiter_lines():
            pass


async def memory(*, short: bool, minutes: float) -> Figures:
    """Resident megabytes of each process, minute by minute under load."""
    step, steps = (5.0, 4) if short else (60.0, int(minutes))

    async def work(house: House, http: httpx.AsyncClient) -> Figures:
        found: Figures = {part.name: [] for part in house.all()}
        for _ in range(steps):
            await rate(house, http, 4, step)
            for part in house.all():
                found[part.name].append(round(resident(part.process.pid), 1))  # type: ignore[union-attr]
        return found

    return {"step": step, "megabytes": await opened((1, 1, 1), work)}


def resident(process: int) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) / 1024


def table(title: str, figures: Figures, unit: str) -> list[str]:
    """Rows with the ratio to the first."""
    first = next(iter(figures.values()))
    rows = [
        f"| {name} | {value * 1000:.0f} | {value / first:.2f} |" for name, value in figures.items()
    ]
    return [f"| {title} | a turn, median ms | {unit} |", "| ---: | ---: | ---: |", *rows, ""]


def needs(rate_of_one: float, cores: int) -> list[str]:
    """What months of several sizes need, by the turns a second that were measured."""
    per_core = rate_of_one / cores
    rows = []
    for conversations in MONTHS:
        average = conversations * TURNS_A_CONVERSATION / MONTH_SECONDS
        peak = average * PEAK
        wanted = peak / (per_core * SHARE_OF_FULL)
        rows.append(f"| {conversations:,} | {average:.2f} | {peak:.1f} | {wanted:.1f} |")
    return [
        "| conversations a month | turns/s, average | turns/s, peak | cores for it |",
        "| ---: | ---: | ---: | ---: |",
        *rows,
        "",
    ]


def report(kept: dict[str, Any]) -> str:
    """All figures that there are, as Markdown."""
    lines = ["# What a turn costs as everything grows", ""]
    lines += [f"`bench/scale.py` on {platform.machine()}, {os.cpu_count()} cores,"]
    lines += [
        f"Python {platform.python_version()}. Each table is one run; ratios are within it.",
        "",
    ]
    for name in PARTS:
        part = kept.get(name)
        if part is None:
            lines += [f"## {name}", "", "Not measured yet.", ""]
            continue
        small = " with the small numbers of `--short`" if part["short"] else ""
        lines += [f"## {name}", "", f"Measured on {part['on']}{small}.", ""]
        lines += SHOWN[name](part["figures"])
    if "turns" in kept:
        cores = os.cpu_count() or 1
        lines += ["## What a month needs", ""]
        lines += [
            f"{TURNS_A_CONVERSATION} turns a conversation, a peak of {PEAK} times the average,"
        ]
        lines += [
            f"machines {SHARE_OF_FULL:.0%} busy at the peak (docs/scale.md has the rest).",
            "",
        ]
        lines += needs(kept["turns"]["figures"]["one"]["rate"], cores)
    return "\n".join(lines).rstrip() + "\n"


def show_turns(figures: Figures) -> list[str]:
    """One against two."""
    one, two = figures["one"], figures["two"]
    return [
        f"{figures['customers']} customers who write without a pause; all on the same cores.",
        "",
        "| | one of everything | two | ratio |",
        "| --- | ---: | ---: | ---: |",
        f"| turns/s | {one['rate']:.1f} | {two['rate']:.1f} | {two['rate'] / one['rate']:.2f} |",
        (
            f"| a turn alone, median ms | {one['seconds'] * 1000:.0f} "
            f"| {two['seconds'] * 1000:.0f} | {two['seconds'] / one['seconds']:.2f} |"
        ),
        "",
    ]


def show_memory(figures: Figures) -> list[str]:
    """First, middle and last."""
    lines = ["| process | first MB | after a sixth | last | last to a sixth |"]
    lines += ["| --- | ---: | ---: | ---: | ---: |"]
    for name, values in figures["megabytes"].items():
        early = values[len(values) // 6]
        cells = f"{values[0]:.0f} | {early:.0f} | {values[-1]:.0f} | {values[-1] / early:.2f}"
        lines.append(f"| {name} | {cells} |")
    return [*lines, "", f"{len(values)} steps of {figures['step']:.0f} s under load.", ""]


PARTS: dict[str, Callable[..., Awaitable[Figures]]] = {
    "turns": turns,
    "length": length,
    "stored": stored,
    "streams": streams,
    "memory": memory,
}
SHOWN: dict[str, Callable[[Figures], list[str]]] = {
    "turns": show_turns,
    "length": lambda figures: table("messages before", figures, "ratio to the first"),
    "stored": lambda figures: table("conversations stored", figures, "ratio to the first"),
    "streams": lambda figures: table("streams open", figures, "ratio to the first"),
    "memory": show_memory,
}


def main() -> None:
    """Measure the parts that were asked for, and write the report from all that are known."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--part", choices=sorted(PARTS), action="append")
    asked.add_argument("--short", action="store_true")
    asked.add_argument("--minutes", type=float, default=60, help="of the memory part")
    options = asked.parse_args()
    kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    for name in options.part or PARTS:
        more = {"minutes": options.minutes} if name == "memory" else {}
        figures = asyncio.run(PARTS[name](short=options.short, **more))  # type: ignore[arg-type]
        kept[name] = {"on": time.strftime("%Y-%m-%d"), "short": options.short, "figures": figures}
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        REPORT.write_text(report(kept), encoding="utf-8")
    sys.stdout.write(report(kept))


if __name__ == "__main__":
    main()
