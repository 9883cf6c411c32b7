"""The two answers that cannot wait: a secret was shared, a robbery is under way."""

from __future__ import annotations

from actions.base import SeedwardenAction, Turn
from actions.casework import signalled
from actions.tracker import CASE
from bot.content.safety import SECRET_REPLIES


class SecretShared(SeedwardenAction):
    """Says what was removed and what to do now; an unknown kind gets the gravest answer."""

    id = "action_secret_shared"

    async def act(self, turn: Turn) -> None:
        """Answer by the kind of secret."""
        kind = turn.heard.entity("kind")
        turn.say(SECRET_REPLIES.get(kind.value if kind else "", "secret_shared__seed_phrase"))


class ScamInProgress(SeedwardenAction):
    """One screen: stop, do not, what is safe, the next ten minutes."""

    id = "action_scam_in_progress"

    async def act(self, turn: Turn) -> None:
        """Answer at once with the advice for this trick; the case under way becomes urgent."""
        signal = turn.heard.entity("signal")
        named = f"scam_in_progress__{signal.value}" if signal else ""
        turn.say(named if named in self.parts.content.replies else "scam_in_progress")
        state = turn.case
        if signal is not None and state is not None and state.is_open:
            turn.note(CASE, signalled(self.parts.content, state, signal.value).to_dict())
