"""What the services of the support team take and give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from bot.desk.people_tables import AgentRow
from bot.errors import SeedwardenError

Role = Literal["agent", "lead", "admin", "auditor"]
ROLES: Final[tuple[Role, ...]] = ("agent", "lead", "admin", "auditor")
SERVING: Final[tuple[Role, ...]] = ("agent", "lead", "admin")
"""Who may talk to customers; an auditor reads only."""
PASSWORD_LENGTH: Final = (12, 200)


class SignInRefused(SeedwardenError):
    """Login, password or code do not fit; which of them is not told."""

    def __init__(self) -> None:
        super().__init__("The sign-in was refused.")


class LockedOut(SeedwardenError):
    """Too many failed attempts; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many failed attempts.")
        self.retry_after = retry_after


class SessionInvalid(SeedwardenError):
    """There is no such session, it ran out, or its person was disabled."""


class SetupInvalid(SeedwardenError):
    """The one-time set-up token is unknown, used or older than a day."""

    def __init__(self) -> None:
        super().__init__("The set-up token is not valid (any more). Ask for a new one.")


class LoginTaken(SeedwardenError):
    """Somebody has this login already."""

    def __init__(self, login: str) -> None:
        super().__init__(f"There is an agent with the login {login!r} already.")


class PasswordWeak(SeedwardenError):
    """The password is too short, too long, or made of the person's own login."""

    def __init__(self) -> None:
        super().__init__("A password needs 12 to 200 characters and must not hold the login.")


class LastAdmin(SeedwardenError):
    """The only admin cannot be disabled."""

    def __init__(self) -> None:
        super().__init__("This is the only admin; make another one first.")


@dataclass(frozen=True, slots=True)
class NewAgent:
    """A person to be added; ``languages`` are those the person answers in."""

    login: str
    name: str
    role: Role
    languages: tuple[str, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the support team, as colleagues see them."""

    id: str
    login: str
    name: str
    badge: str
    role: Role
    languages: tuple[str, ...]
    is_active: bool
    is_enrolled: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """A one-time token with which a person chooses a password; shown once, valid for a day."""

    agent: Agent
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app takes: the secret, and the same as an ``otpauth://`` address."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: its token (shown once), its person, and whether the second step was taken."""

    token: str
    agent: Agent
    is_full: bool
    expires_at: datetime


def agent_from_row(row: AgentRow) -> Agent:
    """A person as their row says."""
    return Agent(
        id=row.id,
        login=row.login,
        name=row.name,
        badge=row.badge,
        role=cast("Role", row.role),
        languages=tuple(row.languages),
        is_active=row.is_active,
        is_enrolled=row.is_enrolled,
    )
