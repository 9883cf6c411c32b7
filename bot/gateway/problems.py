"""Errors as ``application/problem+json`` (RFC 9457), worded in ``data/shared/problems.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from bot.content.language import Language
from bot.content.profile import profile
from bot.content.wording import Text, text_of
from bot.content.yaml_files import read_yaml
from bot.desk.credentials import SealBroken
from bot.desk.handoff_models import AlreadyTaken, NotWaiting, NotYours
from bot.desk.people import LoginUnusable
from bot.desk.people_models import (
    LastAdmin,
    LockedOut,
    LoginTaken,
    PasswordWeak,
    SessionInvalid,
    SetupInvalid,
    SignInRefused,
)
from bot.desk.reasons import ReasonMissing
from bot.errors import (
    ChoiceUnknown,
    ConversationClosed,
    DeskUnavailable,
    NotFound,
    TokenInvalid,
    TooManyWaiting,
)
from bot.gateway import metrics
from bot.gateway.handing import WordsRefused
from bot.guard import GuardBroken

MEDIA_TYPE: Final = "application/problem+json"
_BY_STATUS: Final = {404: "not-found", 405: "method-not-allowed"}
_BY_ERROR: Final[tuple[tuple[type[Exception], str], ...]] = (
    (NotFound, "not-found"),
    (TokenInvalid, "token-invalid"),
    (ChoiceUnknown, "unknown-choice"),
    (ConversationClosed, "conversation-closed"),
    (TooManyWaiting, "too-many-requests"),
    (GuardBroken, "guard-unavailable"),
    (DeskUnavailable, "storage-unavailable"),
    (SignInRefused, "sign-in-refused"),
    (LockedOut, "locked-out"),
    (SessionInvalid, "not-signed-in"),
    (SetupInvalid, "setup-invalid"),
    (SealBroken, "second-step-unreadable"),
    (LoginTaken, "login-taken"),
    (LoginUnusable, "login-unusable"),
    (PasswordWeak, "password-weak"),
    (LastAdmin, "last-admin"),
    (AlreadyTaken, "already-taken"),
    (NotWaiting, "not-waiting"),
    (NotYours, "not-yours"),
    (WordsRefused, "words-refused"),
    (ReasonMissing, "reason-missing"),
)

_log = structlog.get_logger(__name__)


class Problem(Exception):
    """Carries a problem's name to the edge, with headers where a status asks for them."""

    def __init__(self, name: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status and its wording."""

    status: int
    title: Text
    detail: Text


class Problems:
    """All kinds of problem by name."""

    def __init__(self, root: Path) -> None:
        path = root / "data" / "shared" / "problems.yml"
        raw: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))["problems"]
        self._kinds = {
            name: Kind(int(kind["status"]), text_of(kind["title"]), text_of(kind["detail"]))
            for name, kind in raw.items()
        }

    def response(
        self,
        name: str,
        language: Language,
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> JSONResponse:
        """Word a problem, with facts for the program; nothing of what was sent is repeated."""
        kind = self._kinds[name]
        body = {
            "type": f"/problems/{name}",
            "title": kind.title.of(language),
            "status": kind.status,
            "detail": kind.detail.of(language),
            **(facts or {}),
        }
        extra = {"Content-Language": language, **(headers or {})}
        return JSONResponse(body, kind.status, headers=extra, media_type=MEDIA_TYPE)

    def install(self, app: FastAPI) -> None:
        """Answer every error of ``app`` in this form."""
        app.add_exception_handler(RequestValidationError, self._on_invalid)
        app.add_exception_handler(HTTPException, self._on_http)
        app.add_exception_handler(Problem, self._on_problem)
        for error, _ in _BY_ERROR:
            app.add_exception_handler(error, self._on_known)
        app.add_exception_handler(Exception, self._on_unforeseen)

    async def _on_invalid(self, request: Request, error: Exception) -> Response:
        return self.response(_invalid_kind(error), language_of(request))

    async def _on_http(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        name = _BY_STATUS.get(status, "malformed-body" if status < 500 else "internal-error")
        return self.response(name, language_of(request), headers)

    async def _on_problem(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, Problem):
            raise error
        return self.response(error.name, language_of(request), error.headers)

    async def _on_known(self, request: Request, error: Exception) -> Response:
        name = next(name for kind, name in _BY_ERROR if isinstance(error, kind))
        headers = {}
        if isinstance(error, (TooManyWaiting, LockedOut)):
            headers["Retry-After"] = str(error.retry_after)
        if name == "token-invalid":
            headers["WWW-Authenticate"] = "Bearer"
        if name == "guard-unavailable":
            metrics.GUARD_BROKEN.inc()
            _log.error("guard_broken")
        if isinstance(error, DeskUnavailable):
            metrics.DESK_ERRORS.labels(error.reason).inc()
            _log.error("desk_unavailable", reason=error.reason)
        return self.response(name, language_of(request), headers, _facts(error))

    async def _on_unforeseen(self, request: Request, error: Exception) -> Response:
        _log.error("unforeseen_error", error=type(error).__name__)
        return self.response("internal-error", language_of(request))


def _facts(error: Exception) -> dict[str, Any]:
    """What a program needs to know of an error besides its name."""
    if isinstance(error, AlreadyTaken):
        return {"name": error.name, "badge": error.badge}
    if isinstance(error, WordsRefused):
        return {"reasons": [asdict(reason) for reason in error.reasons]}
    return {}


def language_of(request: Request) -> Language:
    """The language of an error: the first offered that the browser names, else the profile's."""
    header = request.headers.get("accept-language", "")[:200].lower()
    zh, en = header.find("zh"), header.find("en")
    if zh < 0 and en < 0:
        return profile().language
    return profile().served("zh" if zh >= 0 and (en < 0 or zh < en) else "en")


def _invalid_kind(error: Exception) -> str:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    kinds = {str(problem.get("type")) for problem in problems}
    if "json_invalid" in kinds:
        return "malformed-body"
    for name in ("text-too-long", "empty-text", "unreadable-text"):
        if name.replace("-", "_") in kinds:
            return name
    return "unreadable-text" if "string_unicode" in kinds else "invalid-request"
