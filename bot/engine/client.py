"""HTTP to Rasa on loopback, with a time limit and without a word in any error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from bot.content.language import Language
from bot.engine.utterance import Utterance
from bot.errors import EngineUnavailable
from bot.guard.findings import Contact

TOKEN_HEADER: Final = "X-Seedwarden-Token"  # noqa: S105 - a header's name
_CHANNEL: Final = "/webhooks/gateway"


@dataclass(frozen=True, slots=True)
class Answer:
    """Rasa's answer: named replies in order, and what it understood."""

    replies: tuple[Mapping[str, Any], ...]
    intent: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """Which parts of the engine answer: ``ok`` or one word about what is wrong."""

    rasa: str
    actions: str


class Engine:
    """Talks to Rasa's own channel; ``timeout`` in seconds bounds a whole turn."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, token: str, *, actions_url: str, timeout: float
    ) -> None:
        self._client = client
        self._url = url
        self._headers = {TOKEN_HEADER: token}
        self._actions_url = actions_url
        self._timeout = timeout

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def turn(self, conversation_id: str, utterance: Utterance, language: Language) -> Answer:
        """Say one line and collect the replies.

        Raises:
            EngineUnavailable: no connection, no answer in time, or no usable answer.
        """
        body = {
            "sender": conversation_id,
            "id": utterance.message_id,
            "message": utterance.line,
            "metadata": {
                "language": language,
                "conversation": conversation_id,
                "at": datetime.now(UTC).isoformat(),
                "timezone": "UTC",
                "contacts": [_told(contact) for contact in utterance.contacts],
            },
        }
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(
                    f"{self._url}{_CHANNEL}/webhook", json=body, headers=self._headers
                )
        except TimeoutError:
            raise EngineUnavailable("slow") from None
        except httpx.HTTPError as error:
            raise EngineUnavailable(type(error).__name__) from None
        return _read(response)

    async def health(self) -> Health:
        """Ask both parts of the engine how they are; never raises."""
        rasa, actions = await asyncio.gather(
            self._probe(f"{self._url}{_CHANNEL}/health"), self._probe(self._actions_url)
        )
        return Health(rasa, actions)

    async def _probe(self, url: str) -> str:
        try:
            response = await self._client.get(url, headers=self._headers, timeout=2.0)
        except httpx.HTTPError:
            return "down"
        return "ok" if response.status_code == httpx.codes.OK else "unwell"

    async def forget(self, conversation_id: str) -> None:
        """Erase what Rasa keeps of a conversation.

        Raises:
            EngineUnavailable: it could not be asked, or did not confirm.
        """
        try:
            response = await self._client.delete(
                f"{self._url}{_CHANNEL}/conversations/{conversation_id}", headers=self._headers
            )
        except httpx.HTTPError as error:
            raise EngineUnavailable(type(error).__name__) from None
        if response.is_error:
            raise EngineUnavailable(f"status {response.status_code}")


def _told(contact: Contact) -> dict[str, str | None]:
    """What an action needs of a contact; the verdict was given on the message's safe text."""
    return {"kind": contact.kind, "verdict": contact.verdict, "vendor": contact.vendor}


def _read(response: httpx.Response) -> Answer:
    if response.status_code != httpx.codes.OK:
        raise EngineUnavailable(f"status {response.status_code}")
    try:
        body = response.json()
        replies = tuple(dict(reply) for reply in body["replies"])
        intent = (body.get("intent") or {}).get("name")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise EngineUnavailable("nonsense") from None
    if not replies or not all(isinstance(reply.get("reply"), str) for reply in replies):
        raise EngineUnavailable("nonsense")
    return Answer(replies, intent if isinstance(intent, str) else None)
