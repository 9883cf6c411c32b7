"""Gateways as processes of their own, with a stand-in for Rasa and a Redis that can be stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from bot.settings import ROOT
from tests.integration.house import free_port, is_listening, until

KEY = "a-key-of-the-tests-that-all-gateways-share"


async def eventually(holds, seconds=30):
    """Wait until ``holds()`` is true, while others go on."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.02)


class StandIn:
    """Stands for Rasa and the action server: keeps what it was told, answers after ``pause``.

    While ``forgets`` is false it erases no tracker; ``forgotten`` holds those it did.
    """

    def __init__(self):
        self.told = []
        self.forgets, self.asked_to_forget, self.forgotten = True, [], []
        self.pause = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.told.append((body["sender"], body["message"]))
                time.sleep(outer.pause)
                self.answer({"replies": [{"reply": "greet"}], "intent": {"name": "greet"}})

            def do_GET(self):
                self.answer({})

            def do_DELETE(self):
                conversation_id = self.path.rpartition("/")[2]
                outer.asked_to_forget.append(conversation_id)
                if outer.forgets:
                    outer.forgotten.append(conversation_id)
                self.answer({}, 200 if outer.forgets else 503)

            def answer(self, body, status=200):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, *_):
                """A gateway that was killed hangs up; that is what these tests do."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def of(self, conversation_id):
        """What was said to it in one conversation."""
        return [line for sender, line in self.told if sender == conversation_id]

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class RedisServer:
    """A Redis of our own on a port of its own, which keeps nothing when it stops."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = None

    def start(self):
        options = {"--port": self.port, "--bind": "127.0.0.1", "--save": "", "--appendonly": "no"}
        words = [str(part) for pair in options.items() for part in pair]
        self._process = subprocess.Popen(
            ["redis-server", *words, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        until(lambda: is_listening(self.port), "Redis listens", 20)

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class Door:
    """One gateway process; it can be killed and started again on its port."""

    def __init__(self, folder: Path, standin, **settings):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"gateway-{self.port}.log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("SEEDWARDEN_")}
        given = {f"SEEDWARDEN_{name.upper()}": str(value) for name, value in settings.items()}
        self.environment = {
            **inherited,
            "OPENBLAS_NUM_THREADS": "1",
            "SEEDWARDEN_VAR": str(folder / "var"),
            "SEEDWARDEN_PORT": str(self.port),
            "SEEDWARDEN_ACTION_PORT": str(standin.port),
            "SEEDWARDEN_RASA_URL": f"http://127.0.0.1:{standin.port}",
            "SEEDWARDEN_SECRET_KEY": KEY,
            "SEEDWARDEN_ENGINE_TIMEOUT": "60",
            "SEEDWARDEN_MESSAGES_PER_MINUTE": "99999",
            "SEEDWARDEN_CONVERSATIONS_PER_HOUR": "99999",
            "SEEDWARDEN_REQUESTS_PER_MINUTE": "999999",
            **given,
        }
        self.process = None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "gateway"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def wait(self, seconds=300):
        """Wait until it answers."""
        until(lambda: self._answers() or self.process.poll() is not None, "a gateway", seconds)
        assert self.process.poll() is None, self.said()[-3000:]
        return self

    def _answers(self):
        try:
            return httpx.get(f"{self.address}/healthz", timeout=2, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def kill(self):
        """End it as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def said(self):
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""


async def sign_in(http, staff, new_agent, password="correct horse staple 7"):  # noqa: S107
    """Set an agent up and sign in, with a recovery code, so that no clock has to move on."""
    import pyotp  # noqa: PLC0415 - the bench that uses this file has no agents

    setup = await staff.add(new_agent, "cli")
    call = "/desk/api"
    first = await http.post(f"{call}/setup", json={"token": setup.token, "password": password})
    code = pyotp.TOTP(first.json()["secret"]).now()
    done = await http.post(f"{call}/setup/finish", json={"token": setup.token, "code": code})
    recovery = done.json()["recovery_codes"][0]
    begun = await http.post(
        f"{call}/sign-in", json={"login": new_agent.login, "password": password}
    )
    cookie = begun.headers["set-cookie"].partition(";")[0]
    answer = await http.post(
        f"{call}/sign-in/code", json={"code": recovery}, headers={"Cookie": cookie}
    )
    assert answer.status_code == 200, answer.text
    for header in answer.headers.get_list("set-cookie"):
        cookie = header.partition(";")[0]
    return {"Cookie": cookie, "X-CSRF-Token": answer.json()["csrf"]}
