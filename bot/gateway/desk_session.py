"""Signing in at the desk: cookies, the CSRF token, and who may call what."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from bot.desk.people_models import SERVING, Role, SignedIn
from bot.desk.people_models import Agent as Person
from bot.desk.service import Desk
from bot.desk.staff import Staff
from bot.gateway.api import counted, json_only
from bot.gateway.desk_events import DeskEvents
from bot.gateway.desk_schemas import (
    Agent,
    ChosenPassword,
    Code,
    Credentials,
    Enrolment,
    FirstCode,
    Me,
    RecoveryCodes,
)
from bot.gateway.handing import Handing
from bot.gateway.limits import Limits
from bot.gateway.problems import Problem

COOKIE: Final = "__Host-seedwarden-desk"
CSRF_HEADER: Final = "x-csrf-token"


@dataclass(frozen=True, slots=True)
class Console:
    """What the agents' calls work with."""

    desk: Desk
    staff: Staff
    handing: Handing
    events: DeskEvents
    limits: Limits


async def _console(request: Request) -> Console:
    console: Console = request.app.state.console
    return console


async def _private(response: Response) -> None:
    """Nothing of the desk is kept by a browser or a proxy."""
    response.headers["Cache-Control"] = "no-store"


Parts = Annotated[Console, Depends(_console)]


def csrf_of(token: str) -> str:
    """The token that changes must carry: nobody can make it who cannot read the cookie."""
    return hashlib.sha256(f"csrf\n{token}".encode()).hexdigest()


async def signed_in(request: Request, console: Parts) -> Person:
    """The person of the session; a change also needs the CSRF token.

    Raises:
        SessionInvalid: nobody is signed in (any more).
        Problem: the CSRF token is missing or wrong.
    """
    token = request.cookies.get(COOKIE, "")
    person = await console.staff.signed_in(token)
    if request.method not in {"GET", "HEAD"}:
        shown = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(shown.encode(), csrf_of(token).encode()):
            raise Problem("csrf-invalid")
    return person


def open_session(request: Request, console: Console) -> Callable[[], Awaitable[bool]]:
    """Whether the session of a request still runs: a stream outlives the look at its cookie."""
    token = request.cookies.get(COOKIE, "")
    return lambda: console.staff.is_open(token)


def allowed(*roles: Role) -> Callable[[Person], Awaitable[Person]]:
    """A dependency that lets these roles through only."""

    async def check(person: Annotated[Person, Depends(signed_in)]) -> Person:
        if person.role not in roles:
            raise Problem("not-allowed")
        return person

    return check


Anybody = Annotated[Person, Depends(signed_in)]
Serving = Annotated[Person, Depends(allowed(*SERVING))]
Leading = Annotated[Person, Depends(allowed("lead", "admin"))]
Admin = Annotated[Person, Depends(allowed("admin"))]
Auditing = Annotated[Person, Depends(allowed("lead", "admin", "auditor"))]


def desk_router() -> APIRouter:
    """A router below ``/desk/api``, outside the public description of the API."""
    return APIRouter(
        prefix="/desk/api",
        include_in_schema=False,
        dependencies=[Depends(counted), Depends(json_only), Depends(_private)],
    )


router = desk_router()


@router.post("/setup")
async def choose_password(request: Request, console: Parts, chosen: ChosenPassword) -> Enrolment:
    """First step of a set-up: the one-time token and a password."""
    await console.limits.sign_in(request)
    enrolment = await console.staff.choose_password(chosen.token, chosen.password)
    return Enrolment(secret=enrolment.secret, uri=enrolment.uri)


@router.post("/setup/finish")
async def finish_setup(request: Request, console: Parts, first: FirstCode) -> RecoveryCodes:
    """Last step of a set-up: the first code of the authenticator app."""
    await console.limits.sign_in(request)
    return RecoveryCodes(recovery_codes=await console.staff.finish_setup(first.token, first.code))


@router.post("/sign-in", status_code=204)
async def sign_in(request: Request, response: Response, console: Parts, given: Credentials) -> None:
    """First step of a sign-in: login and password."""
    await console.limits.sign_in(request)
    _set_cookie(response, await console.staff.sign_in(given.login, given.password))


@router.post("/sign-in/code")
async def second_step(request: Request, response: Response, console: Parts, shown: Code) -> Me:
    """Second step of a sign-in: a code; the session gets a new token."""
    await console.limits.sign_in(request)
    session = await console.staff.second_step(request.cookies.get(COOKIE, ""), shown.code)
    _set_cookie(response, session)
    return Me(agent=Agent.of(session.agent), csrf=csrf_of(session.token))


@router.get("/me")
async def me(request: Request, person: Anybody) -> Me:
    """Who is signed in here."""
    return Me(agent=Agent.of(person), csrf=csrf_of(request.cookies.get(COOKIE, "")))


@router.post("/sign-out", status_code=204)
async def sign_out(
    request: Request,
    response: Response,
    console: Parts,
    person: Anybody,  # noqa: ARG001 - CSRF
) -> None:
    """End this session."""
    await console.staff.sign_out(request.cookies.get(COOKIE, ""))
    _drop_cookie(response)


@router.post("/sign-out-everywhere", status_code=204)
async def sign_out_everywhere(response: Response, console: Parts, person: Anybody) -> None:
    """End all sessions of the person who is signed in."""
    await console.staff.sign_out_everywhere(person)
    _drop_cookie(response)


def _set_cookie(response: Response, session: SignedIn) -> None:
    response.set_cookie(
        COOKIE, session.token, secure=True, httponly=True, samesite="strict", path="/"
    )


def _drop_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
