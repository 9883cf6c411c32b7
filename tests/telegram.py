"""Telegram's Bot API as far as we use it: its shapes, its limits, its failures.

Written after Telegram's public documentation of the Bot API; no bot of Telegram was run against it.
"""

from __future__ import annotations

from itertools import count

import httpx
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from bot.gateway.doors.telegram import PATH, SECRET_HEADER

TOKEN = "100:token-for-tests"
SECRET = "webhook-secret-for-tests"


class FakeTelegram:
    """Keeps what was sent to each chat; ``fails`` holds answers to give before the next ones."""

    def __init__(self):
        self.sent = {}
        self.deleted = []
        self.calls = []
        self.fails = []
        self.files = {}
        self.keeps = []  # statuses with which the next deletions fail
        self.gateway = None
        self.updates, self.messages = count(1000), count(1)
        self.app = FastAPI()
        self.app.post(f"/bot{TOKEN}/{{method}}")(self._call)
        self.app.get(f"/file/bot{TOKEN}/{{path:path}}")(self._file)

    async def _call(self, method: str, request: Request):
        body = await request.json()
        if self.fails and method == "sendMessage":
            status, parameters = self.fails.pop(0)
            told = {"ok": False, "error_code": status, "parameters": parameters}
            return JSONResponse(told, status)
        self.calls.append((method, body))
        if method == "sendMessage":
            assert len(body["text"].encode("utf-16-le")) <= 2 * 4096
            for row in body.get("reply_markup", {}).get("inline_keyboard", []):
                assert all(len(button["callback_data"].encode()) <= 64 for button in row)
            self.sent.setdefault(body["chat_id"], []).append(body)
            return {"ok": True, "result": {"message_id": next(self.messages)}}
        if method == "deleteMessage" and self.keeps:
            return JSONResponse({"ok": False, "error_code": 500}, self.keeps.pop())
        if method == "deleteMessage":
            self.deleted.append((body["chat_id"], body["message_id"]))
            return {"ok": True, "result": True}
        if method == "getFile":
            return {"ok": True, "result": {"file_path": body["file_id"]}}
        return {"ok": True, "result": True}

    async def _file(self, path: str):
        return Response(self.files[path]) if path in self.files else Response(status_code=404)

    def texts(self, chat):
        return [body["text"] for body in self.sent.get(chat, [])]

    def buttons(self, chat):
        """The buttons under the last message that has some: label and data."""
        for body in reversed(self.sent.get(chat, [])):
            rows = body.get("reply_markup", {}).get("inline_keyboard", [])
            if rows:
                return [(button["text"], button["callback_data"]) for row in rows for button in row]
        return []

    def message(self, chat, text=None, *, kind="private", language="en", **more):
        message = {
            "message_id": next(self.messages),
            "from": {"id": chat, "is_bot": False, "first_name": "X", "language_code": language},
            "chat": {"id": chat, "type": kind},
            "date": 1_790_000_000,
            **({"text": text} if text is not None else {}),
            **more,
        }
        return {"update_id": next(self.updates), "message": message}

    def pressed(self, chat, data):
        sender = {"id": chat, "is_bot": False, "language_code": "en"}
        message = {"message_id": next(self.messages), "chat": {"id": chat, "type": "private"}}
        query = {"id": "q1", "from": sender, "message": message, "data": data}
        return {"update_id": next(self.updates), "callback_query": query}

    async def write(self, chat, text=None, **more):
        update = self.message(chat, text, **more)
        answer = await self.hook(update)
        assert answer.status_code == 200, answer.text
        return update

    async def hook(self, update, secret=SECRET):
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with httpx.AsyncClient(base_url=self.gateway, timeout=30) as client:
            return await client.post(PATH, json=update, headers=headers)
