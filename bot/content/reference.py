"""Ticket references: ten Crockford base-32 characters and a check character.

Source: https://www.crockford.com/base32.html. References are drawn at random (50 bits), so
one does not lead to the next. Only references whose check character is a letter or digit
are given out, because ``*~$=`` cannot be read over a telephone.
"""

from __future__ import annotations

import secrets
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_ALPHABET: Final = _ALPHABET + "*~$=U"
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_LENGTH: Final = 10


def new_reference() -> str:
    """Draw a reference, written ``XXXXX-XXXXX-C``."""
    while True:
        body = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        check = _check_character(body)
        if check in _ALPHABET:
            return f"{body[:5]}-{body[5:]}-{check}"


def read_reference(text: str) -> str | None:
    """Read a reference as people write it; None when it is not one or the check fails.

    Lower case, missing or extra dashes and spaces, and O, I, L for 0 and 1 are forgiven.
    """
    plain = text.strip().upper().translate(_READ_AS)
    if len(plain) != _LENGTH + 1 or any(sign not in _ALPHABET for sign in plain):
        return None
    body, check = plain[:_LENGTH], plain[_LENGTH]
    if _check_character(body) != check:
        return None
    return f"{body[:5]}-{body[5:]}-{check}"


def _check_character(body: str) -> str:
    value = 0
    for sign in body:
        value = value * 32 + _ALPHABET.index(sign)
    return _CHECK_ALPHABET[value % 37]
