"""Small talk, choices outside a case, and what was not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actions.base import SeedwardenAction, Turn
from actions.begin import begun_by_words
from actions.cases import resumed
from actions.casework import cues
from actions.contacts import AWAITING
from actions.services import VENDOR_WANTED, OfficialChannel
from actions.tracker import likely_intents
from actions.words import taken_literally

if TYPE_CHECKING:
    from actions.parts import Parts

MISUNDERSTANDINGS: Final = "misunderstandings"
_CHOICE_OF_INTENT: Final = {
    "funds_stolen": "topic_stolen",
    "tx_failed": "topic_transfer",
    "app_problem": "topic_app",
    "device_broken": "topic_device",
    "forgot_pin": "topic_pin",
    "account_frozen": "topic_frozen",
    "lost_recovery_phrase": "topic_phrase",
    "report_scam": "topic_report",
    "warranty_return": "topic_return",
    "complaint": "topic_complaint",
    "find_official_channel": "official_channel",
    "talk_to_human": "talk_to_human",
}
_UNSURE: Final = frozenset({"out_of_scope", "affirm", "deny", "goodbye", "cancel"})
"""What short messages about a problem are taken for; their words decide first."""
_SMALL_TALK: Final = frozenset(
    {
        *("greet", "goodbye", "thank", "affirm", "deny", "cancel"),
        *("bot_challenge", "out_of_scope", "give_feedback"),
    }
)


class SmallTalk(SeedwardenAction):
    """Answers what carries no case; "go on" takes an unfinished case up again."""

    id = "action_small_talk"

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._channel = OfficialChannel(parts)

    async def act(self, turn: Turn) -> None:
        """Say the reply that is named like the intent."""
        if await taken_literally(self.parts, turn) or _vendor_told(self._channel, turn):
            return
        if turn.heard.intent in _UNSURE and begun_by_words(self.parts, turn):
            return
        mood = cues.mood(self.parts.content.cues, turn.heard.words)
        if mood:
            turn.say(f"mood__{mood}")
            turn.say("say_more")
            return
        intent = turn.heard.intent
        turn.say(intent if intent in _SMALL_TALK else "clarify")


class Choose(SeedwardenAction):
    """A choice was clicked whose case is no longer in the form."""

    id = "action_choose"

    async def act(self, turn: Turn) -> None:
        """Take the case up again when that was the choice; else show what can be done."""
        if not await resumed(self.parts, turn):
            turn.say("more_topics" if turn.heard.choice == "topic_other" else "greet")


class Clarify(SeedwardenAction):
    """Asks back once with the likeliest topics, the second time offers a person."""

    id = "action_clarify"
    understood = False

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._channel = OfficialChannel(parts)

    async def act(self, turn: Turn) -> None:
        """Count, and ask."""
        if (
            await taken_literally(self.parts, turn)
            or _vendor_told(self._channel, turn)
            or begun_by_words(self.parts, turn)
        ):
            turn.note(MISUNDERSTANDINGS, None)
            return
        count = int(turn.tracker.get_slot(MISUNDERSTANDINGS) or 0) + 1
        turn.note(MISUNDERSTANDINGS, count)
        mood = cues.mood(self.parts.content.cues, turn.heard.words)
        if mood and count == 1:
            turn.say(f"mood__{mood}")
        if count > 1:
            turn.say("clarify_again")
        else:
            turn.say("clarify", choices=_likeliest(turn))


def _vendor_told(channel: OfficialChannel, turn: Turn) -> bool:
    """A bare name answers "whose channel do you want to check?"."""
    vendor = turn.heard.entity("vendor")
    if vendor is None or turn.tracker.get_slot(AWAITING) != VENDOR_WANTED:
        return False
    channel.tell(turn, vendor.value)
    return True


def _likeliest(turn: Turn) -> list[str]:
    ranked = [_CHOICE_OF_INTENT[i] for i in likely_intents(turn.tracker) if i in _CHOICE_OF_INTENT]
    topics = list(dict.fromkeys([*ranked, *_CHOICE_OF_INTENT.values()]))
    chosen = [topic for topic in topics if topic != "talk_to_human"][:3]
    return [*chosen, "talk_to_human"]
