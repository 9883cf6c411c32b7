"""Secrets of agents: password hashes, sealed TOTP secrets, one-time tokens and codes."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.content.profile import profile
from bot.errors import SeedwardenError
from bot.keys import Keys

RECOVERY_CODES: Final = 10
STEP_SECONDS: Final = 30
_NONCE_BYTES: Final = 12
_ALPHABET: Final = "23456789abcdefghjkmnpqrstvwxyz"
"""Letters and digits that nobody mistakes for one another."""
_DIGITS: Final = "23456789"
_LETTERS: Final = "ACDEFHJKMNPRUY"
"""Of a badge: none with which a messenger's name begins (TG, QQ, VX, WX), and no word either."""
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""A hash that no password has: an unknown login takes as long as a known one."""


class SealBroken(SeedwardenError):
    """A sealed secret does not open: the signing key changed, or the row was tampered with."""

    def __init__(self) -> None:
        super().__init__(
            "Something that is kept encrypted cannot be read: its signing key is neither "
            "SEEDWARDEN_SECRET_KEY nor among SEEDWARDEN_FORMER_KEYS. Set the key back; for an "
            "agent's second step 'seedwarden agent reset' helps too."
        )


def digest(secret: str) -> str:
    """The fingerprint under which a random token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token() -> str:
    """A token of 256 random bits, for a session or a set-up."""
    return secrets.token_urlsafe(32)


def new_badge() -> str:
    """Four signs that a customer can compare at a glance: digit, letter, digit, letter."""
    return "".join(secrets.choice(signs) for signs in (_DIGITS, _LETTERS) * 2)


def new_recovery_codes() -> list[str]:
    """Codes of about 49 bits, in two halves."""
    return ["-".join(_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]


def read_recovery_code(typed: str) -> str:
    """A recovery code as it was given out, however it was typed."""
    letters = "".join(sign for sign in typed.lower() if sign.isalnum())
    return f"{letters[:5]}-{letters[5:]}"


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and checks passwords with argon2id."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def hash(self, password: str) -> str:
        """Hash a password; takes tens of milliseconds on purpose."""
        return self.hasher.hash(password)

    def is_right(self, stored: str | None, password: str) -> bool:
        """True for the right password; an unknown person takes as long."""
        try:
            return self.hasher.verify(stored or _NOBODY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


class Seal:
    """Encrypts secrets at rest with AES-256-GCM, bound to the row they belong to.

    Each ``purpose`` has a key of its own, derived from the signing key.
    """

    def __init__(self, keys: Keys, purpose: str = "totp") -> None:
        self._ciphers = tuple(AESGCM(key) for key in keys.derive(purpose))

    def close(self, secret: str, owner: str) -> str:
        """Encrypt a secret; ``owner`` is the id of its row."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, secret.encode(), owner.encode())
        return b64encode(nonce + sealed).decode()

    def open(self, sealed: str, owner: str) -> str:
        """Decrypt a secret.

        Raises:
            SealBroken: it was sealed under a key we do not have, or for another row.
        """
        return self._opened(sealed, owner)[0]

    def renew(self, sealed: str, owner: str) -> str | None:
        """Give what a former key closed as the current one closes it; None where it did already.

        Raises:
            SealBroken: as for ``open``.
        """
        secret, is_current = self._opened(sealed, owner)
        return None if is_current else self.close(secret, owner)

    def _opened(self, sealed: str, owner: str) -> tuple[str, bool]:
        raw = b64decode(sealed)
        nonce, closed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        for age, cipher in enumerate(self._ciphers):
            with suppress(InvalidTag):
                return cipher.decrypt(nonce, closed, owner.encode()).decode(), age == 0
        raise SealBroken


def new_totp_secret() -> str:
    """A base32 secret of 160 bits, as authenticator apps take it."""
    return pyotp.random_base32()


def totp_uri(secret: str, login: str) -> str:
    """The ``otpauth://`` address that a QR code on the enrolment page shows."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=profile().name.en)


def totp_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step whose code this is, or None; steps up to ``after`` were used already.

    The step before and the one after are taken too, for clocks that are half a minute off.
    """
    current = int(now.timestamp()) // STEP_SECONDS
    for step in (current - 1, current, current + 1):
        right = pyotp.TOTP(secret).generate_otp(step)
        if hmac.compare_digest(right.encode(), code.strip().encode()) and step > after:
            return step
    return None
