"""Each image's command, run from what it would hold: read-only, as nobody, without a home.

A container cannot be built in a test; its tree can. What the Containerfile copies is copied, its
variables are set, its command is run with this machine's interpreter in place of the image's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bot.nlu import launch
from tests.deploy.reading import ROOT, containerfile, tool

NOBODY = 65534
TOKENS = {"SEEDWARDEN_RASA_TOKEN": "r" * 40, "SEEDWARDEN_ACTION_TOKEN": "a" * 40}
PORT = {
    "gateway": ("SEEDWARDEN_PORT", "/healthz"),
    "actions": ("SEEDWARDEN_ACTION_PORT", "/health"),
    "rasa": ("SEEDWARDEN_RASA_PORT", "/webhooks/gateway/health"),
}


@pytest.fixture
def nobody():
    """The words before a command that take all rights away but that of reading."""
    if os.geteuid() != 0:
        pytest.skip("root is missing: only root can become somebody else")
    ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
    # The interpreter may lie in somebody's home: reading is let through, writing never.
    caps = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    return [tool("setpriv"), *ids, *caps, "--bounding-set=-all,+dac_read_search"]


def laid_out(kind, folder):
    """Put what the image would hold below ``folder``, owned by root and writable by nobody."""
    srv = folder / "srv"
    for one in containerfile(kind):
        if one.word != "COPY" or one.rest.startswith(("--from", "requirements")):
            continue
        *sources, target = one.rest.split()
        place = srv / target.removeprefix("/srv/seedwarden").strip("/")
        for source in sources:
            if (ROOT / source).is_dir():
                leave = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, place, ignore=leave)
            else:
                into = place / (ROOT / source).name if target.endswith("/") else place
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, into)
    if kind == "rasa":
        (srv / "models").mkdir()
        shutil.copy(launch.model_path(ROOT), srv / "models")
    for path in [srv, *srv.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return srv


def variables(kind, srv, state, port):
    """The image's own variables, with this machine's places and only this machine's address."""
    told = " ".join(one.rest for one in containerfile(kind) if one.word == "ENV")
    given = dict(re.findall(r"(\w+)=(\S+)", told))
    given |= {name: "127.0.0.1" for name in given if name.endswith("_HOST")}
    given |= {"PYTHONPATH": str(srv), "SEEDWARDEN_VAR": str(state), PORT[kind][0]: str(port)}
    return given | TOKENS | {"PATH": "/usr/bin:/bin", "HOME": str(state), "TMPDIR": str(state)}


def command(kind):
    (told,) = [one.rest for one in containerfile(kind) if one.word == "CMD"]
    python = ROOT / ".venv-rasa/bin/python" if kind == "rasa" else sys.executable
    return [str(python), *json.loads(told)[1:]]


def is_healthy(address):
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


@pytest.mark.parametrize("kind", sorted(PORT))
def test_an_image_s_command_starts_as_nobody_and_writes_to_its_state_alone(kind, nobody, tmp_path):
    if kind == "rasa" and not (launch.model_path(ROOT).is_file()):
        pytest.skip("rasa is missing: 'make train' makes its model")
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    srv, state = laid_out(kind, tmp_path), tmp_path / "state"
    state.mkdir()
    os.chown(state, NOBODY, NOBODY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path / "said").open("wb")
    with (
        log,
        subprocess.Popen(
            [*nobody, *command(kind)],
            cwd=srv,
            env=variables(kind, srv, state, port),
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}{PORT[kind][1]}"
            deadline = time.monotonic() + 180
            while not is_healthy(address):
                said = (tmp_path / "said").read_text()
                assert process.poll() is None, said[-2000:]
                assert time.monotonic() < deadline, said[-2000:]
                time.sleep(0.5)
            checked = [sys.executable, str(srv / "healthy.py"), address]
            assert subprocess.run(checked, check=False).returncode == 0
            status = (process_folder(process.pid) / "status").read_text()
            assert re.search(rf"^Uid:\s+{NOBODY}\s", status, re.MULTILINE)
        finally:
            process.terminate()
            process.wait(30)
    assert process.returncode in {0, -15}
    written = {path for path in srv.rglob("*") if path.stat().st_uid == NOBODY}
    assert written == set()
    assert "Traceback" not in (tmp_path / "said").read_text()


def process_folder(pid):
    return Path("/proc") / str(pid)


def test_the_health_check_fails_where_nobody_answers():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = ROOT / "deploy/containers/healthy.py"
    ended = subprocess.run([sys.executable, str(script), f"http://127.0.0.1:{port}/"], check=False)
    assert ended.returncode == 1
