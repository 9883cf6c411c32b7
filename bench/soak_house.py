"""Two of everything on this machine, each part kept running, and the faults that hit them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.desk.database import migrate
from bot.nlu import launch
from bot.settings import ROOT
from tests.conftest import POSTGRES, on_postgres
from tests.integration.doors import KEY, RedisServer
from tests.integration.house import RASA_PYTHON, free_port

TOKENS = {"RASA": "soak-rasa-token-0123456789", "ACTION": "soak-action-token-0123456789"}
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
RESTART_SECONDS = 1.0
DISK_MEGABYTES = 48
SKEW_SECONDS = 75
"""A gateway under libfaketime costs about three times the processor time, idle or not."""


class Proxy:
    """A port before a server; ``cut`` breaks every connection and takes no new one."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._loop = asyncio.new_event_loop()
        self.port = free_port()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        started.wait(10)

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        started.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            inner, outer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, outer}
        await asyncio.gather(self._pass(reader, outer), self._pass(inner, writer))
        self._open -= {writer, outer}

    @staticmethod
    async def _pass(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError, RuntimeError):
            sink.close()

    def cut(self) -> None:
        """Break everything until ``mend``."""
        self._is_cut = True
        self._loop.call_soon_threadsafe(self._abort)

    def mend(self) -> None:
        """Take connections again."""
        self._is_cut = False

    def _abort(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()


@dataclass
class Kept:
    """One process that is started again a second after its end, as a supervisor does."""

    name: str
    command: list[str]
    environment: dict[str, str]
    health: str
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    skew: int = 0
    down_since: float = 0.0

    def start(self) -> None:
        """Start it; its output goes to the small disk."""
        more = {}
        if self.skew:
            more = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{self.skew:+d}s"}
            more |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment | more,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.starts += 1

    def keep(self) -> None:
        """Start it again when it ended a second ago or more."""
        if self.process is not None and self.process.poll() is None:
            self.down_since = 0.0
        elif not self.down_since:
            self.down_since = time.monotonic()
        elif time.monotonic() - self.down_since >= RESTART_SECONDS:
            with contextlib.suppress(OSError):  # the disk that holds its log is full
                self.start()
                self.down_since = 0.0

    def send(self, number: int) -> None:
        """Send a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self) -> None:
        """End it for good."""
        if self.process is not None:
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    async def is_healthy(self, http: httpx.AsyncClient) -> bool:
        """Whether it answers."""
        try:
            return (await http.get(self.health, timeout=3)).is_success
        except httpx.HTTPError:
            return False


@dataclass
class House:
    """PostgreSQL and Redis behind proxies, two Rasa, two action servers, two gateways."""

    folder: Path
    counts: tuple[int, int, int] = (2, 2, 2)
    settings: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[Kept]] = field(default_factory=dict)
    name: str = field(default_factory=lambda: f"seedwarden_soak_{uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        self.disk = self.folder / "disk"
        self.disk.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(self.disk)]
        self.has_disk = subprocess.run(mount, check=False, capture_output=True).returncode == 0
        self.redis = RedisServer(self.folder)
        host, _, port = POSTGRES.rpartition("@")[2].partition(":")
        self.postgres_proxy = Proxy(host, int(port or 5432))
        self.redis_proxy = Proxy("127.0.0.1", self.redis.port)
        self._keeping: asyncio.Task[None] | None = None

    @property
    def direct(self) -> str:
        """The database past the proxy."""
        return f"{POSTGRES}/{self.name}"

    @property
    def proxied(self) -> str:
        """The database as the parts see it."""
        user = POSTGRES.partition("://")[2].partition("@")[0]
        return f"{user}@127.0.0.1:{self.postgres_proxy.port}/{self.name}"

    @property
    def gateways(self) -> list[str]:
        """Addresses of the gateways."""
        return [part.health.removesuffix("/healthz") for part in self.parts["gateway"]]

    async def open(self) -> None:
        """Start everything and wait until it is healthy."""
        on_postgres(f'CREATE DATABASE "{self.name}"')
        self.redis.start()
        await migrate(f"postgresql+asyncpg://{self.direct.partition('://')[2]}")
        self._plan()
        for part in self.all():
            part.start()
        self._keeping = asyncio.create_task(self._keep())
        await self.healthy(300)

    def all(self) -> list[Kept]:
        """Every process."""
        return [part for kind in self.parts.values() for part in kind]

    async def healthy(self, seconds: float) -> float:
        """Wait until every process answers; gives how long that took."""
        began = time.monotonic()
        async with httpx.AsyncClient(trust_env=False) as http:
            while time.monotonic() - began < seconds:
                if all([await part.is_healthy(http) for part in self.all()]):
                    return time.monotonic() - began
                await asyncio.sleep(0.25)
        raise RuntimeError(f"not healthy after {seconds:.0f} s")

    async def close(self) -> None:
        """Stop and clean up; the files stay for the proofs until the folder goes."""
        if self._keeping is not None:
            self._keeping.cancel()
        for part in self.all():
            part.stop()
        self.redis.stop()
        if self.has_disk:
            umount = ["umount", "-l", str(self.disk)]
            await asyncio.to_thread(subprocess.run, umount, check=False)
        on_postgres(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def signal_redis(self, number: int) -> None:
        """Send our own Redis a signal."""
        if self.redis._process is not None:  # noqa: SLF001 - the tests' server, driven harder
            self.redis._process.send_signal(number)  # noqa: SLF001 - the same

    async def _keep(self) -> None:
        while True:
            for part in self.all():
                part.keep()
            await asyncio.sleep(0.2)

    def _plan(self) -> None:
        gateways, rasas, actions = self.counts
        rasa_ports = [free_port() for _ in range(rasas)]
        action_ports = [free_port() for _ in range(actions)]
        ports = [free_port() for _ in range(gateways)]
        redis = f"redis://127.0.0.1:{self.redis_proxy.port}/0"
        action_url = ",".join(f"http://127.0.0.1:{port}/webhook" for port in action_ports)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("SEEDWARDEN_")}
        inherited |= {"PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"}
        ours = {
            "VAR": str(self.disk / "var"),
            "DATABASE_URL": f"postgresql+asyncpg://{self.proxied}",
            "REDIS_URL": redis,
            "SECRET_KEY": KEY,
            "RASA_TOKEN": TOKENS["RASA"],
            "ACTION_TOKEN": TOKENS["ACTION"],
            "RASA_URL": ",".join(f"http://127.0.0.1:{port}" for port in rasa_ports),
            "ACTION_URL": action_url,
            "MESSAGES_PER_MINUTE": "999999",
            "CONVERSATIONS_PER_HOUR": "999999",
            "REQUESTS_PER_MINUTE": "9999999",
            **self.settings,
        }
        shared = inherited | {f"SEEDWARDEN_{name}": value for name, value in ours.items()}
        rasa = inherited | launch.environment(
            ROOT,
            var=self.disk / "var",
            rasa_token=TOKENS["RASA"],
            action_url=action_url,
            action_token=TOKENS["ACTION"],
            tracker_url=f"postgresql://{self.proxied}",
            lock_url=redis,
        )
        for port in rasa_ports:
            command = launch.run_command(RASA_PYTHON, ROOT, port)
            health = f"http://127.0.0.1:{port}/webhooks/gateway/health"
            self._add("rasa", command, rasa, health)
        for port in action_ports:
            mine = shared | {"SEEDWARDEN_ACTION_PORT": str(port)}
            command = [sys.executable, "-m", "actions"]
            self._add("actions", command, mine, f"http://127.0.0.1:{port}/health")
        for port in ports:
            mine = shared | {"SEEDWARDEN_PORT": str(port)}
            command = [sys.executable, "-m", "bot", "gateway"]
            self._add("gateway", command, mine, f"http://127.0.0.1:{port}/healthz")

    def _add(self, kind: str, command: list[str], environment: dict[str, str], health: str) -> None:
        number = len(self.parts.setdefault(kind, [])) + 1
        log = self.disk / f"{kind}-{number}.log"
        self.parts[kind].append(Kept(f"{kind} {number}", command, environment, health, log))


class Faults:
    """What goes wrong, chosen by a seeded chance; each gives what it did and when it was over."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self._house = house
        self._chance = chance
        self.ways = [self.kill_gateway, self.kill_rasa, self.kill_actions, self.hang_rasa]
        self.ways += [self.cut_redis, self.hang_redis, self.restart_postgres]
        self.ways += [self.fill_disk] if house.has_disk else []
        self.ways += [self.skew_clock] if FAKETIME.exists() else []

    async def kill_gateway(self) -> str:
        """``kill -9``."""
        return self._kill("gateway")

    async def kill_rasa(self) -> str:
        """``kill -9``."""
        return self._kill("rasa")

    async def kill_actions(self) -> str:
        """``kill -9``."""
        return self._kill("actions")

    async def hang_rasa(self) -> str:
        """It is there and says nothing for five seconds."""
        part = self._chance.choice(self._house.parts["rasa"])
        part.send(signal.SIGSTOP)
        await asyncio.sleep(5)
        part.send(signal.SIGCONT)
        return f"{part.name} hangs for 5 s"

    async def cut_redis(self) -> str:
        """No connection for some seconds."""
        seconds = self._chance.uniform(2, 6)
        self._house.redis_proxy.cut()
        await asyncio.sleep(seconds)
        self._house.redis_proxy.mend()
        return f"Redis cut off for {seconds:.1f} s"

    async def hang_redis(self) -> str:
        """Connections stay and nothing comes back."""
        seconds = self._chance.uniform(2, 5)
        self._house.signal_redis(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._house.signal_redis(signal.SIGCONT)
        return f"Redis hangs for {seconds:.1f} s"

    async def restart_postgres(self) -> str:
        """Every connection ends, and none is taken for some seconds; others' databases live on."""
        seconds = self._chance.uniform(1, 4)
        self._house.postgres_proxy.cut()
        admin = await asyncpg.connect(f"{POSTGRES}/postgres")
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            self._house.name,
        )
        await admin.close()
        await asyncio.sleep(seconds)
        self._house.postgres_proxy.mend()
        return f"PostgreSQL ends all connections and is away for {seconds:.1f} s"

    async def fill_disk(self) -> str:
        """Logs, keys and attachments lie on a disk of some megabytes that is full now."""
        filler = self._house.disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 65_536)
        await asyncio.sleep(5)
        filler.unlink(missing_ok=True)
        return f"the disk of {DISK_MEGABYTES} MB is full for 5 s"

    async def skew_clock(self) -> str:
        """One process is killed and comes back with a clock that is wrong, or right again."""
        part = self._chance.choice(self._house.parts["gateway"] + self._house.parts["actions"])
        part.skew = 0 if part.skew else self._chance.choice((-SKEW_SECONDS, SKEW_SECONDS))
        part.send(signal.SIGKILL)
        return f"{part.name} is killed and starts with its clock {part.skew:+d} s"

    def _kill(self, kind: str) -> str:
        part = self._chance.choice(self._house.parts[kind])
        part.send(signal.SIGKILL)
        return f"kill -9 {part.name}"
