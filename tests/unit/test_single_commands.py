"""``seedwarden rasa`` and ``seedwarden actions``: one process, with what it needs and no more."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.nlu import launch
from bot.nlu.serving.alone import ROOT, Unusable, environment_of, place_of, stands_on

TOKENS = {"SEEDWARDEN_RASA_TOKEN": "r" * 20, "SEEDWARDEN_ACTION_TOKEN": "a" * 20}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("SEEDWARDEN_"):
            monkeypatch.delenv(name)


@pytest.fixture
def became(monkeypatch):
    """What the command turned into, instead of turning into it."""
    seen = []
    monkeypatch.setattr(os, "execve", lambda *given: seen.append(given))
    monkeypatch.setattr(os, "chdir", lambda _: None)
    return seen


@pytest.mark.parametrize("command", ["rasa", "actions"])
def test_a_process_alone_is_refused_without_the_token_that_the_others_know(became, command):
    answer = CliRunner().invoke(main, [command])
    assert answer.exit_code == 1
    assert "_TOKEN is not usable" in answer.output
    assert became == []


def test_the_action_server_alone_becomes_the_action_server(became, monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_ACTION_TOKEN", "a" * 20)
    assert CliRunner().invoke(main, ["actions"]).exit_code == 0
    assert became[0][1] == [sys.executable, "-m", "actions"]


def test_rasa_alone_gets_no_secret_of_the_desk(became, monkeypatch):
    if not (ROOT / ".venv-rasa/bin/python").exists():
        pytest.skip("rasa is missing: 'make install' builds its environment")
    desk = {"SEEDWARDEN_SECRET_KEY": "k" * 40, "SEEDWARDEN_MAIL_PASSWORD": "p"}
    for name, value in (TOKENS | desk).items():
        monkeypatch.setenv(name, value)
    assert CliRunner().invoke(main, ["rasa"]).exit_code == 0
    _, command, environment = became[0]
    assert command[1:] == ["-m", "bot.nlu.serving"]
    assert TOKENS.items() <= environment.items()
    assert not set(desk) & set(environment)


def test_rasas_variables_are_those_that_the_supervisor_sets():
    made = environment_of(TOKENS | {"SEEDWARDEN_VAR": "/state"})
    assert launch.FIXED.items() <= made.items()
    assert made["SEEDWARDEN_TRACKER_URL"] == "sqlite:////state/rasa.db"
    assert made["SEEDWARDEN_ACTION_URL"] == "http://127.0.0.1:5055/webhook"


def test_a_token_may_come_from_a_file_and_one_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "token"
    path.write_text("from-a-file\n")
    given = {"SEEDWARDEN_RASA_TOKEN_FILE": str(path), "SEEDWARDEN_ACTION_TOKEN": "a" * 20}
    assert environment_of(given)["SEEDWARDEN_RASA_TOKEN"] == "from-a-file"
    absent = {"SEEDWARDEN_RASA_TOKEN_FILE": str(tmp_path / "absent")}
    with pytest.raises(Unusable, match="SEEDWARDEN_RASA_TOKEN_FILE"):
        environment_of(given | absent)


def test_rasa_listens_on_loopback_unless_it_is_told_where():
    assert place_of({}) == ("127.0.0.1", 5005)
    assert place_of({"SEEDWARDEN_RASA_HOST": "0.0.0.0", "SEEDWARDEN_RASA_PORT": "6000"}) == (
        "0.0.0.0",
        6000,
    )
    with pytest.raises(Unusable, match="SEEDWARDEN_RASA_PORT"):
        place_of({"SEEDWARDEN_RASA_PORT": "many"})


def test_what_rasa_stands_on_is_told_without_an_address(tmp_path):
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text("lock_store:\n  type: redis\n  url: somewhere\n")
    given = {"SEEDWARDEN_TRACKER_URL": "postgresql+psycopg2://user:hunter2@db.example/rasa"}
    told = stands_on(endpoints, given)
    assert told["tracker_store"] == "postgresql"
    assert told["lock_store"] == "redis"
    assert "hunter2" not in str(told)


def test_locks_are_shared_only_where_redis_is_named():
    ours = ROOT / "endpoints.yml"
    assert stands_on(ours, {})["lock_store"] == "own"
    assert stands_on(ours, {"SEEDWARDEN_LOCK_URL": "redis://r/1"})["lock_store"] == "redis"


def test_rasas_own_start_is_refused_with_one_sentence():
    answer = subprocess.run(
        [
            sys.executable,
            "-c",
            "from bot.nlu.serving.__main__ import main; raise SystemExit(main())",
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1].startswith("SEEDWARDEN_RASA_TOKEN is not usable")
