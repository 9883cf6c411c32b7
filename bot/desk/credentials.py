"""Secrets of agents: password hashes, sealed TOTP secrets, one-time tokens and codes."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SeedwardenError

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
            "An agent's second step cannot be read: the signing key is another one than at "
            "enrolment. Set the key back, or use 'seedwarden agent reset'."
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

    def __init__(self, signing_key: bytes, purpose: str = "totp") -> None:
        info = f"seedwarden {purpose} v1".encode()
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
        self._cipher = AESGCM(derive.derive(signing_key))

    def close(self, secret: str, owner: str) -> str:
        """Encrypt a secret; ``owner`` is the id of its row."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secret.encode(), owner.encode())
        return b64encode(nonce + sealed).decode()

    def open(self, sealed: str, owner: str) -> str:
        """Decrypt a secret.

        Raises:
            SealBroken: it was sealed under another key or for another row.
        """
        raw = b64decode(sealed)
        try:
            opened = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode())
        except InvalidTag:
            raise SealBroken from None
        return opened.decode()


def new_totp_secret() -> str:
    """A base32 secret of 160 bits, as authenticator apps take it."""
    return pyotp.random_base32()


def totp_uri(secret: str, login: str) -> str:
    """The ``otpauth://`` address that a QR code on the enrolment page shows."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Seedwarden")


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
