"""The way in: one-time link, second step, recovery codes, lock-out."""

from __future__ import annotations

import re

import pyotp
import pytest

from bot.desk.people_models import NewAgent
from tests.unit.console.conftest import COOKIE, PASSWORD


@pytest.fixture
async def setup(staff):
    return await staff.add(NewAgent("lin", "Lin", "agent"), "test")


def secret_of(page):
    return re.search(r'name="secret" value="(\w+)"', page.text)[1]


async def chosen(stranger, token, password=PASSWORD, again=PASSWORD):
    form = {"token": token, "password": password, "again": again}
    return await stranger.post("/desk/setup", form)


async def test_the_link_leads_through_password_and_app_to_recovery_codes(stranger, setup):
    page = await chosen(stranger, setup.token)
    assert page.status_code == 200
    assert re.search(r'<svg [^>]*class="qr"', page.text)
    secret = secret_of(page)
    form = {"token": setup.token, "secret": secret, "account": "lin"}
    wrong = await stranger.post("/desk/setup/finish", {**form, "code": "abcdef"})
    assert wrong.status_code == 422
    assert secret_of(wrong) == secret
    done = await stranger.post("/desk/setup/finish", {**form, "code": pyotp.TOTP(secret).now()})
    codes = re.findall(r"<code>([\w-]+)</code>", done.text)
    assert len(codes) == 10
    again = await stranger.post("/desk/setup/finish", {**form, "code": pyotp.TOTP(secret).now()})
    assert again.status_code == 410  # the link works once

    step = await stranger.post("/desk/sign-in", {"login": "lin", "password": PASSWORD})
    assert step.status_code == 200
    assert (await stranger.get("/desk")).headers["location"] == "/desk/sign-in"  # half is not in
    entered = await stranger.post("/desk/sign-in/code", {"code": codes[0]})
    assert entered.headers["location"] == "/desk"
    cookie = entered.headers["set-cookie"].lower()
    for part in (COOKIE.lower(), "secure", "httponly", "samesite=strict"):
        assert part in cookie
    assert (await stranger.get("/desk")).status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        (PASSWORD, PASSWORD + "!", "differ"),
        ("short", "short", "too short"),
        ("lin is my own login", "lin is my own login", "too short, too simple"),
    ],
)
async def test_an_unfit_password_is_told_and_the_link_stays_good(
    stranger, setup, password, again, told
):
    page = await chosen(stranger, setup.token, password, again)
    assert page.status_code == 422
    assert told in page.text
    assert (await chosen(stranger, setup.token)).status_code == 200


async def test_an_unknown_link_is_told_in_the_readers_language(stranger):
    page = await chosen(stranger, "no-such-token")
    assert page.status_code == 410
    assert "Ask an admin for a new one" in page.text
    stranger.http.headers["accept-language"] = "zh-CN"
    assert "请向管理员要一个新的" in (await chosen(stranger, "no-such-token")).text


async def test_the_lock_out_says_how_long(sits, stranger):
    await sits("agent", "lin")
    for _ in range(5):
        page = await stranger.post("/desk/sign-in", {"login": "lin", "password": "a wrong one"})
        assert page.status_code == 401
    page = await stranger.post("/desk/sign-in", {"login": "lin", "password": PASSWORD})
    assert page.status_code == 429
    assert "locked for now" in page.text
    assert "1 min" in page.text


async def test_an_unknown_login_is_refused_like_a_wrong_password(sits, stranger):
    await sits("agent", "lin")
    pages = [
        await stranger.post("/desk/sign-in", {"login": login, "password": "a wrong one"})
        for login in ("lin", "nil")
    ]
    assert {page.status_code for page in pages} == {401}
    assert all("Login or password is wrong." in page.text for page in pages)


async def test_signing_out_ends_the_session_here_or_everywhere(sits):
    here = await sits("agent")
    assert (await here.post("/desk/sign-out")).headers["location"] == "/desk/sign-in"
    assert (await here.get("/desk")).status_code == 303
    lead = await sits("lead")
    token = lead.http.cookies[COOKIE]
    await lead.post("/desk/sign-out-everywhere")
    lead.http.cookies.set(COOKIE, token)
    assert (await lead.get("/desk")).status_code == 303
