"""How ``seedwarden gateway`` hands over to uvicorn."""

from __future__ import annotations

import logging

import uvicorn
from click.testing import CliRunner

from bot.cli import main


def test_the_servers_own_access_log_stays_silent(monkeypatch):
    access = logging.getLogger("uvicorn.access")
    seen = []

    def serve(*_, **options):
        seen.append((options, access.isEnabledFor(logging.INFO)))

    monkeypatch.setattr(uvicorn, "run", serve)
    monkeypatch.setattr(access, "disabled", False)
    assert CliRunner().invoke(main, ["gateway"]).exit_code == 0
    options, speaks = seen[0]
    assert not speaks
    assert options["host"] == "127.0.0.1"
    assert options["log_config"] is None
