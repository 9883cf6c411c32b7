"""HTTP to Rasa, one process or several, with a time limit and without a word in any error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import structlog

from bot import tracing
from bot.content.language import Language
from bot.engine.pool import Pool, Standing, Told
from bot.engine.utterance import Utterance
from bot.errors import EngineUnavailable
from bot.guard.findings import Contact

TOKEN_HEADER: Final = "X-Seedwarden-Token"  # noqa: S105 - a header's name
CHANNEL: Final = "/webhooks/gateway"
SAFETY_SHARE: Final = 0.25
"""Of a turn's time limit; then the customer gets the safety answer that needs no Rasa."""
_NOT_READY: Final = frozenset({"starting", "unguarded", ""})
"""Refusals that any turn would get; others concern one conversation or the shared database."""
_LOOK_SECONDS: Final = 1.0
_SHORTEST: Final = 0.05
"""Seconds; with less than that left nobody else is asked."""
_BESIDE_TURNS: Final = 2
"""Connections a Rasa needs at most beside its turns: a look at its health, an erasure."""
_SPARE: Final = 20
"""Connections for the action servers' health, and some more."""

_log = structlog.get_logger(__name__)


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


@dataclass(frozen=True, slots=True)
class Times:
    """How long is waited, in seconds: for an answer, and before it for a place at a Rasa."""

    answer: float
    place: float = 60.0


def connect(rasa: int, at_once: int, seconds: float) -> httpx.AsyncClient:
    """A client with a connection for every turn that ``rasa`` processes take at once."""
    most = rasa * (at_once + _BESIDE_TURNS) + _SPARE
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
    return httpx.AsyncClient(timeout=seconds, limits=limits, trust_env=False)


class _Elsewhere(Exception):
    """This Rasa did not take the turn, or died over it; another may. ``is_ill``: it has to rest."""

    def __init__(self, reason: str, *, is_ill: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_ill = is_ill


class Engine:
    """Talks to Rasa's own channel; ``pool`` knows the addresses and who is free."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        pool: Pool,
        token: str,
        *,
        actions_urls: Sequence[str],
        times: Times,
    ) -> None:
        self._client = client
        self._pool = pool
        self._headers = {TOKEN_HEADER: token}
        self._actions_urls = actions_urls
        self._times = times

    @property
    def waiting(self) -> int:
        """How many turns wait for a free Rasa."""
        return self._pool.waiting

    @property
    def busy(self) -> int:
        """How many turns Rasa is working on."""
        return self._pool.busy

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def watch(self) -> None:
        """See every second whether a Rasa that failed is well again, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await asyncio.gather(*(self._look(url) for url in self._pool.resting()))

    async def _look(self, url: str) -> None:
        if await self._probe(f"{url}{CHANNEL}/health") == "ok":
            self._pool.is_well(url)
            _log.warning("rasa_back", url=url)

    async def turn(
        self,
        conversation_id: str,
        utterance: Utterance,
        language: Language,
        told: Told = lambda _: None,
    ) -> Answer:
        """Say one line and collect the replies; ``told`` hears of one's place in the queue.

        A message with an id is one turn though a second Rasa is asked: they share the trackers,
        and whoever finds the message there gives the answer it got. One without is asked again
        only if nobody can have heard it. A safety line never waits for a place. Both times are
        those of the whole turn, however many Rasa are tried.

        Raises:
            EngineUnavailable: no place, no connection, no answer in time, or no usable answer.
        """
        body = _body(conversation_id, utterance, language)
        limit = self._times.answer * (SAFETY_SHARE if utterance.is_safety else 1.0)
        patience = 0.0 if utterance.is_safety else self._times.place
        tried: list[str] = []
        while True:
            came = self._pool.now()
            async with self._pool.place(tried, patience, told) as standing:
                began = self._pool.now()
                patience -= began - came
                try:
                    return await self._ask(standing, body, limit)
                except _Elsewhere as error:
                    tried.append(standing.url)
                    limit -= self._pool.now() - began
                    if error.is_ill:
                        self._failed(standing, error.reason)
                    if limit < _SHORTEST or len(tried) == len(self._pool.urls):
                        raise EngineUnavailable(error.reason) from None

    async def _ask(self, standing: Standing, body: Mapping[str, Any], limit: float) -> Answer:
        began = self._pool.now()
        url = f"{standing.url}{CHANNEL}/webhook"
        try:
            with tracing.span("rasa:turn", "CLIENT"):
                async with asyncio.timeout(limit):
                    headers = self._headers | tracing.carrier()
                    response = await self._client.post(url, json=body, headers=headers)
        except TimeoutError:
            self._pool.failed(standing, began)
            raise EngineUnavailable("slow") from None
        except httpx.HTTPError as error:
            if body["id"] or isinstance(error, httpx.ConnectError):
                raise _Elsewhere(type(error).__name__) from None
            raise EngineUnavailable(type(error).__name__) from None
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise _Elsewhere("status 503", is_ill=_word(response) in _NOT_READY)
        answer = _read(response)
        self._pool.answered(standing)
        return answer

    def _failed(self, standing: Standing, reason: str) -> None:
        self._pool.failed(standing)
        _log.error("rasa_failed", url=standing.url, reason=reason)

    async def health(self) -> Health:
        """Ask both parts of the engine how they are, one of each is enough; never raises."""
        rasa, actions = await asyncio.gather(
            self._best([f"{url}{CHANNEL}/health" for url in self._pool.urls]),
            self._best(self._actions_urls),
        )
        return Health(rasa, actions)

    async def _best(self, urls: Sequence[str]) -> str:
        found = await asyncio.gather(*(self._probe(url) for url in urls))
        return next((word for word in ("ok", "unwell") if word in found), "down")

    async def _probe(self, url: str) -> str:
        try:
            response = await self._client.get(url, headers=self._headers, timeout=2.0)
        except httpx.HTTPError:
            return "down"
        return "ok" if response.status_code == httpx.codes.OK else "unwell"

    async def forget(self, conversation_id: str) -> None:
        """Erase what Rasa keeps of a conversation; any Rasa erases it for all.

        Raises:
            EngineUnavailable: none could be asked, or none confirmed in a turn's time.
        """
        try:
            async with asyncio.timeout(self._times.answer):
                await self._forget(conversation_id)
        except TimeoutError:
            raise EngineUnavailable("slow") from None

    async def _forget(self, conversation_id: str) -> None:
        reason = "none_left"
        resting = self._pool.resting()
        for url in sorted(self._pool.urls, key=resting.__contains__):
            try:
                response = await self._client.delete(
                    f"{url}{CHANNEL}/conversations/{conversation_id}", headers=self._headers
                )
            except httpx.HTTPError as error:
                reason = type(error).__name__
                continue
            if not response.is_error:
                return
            reason = f"status {response.status_code}"
        raise EngineUnavailable(reason)


def _body(conversation_id: str, utterance: Utterance, language: Language) -> dict[str, Any]:
    return {
        "sender": conversation_id,
        "id": utterance.message_id,
        "message": utterance.line,
        "metadata": {
            "language": language,
            "conversation": conversation_id,
            "at": datetime.now(UTC).isoformat(),
            "timezone": "UTC",
            "contacts": [_told(contact) for contact in utterance.contacts],
            **tracing.carrier(),
        },
    }


def _told(contact: Contact) -> dict[str, str | None]:
    """What an action needs of a contact; the verdict was given on the message's safe text."""
    return {"kind": contact.kind, "verdict": contact.verdict, "vendor": contact.vendor}


def _word(response: httpx.Response) -> str:
    """The one word with which Rasa's channel refuses."""
    try:
        return str(response.json()["error"])
    except (ValueError, TypeError, KeyError):
        return ""


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
