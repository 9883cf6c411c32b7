"""What is checked before anything is started, so that a refusal has one clear reason."""

from __future__ import annotations

import errno
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

from bot.settings import Settings
from bot.supervisor.errors import (
    AddressUnusable,
    EnvironmentMissing,
    PortTaken,
    StartRefused,
)
from bot.supervisor.parts import Part


def check_interpreter(python: Path) -> None:
    """See that an environment's Python starts.

    Raises:
        EnvironmentMissing: it is not there, or what it points to is gone.
    """
    try:
        answer = subprocess.run([str(python), "-c", ""], check=False, capture_output=True)  # noqa: S603
    except OSError:
        raise EnvironmentMissing(python) from None
    if answer.returncode:
        raise EnvironmentMissing(python)


def check_several(settings: Settings) -> None:
    """See that several Rasa share what keeps a conversation's turns in order.

    Raises:
        StartRefused: they would answer one message twice.
    """
    if len(settings.engine_urls) > 1 and not settings.redis_url.get_secret_value():
        raise StartRefused(
            f"{len(settings.engine_urls)} Rasa would take one message twice: set "
            "SEEDWARDEN_REDIS_URL, where they take turns, or run a single one."
        )


def check_ports(parts: Iterable[Part]) -> None:
    """See that every part can listen where it wants to.

    Raises:
        PortTaken: somebody listens there already.
        AddressUnusable: the address is not ours, or the port needs rights we lack.
        StartRefused: two parts were given the same port.
    """
    seen: dict[int, Part] = {}
    for part in parts:
        other = seen.setdefault(part.port, part)
        if other is not part:
            raise StartRefused(
                f"{other.setting} and {part.setting} are both {part.port}: give each its own port."
            )
        _check_port(part)


def _check_port(part: Part) -> None:
    family = socket.AF_INET6 if ":" in part.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Connections of an earlier run that are still fading out are no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((part.host, part.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(part.name, part.host, part.port, part.setting) from None
            why = error.strerror or type(error).__name__
            raise AddressUnusable(part.name, part.host, part.port, why) from None
