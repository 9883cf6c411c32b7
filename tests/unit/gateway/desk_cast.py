"""The cast at the desk: an agent with a browser and an authenticator app."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pyotp

from bot.desk.people_models import NewAgent

PASSWORD = "correct horse staple 7"
COOKIE = "__Host-seedwarden-desk"
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # eleven o'clock in Beijing


class Clock:
    """A clock of the desk that stands still in office hours until it is moved."""

    def __init__(self):
        self.now = MONDAY

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


class Agent:
    """Somebody of the support team, who signs in as a browser does."""

    def __init__(self, http, staff, clock):
        self.http = http
        self.staff = staff
        self.clock = clock
        self.cookie = self.csrf = self.badge = self.login = None

    async def join(self, login="mei", role="agent", name=""):
        """Set up and sign in over HTTP; gives itself."""
        setup = await self.staff.add(NewAgent(login, name or login.title(), role), "cli")
        chosen = await self.post("setup", token=setup.token, password=PASSWORD)
        self.app = pyotp.TOTP(chosen.json()["secret"])
        await self.post("setup/finish", token=setup.token, code=self.app.at(self.clock.now))
        self.login, self.badge = login, setup.agent.badge
        self.clock.move(seconds=60)
        await self.sign_in()
        return self

    async def sign_in(self):
        await self.post("sign-in", login=self.login, password=PASSWORD)
        answer = await self.post("sign-in/code", code=self.app.at(self.clock.now))
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf"]

    @property
    def headers(self):
        cookie = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        return {**cookie, **({"X-CSRF-Token": self.csrf} if self.csrf else {})}

    async def post(self, call, **body):
        answer = await self.http.post(f"/desk/api/{call}", json=body, headers=self.headers)
        for header in answer.headers.get_list("set-cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            assert name == COOKIE
            self.cookie = value.strip('"')
        return answer

    async def get(self, call, **params):
        return await self.http.get(f"/desk/api/{call}", params=params, headers=self.headers)

    async def does(self, customer, move, **body):
        return await self.post(f"conversations/{customer.id}/{move}", **body)

    async def claims(self, customer, *, take_over=False):
        answer = await self.does(customer, "claim", take_over=take_over)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def says(self, customer, text, epoch, client_id="a1"):
        return await self.does(customer, "messages", client_id=client_id, text=text, epoch=epoch)


async def following(http, path, headers, wanted):
    """Read a stream until an event of kind ``wanted`` comes; gives all that came."""
    found, current = [], {}
    async with http.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, answer.status_code
        async for line in answer.aiter_lines():
            if not line:
                if "event" in current:
                    found.append((current["event"], json.loads(current["data"])))
                    if current["event"] == wanted:
                        return found
                current = {}
                continue
            name, _, value = line.partition(":")
            if name:
                current[name] = value.strip()
    return found
