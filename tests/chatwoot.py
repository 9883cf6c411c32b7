"""Chatwoot as far as we use it: its routes, its shapes, its signed webhooks, its failures.

Written after Chatwoot's documentation and source (Client API, Application API, webhook payloads and
signatures of 4.13); no server of Chatwoot was run against it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from itertools import count

import httpx
from fastapi import Depends, FastAPI, Header, HTTPException
from starlette.responses import PlainTextResponse

from bot.gateway.chatwoot.signature import SIGNATURE, TIMESTAMP, sign

TOKEN = "agent-bot-token-for-tests"
SECRET = "webhook-secret-for-tests"
INBOX = "inbox-for-tests"
CONTACT = {"id": 1, "name": "Somebody", "type": "contact"}
BOT = {"id": 2, "name": "Seedwarden", "type": "agent_bot"}
_NUMBERS = {"incoming": 0, "outgoing": 1}


@dataclass
class Thread:
    id: int
    contact: str
    status: str = "pending"
    priority: str | None = None
    assignee: int | None = None
    messages: list[dict] = field(default_factory=list)

    def shown(self, *, private=False, kind=None):
        return [
            m["content"]
            for m in self.messages
            if m["private"] == private and kind in {None, m["message_type"]}
        ]


class FakeChatwoot:
    """Keeps contacts, conversations and messages; ``down`` and ``deaf`` make it fail."""

    def __init__(self):
        self.contacts, self.threads = {}, {}
        self.down = False
        self.deaf = 0  # so many calls are carried out and then answered with 502
        self.odd = []  # what the next conversations that are begun are answered with
        self.gateway = None
        self.ids, self.deliveries = count(100), count(1)
        self.app = FastAPI()
        self.app.middleware("http")(self._away)
        self._customers_routes()
        self._bots_routes()

    async def _away(self, request, call):
        return PlainTextResponse("away", 503) if self.down else await call(request)

    def thread_of(self, conversation_id):
        return next(t for t in self.threads.values() if t.contact == conversation_id)

    def _thread(self, number):
        if number not in self.threads:
            raise HTTPException(404)
        return self.threads[number]

    def _answered(self, body):
        if self.deaf:
            self.deaf -= 1
            raise HTTPException(502)
        return body

    def _customers_routes(self):
        public = f"/public/api/v1/inboxes/{INBOX}"
        thread = f"{public}/contacts/{{source}}/conversations"

        @self.app.post(f"{public}/contacts")
        async def contact(body: dict):
            known = self.contacts.setdefault(body["source_id"], {"id": next(self.ids), **body})
            return self._answered(known)

        @self.app.get(thread)
        async def threads(source: str):
            return [{"id": t.id} for t in self.threads.values() if t.contact == source]

        @self.app.post(thread)
        async def begin(source: str):
            if source not in self.contacts:
                raise HTTPException(404)
            if self.odd:
                return self._answered(self.odd.pop())
            begun = Thread(next(self.ids), source)
            self.threads[begun.id] = begun
            return self._answered({"id": begun.id, "inbox_id": 1, "status": begun.status})

        @self.app.get(f"{thread}/{{number}}/messages")
        async def listed(source: str, number: int):
            assert self._thread(number).contact == source
            shown = [m for m in self.threads[number].messages if not m["private"]]
            return [{**m, "message_type": _NUMBERS[m["message_type"]]} for m in shown[-20:]]

        @self.app.post(f"{thread}/{{number}}/messages")
        async def incoming(source: str, number: int, body: dict):
            assert self._thread(number).contact == source
            message = self._store(self.threads[number], body["content"], CONTACT)
            return self._answered({**message, "message_type": 0})

    def _bots_routes(self):
        thread = "/api/v1/accounts/7/conversations/{number}"
        only_bots = [Depends(self._check_token)]

        @self.app.post(f"{thread}/messages", dependencies=only_bots)
        async def outgoing(number: int, body: dict):
            assert body["message_type"] == "outgoing"
            thread = self._thread(number)
            message = self._store(thread, body["content"], BOT, private=body["private"])
            return self._answered({**message, "message_type": 1})

        @self.app.post(f"{thread}/toggle_status", dependencies=only_bots)
        async def status(number: int, body: dict):
            self._thread(number).status = body["status"]
            return {"payload": {"success": True, "current_status": body["status"]}}

        @self.app.post(f"{thread}/toggle_priority", dependencies=only_bots)
        async def priority(number: int, body: dict):
            assert body["priority"] in {"low", "medium", "high", "urgent"}
            self._thread(number).priority = body["priority"]

    async def _check_token(self, api_access_token: str = Header("")):
        if api_access_token != TOKEN:
            raise HTTPException(401)

    def _store(self, thread, content, sender, *, private=False):
        message = {
            "id": next(self.ids),
            "content": content,
            "content_type": "text",
            "message_type": "incoming" if sender is CONTACT else "outgoing",
            "private": private,
            "sender": sender,
            "created_at": int(time.time()),
        }
        thread.messages.append(message)
        return message

    async def agent_writes(self, thread, user, text, *, private=False, **more):
        sender = {"id": user, "name": "Somebody", "type": "user"}
        message = self._store(thread, text, sender, private=private)
        account = {"id": 7, "name": "Team"}
        payload = {**message, "account": account, "conversation": self._shape(thread), **more}
        await self.hook({**payload, "event": "message_created"})
        return message

    async def assign(self, thread, user):
        before, thread.assignee = thread.assignee, user
        change = {"assignee_id": {"previous_value": before, "current_value": user}}
        await self._changed(thread, "conversation_updated", change)

    async def set_status(self, thread, status):
        before, thread.status = thread.status, status
        change = {"status": {"previous_value": before, "current_value": status}}
        await self._changed(thread, "conversation_status_changed", change)

    async def _changed(self, thread, event, change):
        await self.hook({**self._shape(thread), "event": event, "changed_attributes": [change]})

    def _shape(self, thread):
        assignee = {"id": thread.assignee, "name": "Somebody", "type": "user"}
        return {
            "id": thread.id,
            "inbox_id": 1,
            "status": thread.status,
            "priority": thread.priority,
            "channel": "Channel::Api",
            "can_reply": True,
            "contact_inbox": {"source_id": thread.contact},
            "meta": {"sender": {"id": 1}, "assignee": assignee if thread.assignee else None},
        }

    async def hook(self, payload, **forged):
        body = json.dumps(payload).encode()
        stamp = forged.get("timestamp", str(int(time.time())))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: stamp,
            SIGNATURE: forged.get("signature", sign(forged.get("secret", SECRET), stamp, body)),
            "X-Chatwoot-Delivery": f"delivery-{next(self.deliveries)}",
        }
        async with httpx.AsyncClient(base_url=self.gateway) as client:
            return await client.post("/hooks/chatwoot", content=body, headers=headers)
