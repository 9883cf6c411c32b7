"""How the three processes are started: where, with which variables, and with which not."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.settings import ROOT, Settings
from bot.supervisor.checks import check_several
from bot.supervisor.errors import StartRefused
from bot.supervisor.parts import all_parts, public_address


@pytest.fixture
def parts(monkeypatch, tmp_path):
    """The parts under settings that hold secrets, by name."""
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY", "k" * 32)
    database = tmp_path / "database"
    database.write_text("postgresql+asyncpg://desk:password@db.example/desk", encoding="utf-8")
    monkeypatch.setenv("SEEDWARDEN_DATABASE_URL_FILE", str(database))
    settings = Settings(var=tmp_path, port=8401, rasa_port=8402, action_port=8403)
    return {part.name: part for part in all_parts(settings, ROOT)}


def test_rasa_and_the_action_server_listen_on_loopback_only(parts):
    assert {parts["Rasa"].host, parts["action server"].host} == {"127.0.0.1"}
    assert [part.port for part in parts.values()] == [8402, 8403, 8401]


def test_rasa_gets_no_secret_of_the_desk(parts):
    names = {"SEEDWARDEN_SECRET_KEY", "SEEDWARDEN_DATABASE_URL_FILE"}
    assert not names & set(parts["Rasa"].environment)
    assert names <= set(parts["gateway"].environment)


def test_all_parts_share_the_tokens_of_this_start(parts):
    for name in ("SEEDWARDEN_RASA_TOKEN", "SEEDWARDEN_ACTION_TOKEN"):
        assert len({part.environment[name] for part in parts.values()}) == 1
        assert len(parts["Rasa"].environment[name]) >= 43


def test_tokens_are_new_at_every_start_unless_they_are_set(tmp_path):
    def token(settings):
        return all_parts(settings, ROOT)[0].environment["SEEDWARDEN_RASA_TOKEN"]

    settings = Settings(var=tmp_path)
    assert token(settings) != token(settings)
    assert token(Settings(var=tmp_path, rasa_token=SecretStr("given"))) == "given"


def test_no_token_is_shown_when_a_part_is_printed(parts):
    shown = repr(parts)
    assert parts["Rasa"].environment["SEEDWARDEN_RASA_TOKEN"] not in shown
    assert "k" * 32 not in shown


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("example.org", "http://example.org:8000"),
    ],
)
def test_the_address_is_one_that_can_be_opened(host, address):
    assert public_address(Settings(host=host)) == address


def test_several_rasa_have_ports_and_logs_of_their_own_and_one_order_of_turns(tmp_path):
    redis = SecretStr("redis://127.0.0.1:6379/0")
    settings = Settings(var=tmp_path, rasa_port=8402, rasa_processes=2, redis_url=redis)
    check_several(settings)
    first, second, *_ = all_parts(settings, ROOT)
    assert (first.port, second.port) == (8402, 8403)
    assert (first.log_name, second.log_name) == ("rasa", "rasa-2")
    assert first.environment["SEEDWARDEN_LOCK_URL"] == second.environment["SEEDWARDEN_LOCK_URL"]
    assert first.environment["SEEDWARDEN_LOCK_URL"] == redis.get_secret_value()
    assert settings.engine_urls == ["http://127.0.0.1:8402", "http://127.0.0.1:8403"]


def test_several_rasa_without_redis_are_refused_and_one_is_not(tmp_path):
    with pytest.raises(StartRefused, match="SEEDWARDEN_REDIS_URL"):
        check_several(Settings(var=tmp_path, rasa_processes=2))
    check_several(Settings(var=tmp_path))
