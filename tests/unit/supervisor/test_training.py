"""Training in Rasa's environment, with a shell script in place of Rasa."""

from __future__ import annotations

import pytest

from bot.nlu import launch
from bot.supervisor.errors import EnvironmentMissing, TrainingFailed
from bot.supervisor.training import train


@pytest.fixture
def project(tmp_path):
    """A project whose interpreter is a script; gives the folder and a way to write the script."""
    python = tmp_path / ".venv-rasa" / "bin" / "python"
    python.parent.mkdir(parents=True)
    launch.model_path(tmp_path).parent.mkdir(parents=True)

    def behaves(script):
        # Called with -c it only has to run: that is the check of the interpreter.
        python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\n{script}\n', encoding="utf-8")
        python.chmod(0o755)
        return tmp_path

    return behaves


async def test_a_training_that_ends_well_says_how_long_it_took(project):
    root = project("touch models/seedwarden.tar.gz")
    said = []
    await train(root, root / "var", said.append)
    assert said[0].startswith("Training the model")
    assert said[-1].startswith("  trained in ")


async def test_a_failed_training_shows_its_last_words_and_names_the_log(project):
    root = project("echo a slot is missing; exit 4")
    said = []
    with pytest.raises(TrainingFailed, match=r"exit status 4.*train\.log.*under data/"):
        await train(root, root / "var", said.append)
    assert "  train | a slot is missing" in said
    assert "a slot is missing" in (root / "var/log/train.log").read_text()


async def test_a_training_that_leaves_no_model_has_failed(project):
    root = project("exit 0")
    with pytest.raises(TrainingFailed):
        await train(root, root / "var", lambda _: None)


async def test_without_rasas_environment_nothing_is_trained(tmp_path):
    with pytest.raises(EnvironmentMissing, match="make install"):
        await train(tmp_path, tmp_path, lambda _: None)
