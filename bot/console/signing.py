"""Signing in and setting up: the one-time link, the second step, the recovery codes."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

import segno
from fastapi import Response
from markupsafe import Markup

from bot.console.shell import Refused, Visit
from bot.desk.credentials import totp_uri
from bot.desk.people_models import (
    Enrolment,
    LockedOut,
    PasswordWeak,
    SessionInvalid,
    SetupInvalid,
    SignedIn,
    SignInRefused,
)

_SECRET: Final = re.compile(r"[A-Z2-7]{16,64}")
_LOGIN_IN_URI: Final = re.compile(r"[a-z0-9._-]{0,64}")


async def ask(visit: Visit) -> Response:
    """The first step: login and password."""
    return _sign_in(visit)


async def first_step(visit: Visit) -> Response:
    """Take login and password; the second step follows."""
    await _counted(visit)
    try:
        session = await visit.parts.staff.sign_in(
            visit.arg("login"), visit.form.get("password", "")
        )
    except SignInRefused:
        return _sign_in(visit, "refused")
    except LockedOut as locked:
        return _sign_in(visit, "locked", locked.retry_after)
    return _with_session(visit, visit.render("code.html", error="", minutes=0), session)


async def second_step(visit: Visit) -> Response:
    """Take a code of the app, or a recovery code."""
    await _counted(visit)
    try:
        session = await visit.parts.staff.second_step(visit.token, visit.arg("code"))
    except SignInRefused:
        return visit.render("code.html", 401, error="code_wrong", minutes=0)
    except LockedOut as locked:
        return visit.render("code.html", 429, error="locked", minutes=_minutes(locked.retry_after))
    except SessionInvalid:
        return _sign_in(visit, "too_late")
    return _with_session(visit, visit.go("/desk"), session)


async def setup(visit: Visit) -> Response:
    """Open the one-time link: choose a password."""
    return visit.render("setup.html", token=visit.arg("token"), error="")


async def choose_password(visit: Visit) -> Response:
    """Take the password; the QR code of the second step follows."""
    await _counted(visit)
    token, password = visit.arg("token"), visit.form.get("password", "")
    error, status = "", 422
    if password != visit.form.get("again", ""):
        error = "not_same"
    else:
        try:
            enrolment = await visit.parts.staff.choose_password(token, password)
        except PasswordWeak:
            error = "weak"
        except SetupInvalid:
            error, status = "link_invalid", 410
        else:
            return _enrol(visit, enrolment)
    return visit.render("setup.html", status, token=token, error=error)


async def finish_setup(visit: Visit) -> Response:
    """Take the first code of the app; the recovery codes are shown this once."""
    await _counted(visit)
    token = visit.arg("token")
    try:
        codes = await visit.parts.staff.finish_setup(token, visit.arg("code"))
    except SignInRefused:
        return _enrol(visit, _shown_before(visit), error="code_wrong")
    except SetupInvalid:
        return visit.render("setup.html", 410, token=token, error="link_invalid")
    return visit.render("codes.html", codes=codes)


async def sign_out(visit: Visit) -> Response:
    """End this session."""
    await visit.parts.staff.sign_out(visit.token)
    return _without_session(visit)


async def sign_out_everywhere(visit: Visit) -> Response:
    """End all sessions of the person."""
    await visit.parts.staff.sign_out_everywhere(visit.me)
    return _without_session(visit)


def _sign_in(visit: Visit, error: str = "", seconds: int = 0) -> Response:
    status = {"": 200, "locked": 429}.get(error, 401)
    return visit.render(
        "sign_in.html",
        status,
        here="/desk/sign-in",
        error=error,
        minutes=_minutes(seconds),
        login=visit.arg("login")[:64],
    )


def _enrol(visit: Visit, enrolment: Enrolment, *, error: str = "") -> Response:
    return visit.render(
        "enrol.html",
        422 if error else 200,
        token=visit.arg("token"),
        secret=enrolment.secret,
        account=_account(enrolment.uri),
        drawing=_qr(enrolment.uri),
        error=error,
    )


def _account(uri: str) -> str:
    """The login in an ``otpauth://`` address."""
    return unquote(urlsplit(uri).path).rpartition(":")[2]


def _shown_before(visit: Visit) -> Enrolment:
    """The secret as the page showed it, to be drawn again; nothing else is done with it."""
    secret, account = visit.arg("secret"), visit.arg("account")
    if not _SECRET.fullmatch(secret) or not _LOGIN_IN_URI.fullmatch(account):
        raise Refused("malformed", 400)
    return Enrolment(secret, totp_uri(secret, account))


def _qr(uri: str) -> Markup:
    """Draw an address as SVG in black on white, whatever the scheme: cameras want contrast."""
    drawn = segno.make(uri, error="m", micro=False)
    return Markup(  # noqa: S704 - numbers and path data that segno wrote
        drawn.svg_inline(scale=5, border=4, light="#fff", omitsize=True, svgclass="qr")
    )


async def _counted(visit: Visit) -> None:
    if await visit.parts.talk.seconds_to_wait(visit.request):
        raise Refused("too_many", 429)


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _with_session(visit: Visit, response: Response, session: SignedIn) -> Response:
    response.set_cookie(
        visit.parts.cookie, session.token, secure=True, httponly=True, samesite="strict", path="/"
    )
    return response


def _without_session(visit: Visit) -> Response:
    response = visit.go("/desk/sign-in")
    response.delete_cookie(
        visit.parts.cookie, secure=True, httponly=True, samesite="strict", path="/"
    )
    return response
