"""What of the settings is fit for a laptop and not for customers: named one by one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.settings import PREFIX, Settings

_WORTHLESS: Final = ("change", "secret", "example", "default", "password", "please", "insecure")
_FEWEST_SIGNS: Final = 10
"""A key of 32 characters or more that has fewer different ones was typed, not drawn."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Unsafe:
    """One finding: the setting as it is named in the environment, and one sentence about it."""

    setting: str
    why: str


Rule = Callable[[Settings, Mapping[str, str]], Iterator[Unsafe]]


def unsafe(settings: Settings, environment: Mapping[str, str] | None = None) -> list[Unsafe]:
    """List what must be changed before customers come; empty when nothing is known against it.

    Reads settings and the rights of secret files; it opens no database and no connection.
    """
    given = os.environ if environment is None else environment
    return [finding for rule in _RULES for finding in rule(settings, given)]


def told(settings: Settings, accepted: Iterable[str] = ()) -> tuple[list[str], bool]:
    """The findings as lines for a terminal, and whether none is left that nobody accepted.

    Args:
        settings: what the processes are started with.
        accepted: names of settings, with or without ``SEEDWARDEN_``, whose findings are known.
    """
    known = {PREFIX + name.upper().removeprefix(PREFIX) for name in accepted}
    findings = unsafe(settings)
    lines = [
        f"{'accepted' if one.setting in known else 'UNSAFE'}  {one.setting}: {one.why}."
        for one in findings
    ]
    return lines, all(one.setting in known for one in findings)


def _found(name: str, why: str) -> Unsafe:
    return Unsafe(f"{PREFIX}{name}", why)


def _address(settings: Settings, _: Mapping[str, str]) -> Iterator[Unsafe]:
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https":
        yield _found(
            "PUBLIC_URL",
            "customers must reach us over TLS. Put a proxy in front (deploy/proxy) "
            "and name its https:// address here",
        )
    elif parts.hostname in _LOOPBACK:
        yield _found("PUBLIC_URL", "it names this machine, which no customer can reach")
    if not settings.trust_proxy:
        yield _found(
            "TRUST_PROXY",
            "behind the proxy that ends TLS all customers look like one address and share its "
            "limits. Set it to true; the proxy must set X-Forwarded-For itself",
        )


def _listening(settings: Settings, _: Mapping[str, str]) -> Iterator[Unsafe]:
    if settings.host not in _LOOPBACK:
        yield _found(
            "HOST",
            f"the gateway listens on {settings.host} without TLS. Let it listen on 127.0.0.1 "
            "behind the proxy, or accept this where a network policy lets only the proxy in",
        )


def _keys(settings: Settings, _: Mapping[str, str]) -> Iterator[Unsafe]:
    key = settings.secret_key.get_secret_value()
    if not key:
        yield _found(
            "SECRET_KEY",
            "it is made by the process and kept beside the data: a stolen backup opens itself. "
            "Set one of your own, better as SEEDWARDEN_SECRET_KEY_FILE (openssl rand -hex 32)",
        )
    elif _is_weak(key):
        yield _found("SECRET_KEY", "it can be guessed. Draw one: openssl rand -hex 32")
    tokens = {"RASA": settings.rasa_token, "ACTION": settings.action_token}
    if settings.rasa_url:  # Rasa and its actions are elsewhere, and so is what they show each other
        del tokens["ACTION"]
    for name, token in tokens.items():
        if not token.get_secret_value():
            yield _found(
                f"{name}_TOKEN",
                "it is made at every start, so processes that are started apart cannot meet. "
                "Draw one: openssl rand -hex 32",
            )
        elif len(token.get_secret_value()) < 20 or _is_weak(token.get_secret_value()):
            yield _found(f"{name}_TOKEN", "it can be guessed. Draw one: openssl rand -hex 32")


def _is_weak(key: str) -> bool:
    return len(set(key)) < _FEWEST_SIGNS or any(word in key.lower() for word in _WORTHLESS)


def _stores(settings: Settings, given: Mapping[str, str]) -> Iterator[Unsafe]:
    if settings.desk_url.startswith("sqlite"):
        yield _found("DATABASE_URL", "SQLite serves one gateway on one disk. Use PostgreSQL")
    elif "@" in settings.desk_url and not urlsplit(settings.desk_url).password:
        yield _found("DATABASE_URL", "the database lets us in without a password")
    tracker = given.get(f"{PREFIX}TRACKER_URL", "")
    if not settings.rasa_url and not (
        tracker.startswith("postgres") or given.get(f"{PREFIX}TRACKER_URL_FILE")
    ):
        yield _found("TRACKER_URL", "Rasa's scratchpad is SQLite, so only one Rasa can run")
    if not settings.redis_url.get_secret_value():
        yield _found(
            "REDIS_URL",
            "without Redis a second gateway would not hear of the first one's messages. "
            "Accept this where one gateway is all there will ever be",
        )


def _talking(settings: Settings, _: Mapping[str, str]) -> Iterator[Unsafe]:
    if settings.log_level == "DEBUG":
        yield _found("LOG_LEVEL", "DEBUG fills the disk and slows every turn. Use INFO")
    for origin in settings.origins:
        host = urlsplit(origin).hostname
        if "*" in origin:
            yield _found("ALLOWED_ORIGINS", f"{origin} lets any site embed the chat")
        elif not origin.startswith("https://") and host not in _LOOPBACK:
            yield _found("ALLOWED_ORIGINS", f"{origin} is not https://")


def _doors(settings: Settings, _: Mapping[str, str]) -> Iterator[Unsafe]:
    """Every token of a messenger goes with the secret by which its calls are known."""
    for name in type(settings).model_fields:
        if not name.endswith("_token") or name in {"rasa_token", "action_token"}:
            continue
        secret_name = f"{name.removesuffix('_token')}_secret"
        secret = getattr(settings, secret_name, None)
        if not _text(getattr(settings, name)) or secret is None:
            continue
        if not _text(secret):
            yield _found(secret_name.upper(), "without it anybody can speak in a customer's name")
        elif _is_weak(_text(secret)):
            yield _found(secret_name.upper(), "it can be guessed. Draw one: openssl rand -hex 32")


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")


def _mail(settings: Settings, _: Mapping[str, str]) -> Iterator[Unsafe]:
    elsewhere = settings.mail_server and settings.mail_server not in _LOOPBACK
    if elsewhere and settings.mail_tls == "none":
        yield _found("MAIL_TLS", "mails to customers leave this machine unencrypted")


def _secrets_in_the_environment(_: Settings, given: Mapping[str, str]) -> Iterator[Unsafe]:
    """A key in a file that others may read is no secret."""
    for name, path in given.items():
        if name.startswith(PREFIX) and name.endswith("_FILE") and Path(path).is_file():
            mode = Path(path).stat().st_mode
            if mode & 0o004:
                yield Unsafe(name, f"{Path(path).name} can be read by everybody: chmod o-r")


_RULES: Final[tuple[Rule, ...]] = (
    _address,
    _listening,
    _keys,
    _stores,
    _talking,
    _doors,
    _mail,
    _secrets_in_the_environment,
)
