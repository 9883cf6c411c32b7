"""``seedwarden settings`` shows what stands here, and no secret."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from bot.cli import main


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("SEEDWARDEN_"):
            monkeypatch.delenv(name)


def shown(*options):
    answer = CliRunner().invoke(main, ["settings", *options])
    assert answer.exit_code == 0
    return answer.output


def test_what_differs_from_the_default_is_marked(monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_PORT", "8123")
    lines = {line.split()[0]: line for line in shown().splitlines()}
    assert lines["SEEDWARDEN_PORT"].split()[1:] == ["8123", "*"]
    assert lines["SEEDWARDEN_HOST"].split()[1:] == ["127.0.0.1"]


def test_a_secret_is_told_to_be_set_and_not_shown(monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY", "k7391" * 10)
    assert "k7391" not in shown()
    assert "SEEDWARDEN_SECRET_KEY               (set)  *" in shown()
    assert "SEEDWARDEN_RASA_TOKEN               (not set)\n" in shown()


def test_the_page_does_not_depend_on_what_is_set_here(monkeypatch):
    before = shown("--markdown")
    monkeypatch.setenv("SEEDWARDEN_PORT", "8123")
    assert shown("--markdown") == before
    assert "| `SEEDWARDEN_PORT` | 8000 |" in before
