"""One gateway on one SQLite file, and as many as wanted on a server."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import SecretStr

from bot.errors import SettingInvalid
from bot.gateway.alone import hold_alone
from bot.settings import ROOT, Settings

HOLD = """
import sys
from pathlib import Path
from bot.gateway.alone import hold_alone
from bot.settings import Settings
held = hold_alone(Settings(var=Path(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that works on the desk in ``tmp_path``."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_gateway_on_the_same_sqlite_file_is_refused(other, tmp_path):
    with pytest.raises(SettingInvalid, match=r"another gateway works on desk\.db"):
        hold_alone(Settings(var=tmp_path))


def test_a_gateway_that_was_killed_leaves_nothing_in_the_way(other, tmp_path):
    other.kill()
    other.wait()
    assert hold_alone(Settings(var=tmp_path)) is not None


def test_a_gateway_on_another_file_is_not_in_the_way(other, tmp_path):
    assert hold_alone(Settings(var=tmp_path / "elsewhere")) is not None


async def test_a_gateway_that_closed_lets_the_next_one_in(tmp_path):
    first = hold_alone(Settings(var=tmp_path))
    await first.close()
    assert hold_alone(Settings(var=tmp_path)) is not None


def test_on_a_server_gateways_may_be_many(tmp_path):
    on_server = Settings(var=tmp_path, database_url=SecretStr("postgresql+asyncpg://db/x"))
    assert hold_alone(on_server) is None
    assert list(tmp_path.iterdir()) == []
