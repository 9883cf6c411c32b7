"""Parts that are little programs of the standard library: real processes, real ports."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from bot.nlu import launch
from bot.supervisor.keeper import Patience
from bot.supervisor.parts import Part
from tests.unit.supervisor.rolled import Rasa, archive

SERVER = """
import http.server, os, signal, subprocess, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        if self.path == "/die":
            os._exit(3)
    def log_message(self, *_):
        pass

if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "parent" in sys.argv:
    print("grandchild", subprocess.Popen(["sleep", "600"]).pid, flush=True)
print("listening", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def free_port():
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def is_gone():
    """Tells whether a process has ended, a zombie counted as ended."""

    def tell(pid):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            return True
        return stat.rpartition(")")[2].split()[0] == "Z"

    return tell


@pytest.fixture
def make_part():
    """Makes a part: the little server with its manners, or another program."""

    def make(name="gateway", *manners, before="", program="", port=None):
        port = port or free_port()
        text = program or f"{before}\n{SERVER}"
        return Part(
            name=name,
            command=(sys.executable, "-c", text, str(port), *manners),
            environment=dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
            host="127.0.0.1",
            port=port,
            setting="SEEDWARDEN_PORT",
            health=f"http://127.0.0.1:{port}/",
        )

    return make


@pytest.fixture
def quick():
    """Waits that suit a test."""
    return Patience(start=20, poll=0.05, sign_of_life=60, first_restart=0.05, stop=1)


@pytest.fixture
def root(tmp_path):
    archive(launch.model_path(tmp_path), "old")
    launch.remember_fingerprint(tmp_path, "0" * 64)
    return tmp_path


@pytest.fixture
def rasa(root):
    """Makes Rasa processes that load what lies in ``models/``; each may refuse some model."""
    running = []

    def start(refuses="", models=None, takes=0.0):
        server = Rasa(models or launch.model_path(root), refuses, takes)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()
