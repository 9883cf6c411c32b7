"""Access tokens: signed, bound to one conversation, with an end."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt

from bot.errors import TokenInvalid
from bot.keys import Keys

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "customer"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes tokens with the current key and reads those of every key; ``lifetime`` in seconds."""

    keys: Keys
    lifetime: int

    def make(self, conversation_id: str) -> tuple[str, datetime]:
        """Give a token for a conversation, and the moment it ends."""
        ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self.lifetime)
        claims = {"sub": conversation_id, "aud": _AUDIENCE, "exp": ends}
        return jwt.encode(claims, self.keys.current, algorithm=_ALGORITHM), ends

    def read(self, token: str) -> str:
        """Give the conversation that a token belongs to.

        Raises:
            TokenInvalid: forged, expired, or not one of ours.
        """
        for key in self.keys.every:
            with suppress(jwt.InvalidTokenError, ValueError):
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[_ALGORITHM],
                    audience=_AUDIENCE,
                    options={"require": ["sub", "exp", "aud"]},
                )
                return str(claims["sub"])
        raise TokenInvalid("The access token is not valid.")
