"""Files that look like models, and Rasa processes that load them."""

from __future__ import annotations

import io
import json
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bot.supervisor.rolling import model_id


def archive(path, name):
    """A file that looks like a model named ``name``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps({"model_id": name}).encode()
    with tarfile.open(path, "w:gz") as opened:
        told = tarfile.TarInfo("metadata.json")
        told.size = len(data)
        opened.addfile(told, io.BytesIO(data))
    return path


class Rasa(ThreadingHTTPServer):
    """Loads what lies in ``models/``, slowly if told so, as ours does: the old one answers on."""

    daemon_threads = True

    def __init__(self, models, refuses="", takes=0.0):
        self.models, self.refuses, self.takes = models, refuses, takes
        self.answers, self.busy = "old", threading.Lock()
        super().__init__(("127.0.0.1", 0), Talk)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def load(self):
        """The status and the body with which Rasa's channel answers."""
        if not self.busy.acquire(blocking=False):
            return 409, {"error": "loading"}
        try:
            found = model_id(self.models)
            time.sleep(self.takes)
            if found == self.refuses:
                return 422, {"error": "model_refused"}
            self.answers = found
            return 200, {"model_id": found}
        finally:
            self.busy.release()

    def handle_error(self, *_):
        """Whoever waited too long has hung up."""


class Talk(BaseHTTPRequestHandler):
    """Rasa's channel, as far as a roll uses it."""

    def do_PUT(self):
        is_known = self.headers["X-Seedwarden-Token"] == "t"
        self.say(*self.server.load() if is_known else (401, {"error": "unauthorised"}))

    def do_GET(self):
        self.say(200, {"status": "ok", "model_id": self.server.answers})

    def say(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def candidate(root, name="new"):
    return archive(root / "models/next.tar.gz", name)


def kept(root, name):
    """The model that lies under a name; None: there is none."""
    path = root / "models" / f"{name}.tar.gz"
    return model_id(path) if path.is_file() else None
