"""Answers questions that need no case, by the ranking of the question finder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from actions.talk import MISUNDERSTANDINGS, Clarify
from actions.words import Literal
from bot.content.faq import INTENT

if TYPE_CHECKING:
    from rasa_sdk.interfaces import Tracker

    from actions.base import Turn
    from actions.parts import Parts
    from bot.content.faq import Question

CLOSE: Final = 0.2
"""The confidence below which no question is what was asked. The finder spreads 1 over all
questions, so that a guess gets about 0.01."""
MARGIN: Final = 0.25
"""By how much the best must lead to be answered at once; those closer to it are offered."""
MOST: Final = 3
"""How many questions are offered; more are not read."""


class AnswerFaq(Literal):
    """Answers the question asked, offers two or three close ones, or asks again."""

    id = "action_faq"
    understood = False  # the count of misunderstandings goes on where nothing is close

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._clarify = Clarify(parts)

    async def meant(self, turn: Turn) -> None:
        """Say the answer by its name; wording and sources are the content's."""
        near = self._chosen(turn) or self._near(turn.tracker)
        if not near:
            await self._no_answer(turn)
            return
        if turn.tracker.get_slot(MISUNDERSTANDINGS):
            turn.note(MISUNDERSTANDINGS, None)
        if len(near) > 1:
            turn.say("faq_which", choices=[*(item.name for item in near), "talk_to_human"])
        elif _in_a_case(turn):
            turn.say(near[0].name, choices=[])  # the case's own question comes next
        else:
            turn.say(near[0].name)

    def _chosen(self, turn: Turn) -> list[Question]:
        """The question that a choice named; words alone name none."""
        named = turn.heard.entity("question") if turn.heard.clicked else None
        known = self.parts.content.faq.questions
        return [known[named.value]] if named is not None and named.value in known else []

    def _near(self, tracker: Tracker) -> list[Question]:
        """The questions that may be meant, the likeliest first; one where it leads clearly."""
        known = self.parts.content.faq.questions
        ranked = [(known[name], sure) for name, sure in _ranking(tracker) if name in known]
        if not ranked or ranked[0][1] < CLOSE:
            return []
        best = ranked[0][1]
        return [question for question, sure in ranked[:MOST] if best - sure < MARGIN]

    async def _no_answer(self, turn: Turn) -> None:
        if _in_a_case(turn):
            turn.say("faq_unanswered")
        else:
            await self._clarify.act(turn)


def _in_a_case(turn: Turn) -> bool:
    return turn.case is not None and turn.case.is_open


def _ranking(tracker: Tracker) -> list[tuple[str, float]]:
    """Question ids with their confidence, the likeliest first, as Rasa's selectors write them."""
    found: dict[str, Any] = tracker.latest_message.get("response_selector") or {}
    ranking = (found.get(INTENT) or {}).get("ranking") or []
    return [
        (
            str(item["intent_response_key"]).removeprefix(f"{INTENT}/"),
            float(item["confidence"]),
        )
        for item in ranking
    ]
