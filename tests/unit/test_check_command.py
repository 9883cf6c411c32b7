"""``seedwarden check`` on the neutral profile, on another company's, and on contradictory ones."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from bot.cli import main
from bot.commands.check import findings
from bot.content.profile import use_profile
from bot.settings import Settings

OTHER = Path(__file__).resolve().parents[1] / "profiles" / "bluebird.yml"
MAIL_DOMAIN = "kind: email_domain, value: bluebird-wallet.example.com"
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def afterwards_the_neutral_one():
    yield
    use_profile(None)


def found(folder, *changes, today=TODAY, **settings):
    text = OTHER.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    shutil.copy(OTHER.with_suffix(".svg"), folder / "bluebird.svg")
    (folder / "profile.yml").write_text(text, encoding="utf-8")
    return list(findings(Settings(profile=str(folder / "profile.yml"), **settings), today))


def test_nothing_is_said_against_either_company(tmp_path):
    assert list(findings(Settings(), TODAY)) == []
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"public_url": "https://elsewhere.org"}, "PUBLIC_URL uses elsewhere.org"),
        ({"mail_from": "care@elsewhere.org"}, "MAIL_FROM uses care@elsewhere.org"),
    ],
)
def test_an_address_that_the_profile_does_not_name_is_named(tmp_path, settings, words):
    (told,) = found(tmp_path, **settings)
    assert words in told


def test_addresses_that_the_profile_names_are_fine(tmp_path):
    own = "bluebird-wallet.example.com"
    assert found(tmp_path, public_url=f"https://chat.{own}", mail_from=f"x@{own}") == []


def test_a_telegram_door_without_its_account_is_named(tmp_path):
    token = {"telegram_token": SecretStr("1:a"), "telegram_secret": SecretStr("s" * 20)}
    assert found(tmp_path, **token) == []
    row = '  - {platform: telegram, handle: "@bluebird_care_bot"}\n'
    (told,) = found(tmp_path, (row, ""), **token)
    assert "platform: telegram" in told


def test_a_site_of_somebody_else_is_named(tmp_path):
    told = found(
        tmp_path,
        (MAIL_DOMAIN, "kind: site, value: ledger.com"),
        ("handle: bluebird_care}", "handle: blue bird}"),
    )
    assert len(told) == 1  # nothing is judged by contacts while the profile itself is broken
    told = found(
        tmp_path,
        (MAIL_DOMAIN, "kind: site, value: ledger.com"),
        ("kind: email, value: care@bluebird-wallet.example.com", "kind: site, value: trezor.io"),
    )
    assert ["ledger" in line for line in told] == [False, True]
    assert ["trezor" in line for line in told] == [True, False]


def test_a_site_that_reads_as_nobodys_is_named(tmp_path):
    # In running text nobody could tell such an ending from a word, so the bot could not name it.
    row = "kind: app_id, value: ledger-live"
    told = found(tmp_path, (MAIL_DOMAIN, row))
    assert len(told) == 1
    assert "ledger-live" in told[0]


def test_a_name_that_the_guard_holds_back_is_named(tmp_path):
    told = found(tmp_path, ("en: Bluebird Care}", "en: call +1 202 555 0143}"))
    assert told
    assert all("name.en" in line for line in told)


def test_a_calendar_that_has_run_out_is_named(tmp_path):
    (told,) = found(tmp_path, today=date(2028, 1, 1))
    assert "known_until" in told


def test_the_command_ends_with_one_where_anything_is_wrong(tmp_path, monkeypatch):
    runner = CliRunner()
    assert runner.invoke(main, ["check"]).exit_code == 0
    monkeypatch.setenv("SEEDWARDEN_PROFILE", str(tmp_path / "gone.yml"))
    told = runner.invoke(main, ["check"])
    assert told.exit_code == 1
    assert "gone.yml" in told.output


def test_settings_for_a_laptop_fail_only_the_check_for_production():
    runner = CliRunner()
    assert runner.invoke(main, ["check"]).exit_code == 0
    told = runner.invoke(main, ["check", "--production"])
    assert told.exit_code == 1
    assert "UNSAFE  SEEDWARDEN_PUBLIC_URL" in told.output
