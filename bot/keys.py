"""The signing key and the former ones, of which every other key is derived."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass(frozen=True, slots=True)
class Keys:
    """Closes and signs with ``current``; what a ``former`` key closed or signed is still read."""

    current: bytes = field(repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def every(self) -> tuple[bytes, ...]:
        """All keys, the current one first."""
        return (self.current, *self.former)

    def derive(self, purpose: str, length: int = 32) -> tuple[bytes, ...]:
        """Make keys of ``length`` bytes for one purpose (HKDF, RFC 5869), the current one first."""
        info = f"seedwarden {purpose} v1".encode()
        return tuple(
            HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(key)
            for key in self.every
        )
