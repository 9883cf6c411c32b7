"""The first admin is made on a terminal, and nothing secret of anybody is printed twice."""

from __future__ import annotations

import asyncio
import json

import pyotp
import pytest
from click.testing import CliRunner

from bot.bootstrap import open_desk
from bot.cli import main
from bot.desk.credentials import Seal
from bot.settings import load_settings


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path))


def said(*arguments, status=0):
    result = CliRunner().invoke(main, ["agent", *arguments])
    assert result.exit_code == status, result.output
    return result.output


def people():
    return [json.loads(line) for line in said("list").splitlines()]


def set_up(token):
    """Go through the set-up as the page does."""

    async def through():
        settings = load_settings()
        desk = open_desk(settings)
        staff = desk.staff(Seal(settings.keys()))
        enrolment = await staff.choose_password(token, "correct horse staple 7")
        codes = await staff.finish_setup(token, pyotp.TOTP(enrolment.secret).now())
        await desk.close()
        return codes

    return asyncio.run(through())


def test_the_first_person_is_an_admin_the_next_one_an_agent_and_the_link_works():
    link = said("add", "mei", "--name", "Mei Lin").splitlines()[-1].strip()
    said("add", "ken", "--name", "Ken", "--language", "zh")
    assert [(one["login"], one["role"]) for one in people()] == [("ken", "agent"), ("mei", "admin")]
    assert people()[0]["languages"] == ["zh"]
    assert len(set_up(link.partition("token=")[2])) == 10
    assert [one["is_enrolled"] for one in people()] == [False, True]


def test_a_person_is_disabled_and_a_reset_one_gets_another_link():
    said("add", "mei", "--name", "Mei")
    said("add", "ken", "--name", "Ken")
    assert "no access" in said("disable", "ken")
    assert [one["is_active"] for one in people()] == [False, True]
    assert "/desk/setup?token=" in said("reset", "ken")
    assert "no agent with this login" in said("reset", "nobody", status=1)
    assert "only admin" in said("disable", "mei", status=1)


def test_the_list_shows_no_secret():
    link = said("add", "mei", "--name", "Mei").splitlines()[-1]
    listed = said("list")
    assert link.partition("token=")[2] not in listed
    assert "password" not in listed
