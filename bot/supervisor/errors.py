"""Why a start was refused or given up: one sentence for the person at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import SeedwardenError

if TYPE_CHECKING:
    from pathlib import Path


class StartRefused(SeedwardenError):
    """Nothing was left running; the message is one sentence with the remedy."""


class EnvironmentMissing(StartRefused):
    """The interpreter that a part needs is not there."""

    def __init__(self, python: Path) -> None:
        super().__init__(f"{python} is missing or does not run: 'make install' builds it.")
        self.python = python


class PortTaken(StartRefused):
    """Another program listens where a part wants to; ``setting`` moves the part."""

    def __init__(self, part: str, host: str, port: int, setting: str) -> None:
        super().__init__(
            f"Port {port} on {host}, which the {part} needs, is taken: "
            f"stop the program that listens there, or choose another port with {setting}."
        )
        self.port = port
        self.setting = setting


class AddressUnusable(StartRefused):
    """The system does not let a part listen at its address."""

    def __init__(self, part: str, host: str, port: int, why: str) -> None:
        super().__init__(
            f"The {part} cannot listen on {host}:{port} ({why}): "
            "set SEEDWARDEN_HOST to an address of this machine, and ports above 1023."
        )


class TrainingFailed(StartRefused):
    """No usable model came out; the old one, if any, was kept."""

    def __init__(self, status: int, log: Path) -> None:
        super().__init__(
            f"Training the model failed (exit status {status}), the model before it was kept: "
            f"read the last lines of {log}, mend what they name under data/, then run it again."
        )


class PartFailed(StartRefused):
    """A part ended, or stayed silent, before it was ever healthy."""

    def __init__(self, part: str, what: str, log: Path) -> None:
        super().__init__(
            f"The {part} {what}; everything was stopped. Its last words are above, all of them "
            f"are in {log}."
        )
