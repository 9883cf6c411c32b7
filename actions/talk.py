"""Small talk, choices outside a case, and what was not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rasa_sdk.events import FollowupAction

from actions.base import SeedwardenAction, Turn
from actions.begin import begin, begun_by_words, begun_in_order
from actions.cases import resumed
from actions.casework import cues
from actions.contacts import AWAITING
from actions.drafts import offered_again
from actions.requests import CHOICE_OF_INTENT, offered
from actions.services import VENDOR_WANTED, OfficialChannel
from actions.tracker import FORM, likely_intents, likely_questions
from actions.words import taken_literally

if TYPE_CHECKING:
    from actions.parts import Parts

MISUNDERSTANDINGS: Final = "misunderstandings"
_ACTIONS: Final = {
    "find_official_channel": "action_official_channel",
    "verify_contact": "action_verify_contact",
    "ticket_status": "action_ticket_status",
    "talk_to_human": "action_talk_to_human",
}
_MAYBE: Final = 3
_LIKELY: Final = 0.5
"""A question is offered where ``faq`` is among so many likeliest intents, and it is so likely."""
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
        if self._next_answered(turn):
            return
        if await taken_literally(self.parts, turn) or _vendor_told(self._channel, turn):
            return
        if turn.heard.intent in _UNSURE and begun_by_words(self.parts, turn):
            return
        if offered_again(self.parts.content, turn):
            return
        mood = cues.mood(self.parts.content.cues, turn.heard.words)
        if mood:
            turn.say(f"mood__{mood}")
            turn.say("say_more")
            return
        intent = turn.heard.intent
        turn.say(intent if intent in _SMALL_TALK else "clarify")

    def _next_answered(self, turn: Turn) -> bool:
        """Take "yes" or "no" to the request that was offered last."""
        following = offered(turn)
        answer = cues.agreement(self.parts.content.cues, turn.heard) if following else ""
        if not answer:
            return False
        turn.note(AWAITING, None)
        if answer == "no":
            turn.say("deny")
        elif following in self.parts.content.playbooks:
            begin(self.parts, turn, following)
            turn.events.append(FollowupAction(FORM))
        else:
            turn.events.append(FollowupAction(_ACTIONS[following]))
        return True


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
        if begun_in_order(self.parts, turn):
            turn.events.append(FollowupAction(FORM))
            turn.note(MISUNDERSTANDINGS, None)
            return
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
            turn.say("clarify", choices=[*_question(self.parts, turn), *_likeliest(turn)])


def _vendor_told(channel: OfficialChannel, turn: Turn) -> bool:
    """A bare name answers "whose channel do you want to check?"."""
    vendor = turn.heard.entity("vendor")
    if vendor is None or turn.tracker.get_slot(AWAITING) != VENDOR_WANTED:
        return False
    channel.tell(turn, vendor.value)
    return True


def _question(parts: Parts, turn: Turn) -> list[str]:
    """The question of the FAQ that a bare word asks: "fees", which alone is no clear intent."""
    known = parts.content.faq.questions
    if "faq" not in likely_intents(turn.tracker)[:_MAYBE]:
        return []
    best = [name for name, sure in likely_questions(turn.tracker)[:1] if sure >= _LIKELY]
    return [known[name].name for name in best if name in known]


def _likeliest(turn: Turn) -> list[str]:
    ranked = [CHOICE_OF_INTENT[i] for i in likely_intents(turn.tracker) if i in CHOICE_OF_INTENT]
    topics = list(dict.fromkeys([*ranked, *CHOICE_OF_INTENT.values()]))
    chosen = [topic for topic in topics if topic != "talk_to_human"][:3]
    return [*chosen, "talk_to_human"]
