"""How Rasa is trained and started: command lines, environment, and when a model is too old.

Imports nothing of Rasa, so that the supervisor can use it on any Python from 3.10 on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

MODEL_NAME: Final = "seedwarden"
"""The one trained model, ``models/seedwarden.tar.gz``; a new training replaces it."""

INPUTS: Final = (
    "config.yml",
    "domain.yml",
    "data/topics/**/nlu*.yml",
    "data/topics/**/rules.yml",
    "data/topics/**/stories.yml",
    "data/shared/**/nlu*.yml",
    "data/shared/**/rules.yml",
    "data/shared/**/stories.yml",
    "data/knowledge/outside.yml",
    "bot/nlu/*.py",
)
"""What a model is made of, as patterns under the project's folder."""

FIXED: Final = {
    "RASA_TELEMETRY_ENABLED": "false",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYTHONWARNINGS": "ignore::DeprecationWarning",
}
"""Set for every Rasa process: quiet, one thread, no telemetry, one model from one data."""


def train_command(python: Path | str, root: Path) -> list[str]:
    """The command that trains a model from the data under ``root``; run it in ``root``."""
    return [str(python), "-m", "bot.nlu.train", str(root)]


def run_command(python: Path | str, root: Path, port: int) -> list[str]:
    """The command that serves the trained model on loopback ``port``; run it in ``root``."""
    return [str(python), "-m", "bot.nlu.serve", str(root), str(port)]


def environment(  # noqa: PLR0913 - one keyword a variable
    root: Path,
    *,
    var: Path,
    rasa_token: str,
    action_url: str,
    action_token: str,
    tracker_url: str = "",
    lock_url: str = "",
    log_level: str = "INFO",
) -> dict[str, str]:
    """Every variable that a Rasa process needs, to be laid over the inherited environment.

    Args:
        root: the project's folder; it becomes ``PYTHONPATH``.
        var: where the embedded database lives.
        rasa_token: what the gateway shows in ``X-Seedwarden-Token``.
        action_url: the action server's webhook, ``http://127.0.0.1:5055/webhook``; several,
            separated by commas, take turns and stand in for each other.
        action_token: what Rasa shows the action server in ``X-Seedwarden-Token``.
        tracker_url: a SQLAlchemy 1.4 address; empty means SQLite at ``var/rasa.db``.
        lock_url: Redis, where several Rasa processes take turns; empty means this one is alone.
        log_level: name of a level of ``logging``.
    """
    return FIXED | {
        "PYTHONPATH": str(root),
        "SEEDWARDEN_VAR": str(var),
        "SEEDWARDEN_RASA_TOKEN": rasa_token,
        "SEEDWARDEN_ACTION_URL": action_url,
        "SEEDWARDEN_ACTION_TOKEN": action_token,
        "SEEDWARDEN_TRACKER_URL": tracker_url or f"sqlite:///{var / 'rasa.db'}",
        "SEEDWARDEN_LOCK_URL": lock_url,
        "SEEDWARDEN_LOG_LEVEL": log_level,
        "LOG_LEVEL": log_level,
    }


def training_environment(root: Path, *, log_level: str = "INFO") -> dict[str, str]:
    """The variables for a training run, which talks to nobody."""
    return FIXED | {"PYTHONPATH": str(root), "SEEDWARDEN_LOG_LEVEL": log_level}


def model_path(root: Path) -> Path:
    """Where the trained model of this project lies."""
    return root / "models" / f"{MODEL_NAME}.tar.gz"


def fingerprint_path(root: Path) -> Path:
    """Where the fingerprint of the data behind the model lies."""
    return root / "models" / f"{MODEL_NAME}.sha256"


def fingerprint(root: Path) -> str:
    """SHA-256 over names and contents of everything a model is made of."""
    digest = hashlib.sha256()
    files = {path for pattern in INPUTS for path in root.glob(pattern) if path.is_file()}
    for path in sorted(files):
        content = path.read_bytes()
        name = path.relative_to(root).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def model_is_stale(root: Path) -> bool:
    """True when there is no model, or it was trained from other data than ``root`` holds now."""
    try:
        trained_from = fingerprint_path(root).read_text(encoding="ascii").strip()
    except OSError:
        return True
    return not model_path(root).is_file() or trained_from != fingerprint(root)


def remember_fingerprint(root: Path, value: str) -> None:
    """Note beside the model what it was trained from; ``value`` was taken before training."""
    path = fingerprint_path(root)
    scratch = path.with_suffix(".tmp")
    scratch.write_text(value + "\n", encoding="ascii")
    scratch.replace(path)
