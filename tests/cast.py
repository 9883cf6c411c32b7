"""The cast of the tests: a customer with a browser, and a stand-in for Rasa."""

from __future__ import annotations

import asyncio

from bot.engine import Answer, Health
from bot.errors import EngineUnavailable


class FakeEngine:
    """Stands for Rasa: keeps what it was told and answers from ``answers``."""

    def __init__(self):
        self.told = []
        self.contacts = []
        self.intent = "greet"
        self.forgotten = []
        self.answers = {}
        self.fails = None
        self.gate = None
        self.ahead = None  # how many turns are before each one, until `crowded` is set
        self.crowded = asyncio.Event()

    async def watch(self):
        await asyncio.Event().wait()

    async def turn(self, conversation_id, utterance, language, told=lambda _: None):
        if self.ahead is not None:
            told(self.ahead)
            await self.crowded.wait()
            told(None)
        self.told.append((utterance.line, language))
        self.contacts.append(utterance.contacts)
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            raise EngineUnavailable(self.fails)
        replies = self.answers.get(utterance.line, [{"reply": "greet"}])
        return Answer(tuple(replies), self.intent)

    async def forget(self, conversation_id):
        if self.fails:
            raise EngineUnavailable(self.fails)
        self.forgotten.append(conversation_id)

    async def health(self):
        return Health("down" if self.fails else "ok", "ok")

    async def close(self):
        pass


class Customer:
    """Somebody with a browser: begins a conversation, writes, reads."""

    def __init__(self, http):
        self.http = http
        self.id = self.token = None
        self.greeting = []
        self.count = 0

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}

    async def begin(self, language="en"):
        answer = await self.http.post("/api/v1/conversations", json={"language": language})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        self.id, self.token, self.greeting = body["id"], body["token"], body["messages"]
        return self

    async def post(self, **body):
        self.count += 1
        return await self.http.post(
            f"/api/v1/conversations/{self.id}/messages",
            json={"client_id": f"c{self.count}", **body},
            headers=self.headers,
        )

    async def write(self, text, **more):
        answer = await self.post(text=text, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def choose(self, choice):
        answer = await self.post(choice=choice)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def get(self, call, **params):
        return await self.http.get(
            f"/api/v1/conversations/{self.id}/{call}", params=params, headers=self.headers
        )

    async def messages(self, after=0):
        return (await self.get("messages", after=after)).json()["messages"]
