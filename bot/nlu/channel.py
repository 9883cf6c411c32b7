"""The channel between the gateway and Rasa, the only door this Rasa has.

``POST /webhooks/gateway/webhook`` takes one message and answers with the names of the
replies; ``GET …/health`` says what is loaded; ``PUT …/model`` loads another one;
``DELETE …/conversations/<sender>`` erases a tracker. No answer and no log line ever holds a
customer's words.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response

from bot.nlu import action_endpoint, choke_point, loading, turn
from bot.nlu.repeated import answered_before, read_id
from bot.nlu.requests import requests_in
from bot.nlu.tracker_store import SENDER, store_behind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rasa.core.agent import Agent
    from sanic.request import Request
    from sanic.response import HTTPResponse

choke_point.install()

TOKEN_HEADER: Final = "X-Seedwarden-Token"  # noqa: S105 - the header's name
TOKEN_VARIABLE: Final = "SEEDWARDEN_RASA_TOKEN"  # noqa: S105 - the variable's name
MESSAGE_LIMIT: Final = 2_000
METADATA_LIMIT: Final = 2_000
"""Characters of the metadata as JSON."""
BODY_LIMIT: Final = 16 * 1024

_SENDER: Final = re.compile(SENDER)
_log: Final = logging.getLogger(__name__)


class Refused(Exception):
    """The request is not answered; carries the HTTP status and the one word of the answer."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as the gateway sent it, checked."""

    sender: str
    message: str
    metadata: dict[str, Any]
    message_id: str | None = None


class GatewayInput(InputChannel):
    """Rasa's input channel ``gateway``."""

    @classmethod
    def name(cls) -> str:
        """The channel's name, a part of its address."""
        return "gateway"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes under ``/webhooks/gateway``."""
        routes = Blueprint("gateway", "gateway")
        routes.add_route(_answering(_webhook(on_new_message)), "/webhook", methods=["POST"])
        routes.add_route(_answering(_health), "/health", methods=["GET"])
        routes.add_route(_answering(_load), "/model", methods=["PUT"])
        routes.add_route(_answering(_erase), "/conversations/<sender>", methods=["DELETE"])
        return routes


def _answering(handler: Callable[..., Awaitable[HTTPResponse]]) -> Callable[..., Any]:
    """Every failure of ``handler`` as one word of JSON, logged without texts and locals."""

    async def answer(request: Request, **parts: str) -> HTTPResponse:
        try:
            return await handler(request, **parts)
        except Refused as refused:
            return _error(refused.status, refused.word)
        except turn.TurnFailed as failed:
            _log.error("turn failed: %s", failed)
            return _error(failed.status, failed.word)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: nothing may be printed by others
            _log.error("turn failed: %s", type(error).__name__)
            return _error(500, "engine_failed")

    answer.__name__ = handler.__name__.strip("_")
    return answer


def _error(status: int, word: str) -> HTTPResponse:
    return response.json({"error": word}, status=status)


def _webhook(
    on_new_message: Callable[[UserMessage], Awaitable[Any]],
) -> Callable[[Request], Awaitable[HTTPResponse]]:
    async def webhook(request: Request) -> HTTPResponse:
        _check_token(request)
        incoming = read(request.body)
        agent = _ready_agent(request)
        # Looking for an earlier answer and taking the message are one step, over all processes.
        async with agent.lock_store.lock(incoming.sender):
            before = await answered_before(agent, incoming.sender, incoming.message_id)
            answer = before or await _taken(on_new_message, agent, incoming)
        return response.json(answer)

    return webhook


async def _taken(
    on_new_message: Callable[[UserMessage], Awaitable[Any]], agent: Agent, incoming: Incoming
) -> dict[str, Any]:
    """Let Rasa take a message; gives its named replies and the intent."""
    metadata = incoming.metadata | await _requests(agent, incoming.message)
    collector = CollectingOutputChannel()
    under_way = turn.Turn()
    mark = turn.current.set(under_way)
    try:
        await on_new_message(
            UserMessage(
                incoming.message,
                collector,
                incoming.sender,
                input_channel=GatewayInput.name(),
                metadata=metadata,
                message_id=incoming.message_id,
            )
        )
    finally:
        turn.current.reset(mark)
    return {"replies": replies(collector), "intent": under_way.intent}


async def _requests(agent: Agent, message: str) -> dict[str, Any]:
    """What a customer's words ask for besides what they are taken for as a whole."""
    if message.startswith("/"):
        return {}
    found = await requests_in(agent.parse_message, message)
    return {"requests": found} if found else {}


def _check_token(request: Request) -> None:
    expected = os.environ.get(TOKEN_VARIABLE, "")
    shown = request.headers.get(TOKEN_HEADER, "")
    if not expected or not hmac.compare_digest(shown.encode(), expected.encode()):
        raise Refused(401, "unauthorised")


def read(body: bytes) -> Incoming:
    """Check a request's body.

    Raises:
        Refused: it is not what the gateway sends; nothing of it is repeated.
    """
    if len(body) > BODY_LIMIT:
        raise Refused(413, "too_long")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "not_json") from None
    if not isinstance(given, dict):
        raise Refused(422, "not_an_object")
    return Incoming(
        sender=_sender(given.get("sender")),
        message=_message(given.get("message")),
        metadata=_metadata(given.get("metadata")),
        message_id=read_id(given.get("id")),
    )


def _sender(value: Any) -> str:
    if not isinstance(value, str) or not _SENDER.fullmatch(value):
        raise Refused(422, "sender_refused")
    return value


def _message(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused(422, "message_refused")
    if len(value) > MESSAGE_LIMIT:
        raise Refused(413, "too_long")
    return value


def _metadata(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict) or len(json.dumps(value)) > METADATA_LIMIT:
        raise Refused(422, "metadata_refused")
    return value


def _ready_agent(request: Request) -> Agent:
    agent = _agent(request)
    if agent is None or not agent.is_ready():
        raise Refused(503, "starting")
    if store_behind(agent) is None:
        raise turn.TrackerUnavailable("not our tracker store")
    if not choke_point.is_installed():
        raise Refused(503, "unguarded")
    action_endpoint.adopt(agent)
    return agent


def _agent(request: Request) -> Agent | None:
    return getattr(request.app.ctx, "agent", None)


def replies(collector: CollectingOutputChannel) -> list[Any]:
    """The named replies among what was said; a text without a name is left out and counted."""
    named = [message["custom"] for message in collector.messages if "custom" in message]
    nameless = len(collector.messages) - len(named)
    if nameless:
        _log.error("%d replies without a name were left out", nameless)
    return named


async def _health(request: Request) -> HTTPResponse:
    agent = _agent(request)
    loaded = agent is not None and agent.is_ready()
    store = store_behind(agent) if loaded else None
    state = {
        "model": agent.model_name if agent and loaded else None,
        "model_id": agent.model_id if agent and loaded else None,
        "tracker_store": type(store).__name__ if store else None,
        "tracker_reachable": bool(store and store.is_reachable()),
        "choke_point": choke_point.is_installed(),
    }
    healthy = all(state.values())
    body = {"status": "ok" if healthy else "unready"} | state
    return response.json(body, status=200 if healthy else 503)


async def _load(request: Request) -> HTTPResponse:
    """Another model from this machine's own ``models/``; whoever sends it needs the token."""
    _check_token(request)
    _ready_agent(request)
    if getattr(request.app.ctx, "seedwarden_loading", False):
        raise Refused(409, "loading")
    request.app.ctx.seedwarden_loading = True
    try:
        given = json.loads(request.body or b"{}")
        name = given.get("model", "") if isinstance(given, dict) else given
        agent = await loading.replace(request.app, loading.file_of(name, Path.cwd()))
    except (loading.ModelRefused, ValueError) as refused:
        _log.error("model not loaded: %s", refused)
        raise Refused(422, getattr(refused, "word", "not_json")) from None
    finally:
        request.app.ctx.seedwarden_loading = False
    return response.json({"model": agent.model_name, "model_id": agent.model_id})


async def _erase(request: Request, sender: str) -> HTTPResponse:
    _check_token(request)
    sender = _sender(sender)
    agent = _ready_agent(request)
    store = store_behind(agent)
    if store is None:
        raise turn.TrackerUnavailable("not our tracker store")
    async with agent.lock_store.lock(sender):
        store.delete(sender)
    return response.empty()
