"""Two of everything under load while parts die, hang, lose their servers, disk and clock.

    make soak                                              # ten minutes
    .venv/bin/python bench/soak.py --seconds 120 --seed 7  # another length, another seed

Gateways, action servers and Rasa are real processes, two of each, on a PostgreSQL database of
their own (SEEDWARDEN_TEST_POSTGRES) and a Redis of their own, both behind proxies that can be cut.
Customers write, fill in cases, share a published BIP-39 test phrase whole and in pieces, and ask
for a person; agents answer. Whoever gets no answer sends the same again. Afterwards both databases
are held against the customers' own records, and every store and log is searched for the phrase.
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
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from redis import Redis
from soak_house import DISK_MEGABYTES, FAKETIME, SKEW_SECONDS, Faults, House

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.people_models import NewAgent
from bot.desk.service import Desk
from bot.guard.placeholders import PLACEHOLDERS
from bot.keys import Keys
from tests.integration.doors import KEY, sign_in

REPORT = Path(__file__).with_name("soak.md")
RECOVERY_SECONDS = 30.0
GIVE_UP_SECONDS = 120.0
CALM_SECONDS = (3.0, 9.0)
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
HALVES = ("legal winner thank year wave sausage", "worth useful legal winner thank yellow")
TRACES = ("sausage", "winner thank", "worth useful", "thank yellow", "year wave")
AWAY = ("automatic answers are not available", "did not work on our side")
CASE = (
    ("serial number", "4C8A21B7"),
    ("firmware or app version", "2.2.3"),
    ("Which computer or phone", "Windows 11"),
    ("When did it start", "20 November"),
    ("Where did you get", "second hand"),
    ("order, invoice or receipt", "yes"),
    ("Anything else", "it was dropped"),
)


@dataclass
class Said:
    """One message as its customer remembers it."""

    text: str
    client_id: str
    seq: int = 0
    replies: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Tally:
    """What everybody counts."""

    seconds: list[float] = field(default_factory=list)
    desk_seconds: list[float] = field(default_factory=list)
    retries: Counter[str] = field(default_factory=Counter)
    away: int = 0
    crowded: int = 0
    given_up: list[str] = field(default_factory=list)
    agent_lines: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)


class Customer:
    """Somebody who sends a message again, to either gateway, until it is answered."""

    def __init__(
        self, http: httpx.AsyncClient, house: House, tally: Tally, chance: random.Random
    ) -> None:
        self.http, self.house, self.tally, self.chance = http, house, tally, chance
        self.id = self.token = ""
        self.said: list[Said] = []
        self.cases = 0
        self.called = False

    async def begin(self) -> None:
        """Open a conversation."""
        body = await self._until_answered("POST", "/api/v1/conversations", {"language": "en"})
        self.id, self.token = body["id"], body["token"]

    async def write(self, **what: str) -> dict[str, Any]:
        """Say something until it is answered; gives the turn."""
        said = Said(what.get("text") or "", uuid4().hex)
        self.said.append(said)
        body = {"client_id": said.client_id, **what}
        began = time.perf_counter()
        turn = await self._until_answered("POST", self._path("messages"), body)
        self.tally.seconds.append(time.perf_counter() - began)
        said.seq = turn["message"]["seq"]
        said.text = turn["message"]["text"]
        said.replies = [(one["seq"], one["text"]) for one in turn["replies"]]
        self.tally.away += is_away(turn)
        return turn

    async def write_until_taken(self, **what: str) -> dict[str, Any]:
        """Say it anew for as long as the bot says that it is away."""
        ends = time.monotonic() + GIVE_UP_SECONDS
        while is_away(turn := await self.write(**what)):
            if time.monotonic() > ends:
                raise TimeoutError("the bot never came back")
            await asyncio.sleep(1)
        return turn

    async def messages(self) -> list[dict[str, Any]]:
        """The conversation as the gateway lists it."""
        listed = await self._until_answered("GET", self._path("messages"), None)
        return list(listed["messages"])

    def _path(self, call: str) -> str:
        return f"/api/v1/conversations/{self.id}/{call}"

    async def _until_answered(self, method: str, path: str, body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        ends = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < ends:
            address = self.chance.choice(self.house.gateways)
            try:
                answer = await self.http.request(
                    method, address + path, json=body, headers=headers, timeout=40
                )
                if answer.is_success:
                    return dict(answer.json())
                self.tally.retries[str(answer.status_code)] += 1
                if answer.status_code in {400, 401, 404, 422}:
                    raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
            except httpx.HTTPError as error:
                self.tally.retries[type(error).__name__] += 1
            await asyncio.sleep(self.chance.uniform(0.2, 0.6))
        self.tally.given_up.append(f"{method} {path}")
        raise TimeoutError(path)


def is_away(turn: dict[str, Any]) -> bool:
    """Whether the bot told that it could not answer."""
    text = " ".join(reply["text"] for reply in turn["replies"]).lower()
    return any(words in text for words in AWAY)


async def chat(customer: Customer) -> None:
    """Ten numbered messages, which must be stored once each and in order."""
    for number in range(10):
        await customer.write(text=f"note number {number}: the page stays blank")
        await asyncio.sleep(customer.chance.uniform(0.05, 0.5))


async def case(customer: Customer) -> None:
    """A whole case, which must become one ticket."""
    turn = await customer.write_until_taken(text="my Ledger Nano X does not turn on")
    for _ in range(40):
        choices = [one["id"] for reply in turn["replies"] for one in reply["choices"]]
        if "review_yes" in choices:
            turn = await customer.write_until_taken(choice="review_yes")
            customer.cases += 1
            return
        if "step_skip" in choices:
            turn = await customer.write_until_taken(choice="step_skip")
            continue
        said = " ".join(reply["text"] for reply in turn["replies"])
        asked = [answer for words, answer in CASE if words.lower() in said.lower()]
        turn = await customer.write_until_taken(text=asked[-1] if asked else "skip")


async def share(customer: Customer) -> None:
    """A phrase, whole or in two pieces."""
    await customer.write(text="I cannot open my wallet")
    if customer.chance.random() < 0.5:
        await customer.write(text=f"my words are {PHRASE}")
    else:
        for half in HALVES:
            await customer.write(text=half)
    await customer.write(text="what now?")


async def call(customer: Customer) -> None:
    """Ask for a person and wait a little for their words."""
    customer.called = True
    await customer.write_until_taken(text="I want to talk to a human agent please")
    customer.tally.calls.append(customer.id)  # outside office hours nobody waits in the queue
    for _ in range(20):
        if any(one["author"] == "agent" for one in await customer.messages()):
            await customer.write(text="thank you")
            return
        await asyncio.sleep(0.5)


SCRIPTS = (chat, chat, case, share, call)


async def visit(make: Any, scripts: Any, stop: asyncio.Event, kept: list[Customer]) -> None:
    """One visitor after the other, each with a conversation of their own."""
    while not stop.is_set():
        customer = make()
        try:
            await customer.begin()
            kept.append(customer)
            await next(scripts)(customer)
        except TimeoutError:
            continue


class Agent:
    """Looks at the queue, takes over who asked first, says one line, closes."""

    def __init__(
        self, http: httpx.AsyncClient, house: House, tally: Tally, chance: random.Random
    ) -> None:
        self.http, self.house, self.tally, self.chance = http, house, tally, chance
        self.headers: dict[str, str] = {}

    async def work(self, stop: asyncio.Event) -> None:
        """Serve until told to stop."""
        while not stop.is_set():
            await self._call("GET", "/queue")
            if self.tally.calls:
                await self._serve(self.tally.calls.pop(0))
            await asyncio.sleep(0.4)

    async def _serve(self, conversation: str) -> None:
        path = f"/conversations/{conversation}"
        held = await self._call("POST", f"{path}/claim", {"take_over": True})
        if held is None:
            return
        epoch = held.get("epoch", held.get("standing", {}).get("epoch"))
        text = f"Please unplug the device and tell me what you see. ({uuid4().hex[:6]})"
        body = {"client_id": uuid4().hex, "text": text, "epoch": epoch}
        if await self._call("POST", f"{path}/messages", body) is not None:
            self.tally.agent_lines[text] = conversation
        await asyncio.sleep(0.5)
        await self._call("POST", f"{path}/close", {"epoch": epoch})

    async def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any] | None:
        """Until it is answered; None where somebody else was faster."""
        ends = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < ends:
            url = f"{self.chance.choice(self.house.gateways)}/desk/api{path}"
            began = time.perf_counter()
            try:
                answer = await self.http.request(
                    method, url, json=body, headers=self.headers, timeout=20
                )
                if answer.is_success:
                    self.tally.desk_seconds.append(time.perf_counter() - began)
                    return dict(answer.json()) if answer.content else {}
                self.tally.retries[f"desk {answer.status_code}"] += 1
                if answer.status_code in {403, 404, 409, 422}:
                    return None
            except httpx.HTTPError as error:
                self.tally.retries[f"desk {type(error).__name__}"] += 1
            await asyncio.sleep(0.4)
        self.tally.given_up.append(f"desk {method} {path}")
        return None


async def hire(house: House, crew: list[Agent]) -> None:
    """Set the agents up and sign them in."""
    desk = Desk(open_database(f"postgresql+asyncpg://{house.direct.partition('://')[2]}"))
    staff = desk.staff(Seal(Keys(KEY.encode())))
    async with httpx.AsyncClient(base_url=house.gateways[0], trust_env=False) as own:
        for number, agent in enumerate(crew):
            agent.headers = await sign_in(own, staff, NewAgent(f"a{number}", f"A{number}", "lead"))
    await desk.close()


async def recovered(customer: Customer, house: House) -> float | None:
    """Seconds until both gateways answer a new customer as if nothing had been; None: too long."""
    began = time.monotonic()
    waiting = set(house.gateways)
    while waiting and time.monotonic() - began < 4 * RECOVERY_SECONDS:
        for address in tuple(waiting):
            with contextlib.suppress(httpx.HTTPError, KeyError):
                if await _works(customer.http, address):
                    waiting.discard(address)
        await asyncio.sleep(0.2)
    return None if waiting else time.monotonic() - began


async def _works(http: httpx.AsyncClient, address: str) -> bool:
    api = f"{address}/api/v1/conversations"
    begun = (await http.post(api, json={"language": "en"}, timeout=20)).json()
    headers = {"Authorization": f"Bearer {begun['token']}"}
    body = {"client_id": uuid4().hex, "text": "hello"}
    answer = await http.post(
        f"{api}/{begun['id']}/messages", json=body, headers=headers, timeout=20
    )
    return answer.is_success and not is_away(answer.json())


async def trouble(
    faults: Faults, probe: Customer, house: House, chance: random.Random, seconds: float
) -> list[tuple[float, str, float | None]]:
    """One fault after the other; gives when, what, and how long the recovery took."""
    began, happened = time.monotonic(), []
    order: list[Any] = []
    while time.monotonic() - began < seconds:
        await asyncio.sleep(chance.uniform(*CALM_SECONDS))
        if not order:  # every way once before any comes again
            order = chance.sample(faults.ways, len(faults.ways))
        at = time.monotonic() - began
        what = await order.pop()()
        took = await recovered(probe, house)
        happened.append((at, what, took))
        print(f"{at:6.0f} s  {what}: {'NEVER' if took is None else f'{took:.1f} s'}", flush=True)
    return happened


async def judge(house: House, people: list[Customer], tally: Tally) -> dict[str, list[str]]:
    """Hold both databases against what customers and agents remember; gives what is wrong."""
    found: dict[str, list[str]] = {}
    base = await asyncpg.connect(house.direct)
    try:
        await _messages(base, people, found)
        await _tickets(base, people, found)
        await _agents(base, tally, found)
        await _trackers(base, found)
        await _secrets(base, house, found)
    finally:
        await base.close()
    return found


async def _messages(base: Any, people: list[Customer], found: dict[str, list[str]]) -> None:
    wrong = {name: list[str]() for name in ("lost", "doubled", "out of order", "replies lost")}
    for customer in people:
        query = "SELECT id, seq, author, text, answers FROM message WHERE conversation_id = $1"
        rows = sorted(await base.fetch(query, customer.id), key=lambda row: row["seq"])
        by_seq = {row["seq"]: row for row in rows}
        own = [row for row in rows if row["author"] == "customer"]
        acknowledged = [said for said in customer.said if said.seq]
        seqs = [said.seq for said in acknowledged]
        wrong["lost"] += [f"{customer.id} {s}" for s in seqs if s not in by_seq]
        open_end = len(customer.said) - len(acknowledged)
        if len(own) > len(acknowledged) + open_end or len(set(seqs)) < len(seqs):
            wrong["doubled"].append(customer.id)
        if seqs != sorted(seqs) or [row["seq"] for row in rows] != list(range(1, len(rows) + 1)):
            wrong["out of order"].append(customer.id)
        for said in acknowledged:
            row = by_seq.get(said.seq)
            redacted = row is not None and row["text"] in PLACEHOLDERS
            if row is not None and row["text"] != said.text and not redacted:
                wrong["lost"].append(f"{customer.id} {said.seq}: another text")
            stored = [(r["seq"], r["text"]) for r in rows if row and r["answers"] == row["id"]]
            if stored != said.replies:
                wrong["replies lost"].append(f"{customer.id} {said.seq}")
    found |= {f"messages {name}": entries for name, entries in wrong.items()}


async def _tickets(base: Any, people: list[Customer], found: dict[str, list[str]]) -> None:
    rows = await base.fetch("SELECT conversation_id, count(*) AS n FROM ticket GROUP BY 1")
    stored = {row["conversation_id"]: row["n"] for row in rows}
    cases = [customer for customer in people if customer.cases]
    found["tickets lost"] = [one.id for one in cases if stored.get(one.id, 0) < one.cases]
    found["tickets doubled"] = [one.id for one in people if stored.get(one.id, 0) > 1]


async def _agents(base: Any, tally: Tally, found: dict[str, list[str]]) -> None:
    rows = await base.fetch("SELECT conversation_id, text FROM message WHERE author = 'agent'")
    stored = Counter((row["conversation_id"], row["text"]) for row in rows)
    found["agents' lines lost or doubled"] = [
        f"{where}: {stored[where, text]} times"
        for text, where in tally.agent_lines.items()
        if stored[where, text] != 1
    ]


async def _trackers(base: Any, found: dict[str, list[str]]) -> None:
    """Rasa took no message twice."""
    twice = []
    for row in await base.fetch("SELECT sender, events FROM rasa_trackers"):
        ids = Counter(
            event.get("message_id") for event in json.loads(row["events"]) if event.get("text")
        )
        twice += [row["sender"] for name, count in ids.items() if name and count > 1]
    found["messages that Rasa took twice"] = twice


async def _secrets(base: Any, house: House, found: dict[str, list[str]]) -> None:
    """The phrase is in no table, no Redis key and no file."""
    where = []
    for row in await base.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        table = row["tablename"]
        query = f'SELECT count(*) FROM "{table}" AS t WHERE t::text ~* $1'  # noqa: S608 - a table's own name
        if count := await base.fetchval(query, "|".join(TRACES)):
            where.append(f"table {table}: {count} rows")
    reader = Redis(port=house.redis.port)
    for key in reader.scan_iter():
        kept = reader.xrange(key) if reader.type(key) == b"stream" else reader.dump(key)
        where += [f"Redis {key!r}" for trace in TRACES if trace in repr(kept)]
    reader.close()
    pattern = re.compile("|".join(TRACES).encode(), re.IGNORECASE)
    for path in (path for path in house.folder.rglob("*") if path.is_file()):
        where += [f"file {path.name}"] if pattern.search(path.read_bytes()) else []
    found["places that hold the secret"] = where


def alarms(house: House) -> Counter[str]:
    """What the processes logged as errors, by event."""
    counted: Counter[str] = Counter()
    for part in house.all():
        for line in part.log.read_text("utf-8", "replace").splitlines():
            if "Traceback" in line:
                counted[f"{part.name.split()[0]}: Traceback"] += 1
            with contextlib.suppress(ValueError, AttributeError):
                told = json.loads(line)
                if told.get("level") in {"error", "critical"}:
                    words = str(told["event"]).split(":")[0][:60]
                    counted[f"{part.name.split()[0]}: {words}"] += 1
    return counted


@dataclass
class Result:
    """One run."""

    options: argparse.Namespace
    happened: list[tuple[float, str, float | None]]
    found: dict[str, list[str]]
    tally: Tally
    people: list[Customer]
    alarms: Counter[str]
    has_disk: bool
    load: str

    @property
    def slow(self) -> list[str]:
        """Faults after which it took too long."""
        return [w for _, w, took in self.happened if took is None or took > RECOVERY_SECONDS]

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing doubled, nothing told, and back in time."""
        return not (any(self.found.values()) or self.slow or self.tally.given_up)


async def run(options: argparse.Namespace, folder: Path) -> Result:
    """Start, load, break, settle, prove."""
    # The faults have a chance of their own: their order hangs on the seed alone.
    chance, faults_chance = random.Random(options.seed), random.Random(options.seed)
    house, tally, people, stop = House(folder), Tally(), [], asyncio.Event()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(trust_env=False, limits=limits) as http:
        try:
            load_before = os.getloadavg()[0]
            await house.open()

            def newcomer() -> Customer:
                return Customer(http, house, tally, random.Random(chance.random()))

            crew = [Agent(http, house, tally, random.Random(n)) for n in range(options.agents)]
            await hire(house, crew)
            scripts = itertools.cycle(chance.sample(SCRIPTS, len(SCRIPTS)))
            load = [
                asyncio.create_task(visit(newcomer, scripts, stop, people))
                for _ in range(options.customers)
            ]
            load += [asyncio.create_task(agent.work(stop)) for agent in crew]
            faults = Faults(house, faults_chance)
            happened = await trouble(faults, newcomer(), house, faults_chance, options.seconds)
            stop.set()
            await asyncio.gather(*load)
            await house.healthy(120)
            found = await judge(house, people, tally)
            loads = f"{load_before:.1f} and {os.getloadavg()[0]:.1f}"
            logged = alarms(house)
            return Result(options, happened, found, tally, people, logged, house.has_disk, loads)
        finally:
            if options.keep:
                print(f"kept: {folder}")
            await house.close()


def middle_and_most(seconds: list[float]) -> str:
    """Median and 95th of a hundred."""
    ranked = sorted(seconds) or [0.0]
    return f"{statistics.median(ranked):.2f}, {ranked[int(len(ranked) * 0.95)]:.2f}"


def report(result: Result) -> str:
    """The run as Markdown."""
    options, tally = result.options, result.tally
    said = sum(len(one.said) for one in result.people)
    lines = [f"| {name} | {len(entries)} |" for name, entries in result.found.items()]
    lines.append(f"| faults after which it took longer than 30 s | {len(result.slow)} |")
    lines.append(f"| messages given up after {GIVE_UP_SECONDS:.0f} s | {len(tally.given_up)} |")
    faults = [
        f"| {at:.0f} | {what} | {'never' if took is None else f'{took:.1f}'} |"
        for at, what, took in result.happened
    ]
    retries = ", ".join(f"{count} × {name}" for name, count in tally.retries.most_common())
    logged = [f"| {name} | {count} |" for name, count in result.alarms.most_common(25)]
    wrong = [f"- {name}: {entry}" for name, entries in result.found.items() for entry in entries]
    clock = "libfaketime" if FAKETIME.exists() else "not skewed: libfaketime is not installed"
    disk = f"tmpfs of {DISK_MEGABYTES} MB" if result.has_disk else "not filled: no right to mount"
    verdict = "Nothing was lost, doubled, out of order or told." if result.is_good else "NOT GOOD."
    newline = "\n"
    return (
        f"""# Two of everything, while parts fail

`make soak` wrote this on {time.strftime("%Y-%m-%d")}: {platform.machine()}, {os.cpu_count()} cores,
Python {platform.python_version()}, seed {options.seed}, {options.seconds:.0f} s of faults,
{options.customers} customers at a time and {options.agents} agents, two gateways, two action
servers, two Rasa, PostgreSQL and Redis. Disk: {disk}. Clock: {clock} (±{SKEW_SECONDS} s).
Load of the machine before and after: {result.load}.

**{verdict}**

| what must be 0 | found |
| --- | ---: |
{newline.join(lines)}

| what was done | |
| --- | ---: |
| conversations | {len(result.people)} |
| messages sent | {said} |
| cases to the end, each one ticket | {sum(one.cases for one in result.people)} |
| customers who asked for a person | {sum(one.called for one in result.people)} |
| agents' lines that were acknowledged | {len(tally.agent_lines)} |
| turns in which the bot said that it was away, and kept the message | {tally.away} |
| a turn, median and 95 of 100, s | {middle_and_most(tally.seconds)} |
| an agent's call, median and 95 of 100, s | {middle_and_most(tally.desk_seconds)} |

Sent again for want of an answer: {retries or "nothing"}.

| at, s | fault | both gateways answered a new customer after, s |
| ---: | --- | ---: |
{newline.join(faults)}

| logged as an error | times |
| --- | ---: |
{newline.join(logged)}

{newline.join(wrong)}
""".rstrip()
        + "\n"
    )


def main() -> None:
    """Run, write the report, end with 1 when anything was wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=600)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--customers", type=int, default=8)
    asked.add_argument("--agents", type=int, default=2)
    asked.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    asked.add_argument("--report", type=Path, default=REPORT)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(delete=not options.keep) as place:
        result = asyncio.run(run(options, Path(place)))
    text = report(result)
    options.report.write_text(text, encoding="utf-8")
    print(text)
    raise SystemExit(not result.is_good)


if __name__ == "__main__":
    main()
