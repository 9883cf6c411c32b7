"""How long the dashboard's figures take on many conversations: made up, on both databases.

    .venv/bin/python -m bench.figures [--conversations 100000] [--url postgresql+asyncpg://…]

Without ``--url`` it makes a SQLite file in a folder that goes away. A named database must be
empty; its tables stay.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, text

from bot.desk.database import migrate, open_database
from bot.desk.handoff_tables import HandoffRow
from bot.desk.service import Desk
from bot.desk.tables import (
    Base,
    ConversationRow,
    MessageRow,
    RatingRow,
    TicketRow,
    TurnRow,
)

TOPICS = ("tx_failed", "forgot_pin", "funds_stolen", "app_problem", "device_broken", "faq")
SPANS = (7, 30, 90)
RUNS = 5
PACK = 5_000
Rows = dict[type[Base], list[dict[str, Any]]]


def conversation(dice: random.Random, number: int, now: datetime) -> Rows:
    """One conversation of the last ninety days with all that hangs on it."""
    begun = now - timedelta(seconds=dice.uniform(0, 90 * 86_400))
    name, said = UUID(int=dice.getrandbits(128)).hex, dice.randint(2, 5)
    rows: Rows = {MessageRow: [], TurnRow: [], HandoffRow: [], TicketRow: [], RatingRow: []}
    at, topic = begun, dice.choice(TOPICS)
    for turn in range(said):
        at += timedelta(hours=dice.uniform(5, 90)) if dice.random() < 0.05 else timedelta(minutes=1)
        heard, answered = (UUID(int=dice.getrandbits(128)).hex for _ in range(2))
        found = [{"signal": dice.choice(("remote_control", "fee"))}] if dice.random() < 0.02 else []
        both: tuple[Any, ...] = ((heard, "customer", None, found), (answered, "bot", heard, []))
        rows[MessageRow] += [
            {
                "conversation_id": name,
                "seq": 2 * turn + place + 1,
                "id": identity,
                "author": author,
                "text": "a made-up sentence",
                "language": "en",
                "choices": [],
                "findings": findings,
                "client_id": identity,
                "answers": answers,
                "is_answered": True,
                "epoch": 0,
                "at": at,
            }
            for place, (identity, author, answers, findings) in enumerate(both)
        ]
        rows[TurnRow].append(
            {"message_id": heard, "conversation_id": name, "outcome": "answered", "at": at}
            | {"intent": topic, "duration_ms": 90}
        )
    rows[ConversationRow] = [
        {"id": name, "channel": "web", "language": "en", "language_is_chosen": True}
        | {"owner": "bot", "epoch": 0, "last_seq": 2 * said, "created_at": begun, "updated_at": at}
    ]
    _needs_person(dice, rows, name, topic, number, at)
    return rows


def _needs_person(  # noqa: PLR0913, PLR0917 - what a ticket and a rating are made of
    dice: random.Random, rows: Rows, name: str, topic: str, number: int, at: datetime
) -> None:
    if dice.random() < 0.3:
        later = [at + timedelta(hours=dice.uniform(0.1, hours)) for hours in (9, 90)]
        rows[TicketRow].append(
            {"reference": f"B-{number}", "conversation_id": name, "case_id": name, "topic": topic}
            | {"vendor": None, "language": "en", "priority": "normal", "status": "solved"}
            | {"summary": "made up", "created_at": at, "updated_at": later[1]}
            | {"first_answered_at": later[0], "solved_at": later[1]}
        )
    if dice.random() < 0.1:
        rows[HandoffRow].append(
            {"conversation_id": name, "reason": "wish", "rank": 1, "language": "en"}
            | {"state": "ended", "outcome": "closed", "requested_at": at}
            | {"claimed_at": at + timedelta(minutes=dice.uniform(0.1, 9))}
        )
    if dice.random() < 0.2:
        score = dice.randint(1, 5)
        rows[RatingRow].append({"conversation_id": name, "score": score, "comment": "", "at": at})


async def fill(desk: Desk, conversations: int, now: datetime) -> None:
    """Write the rows, many at a time."""
    dice = random.Random(6)
    order = (ConversationRow, MessageRow, TurnRow, TicketRow, HandoffRow, RatingRow)
    for first in range(0, conversations, PACK):
        packed: Rows = {table: [] for table in order}
        for number in range(first, min(first + PACK, conversations)):
            for table, rows in conversation(dice, number, now).items():
                packed[table] += rows
        async with desk._work() as session:  # noqa: SLF001 - rows, not use cases
            for table in order:
                if packed[table]:
                    await session.execute(insert(cast("Table", table.__table__)), packed[table])
    async with desk._session() as session:  # noqa: SLF001
        await session.execute(text("ANALYZE"))
        await session.commit()


async def held_up(loop_seconds: list[float]) -> None:
    """Notes how late a task of the same process comes to its turn while the figures are counted."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        loop_seconds.append(time.perf_counter() - began - 0.005)


async def measure(url: str, conversations: int) -> dict[str, Any]:
    """Fill a database and count the figures of each span several times."""
    await migrate(url)
    desk = Desk(open_database(url))
    await fill(desk, conversations, datetime.now(UTC))
    told: dict[str, Any] = {"conversations": conversations, "database": url.partition(":")[0]}
    began = time.perf_counter()
    await desk.figures(1, TOPICS)  # tallies everything, as the first look after an upgrade does
    told["first_look_seconds"] = round(time.perf_counter() - began, 1)
    for days in SPANS:
        late: list[float] = []
        watcher = asyncio.create_task(held_up(late))
        spans = []
        for _ in range(RUNS):
            began = time.perf_counter()
            figures = await desk.figures(days, TOPICS)
            spans.append(time.perf_counter() - began)
        watcher.cancel()
        told[f"days_{days}"] = {
            "counted": figures.conversations,
            "median_seconds": round(statistics.median(spans), 3),
            "others_wait_at_most_ms": round(1000 * max(late), 1),
        }
    await desk.close()
    return told


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite+aiosqlite:///{Path(folder) / 'desk.db'}"
        print(json.dumps(asyncio.run(measure(url, given.conversations))))


if __name__ == "__main__":
    main()
