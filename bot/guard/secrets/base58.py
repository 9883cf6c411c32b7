"""Base58Check: Bitcoin's way to write keys so that a slip of the pen is noticed."""

from __future__ import annotations

import hashlib
from typing import Final

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {char: value for value, char in enumerate(ALPHABET)}
_CHECK: Final = 4


def payload(text: str) -> bytes | None:
    """The bytes behind a Base58Check text, or None when the checksum does not hold."""
    number = 0
    for char in text:
        number = number * 58 + _VALUES[char]
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    digest = hashlib.sha256(hashlib.sha256(body).digest()).digest()
    return body if body and digest[:_CHECK] == check else None
