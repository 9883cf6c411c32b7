from __future__ import annotations

import os

import pytest

from bot.errors import SettingInvalid
from bot.settings import load_settings

WHOLE = {
    "MAIL_SERVER": "mail.example.org",
    "MAIL_FROM": "support@example.org",
    "PUBLIC_URL": "https://help.example.org",
}


@pytest.fixture
def given(monkeypatch):
    for name in list(os.environ):
        if name.startswith("SEEDWARDEN_"):
            monkeypatch.delenv(name)

    def give(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"SEEDWARDEN_{name}", value)

    return give


def test_mail_is_off_unless_a_server_is_set(given):
    given()
    assert load_settings().mail_server == ""


def test_a_whole_setting_is_taken_and_the_password_comes_from_a_file(given, tmp_path):
    (tmp_path / "password").write_text("only for tests\n", encoding="utf-8")
    given(**WHOLE, MAIL_PASSWORD_FILE=str(tmp_path / "password"))
    settings = load_settings()
    assert settings.mail_password.get_secret_value() == "only for tests"
    assert "only for tests" not in repr(settings)
    assert settings.site == "help.example.org"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"MAIL_FROM": "support"}, "MAIL_FROM"),
        ({"MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "MAIL_FROM"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"MAIL_TLS": "none", "MAIL_PASSWORD": "x"}, "MAIL_TLS"),
        ({"MAIL_TLS": "maybe"}, "MAIL_TLS"),
    ],
)
def test_a_half_setting_stops_the_start_and_is_named(given, change, named):
    given(**{**WHOLE, **change})
    with pytest.raises(SettingInvalid, match=named):
        load_settings()
