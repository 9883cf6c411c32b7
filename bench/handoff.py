"""The hand-off under pressure: who wins a claim, what is said late, how fast words arrive.

    .venv/bin/python bench/handoff.py [--rounds 1000] [--database postgresql+asyncpg://…]

The desk, the guard, the streams and the HTTP server are the real ones; Rasa alone is a stand-in
that answers after a chosen time. Without ``--database`` a fresh SQLite file is used; a database
that is named must be empty and is left as it is afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import APIRouter, FastAPI

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.bootstrap import build_gateway, open_desk
from bot.desk.database import migrate
from bot.desk.handoff_models import AlreadyTaken, CallPerson, Said
from bot.desk.people_models import Agent, NewAgent
from bot.desk.service import Desk
from bot.engine import Answer, Health
from bot.gateway.hearing import Sent
from bot.settings import Settings

AGENTS = 50


class SlowEngine:
    """Stands for Rasa: answers after a random time of up to ``longest`` seconds."""

    longest = 0.03

    async def turn(self, *_: object) -> Answer:
        """Answer after a while."""
        await asyncio.sleep(random.random() * self.longest)
        return Answer(({"reply": "greet"},), "greet")

    async def forget(self, _: str) -> None:
        """Nothing to forget."""

    async def health(self) -> Health:
        """Always well."""
        return Health("ok", "ok")

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class House:
    """What is measured: the application, its desk and its agents."""

    app: FastAPI
    desk: Desk
    agents: list[Agent]

    @property
    def handing(self) -> Any:
        """What agents' calls go to."""
        return self.app.state.console.handing

    @property
    def turns(self) -> Any:
        """What customers' messages go to."""
        return self.app.state.api.turns


async def claims(house: House, rounds: int) -> dict[str, object]:
    """Fifty agents claim one conversation at the same moment, again and again."""
    winners, others = Counter[str](), Counter[str]()
    doubles, took = 0, []
    for _ in range(rounds):
        conversation = await house.desk.create_conversation("en", is_chosen=False)
        await house.desk.call_person(CallPerson(conversation.id, "wish", "high", "en"))
        began = time.perf_counter()
        results = await asyncio.gather(
            *(house.handing.claim(agent, conversation.id) for agent in house.agents),
            return_exceptions=True,
        )
        took.append(time.perf_counter() - began)
        won = [result for result in results if not isinstance(result, Exception)]
        lost = [result for result in results if isinstance(result, AlreadyTaken)]
        said = await house.desk.messages(conversation.id)
        doubles += (len(won), len(said)) != (1, 1)
        others.update(type(one).__name__ for one in results if one not in won and one not in lost)
        winners[won[0].held.agent.badge] += 1
    return {
        "rounds": rounds,
        "rounds without exactly one winner and one line": doubles,
        "losers that got another answer than who was first": dict(others),
        "different winners": len(winners),
        "one round, median ms": round(statistics.median(took) * 1000, 1),
    }


async def takeovers(house: House, rounds: int) -> dict[str, object]:
    """An agent takes over at a random moment of the bot's turn."""
    late = fenced = 0
    for number in range(rounds):
        conversation, _ = await house.turns.begin("en", "web")
        turn = asyncio.create_task(house.turns.take(conversation.id, Sent("c1", "hello there")))
        await asyncio.sleep(random.random() * SlowEngine.longest * 2)
        await house.handing.claim(house.agents[number % AGENTS], conversation.id, takes_over=True)
        answered = await turn
        authors = [message.author for message in await house.desk.messages(conversation.id)]
        joined = authors.index("system")  # the line that says who joined
        late += "bot" in authors[joined:]
        fenced += not answered.replies
    return {"rounds": rounds, "bot messages after the claim": late, "answers held back": fenced}


async def words(house: House, address: str, rounds: int) -> dict[str, object]:
    """From the agent's call to the customer's event, through guard, database and stream."""
    agent = house.agents[0]
    async with httpx.AsyncClient(base_url=address, timeout=20) as http:
        begun = (await http.post("/api/v1/conversations", json={"language": "en"})).json()
        path, headers = (
            f"/api/v1/conversations/{begun['id']}",
            {"Authorization": f"Bearer {begun['token']}"},
        )
        epoch = (await house.handing.claim(agent, begun["id"], takes_over=True)).held.epoch
        arrived: asyncio.Queue[str] = asyncio.Queue()
        listening = asyncio.create_task(_listen(http, f"{path}/events", headers, arrived))
        await asyncio.sleep(0.5)
        took = []
        for number in range(rounds):
            text = f"Please hold both buttons for ten seconds. This is step {number}."
            began = time.perf_counter()
            await house.handing.says(agent, Said(begun["id"], text, f"a{number}", epoch))
            while await arrived.get() != text:
                pass
            took.append((time.perf_counter() - began) * 1000)
        listening.cancel()
    ranked = sorted(took)
    return {
        "messages": rounds,
        "median ms": round(statistics.median(took), 1),
        "p95 ms": round(ranked[int(len(ranked) * 0.95)], 1),
        "worst ms": round(ranked[-1], 1),
    }


async def _listen(
    http: httpx.AsyncClient, path: str, headers: dict[str, str], arrived: asyncio.Queue[str]
) -> None:
    async with http.stream("GET", path, headers=headers) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                told = json.loads(line.removeprefix("data: "))
                await arrived.put(told.get("text", ""))


@asynccontextmanager
async def opened(database: str) -> AsyncIterator[tuple[House, str]]:
    """A gateway on a free port with fifty agents."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var=Path(folder), database_url=database, requests_per_minute=10**6)
        await migrate(settings.desk_url)
        desk = open_desk(settings)
        app = build_gateway(settings, desk, SlowEngine(), APIRouter())  # type: ignore[arg-type]
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        staff = app.state.console.staff
        team = [(await staff.add(NewAgent(f"a{n}", f"Ann {n}", "agent"), "bench")).agent
                for n in range(AGENTS)]  # fmt: skip
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield House(app, desk, team), f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await serving


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=1000)
    asked.add_argument("--database", default="")
    chosen = asked.parse_args()
    random.seed(7)
    async with opened(chosen.database) as (house, address):
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, "
              f"{'PostgreSQL' if chosen.database else 'SQLite'}")  # fmt: skip
        for name, figures in (
            ("Customer sees an agent's message", await words(house, address, 200)),
            (f"{AGENTS} agents claim one conversation", await claims(house, chosen.rounds)),
            ("Takeover while the bot computes", await takeovers(house, chosen.rounds)),
        ):
            print(f"\n{name}")
            for what, value in figures.items():
                print(f"  {what}: {value}")


if __name__ == "__main__":
    asyncio.run(main())
