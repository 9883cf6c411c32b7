"""The whole product, started as an operator starts it: the supervisor and its three processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from bot.settings import ROOT
from tests.integration.recorder import Recorder

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
RASA_TOKEN = "integration-rasa-token-0123456789"
ACTION_TOKEN = "integration-action-token-0123456789"
PARTS = {"rasa": "bot.nlu.serve", "actions": "-m actions", "gateway": "-m bot gateway"}
PATIENCE = 300


def free_port():
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(holds, what, seconds=60):
    """Wait until ``holds()`` is true; give its value."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := holds():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


class House:
    """The supervisor with Rasa, action server and gateway in a folder of their own.

    ``folder`` holds everything they may write: ``var`` (state and logs), ``tmp`` (temporary
    files), ``home``, ``output.txt`` (what the supervisor prints) and ``actions.http`` (every
    byte between Rasa and the action server).
    """

    def __init__(self, folder):
        self.folder = folder
        self.var, self.output = folder / "var", folder / "output.txt"
        self.port, self.rasa_port, self.action_port = free_port(), free_port(), free_port()
        self.gateway = f"http://127.0.0.1:{self.port}"
        self.rasa = f"http://127.0.0.1:{self.rasa_port}"
        self.actions = f"http://127.0.0.1:{self.action_port}"
        self.recorder = Recorder(self.action_port, folder / "actions.http")
        self.seen = set()
        self._process = None

    @property
    def environment(self):
        """The variables of the supervisor; whatever it writes stays in our folder."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("SEEDWARDEN_")}
        return inherited | {
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "SEEDWARDEN_VAR": str(self.var),
            "SEEDWARDEN_LOG_LEVEL": "DEBUG",
            "SEEDWARDEN_PORT": str(self.port),
            "SEEDWARDEN_RASA_PORT": str(self.rasa_port),
            "SEEDWARDEN_ACTION_PORT": str(self.action_port),
            "SEEDWARDEN_ACTION_URL": self.recorder.url,
            "SEEDWARDEN_RASA_TOKEN": RASA_TOKEN,
            "SEEDWARDEN_ACTION_TOKEN": ACTION_TOKEN,
            "SEEDWARDEN_ENGINE_TIMEOUT": "20",  # a busy machine is no dead engine
            "SEEDWARDEN_MESSAGES_PER_MINUTE": "9999",
            "SEEDWARDEN_CONVERSATIONS_PER_HOUR": "9999",
            "SEEDWARDEN_REQUESTS_PER_MINUTE": "99999",
        }

    def start(self):
        """Start everything and wait until the supervisor says that all is healthy."""
        for name in ("var", "tmp", "home"):
            (self.folder / name).mkdir()
        self.recorder.start()
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: self._says("Everything is healthy.") or self._ended(), "healthy", PATIENCE)
        assert not self._ended(), self.said()
        self.pids()

    def stop(self, number=signal.SIGINT):
        """Stop as Ctrl-C does; gives the supervisor's exit status."""
        self.pids()
        self._process.send_signal(number)
        try:
            return self._process.wait(60)
        finally:
            self.recorder.stop()

    def clear_away(self):
        """Leave nothing of ours running, however a test ended."""
        if self._process is not None and not self._ended():
            self._process.kill()
            self._process.wait(10)
        for pid in self.left_running():
            os.kill(pid, signal.SIGKILL)
        self.recorder.stop()

    def left_running(self):
        """Processes that were ever seen below the supervisor and still run."""
        return sorted(self.seen & {pid for pid, _, _, state, _ in processes() if state != "Z"})

    def said(self):
        """What the supervisor printed so far."""
        return self.output.read_text("utf-8", "replace")

    def _says(self, words):
        return words in self.said()

    def _ended(self):
        return self._process.poll() is not None

    def pids(self):
        """The process of each part by name, as it is now."""
        table = processes()
        below, grown = {self._process.pid}, True
        while grown:
            more = {pid for pid, parent, *_ in table if parent in below} - below
            below, grown = below | more, bool(more)
        self.seen |= below
        return {
            name: pid
            for pid, parent, _, _, command in table
            for name, words in PARTS.items()
            if parent == self._process.pid and words in command
        }

    def send(self, part, number):
        """Send a signal to one part; gives its process id."""
        pid = self.pids()[part]
        os.kill(pid, number)
        return pid

    def readiness(self):
        """What ``/readyz`` says of the parts; empty while the gateway does not answer."""
        try:
            answer = httpx.get(f"{self.gateway}/readyz", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return {}
        return answer.json()["parts"]

    def wait_until_ready(self, seconds=90):
        """Wait until every part answers."""
        until(lambda: set(self.readiness().values()) == {"ok"}, "every part answers", seconds)
        self.pids()

    def tickets(self):
        """What ``seedwarden tickets list`` prints, one dict a ticket."""
        done = self.command("tickets", "list", "--limit", "1000")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def command(self, *arguments):
        """Run ``seedwarden`` with this house's settings."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )


def processes():
    """All processes of this machine: id, parent, group, state, command."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat=,command="],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = (line.split(None, 4) for line in listed.stdout.splitlines())
    return [(int(r[0]), int(r[1]), int(r[2]), r[3][0], r[4]) for r in rows if len(r) == 5]


def is_listening(port):
    """True when something listens on loopback there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def files_under(folder: Path):
    """All files, however deep, oldest name first."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
