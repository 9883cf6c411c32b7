"""The processes of one machine: what each is called, how it is started and when it is healthy."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.nlu import launch
from bot.settings import Settings

LOOPBACK = "127.0.0.1"
# Rasa is quarantined (docs/adr/0001): it gets its own token and database, none of the desk's.
NOT_FOR_RASA = (
    *("SEEDWARDEN_SECRET_KEY", "SEEDWARDEN_FORMER_KEYS", "SEEDWARDEN_DATABASE_URL"),
    *("SEEDWARDEN_REDIS_URL", "SEEDWARDEN_MAIL_", "SEEDWARDEN_TELEGRAM_", "SEEDWARDEN_CHATWOOT_"),
)


@dataclass(frozen=True)
class Part:
    """One process.

    Attributes:
        name: as the person at the terminal reads it.
        command: program and arguments.
        environment: all its variables; never shown, they hold tokens.
        host: where it listens.
        port: its TCP port.
        setting: the variable that moves the port.
        health: address that answers 200 as soon as the part can work.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    host: str
    port: int
    setting: str
    health: str

    @property
    def log_name(self) -> str:
        """Its log's file name without folder and ending: ``action-server``."""
        return self.name.lower().replace(" ", "-")

    @property
    def token(self) -> str:
        """What Rasa wants to be shown."""
        return self.environment["SEEDWARDEN_RASA_TOKEN"]


@dataclass(frozen=True)
class Tokens:
    """What the parts show each other on loopback; made anew at every start unless set."""

    rasa: str = field(repr=False)
    action: str = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> Tokens:
        """Take the operator's tokens, and make those that are not set (256 bits each)."""
        return cls(
            rasa=settings.rasa_token.get_secret_value() or secrets.token_urlsafe(32),
            action=settings.action_token.get_secret_value() or secrets.token_urlsafe(32),
        )


def rasa_python(root: Path) -> Path:
    """The interpreter of Rasa's own environment."""
    return root / ".venv-rasa" / "bin" / "python"


def all_parts(settings: Settings, root: Path) -> tuple[Part, ...]:
    """All parts, the slowest starters first; they may be started together."""
    tokens = Tokens.from_settings(settings)
    shared = _inherited() | _settings_of_ours(settings, tokens)
    several = range(settings.rasa_processes)
    return (
        *(_rasa(settings, root, tokens, number) for number in several),
        _action_server(settings, shared),
        _gateway(settings, shared),
    )


def _inherited() -> dict[str, str]:
    # Lines must reach the log when they are written, not when a buffer of 8 KiB is full.
    # The sentence encoder's products are small: a second thread only waits, 13 ms a message.
    plain = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    return dict(os.environ) | plain


def _settings_of_ours(settings: Settings, tokens: Tokens) -> dict[str, str]:
    return {
        "SEEDWARDEN_VAR": str(settings.var_folder),
        "SEEDWARDEN_RASA_TOKEN": tokens.rasa,
        "SEEDWARDEN_ACTION_TOKEN": tokens.action,
    }


def _rasa(settings: Settings, root: Path, tokens: Tokens, number: int) -> Part:
    port = settings.rasa_port + number
    ours = launch.environment(
        root,
        var=settings.var_folder,
        rasa_token=tokens.rasa,
        action_url=os.environ.get("SEEDWARDEN_ACTION_URL")
        or f"http://{LOOPBACK}:{settings.action_port}/webhook",
        action_token=tokens.action,
        tracker_url=os.environ.get("SEEDWARDEN_TRACKER_URL", ""),
        # Of Redis it gets the address alone, for the order of turns (bot/nlu/lock_store.py).
        lock_url=os.environ.get("SEEDWARDEN_LOCK_URL") or settings.redis_url.get_secret_value(),
        log_level=settings.log_level,
    )
    inherited = {
        name: value for name, value in _inherited().items() if not name.startswith(NOT_FOR_RASA)
    }
    return Part(
        name=f"Rasa {number + 1}" if number else "Rasa",
        command=tuple(launch.run_command(rasa_python(root), root, port)),
        environment=inherited | ours,
        host=LOOPBACK,
        port=port,
        setting="SEEDWARDEN_RASA_PORT",
        health=f"http://{LOOPBACK}:{port}/webhooks/gateway/health",
    )


def _action_server(settings: Settings, environment: Mapping[str, str]) -> Part:
    port = settings.action_port
    return Part(
        name="action server",
        command=(sys.executable, "-m", "actions"),
        environment=environment,
        host=LOOPBACK,
        port=port,
        setting="SEEDWARDEN_ACTION_PORT",
        health=f"http://{LOOPBACK}:{port}/health",
    )


def _gateway(settings: Settings, environment: Mapping[str, str]) -> Part:
    return Part(
        name="gateway",
        command=(sys.executable, "-m", "bot", "gateway"),
        environment=environment,
        host=settings.host,
        port=settings.port,
        setting="SEEDWARDEN_PORT",
        health=f"{public_address(settings)}/healthz",
    )


def public_address(settings: Settings) -> str:
    """The gateway's address as somebody on this machine opens it, without a slash at the end."""
    everywhere = settings.host in {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not listened on
    host = LOOPBACK if everywhere else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
