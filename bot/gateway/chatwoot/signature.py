"""Tells a webhook of our Chatwoot from one that somebody else made, or sends again.

Chatwoot ≥ 4.13 signs ``"{timestamp}.{body}"`` with HMAC-SHA256 (chatwoot/chatwoot#13892).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

SIGNATURE: Final = "x-chatwoot-signature"
TIMESTAMP: Final = "x-chatwoot-timestamp"
OLDEST_SECONDS: Final = 300


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that a body has under a secret."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def is_genuine(secret: str, *, signature: str, timestamp: str, body: bytes, now: float) -> bool:
    """True for a fresh body signed with our secret; an empty secret signs nothing."""
    if not secret or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > OLDEST_SECONDS:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode())
