from __future__ import annotations

import os
import stat

import pytest

from bot.errors import SettingInvalid
from bot.keys import Keys
from bot.settings import ROOT, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("SEEDWARDEN_"):
            monkeypatch.delenv(name)


def test_without_any_setting_everything_is_on_this_machine():
    settings = load_settings()
    assert settings.host == "127.0.0.1"
    assert settings.desk_url == f"sqlite+aiosqlite:///{ROOT / 'var' / 'desk.db'}"
    assert settings.engine_urls == ["http://127.0.0.1:5005"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEEDWARDEN_PORT", "eighty"),
        ("SEEDWARDEN_PORT", "70000"),
        ("SEEDWARDEN_LOG_LEVEL", "LOUD"),
        ("SEEDWARDEN_DATABASE_URL", "mysql://somewhere"),
        ("SEEDWARDEN_SECRET_KEY", "short"),
        ("SEEDWARDEN_ENGINE_TIMEOUT", "-1"),
        ("SEEDWARDEN_OTLP_ENDPOINT", "collector:4318"),
        ("SEEDWARDEN_OTLP_ENDPOINT", "grpc://collector:4317"),
        ("SEEDWARDEN_OTLP_ENDPOINT", "http://"),
        ("SEEDWARDEN_OTLP_ENDPOINT", "http://collector:port"),
        ("SEEDWARDEN_OTLP_ENDPOINT", "http://[collector:4318"),
        ("SEEDWARDEN_OTLP_ENDPOINT", "yes please"),
        ("SEEDWARDEN_PUBLIC_URL", "help.example"),
    ],
)
def test_a_bad_value_stops_the_start_and_names_its_setting(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingInvalid, match=name) as caught:
        load_settings()
    assert caught.value.name == name


@pytest.mark.parametrize(
    "address",
    [
        "http://collector:4318",
        "https://otlp.example/tenant/",
        "http://127.0.0.1:4318/v1/traces",
        "http://[::1]:4318",
        "",
    ],
)
def test_a_collector_that_can_be_called_starts(monkeypatch, address):
    monkeypatch.setenv("SEEDWARDEN_OTLP_ENDPOINT", address)
    assert load_settings().otlp_endpoint == address


def test_an_error_about_a_secret_does_not_show_it(monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY", "too-short-7391")
    with pytest.raises(SettingInvalid) as caught:
        load_settings()
    assert "7391" not in str(caught.value)


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "key"
    path.write_text("k" * 40 + "\n")
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY_FILE", str(path))
    assert load_settings().keys().current == b"k" * 40


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(SettingInvalid, match="SEEDWARDEN_SECRET_KEY_FILE"):
        load_settings()


def test_the_made_key_is_kept_and_readable_by_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path))
    first = load_settings().keys()
    assert first == load_settings().keys()
    assert len(first.current) == 64
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_key_made_before_one_was_set_is_a_former_key(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path))
    made = load_settings().keys().current
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY", "n" * 40)
    assert load_settings().keys() == Keys(b"n" * 40, (made,))


def test_former_keys_stand_one_a_line_or_with_commas(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path))
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY", "n" * 40)
    monkeypatch.setenv("SEEDWARDEN_FORMER_KEYS", f"{'a' * 32}\n{'b' * 32},{'c' * 32}")
    assert load_settings().keys().former == (b"a" * 32, b"b" * 32, b"c" * 32)
    monkeypatch.setenv("SEEDWARDEN_FORMER_KEYS", "a" * 32 + " short")
    with pytest.raises(SettingInvalid, match="SEEDWARDEN_FORMER_KEYS"):
        load_settings()


def test_passwords_do_not_show_in_the_settings_text(monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_DATABASE_URL", "postgresql+asyncpg://u:hunter2@db/x")
    settings = load_settings()
    assert "hunter2" not in repr(settings)
    assert "hunter2" in settings.desk_url


def test_a_list_of_reported_hosts_that_cannot_be_read_stops_the_start(monkeypatch, tmp_path):
    good = tmp_path / "hosts.txt"
    good.write_text("bad.example\n")
    monkeypatch.setenv("SEEDWARDEN_REPORTED_LISTS", f"{good}")
    assert load_settings().reported_files == (good,)
    monkeypatch.setenv("SEEDWARDEN_REPORTED_LISTS", f"{good}, {tmp_path / 'absent.txt'}")
    with pytest.raises(SettingInvalid, match="SEEDWARDEN_REPORTED_LISTS"):
        load_settings()


@pytest.mark.parametrize("missing", ["URL", "ACCOUNT", "INBOX", "TOKEN", "SECRET"])
def test_chatwoot_is_set_up_whole_or_not_at_all(monkeypatch, missing):
    given = {"URL": "https://x.test", "ACCOUNT": "7", "INBOX": "i", "TOKEN": "t", "SECRET": "s"}
    for name, value in given.items():
        if name != missing:
            monkeypatch.setenv(f"SEEDWARDEN_CHATWOOT_{name}", value)
    with pytest.raises(SettingInvalid) as stopped:
        load_settings()
    assert stopped.value.name == f"SEEDWARDEN_CHATWOOT_{missing}"
    monkeypatch.setenv(f"SEEDWARDEN_CHATWOOT_{missing}", given[missing])
    assert load_settings().chatwoot_account == 7
