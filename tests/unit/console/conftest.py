"""The agents' pages in the whole application, with people of every role at the desk."""

from __future__ import annotations

import re

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi import APIRouter

from bot.bootstrap import build_gateway
from bot.desk.credentials import Passwords, Seal
from bot.desk.database import open_database
from bot.desk.handoff_models import CallPerson, CaseBrief
from bot.desk.models import Field, Incoming, OpenTicket
from bot.desk.people_models import NewAgent
from bot.desk.service import Desk
from bot.desk.staff import Staff
from bot.guard import scrub
from bot.settings import Settings
from tests.cast import FakeEngine

PASSWORD = "four quiet harbour lamps"
COOKIE = "__Host-seedwarden-desk"
ADDRESS = "https://desk.example"
CASE = "The transfer hangs <script>alert(1)</script>; write to mira@example.org"


@pytest.fixture
def settings(migrated_folder):
    return Settings(var=migrated_folder, requests_per_minute=9999)


@pytest.fixture
async def desk(settings):
    desk = Desk(open_database(settings.desk_url))
    yield desk
    await desk.close()


@pytest.fixture
def app(settings, desk):
    return build_gateway(settings, desk, FakeEngine(), APIRouter())


@pytest.fixture
def staff(settings, desk):
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Staff(desk._engine, Seal(settings.keys()), passwords=quick)


class Browser:
    """A person's browser: follows no redirect, sends the page's CSRF token with every form."""

    def __init__(self, app, person=None):
        transport = httpx.ASGITransport(app)
        self.http = httpx.AsyncClient(transport=transport, base_url=ADDRESS)
        self.person = person
        self.csrf = ""

    async def get(self, path, **options):
        return await self.http.get(path, **options)

    async def post(self, path, data=None, **options):
        if self.person is not None and not self.csrf:
            page = await self.get("/desk")
            self.csrf = re.search(r'name="csrf" value="(\w+)"', page.text)[1]
        return await self.http.post(path, data={"csrf": self.csrf, **(data or {})}, **options)


@pytest.fixture
async def stranger(app):
    browser = Browser(app)
    yield browser
    await browser.http.aclose()


@pytest.fixture
async def sits(app, staff):
    """Seats a person of a role, signed in."""
    browsers = []

    async def seated(role, login=None, name="Lin"):
        login = login or f"some-{role}"
        setup = await staff.add(NewAgent(login, name, role), "test")
        secret = (await staff.choose_password(setup.token, PASSWORD)).secret
        codes = await staff.finish_setup(setup.token, pyotp.TOTP(secret).now())
        half = await staff.sign_in(login, PASSWORD)
        session = await staff.second_step(half.token, codes[0])
        browser = Browser(app, session.agent)
        browser.http.cookies.set(COOKIE, session.token)
        browsers.append(browser)
        return browser

    yield seated
    for browser in browsers:
        await browser.http.aclose()


@pytest.fixture
async def waiting(desk):
    """A customer in the queue with a case; gives the conversation's id."""
    conversation = await desk.create_conversation("en", is_chosen=True)
    await desk.accept(conversation.id, Incoming("m" * 32, "c1", scrub(CASE), "en"))
    contact = Field("contact", "text", "mira@example.org")
    brief = CaseBrief(conversation.id, "tx_failed", "ledger", "high", "en", CASE, (contact,))
    await desk.keep_brief(brief)
    order = OpenTicket(
        conversation.id, "case-1", "tx_failed", "en", "ledger", "high", (contact,), CASE
    )
    ticket = await desk.open_ticket(order)
    await desk.call_person(CallPerson(conversation.id, "wish", "high", "en", ticket.reference))
    return conversation.id
