"""The action server: rasa-sdk's executor behind a small application of our own.

rasa-sdk's own server answers an error with the request's whole body and logs it with its
traceback; here neither happens, and nobody without the token is heard at all.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any, Final

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionMissingDomainException, ActionNotFoundException
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from actions.begin import StartCase
from actions.cases import OpenTicketAction, ValidateCaseForm
from actions.faq import AnswerFaq
from actions.safety import ScamInProgress, SecretShared
from actions.services import ChangeLanguage, OfficialChannel, TalkToHuman, VerifyContact
from actions.status import PrepareInfo, TicketStatus
from actions.talk import Choose, Clarify, SmallTalk
from bot import tracing

if TYPE_CHECKING:
    from starlette.requests import Request

    from actions.base import SeedwardenAction
    from actions.parts import Parts

TOKEN_HEADER: Final = "X-Seedwarden-Token"  # noqa: S105 - the header's name
BODY_LIMIT: Final = 4 * 1024 * 1024
ACTIONS: Final[tuple[type[SeedwardenAction], ...]] = (
    StartCase,
    ValidateCaseForm,
    OpenTicketAction,
    OfficialChannel,
    VerifyContact,
    TicketStatus,
    PrepareInfo,
    AnswerFaq,
    TalkToHuman,
    ChangeLanguage,
    SmallTalk,
    Clarify,
    Choose,
    SecretShared,
    ScamInProgress,
)
_log = structlog.get_logger(__name__)


class Webhook:
    """Runs one action a request; errors are one word, never a text of the customer."""

    def __init__(self, executor: ActionExecutor, token: str) -> None:
        self._executor = executor
        self._token = token

    async def run(self, request: Request) -> JSONResponse:
        """Answer Rasa's call of an action."""
        if not self._is_known(request.headers.get(TOKEN_HEADER, "")):
            return _error("unauthorised", 401)
        body = await request.body()
        if len(body) > BODY_LIMIT:
            return _error("too_long", 413)
        try:
            call = json.loads(body)
        except (ValueError, RecursionError):
            return _error("not_json", 400)
        if not isinstance(call, dict):
            return _error("not_an_object", 422)
        return await self._run(call)

    async def _run(self, call: dict[str, Any]) -> JSONResponse:
        """Run an action as a part of the trace that Rasa hands on with the customer's message."""
        parent = tracing.brought_by(_metadata(call))
        with tracing.span(f"action:{call.get('next_action')}", "SERVER", parent) as mark:
            answer = await self._answer(call)
            mark.note(http__response__status_code=answer.status_code)
            return answer

    async def _answer(self, call: dict[str, Any]) -> JSONResponse:
        # Domains are not needed by our actions, so that a call without one is no reason to ask.
        call.setdefault("domain", {"intents": []})
        try:
            result = await self._executor.run(call)
        except ActionNotFoundException as error:
            return JSONResponse({"error": "unknown", "action_name": error.action_name}, 404)
        except ActionMissingDomainException as error:
            return JSONResponse({"error": "no_domain", "action_name": error.action_name}, 449)
        except Exception as error:  # noqa: BLE001 - the edge: no text may leave
            _log.error("call_failed", kind=type(error).__name__)
            return _error("call_failed", 500)
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    def _is_known(self, shown: str) -> bool:
        return bool(self._token) and hmac.compare_digest(shown.encode(), self._token.encode())


def _metadata(call: dict[str, Any]) -> Any:
    """What the gateway sent along with the customer's last message."""
    tracker = call.get("tracker")
    message = tracker.get("latest_message") if isinstance(tracker, dict) else None
    return message.get("metadata") if isinstance(message, dict) else None


def _error(word: str, status: int) -> JSONResponse:
    return JSONResponse({"error": word}, status)


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


def create_app(parts: Parts, token: str) -> Starlette:
    """Make the application with all actions registered; an empty token lets nobody in."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(parts))
    webhook = Webhook(executor, token)
    return Starlette(
        routes=[
            Route("/webhook", webhook.run, methods=["POST"]),
            Route("/health", _health, methods=["GET"]),
        ]
    )
