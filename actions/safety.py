"""The two answers that cannot wait: a secret was shared, a robbery is under way."""

from __future__ import annotations

from typing import Final

from actions.base import SeedwardenAction, Turn

_REPLY_BY_KIND: Final = {
    "seed_phrase": "secret_shared__seed_phrase",
    "share": "secret_shared__seed_phrase",
    "private_key": "secret_shared__private_key",
    "extended_key": "secret_shared__private_key",
    "keystore": "secret_shared__private_key",
    "pin": "secret_shared__code",
    "password": "secret_shared__code",
    "one_time_code": "secret_shared__code",
    "card_number": "secret_shared__identity",
    "national_id": "secret_shared__identity",
}


class SecretShared(SeedwardenAction):
    """Says what was removed and what to do now; an unknown kind gets the gravest answer."""

    id = "action_secret_shared"

    async def act(self, turn: Turn) -> None:
        """Answer by the kind of secret."""
        kind = turn.heard.entity("kind")
        turn.say(_REPLY_BY_KIND.get(kind.value if kind else "", "secret_shared__seed_phrase"))


class ScamInProgress(SeedwardenAction):
    """One screen: stop, do not, what is safe, the next ten minutes."""

    id = "action_scam_in_progress"

    async def act(self, turn: Turn) -> None:
        """Answer at once, whatever else is going on."""
        turn.say("scam_in_progress")
