"""Tickets: opened on SQLite, listed and searched among a million on PostgreSQL.

Usage: .venv/bin/python bench/tickets.py [--tickets 1000000]; needs the PostgreSQL server of the
tests and a database of its own there, which it drops at the end. Writes bench/tickets.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from bot.content.reference import new_reference
from bot.desk.database import migrate, open_database
from bot.desk.models import Field, OpenTicket
from bot.desk.searching import stored
from bot.desk.service import Desk
from bot.desk.tickets import Wanted

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "bench" / "tickets.md"
POSTGRES = os.environ.get("SEEDWARDEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
VENDORS = ("ledger", "trezor", "metamask", "imtoken", "okx", "binance", "bitpie", None)
STATUSES = ("new", "in_progress", "waiting_for_customer", "solved", "closed")
ASKED = 300
SEED = 20261123
TOPICS = ("device_broken", "app_problem", "tx_failed", "funds_stolen", "account_frozen")


def sentences() -> list[tuple[str, str]]:
    """Topic and words of what customers write, both languages: the examples of the topics."""
    found = []
    for topic in TOPICS:
        for path in sorted((ROOT / "data" / "topics" / topic).glob("nlu.*.yml")):
            lines = re.findall(r"^ {4}- (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            found += [(topic, re.sub(r"\[([^\]]+)\][({][^)}]*[)}]", r"\1", line)) for line in lines]
    return found


def rows(count: int, known: list[tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
    """Tickets as rows of the staging table, ten a conversation, spread over three years."""
    now = datetime.now(UTC)
    for number in range(count):
        topic, words = random.choice(known)
        reference, transaction = new_reference(), f"{random.getrandbits(256):064x}"
        vendor, status = random.choice(VENDORS), random.choices(STATUSES, (2, 3, 2, 3, 90))[0]
        at = now - timedelta(seconds=(count - number) * 90)
        due = at + timedelta(days=2) if status in {"new", "in_progress"} else None
        tokens = stored((reference, topic, vendor or "", words, transaction))
        conversation = f"{number // 10:032x}"
        yield reference, conversation, f"c{number}", topic, vendor, status, words, tokens, due, at


async def fill(url: str, count: int, known: list[tuple[str, str]]) -> float:
    """Load ``count`` tickets; gives the seconds it took."""
    began = time.perf_counter()
    db = await asyncpg.connect(url)
    await db.execute(
        "CREATE UNLOGGED TABLE staging (reference text, conversation_id text, case_id text,"
        " topic text, vendor text, status text, summary text, search text, due_at timestamptz,"
        " at timestamptz)"
    )
    await db.copy_records_to_table("staging", records=rows(count, known))
    await db.execute(
        "INSERT INTO conversation SELECT DISTINCT conversation_id, 'web', 'en', false, 'bot', 0, 0,"
        " now(), now() FROM staging"
    )
    await db.execute("DROP INDEX ticket_by_search")
    await db.execute(
        "INSERT INTO ticket (reference, conversation_id, case_id, topic, vendor, language,"
        " priority, status, summary, search, due_at, created_at, updated_at) SELECT reference,"
        " conversation_id, case_id, topic, vendor, 'en', 'normal', status, summary,"
        " search::tsvector, due_at, at, at FROM staging"
    )
    await db.execute("CREATE INDEX ticket_by_search ON ticket USING gin (search)")
    await db.execute("DROP TABLE staging")
    await db.execute("VACUUM ANALYZE ticket")
    await db.execute("VACUUM ANALYZE conversation")
    await db.close()
    return time.perf_counter() - began


async def timed(ask: Callable[[], Awaitable[Any]], times: int = ASKED) -> list[float]:
    """Milliseconds of each of ``times`` calls, after a few that are not counted."""
    for _ in range(5):
        await ask()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        await ask()
        found.append((time.perf_counter() - began) * 1000)
    return found


def told(name: str, found: list[float]) -> str:
    cuts = statistics.quantiles(found, n=100)
    return f"| {name} | {cuts[49]:.1f} | {cuts[94]:.1f} | {max(found):.1f} | {len(found)} |"


def chinese(known: list[tuple[str, str]]) -> str:
    """Two to four Chinese signs as they stand in some sentence."""
    while True:
        run = random.choice(re.findall(r"[\u4e00-\u9fff]{4,}", random.choice(known)[1]) or [""])
        if run:
            at = random.randrange(len(run) - 3)
            return run[at : at + random.randint(2, 4)]


def english(known: list[tuple[str, str]]) -> str:
    """One to three English words that follow each other in some sentence."""
    while True:
        words = re.findall(r"[A-Za-z]{3,}", random.choice(known)[1])
        if len(words) > 3:
            at = random.randrange(len(words) - 2)
            return " ".join(words[at : at + random.randint(1, 3)])


async def opening(desk: Desk, known: list[tuple[str, str]]) -> list[float]:
    """Open tickets with six fields, each in a conversation of its own."""

    async def conversation() -> str:
        return (await desk.create_conversation("en", is_chosen=False)).id

    ids = [await conversation() for _ in range(ASKED + 5)]

    async def one() -> None:
        topic, words = random.choice(known)
        fields = [Field(f"field_{n}", "text", f"{words[:40]} {n}") for n in range(6)]
        order = OpenTicket(ids.pop(), uuid4().hex, topic, "en", "okx", "normal", fields, words)
        await desk.open_ticket(order)

    return await timed(one)


async def on_sqlite(known: list[tuple[str, str]]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/desk.db"
        await migrate(url)
        desk = Desk(open_database(url))
        lines = [told("SQLite: open a ticket", await opening(desk, known))]
        await desk.close()
    return lines


async def on_postgres(count: int, known: list[tuple[str, str]]) -> tuple[list[str], float]:
    name = f"seedwarden_bench_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(f"{POSTGRES}/postgres")
    await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        url = f"{POSTGRES.replace('postgresql://', 'postgresql+asyncpg://')}/{name}"
        await migrate(url)
        desk = Desk(open_database(url))
        await fill(f"{POSTGRES}/{name}", 1000, known)
        lines = [told("PostgreSQL, 1,000 tickets: open", await opening(desk, known))]
        db = await asyncpg.connect(f"{POSTGRES}/{name}")
        await db.execute("TRUNCATE conversation CASCADE")
        await db.close()
        seconds = await fill(f"{POSTGRES}/{name}", count, known)
        lines += await among(desk, count, known)
        await desk.close()
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()
    return lines, seconds


async def among(desk: Desk, count: int, known: list[tuple[str, str]]) -> list[str]:
    """List, search and open among many."""
    head = f"PostgreSQL, {count:,} tickets:"
    now = datetime.now(UTC)
    asked: dict[str, Callable[[], Wanted]] = {
        "list the newest 50": Wanted,
        "list 50 new ones": lambda: Wanted(statuses=("new",)),
        "list 50 overdue": lambda: Wanted(due_before=now),
        "search in Chinese": lambda: Wanted(words=chinese(known)),
        "search in English": lambda: Wanted(words=english(known)),
        "search both scripts, vendor and problem": lambda: Wanted(words=f"okx {chinese(known)}"),
    }
    lines = []
    for name, wanted in asked.items():
        found = await timed(lambda wanted=wanted: desk.find_tickets(wanted()))  # type: ignore[misc]
        lines.append(told(f"{head} {name}", found))
        print(lines[-1], flush=True)
    lines.append(told(f"{head} open", await opening(desk, known)))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=1_000_000)
    count = parser.parse_args().tickets
    random.seed(SEED)
    known = sentences()
    lines = asyncio.run(on_sqlite(known))
    print(lines[0], flush=True)
    more, seconds = asyncio.run(on_postgres(count, known))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    text = REPORT.with_suffix(".template.md").read_text(encoding="utf-8")
    REPORT.write_text(
        text.format(
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            machine=machine,
            rows="\n".join([*lines, *more]),
            sentences=f"{len(known):,}",
            seconds=f"{seconds:.0f}",
            count=f"{count:,}",
        ),
        encoding="utf-8",
    )
    print("\n".join(more))


if __name__ == "__main__":
    main()
