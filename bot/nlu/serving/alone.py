"""What a Rasa that nobody supervises needs: its variables, where it listens, what it stands on.

The folder is no input of the model (``launch.INPUTS``): a change here trains nothing anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from bot.nlu import launch

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parents[3]
LOOPBACK: Final = "127.0.0.1"
_NEEDED: Final = ("SEEDWARDEN_RASA_TOKEN", "SEEDWARDEN_ACTION_TOKEN")


class Unusable(Exception):
    """A variable stops the start; the message names it."""


def environment_of(given: Mapping[str, str]) -> dict[str, str]:
    """All variables of a Rasa process, by those the operator set; secrets also from files.

    Raises:
        Unusable: a token is missing, or a file cannot be read.
    """
    tokens = {name: _secret(given, name) for name in _NEEDED}
    missing = next((name for name, value in tokens.items() if not value), None)
    if missing is not None:
        raise Unusable(f"{missing} is not usable: expected the token that the other side shows.")
    port = given.get("SEEDWARDEN_ACTION_PORT") or "5055"
    return launch.environment(
        ROOT,
        var=Path(given.get("SEEDWARDEN_VAR") or ROOT / "var"),
        rasa_token=tokens["SEEDWARDEN_RASA_TOKEN"],
        action_url=given.get("SEEDWARDEN_ACTION_URL") or f"http://{LOOPBACK}:{port}/webhook",
        action_token=tokens["SEEDWARDEN_ACTION_TOKEN"],
        tracker_url=_secret(given, "SEEDWARDEN_TRACKER_URL"),
        lock_url=_secret(given, "SEEDWARDEN_LOCK_URL"),
        log_level=given.get("SEEDWARDEN_LOG_LEVEL") or "INFO",
    )


def _secret(given: Mapping[str, str], name: str) -> str:
    if given.get(name) or not given.get(f"{name}_FILE"):
        return given.get(name, "")
    try:
        return Path(given[f"{name}_FILE"]).read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise Unusable(f"{name}_FILE cannot be read ({error.strerror}).") from error


def place_of(given: Mapping[str, str]) -> tuple[str, int]:
    """Host and port on which to listen; loopback unless the operator says otherwise.

    Raises:
        Unusable: the port is no number of a port.
    """
    port = given.get("SEEDWARDEN_RASA_PORT") or "5005"
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise Unusable("SEEDWARDEN_RASA_PORT is not usable: expected a number up to 65535.")
    return given.get("SEEDWARDEN_RASA_HOST") or LOOPBACK, int(port)


def stands_on(endpoints: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What this Rasa uses, one word each and no address: they hold passwords."""
    described: dict[str, Any] = yaml.safe_load(endpoints.read_text(encoding="utf-8")) or {}
    tracker = given.get("SEEDWARDEN_TRACKER_URL", "").partition(":")[0].partition("+")[0]
    return {
        "tracker_store": tracker or "sqlite",
        "lock_store": _locks(described, given),
        "event_broker": _type(described, "event_broker", "none"),
        "model": "present" if launch.model_path(endpoints.parent).is_file() else "missing",
    }


def _locks(described: dict[str, Any], given: Mapping[str, str]) -> str:
    """Our own store is shared over Redis where it knows an address, else it is this process's."""
    kind = _type(described, "lock_store", "memory")
    if kind != "SeedwardenLockStore":
        return kind
    return "redis" if _secret(given, "SEEDWARDEN_LOCK_URL") else "own"


def _type(described: dict[str, Any], name: str, otherwise: str) -> str:
    part = described.get(name)
    kind = part.get("type") if isinstance(part, dict) else None
    return os.path.expandvars(str(kind)).rpartition(".")[2] if kind else otherwise
