"""Updates of Telegram a second, answered in order per chat; forged and repeated ones refused.

    .venv/bin/python bench/telegram.py [--rate 50] [--seconds 60] [--chats 200]
        [--postgres] [--brief]

The house is started as ``seedwarden run`` starts it, with the real Rasa; only Telegram is a
stand-in (tests/telegram.py). It holds an update back while forty are under way, as Telegram does.
Two runs: customers who write words (door, guard, desk, Rasa, actions), and customers who only
send /start, which the gateway answers alone: what the door itself can do. Writes
bench/telegram.md; ``--brief`` prints only. ``--postgres`` uses databases of its own on the server
of the tests instead of SQLite.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.desk.database import open_database  # noqa: E402
from bot.gateway.doors.telegram import PATH, SECRET_HEADER  # noqa: E402
from tests.conftest import postgres_address, postgres_database  # noqa: E402
from tests.telegram import SECRET, TOKEN, FakeTelegram  # noqa: E402

REPORT = ROOT / "bench" / "telegram.md"
WORDS = (
    "hello",
    "my transfer is stuck",
    "cancel",
    "what is the official site of Trezor?",
    "are you a robot?",
    "我的Ledger屏幕不亮了",
    "不用了",
    "谢谢",
)
CONNECTIONS = 40
"""How many updates Telegram has under way at a time unless it is told otherwise."""
AGAIN_SECONDS = 1
STRANGERS = 20
LONGEST_DRAIN = 900


@dataclass
class Run:
    """One run: what was sent, what came of it; times in seconds."""

    name: str
    updates: int
    took: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    sent: list[dict[str, Any]] = field(default_factory=list)
    told_after: float = 0.0
    disorder: int = 0
    missing: int = 0
    refused: str = ""


class Telegram(FakeTelegram):
    """The stand-in with one client for all updates, as a real server would have."""

    def client(self) -> httpx.AsyncClient:
        """What updates are sent with."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        return httpx.AsyncClient(base_url=self.gateway, timeout=LONGEST_DRAIN, limits=limits)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def house(folder: Path, telegram: str, url: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start everything, as an operator does, with this Telegram."""
    ports = {name: str(free_port()) for name in ("PORT", "RASA_PORT", "ACTION_PORT")}
    limits = ("MESSAGES_PER_MINUTE", "CONVERSATIONS_PER_HOUR", "REQUESTS_PER_MINUTE")
    given = ports | dict.fromkeys(limits, "1000000") | {"VAR": str(folder)}
    given |= {"DATABASE_URL": url} if url else {}
    given |= {"TELEGRAM_API": telegram, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=os.environ | {f"SEEDWARDEN_{name}": value for name, value in given.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process, f"http://127.0.0.1:{ports['PORT']}"


async def until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the gateway and Rasa behind it answer."""
    async with httpx.AsyncClient(timeout=2) as client:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"the house ended with {process.returncode}")
            try:
                if (await client.get(f"{address}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.5)
    raise RuntimeError("the house was not ready after five minutes")


async def deliver(telegram: Telegram, run: Run, asked: argparse.Namespace, texts: Any) -> None:
    """Send updates at an even pace, as many at once as Telegram would; no update is left out."""
    places = asyncio.Semaphore(CONNECTIONS)
    async with telegram.client() as client:

        async def one(update: dict[str, Any], due: float) -> None:
            status = 0
            while status != 200:  # Telegram brings an update again until it is taken
                answer = await client.post(PATH, json=update, headers={SECRET_HEADER: SECRET})
                status = answer.status_code
                run.statuses[status] += 1
                await asyncio.sleep(0 if status == 200 else AGAIN_SECONDS)
            places.release()
            run.waits.append(time.perf_counter() - due)

        began, tasks = time.perf_counter(), []
        for number in range(run.updates):
            due = began + number / asked.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            chat = 1 + number % asked.chats
            update = telegram.message(chat, texts[number // asked.chats % len(texts)])
            run.sent.append(update)
            await places.acquire()
            tasks.append(asyncio.create_task(one(update, due)))
        await asyncio.gather(*tasks)
        run.took = time.perf_counter() - began


async def told(telegram: Telegram, run: Run) -> None:
    """Wait until nothing more is sent to any chat."""
    began = last = time.perf_counter()
    count = -1
    while time.perf_counter() - last < 5 and time.perf_counter() - began < LONGEST_DRAIN:
        now = sum(map(len, telegram.sent.values()))
        if now != count:
            count, last = now, time.perf_counter()
        await asyncio.sleep(0.1)
    run.told_after = last - began


async def rows(url: str) -> list[tuple[str, str, str]]:
    """Conversation, author and text of all messages in their order."""
    engine = open_database(url)
    async with engine.connect() as connection:
        found = "SELECT conversation_id, author, text FROM message ORDER BY conversation_id, seq"
        listed = [(str(a), str(b), str(c)) for a, b, c in await connection.execute(text(found))]
    await engine.dispose()
    return listed


async def compare(telegram: Telegram, run: Run, url: str) -> None:
    """Hold what each chat sent and heard against what the desk has, message by message.

    ``disorder``: chats whose words were not stored in their order, or whose bubbles came in
    another order than the desk's. ``missing``: words that are not stored, bubbles that never came.
    """
    said: dict[str, list[str]] = defaultdict(list)
    heard: dict[str, list[str]] = defaultdict(list)
    for conversation, author, words in await rows(url):
        (said if author == "customer" else heard)[conversation].append(words)
    wrote: dict[int, list[str]] = defaultdict(list)
    for update in run.sent:
        words = update["message"]["text"]
        wrote[update["message"]["from"]["id"]] += [] if words == "/start" else [words]
    stored = [tuple(said[name]) for name in heard]
    sent = [tuple(texts) for texts in wrote.values()]
    run.disorder += apart(sent, stored)
    run.missing += sum(map(len, sent)) - sum(map(len, stored))
    bubbles = [
        tuple(body["text"].partition("\n")[2] for body in bodies)
        for bodies in telegram.sent.values()
    ]
    wanted = [tuple(texts) for texts in heard.values()]
    run.disorder += apart(bubbles, wanted)
    run.missing += sum(map(len, wanted)) - sum(map(len, bubbles))


def apart(ones: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> int:
    """How many of ``ones`` stand nowhere in ``others``; which chat is whose is not known here."""
    return (Counter(ones) - Counter(others)).total()


async def refuse(telegram: Telegram, run: Run, url: str) -> None:
    """Forged, repeated and old updates: what they are answered, and that nothing is stored."""
    before = len(await rows(url))
    async with telegram.client() as client:

        async def post(update: dict[str, Any], secret: str | None) -> int:
            headers = {} if secret is None else {SECRET_HEADER: secret}
            return (await client.post(PATH, json=update, headers=headers)).status_code

        secrets = (None, "", "wrong", SECRET + "x")
        forged = [
            await post(telegram.message(1, "I am somebody else"), secrets[n % len(secrets)])
            for n in range(STRANGERS)
        ]
        repeated = [await post(update, SECRET) for update in run.sent[-STRANGERS:]]
        old = [await post(update, SECRET) for update in run.sent[:STRANGERS]]
    await told(telegram, Run("", 0))
    new = len(await rows(url)) - before
    answers = ", ".join(map(str, sorted({*repeated, *old})))
    run.refused = (
        f"{forged.count(401)} of {len(forged)} forged ones got 401; {len(repeated)} repeated and"
        f" {len(old)} old ones were acknowledged ({answers});"
        f" {new} messages were stored because of them all"
    )


@contextmanager
def database() -> Iterator[str]:
    """An empty database on the tests' PostgreSQL server, dropped afterwards."""
    with postgres_database() as name:
        yield postgres_address(name)


async def measured(name: str, texts: Any, asked: argparse.Namespace) -> Run:
    """One run in a house of its own."""
    telegram = Telegram()
    port = free_port()
    config = uvicorn.Config(telegram.app, port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database()) if asked.postgres else ""
        process, telegram.gateway = house(folder, f"http://127.0.0.1:{port}", url)
        url = url or f"sqlite+aiosqlite:///{folder}/desk.db"
        try:
            await until_ready(telegram.gateway, process)
            run = Run(name, int(asked.rate * asked.seconds))
            await deliver(telegram, run, asked, texts)
            await told(telegram, run)
            await compare(telegram, run, url)
            await refuse(telegram, run, url)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            server.should_exit = True
            await serving
    return run


def line(run: Run) -> str:
    """One line of the table."""
    late = statistics.quantiles(run.waits, n=20)[-1]
    cells = (
        f"{run.updates:,}",
        f"{run.updates / run.took:.1f}",
        f"{1000 * statistics.median(run.waits):,.0f}",
        f"{1000 * late:,.0f}",
        f"{run.told_after:.1f}",
        f"{run.disorder}",
        f"{run.missing}",
        f"{sum(n for status, n in run.statuses.items() if status != 200)}",
    )
    return f"| {run.name} | " + " | ".join(cells) + " |"


PAGE = """# Customers who write in Telegram, measured

`python bench/telegram.py {options}` wrote this on {day}: {machine},
{cores} cores, load {load:.1f} at the end; {chats} chats, {rate:g} updates/s asked for over
{seconds:g} s, {database}, one gateway, one Rasa, one action server
and the stand-in for Telegram, all on the same cores. At most {at_once} updates are under way at a
time; the rest wait at Telegram, and their
waiting is counted. One that is not answered 200 is brought again a second later.

| | updates | a second | p50, ms | p95, ms | told after, s | out of order | lost | not 200 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{lines}

"Words" is the whole road with the real Rasa; "/start" is answered by the gateway alone and shows
what the door and the desk can do. p50 and p95 are waits from the moment at which an update was due
to the answer of the webhook, when the reply is stored; "told after" is how long it took, after the
last update, until the last bubble was in its chat. Order and loss are read from both ends: what
each chat wrote against what the desk has, what the desk said against what each chat heard ("lost"
below zero: a bubble came twice).

Refused, after the run with words: {refused}.

What to do for more: [telegram](../docs/telegram.md#how-many-customers).
"""


def report(runs: list[Run], asked: argparse.Namespace) -> str:
    """The page."""
    return PAGE.format(
        options=" ".join(sys.argv[1:]),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=platform.machine(),
        cores=os.cpu_count(),
        load=os.getloadavg()[0],
        chats=asked.chats,
        rate=asked.rate,
        seconds=asked.seconds,
        database="PostgreSQL" if asked.postgres else "SQLite",
        at_once=CONNECTIONS,
        lines="\n".join(map(line, runs)),
        refused=runs[0].refused,
    )


def main() -> None:
    """Measure, print, and write the report unless asked for brevity."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--brief", action="store_true")
    asked = parser.parse_args()
    runs = [
        asyncio.run(measured("words, with Rasa", WORDS, asked)),
        asyncio.run(measured("/start, the door alone", ("/start",), asked)),
    ]
    page = report(runs, asked)
    sys.stdout.write(page)
    if not asked.brief:
        REPORT.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
