"""A new model for every Rasa, one after the other, and the way back."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from bot.nlu import launch
from bot.settings import Settings
from bot.supervisor.rolling import TOKEN_FILE, RollFailed, Rolling, model_id


def archive(path, name):
    """A file that looks like a model named ``name``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps({"model_id": name}).encode()
    with tarfile.open(path, "w:gz") as opened:
        told = tarfile.TarInfo("metadata.json")
        told.size = len(data)
        opened.addfile(told, io.BytesIO(data))
    return path


@pytest.fixture
def root(tmp_path):
    archive(launch.model_path(tmp_path), "old")
    launch.remember_fingerprint(tmp_path, "0" * 64)
    return tmp_path


@pytest.fixture
def rasa(root):
    """Makes Rasa processes that load what lies in ``models/``; each may refuse some model."""
    running = []

    def start(refuses="", models=None):
        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                found = model_id(models or launch.model_path(root))
                is_refused = found == refuses or self.headers["X-Seedwarden-Token"] != "t"
                body = {"error": "model_refused"} if is_refused else {"model_id": found}
                if not is_refused:
                    server.answers = found
                self.send_response(422 if is_refused else 200)
                data = json.dumps(body).encode()
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.answers = "old"
        server.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def rolling(root, *servers):
    return Rolling(root, [server.url for server in servers], "t", lambda _: None)


async def test_every_rasa_answers_with_the_new_model_and_then_with_the_old_one_again(root, rasa):
    servers = [rasa(), rasa()]
    ours = rolling(root, *servers)
    await ours.forward(archive(root / "models/next.tar.gz", "new"), "1" * 64)
    assert [server.answers for server in servers] == ["new", "new"]
    assert launch.fingerprint_path(root).read_text().strip() == "1" * 64
    await ours.back()
    assert [server.answers for server in servers] == ["old", "old"]
    assert model_id(launch.model_path(root)) == "old"
    assert launch.fingerprint_path(root).read_text().strip() == "0" * 64


async def test_a_model_that_one_refuses_is_taken_back_from_all(root, rasa):
    first, second = rasa(), rasa(refuses="new")
    with pytest.raises(RollFailed, match="in its place again"):
        await rolling(root, first, second).forward(archive(root / "models/next.tar.gz", "new"))
    assert (first.answers, second.answers) == ("old", "old")
    assert model_id(launch.model_path(root)) == "old"


async def test_a_rasa_that_is_down_stops_the_roll_and_the_others_go_back(root, rasa):
    first, second = rasa(), rasa()
    second.shutdown()
    second.server_close()
    with pytest.raises(RollFailed, match="did not load it"):
        await rolling(root, first, second).forward(archive(root / "models/next.tar.gz", "new"))
    assert first.answers == "old"


async def test_a_machine_with_another_file_is_named(root, rasa, tmp_path):
    other = rasa(models=archive(tmp_path / "elsewhere.tar.gz", "other"))
    with pytest.raises(RollFailed, match=r"Copy models/seedwarden\.tar\.gz"):
        await rolling(root, other).forward(archive(root / "models/next.tar.gz", "new"))


async def test_without_a_roll_there_is_no_way_back(root, rasa):
    with pytest.raises(RollFailed, match="none was rolled out"):
        await rolling(root, rasa()).back()


async def test_what_is_no_model_changes_nothing(root, rasa):
    (root / "models/next.tar.gz").write_bytes(b"no archive")
    with pytest.raises(RollFailed, match="is no model"):
        await rolling(root, rasa()).forward(root / "models/next.tar.gz")
    assert model_id(launch.model_path(root)) == "old"


def test_the_token_of_this_start_is_found_and_a_set_one_goes_before_it(tmp_path):
    (tmp_path / TOKEN_FILE).write_text("kept\n", encoding="ascii")
    assert Rolling.of(Settings(var=tmp_path), tmp_path, print).token == "kept"
    given = Settings(var=tmp_path, rasa_token=SecretStr("given"))
    assert Rolling.of(given, tmp_path, print).token == "given"


def test_without_anything_running_the_operator_reads_what_to_do(tmp_path):
    with pytest.raises(RollFailed, match="seedwarden run"):
        Rolling.of(Settings(var=tmp_path), tmp_path, print)
