"""What ``seedwarden check --production`` says of settings that are not fit for customers."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.commands.production import told, unsafe
from bot.settings import Settings

DRAWN = "9f2c71e8b3a645d0c8e1f7a2b4d6930e5c7f1a8b2d4e6093"
SAFE = {
    "public_url": "https://help.example",
    "trust_proxy": True,
    "secret_key": SecretStr(DRAWN),
    "rasa_token": SecretStr(DRAWN[:40]),
    "action_token": SecretStr(DRAWN[4:44]),
    "database_url": SecretStr("postgresql+asyncpg://desk:pw@db.example/desk"),
    "redis_url": SecretStr("redis://redis.example/0"),
    "mail_server": "smtp.example",
    "mail_from": "help@help.example",
    "telegram_token": SecretStr("123:abc"),
    "telegram_secret": SecretStr(DRAWN[:32]),
    "allowed_origins": "https://shop.example",
}
TRACKER = {"SEEDWARDEN_TRACKER_URL": "postgresql://rasa:pw@db.example/rasa"}


def names(changes, environment=TRACKER):
    settings = Settings(**(SAFE | changes))
    return {one.setting.removeprefix("SEEDWARDEN_") for one in unsafe(settings, environment)}


def test_settings_that_are_fit_for_customers_are_left_alone():
    assert names({}) == set()


def test_the_embedded_default_is_not_fit_and_everything_is_named():
    found = {one.setting.removeprefix("SEEDWARDEN_") for one in unsafe(Settings(), {})}
    assert found == {
        *("PUBLIC_URL", "TRUST_PROXY", "SECRET_KEY", "RASA_TOKEN", "ACTION_TOKEN"),
        *("DATABASE_URL", "TRACKER_URL", "REDIS_URL"),
    }


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"public_url": "http://help.example"}, "PUBLIC_URL"),
        ({"public_url": "https://localhost"}, "PUBLIC_URL"),
        ({"trust_proxy": False}, "TRUST_PROXY"),
        ({"host": "0.0.0.0"}, "HOST"),
        ({"secret_key": SecretStr("change-me-change-me-change-me-change-me")}, "SECRET_KEY"),
        ({"secret_key": SecretStr("a" * 64)}, "SECRET_KEY"),
        ({"rasa_token": SecretStr("short")}, "RASA_TOKEN"),
        ({"action_token": SecretStr("")}, "ACTION_TOKEN"),
        ({"database_url": SecretStr("")}, "DATABASE_URL"),
        ({"database_url": SecretStr("postgresql+asyncpg://postgres@db/x")}, "DATABASE_URL"),
        ({"redis_url": SecretStr("")}, "REDIS_URL"),
        ({"log_level": "DEBUG"}, "LOG_LEVEL"),
        ({"allowed_origins": "*"}, "ALLOWED_ORIGINS"),
        ({"allowed_origins": "http://shop.example"}, "ALLOWED_ORIGINS"),
        ({"telegram_secret": SecretStr("")}, "TELEGRAM_SECRET"),
        ({"telegram_secret": SecretStr("telegram-default-secret")}, "TELEGRAM_SECRET"),
        ({"mail_tls": "none"}, "MAIL_TLS"),
    ],
)
def test_each_unsafe_value_is_named_alone(changes, name):
    assert names(changes) == {name}


@pytest.mark.parametrize(
    "changes",
    [
        {"mail_tls": "none", "mail_server": "127.0.0.1"},
        {"log_level": "WARNING"},
        {"telegram_token": SecretStr(""), "telegram_secret": SecretStr("")},
        {"allowed_origins": ""},
        {"host": "::1"},
        {"rasa_url": "http://rasa:5005", "action_token": SecretStr("")},
    ],
)
def test_what_only_looks_unsafe_is_not_named(changes):
    assert names(changes) == set()


def test_a_scratchpad_on_sqlite_is_named_where_rasa_runs():
    assert names({}, {}) == {"TRACKER_URL"}
    assert names({"rasa_url": "http://rasa:5005"}, {}) == set()


def test_a_key_file_that_everybody_may_read_is_named(tmp_path):
    path = tmp_path / "key"
    path.write_text(DRAWN)
    given = TRACKER | {"SEEDWARDEN_SECRET_KEY_FILE": str(path)}
    path.chmod(0o644)
    assert names({}, given) == {"SECRET_KEY_FILE"}
    path.chmod(0o400)
    assert names({}, given) == set()


def test_no_finding_shows_a_secret():
    weak = "password-password-password-7391"
    found = unsafe(Settings(secret_key=SecretStr(weak)), {})
    assert "7391" not in repr(found)


def test_what_the_operator_accepts_is_still_told_but_no_longer_refused(monkeypatch):
    for name, value in TRACKER.items():
        monkeypatch.setenv(name, value)
    settings = Settings(**(SAFE | {"host": "0.0.0.0", "redis_url": SecretStr("")}))
    lines, is_fit = told(settings, ["host"])
    assert not is_fit
    assert lines[0].startswith("accepted  SEEDWARDEN_HOST: ")
    assert lines[1].startswith("UNSAFE  SEEDWARDEN_REDIS_URL: ")
    assert told(settings, ["HOST", "SEEDWARDEN_REDIS_URL"])[1]
