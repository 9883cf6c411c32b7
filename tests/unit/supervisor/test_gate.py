"""What is asked before a model is rolled out, and that a refusal changes nothing."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bot.commands.model import roll
from bot.supervisor.rolling import RollFailed, check_gates, model_id
from tests.unit.supervisor.rolled import archive, candidate, kept

PYTHON = """#!/bin/sh
echo "$@" >> asked.txt
case "$*" in *{fails}*) echo "languages, zh: 98.0% was recorded, 50.0% found"; exit 1;; esac
"""


@pytest.fixture
def gate(root):
    """Stands for Rasa's Python: writes down what it was asked and fails where it is told to."""
    python = root / ".venv-rasa" / "bin" / "python"
    python.parent.mkdir(parents=True)

    def fails(where="nowhere"):
        python.write_text(PYTHON.format(fails=where), encoding="ascii")
        python.chmod(0o755)

    fails()
    return fails


def asked(root):
    lines = (root / "asked.txt").read_text(encoding="utf-8").splitlines()
    return [line.partition("nlu_gate.py ")[2] for line in lines]


async def test_a_file_from_elsewhere_is_asked_itself_and_nothing_is_trained(root, gate):
    await check_gates(root, print, candidate(root), is_trained_here=False)
    assert asked(root) == [f"--check --model {root}/models/next.tar.gz"]


async def test_a_model_trained_here_is_asked_itself_and_its_data_are_tried(root, gate):
    await check_gates(root, print, candidate(root), is_trained_here=True)
    assert asked(root) == [f"--check --model {root}/models/next.tar.gz", "--check"]


@pytest.mark.parametrize(
    ("where", "told"), [("--model", "The new model understands less"), ("--check", "less than")]
)
async def test_what_falls_is_told_with_its_figures_and_that_nothing_was_changed(
    root, gate, where, told
):
    gate(where)
    with pytest.raises(RollFailed, match=rf"{told}.*98\.0% was recorded.*Nothing was changed"):
        await check_gates(root, print, candidate(root), is_trained_here=True)


@pytest.fixture
def command(root, rasa, gate, monkeypatch):
    """Runs ``seedwarden model roll`` on the folder of this test, with one Rasa."""
    server = rasa()
    monkeypatch.setattr("bot.commands.model.ROOT", root)
    monkeypatch.setenv("SEEDWARDEN_RASA_TOKEN", "t")

    def run(*words):
        return server, CliRunner().invoke(roll, ["--url", server.url, *map(str, words)])

    return run


def test_a_file_that_the_gate_lets_through_is_rolled_out(root, command, tmp_path):
    theirs = archive(tmp_path / "theirs.tar.gz", "theirs")
    server, done = command("--file", theirs)
    assert done.exit_code == 0, done.output
    assert (server.answers, kept(root, "before")) == ("theirs", "old")
    assert model_id(theirs) == "theirs"
    assert kept(root, "next") is None


def test_a_file_that_the_gate_refuses_is_not_and_nothing_of_it_is_left(
    root, command, gate, tmp_path
):
    gate("--model")
    theirs = archive(tmp_path / "theirs.tar.gz", "theirs")
    server, done = command("--file", theirs)
    assert isinstance(done.exception, RollFailed)
    assert server.answers == "old"
    assert [kept(root, name) for name in ("seedwarden", "before", "next")] == ["old", None, None]
    assert model_id(theirs) == "theirs"


def test_unchecked_asks_nobody(root, command, gate, tmp_path):
    gate("--check")
    server, done = command("--file", archive(tmp_path / "theirs.tar.gz", "theirs"), "--unchecked")
    assert done.exit_code == 0, done.output
    assert server.answers == "theirs"
    assert not (root / "asked.txt").exists()
