"""What a door's chats are known by and encrypted with, both derived from the signing key."""

from __future__ import annotations

import hashlib
import hmac

from bot.desk.credentials import Seal
from bot.keys import Keys


class DoorKeys:
    """Of one messenger, ``door``: the seal of its chats' addresses, and their fingerprints."""

    def __init__(self, keys: Keys, door: str) -> None:
        self.seal = Seal(keys, f"door {door}")
        self._naming = keys.derive(f"chat of {door}")

    def names(self, chat: str) -> tuple[str, ...]:
        """The fingerprints under which a chat may be known, the current one first."""
        return tuple(
            hmac.new(key, chat.encode(), hashlib.sha256).hexdigest() for key in self._naming
        )
