"""Telegram: a webhook with a secret token in, the Bot API out.

Only private chats are answered. Source: Telegram's Bot API (setWebhook, Update, sendMessage,
deleteMessage, getFile, ResponseParameters), read in 2026.
"""

from __future__ import annotations

import hmac
from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.content.language import Language
from bot.gateway.doors.door import Door
from bot.gateway.doors.messenger import Bubble, Came, File, NotDelivered
from bot.gateway.problems import Problem

NAME: Final = "telegram"
PATH: Final = "/doors/telegram"
SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
UPDATES: Final = ("message", "edited_message", "callback_query")
_LONGEST: Final = 4096
_LARGEST_FILE: Final = 10 * 1024 * 1024
_FINAL: Final = frozenset({403})
"""Blocked by the customer, or an account that is gone."""
_REFUSED: Final = frozenset({400, 413})
_GREETINGS: Final = ("/start", "/help")


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Chat(_Shape):
    id: int
    type: str


class _Sender(_Shape):
    id: int
    is_bot: bool = False
    language_code: str = ""


class _Picture(_Shape):
    file_id: str
    file_size: int = 0
    file_name: str = ""


class _Message(_Shape):
    message_id: int
    chat: _Chat
    sender: _Sender | None = Field(default=None, alias="from")
    text: str | None = None
    caption: str | None = None
    photo: list[_Picture] = Field(default_factory=list)
    document: _Picture | None = None


class _Pressed(_Shape):
    id: str
    sender: _Sender = Field(alias="from")
    message: _Message | None = None
    data: str = ""


class Update(_Shape):
    """The parts of an update that we read."""

    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Pressed | None = None


class Telegram:
    """The Bot API as far as we use it; its address holds the token and is never logged."""

    name = NAME

    def __init__(self, client: httpx.AsyncClient, api: str, token: SecretStr) -> None:
        self._client = client
        self._api = api.rstrip("/")
        self._token = token

    async def send(self, address: str, bubble: Bubble) -> None:
        """Send one bubble, in parts where it is too long; the buttons go under the last one."""
        parts = _parts(bubble.text)
        for part in parts:
            body: dict[str, Any] = {
                "chat_id": int(address),
                "text": part,
                "link_preview_options": {"is_disabled": True},
            }
            if bubble.choices and part is parts[-1]:
                body["reply_markup"] = {
                    "inline_keyboard": [
                        [{"text": choice.label, "callback_data": f"{bubble.seq}.{index}"}]
                        for index, choice in enumerate(bubble.choices)
                    ]
                }
            await self.call("sendMessage", body)

    async def delete(self, address: str, their_id: str) -> None:
        """Delete a customer's message; Telegram allows it for two days in private chats."""
        await self.call("deleteMessage", {"chat_id": int(address), "message_id": int(their_id)})

    async def fetch(self, file: File) -> bytearray:
        """Fetch a customer's file into memory."""
        if file.size > _LARGEST_FILE:
            return bytearray()
        path = str((await self.call("getFile", {"file_id": file.id})).get("file_path", ""))
        url = f"{self._api}/file/bot{self._token.get_secret_value()}/{path}"
        content = bytearray()
        try:
            async with self._client.stream("GET", url) as answer:
                answer.raise_for_status()
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > _LARGEST_FILE:
                        return bytearray()
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            raise NotDelivered(f"status {status}", is_refused=status in {400, 404, 410}) from None
        except httpx.HTTPError as error:
            raise NotDelivered(type(error).__name__) from None
        return content

    async def answered(self, pressed_id: str) -> None:
        """Stop the spinner on a pressed button; it is no loss when that fails."""
        try:
            await self.call("answerCallbackQuery", {"callback_query_id": pressed_id})
        except NotDelivered:
            return

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def call(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make one call.

        Raises:
            NotDelivered: it was not carried out; a wish to slow down is in ``wait`` (seconds).
        """
        url = f"{self._api}/bot{self._token.get_secret_value()}/{method}"
        try:
            answer = await self._client.post(url, json=body)
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotDelivered(type(error).__name__) from None
        if not isinstance(told, dict) or not told.get("ok"):
            raise _refused(answer.status_code, told)
        result = told.get("result")
        return result if isinstance(result, dict) else {}


def _refused(status: int, told: Any) -> NotDelivered:
    parameters = told.get("parameters") if isinstance(told, dict) else None
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    seconds = float(wait) if isinstance(wait, int | float) else None
    hint = " (check SEEDWARDEN_TELEGRAM_TOKEN)" if status in {401, 404} else ""
    return NotDelivered(
        f"status {status}{hint}", seconds, is_final=status in _FINAL, is_refused=status in _REFUSED
    )


def _parts(text: str) -> list[str]:
    """A text in pieces that Telegram takes, cut at line ends where there are any."""
    parts = []
    while len(piece := _longest(text)) < len(text):
        cut = piece.rfind("\n", 1)
        cut = cut if cut > 0 else len(piece)
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*parts, text]


def _longest(text: str) -> str:
    """As much of a text as one message holds: Telegram counts in units of UTF-16."""
    whole = text.encode("utf-16-le")
    return (
        text if len(whole) <= 2 * _LONGEST else whole[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    )


def telegram_router(door: Door, telegram: Telegram, secret: SecretStr) -> APIRouter:
    """The one route; it exists only where token and secret are set."""
    router = APIRouter(include_in_schema=False)

    @router.post(PATH)
    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.get_secret_value().encode()):
            raise Problem("webhook-refused")
        try:
            update = Update.model_validate_json(await request.body())
        except ValidationError:
            return Response(status_code=200)  # a kind that we do not know; it must not come again
        came = _came(update)
        if came is not None:
            await door.take(came)
        if update.callback_query is not None:
            await telegram.answered(update.callback_query.id)
        return Response(status_code=200)

    return router


def _came(update: Update) -> Came | None:
    """What an update means to us; nothing in groups, channels and from bots."""
    pressed = update.callback_query
    message = update.message or update.edited_message or (pressed.message if pressed else None)
    sender = pressed.sender if pressed else message.sender if message else None
    if message is None or sender is None or message.chat.type != "private" or sender.is_bot:
        return None
    text = message.text or message.caption
    return Came(
        number=str(update.update_id),
        chat=str(message.chat.id),
        order=update.update_id,
        language=_language(sender),
        text=None if pressed else text,
        choice=pressed.data if pressed else None,
        file=None if pressed else _file(message),
        their_id=str(message.message_id),
        greets=pressed is None
        and _file(message) is None
        and (text or "").split(" ")[0] in _GREETINGS,
    )


def _language(sender: _Sender) -> Language:
    return "zh" if sender.language_code.lower().startswith("zh") else "en"


def _file(message: _Message) -> File | None:
    """The file of a message: a document, or the largest size of a photo."""
    picture = message.document or (message.photo[-1] if message.photo else None)
    if picture is None:
        return None
    return File(picture.file_id, picture.file_name or "photo.jpg", picture.file_size)
