"""Answers questions that need no case, by the ranking of the question finder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actions.talk import MISUNDERSTANDINGS, Clarify
from actions.tracker import likely_questions
from actions.words import Literal

if TYPE_CHECKING:
    from rasa_sdk.interfaces import Tracker

    from actions.base import Turn
    from actions.parts import Parts
    from bot.content.faq import Question

SURE: Final = 0.5
LEAD: Final = 0.2
"""A question is answered at once from ``SURE`` on, and when it leads the next by ``LEAD``.

In four-fold cross-validation over the examples, 67 % are then answered right at once and 4 %
with a neighbouring answer; for 25 % the right question is among those offered."""
CLOSE: Final = 0.1
"""The confidence below which nothing is close. The finder spreads 1 over all questions: a
mere guess among eighty gets about 0.01."""
FAINT: Final = 0.03
MOST: Final = 3
"""No less likely question is offered than ``FAINT``, and no more of them than are read."""


class AnswerFaq(Literal):
    """Answers the question asked, offers two or three close ones, or asks again."""

    id = "action_faq"
    understood = False  # the count of misunderstandings goes on where nothing is close

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._clarify = Clarify(parts)

    async def meant(self, turn: Turn) -> None:
        """Say the answer by its name; wording and sources are the content's."""
        question = self._chosen(turn)
        ranked = [] if question else self._ranked(turn.tracker)
        if question is None and _leads(ranked):
            question = ranked[0][0]
        if question is None and (not ranked or ranked[0][1] < CLOSE):
            await self._no_answer(turn)
            return
        if turn.tracker.get_slot(MISUNDERSTANDINGS):
            turn.note(MISUNDERSTANDINGS, None)
        if question is None:
            offered = [item.name for item, sure in ranked[:MOST] if sure >= FAINT]
            turn.say("faq_which", choices=[*offered, "talk_to_human"])
        else:  # in a case its own question comes next, without choices that lead away
            turn.say(question.name, choices=[] if _in_a_case(turn) else None)

    def _chosen(self, turn: Turn) -> Question | None:
        """The question that a choice named; words alone name none."""
        named = turn.heard.entity("question") if turn.heard.clicked else None
        return self.parts.content.faq.questions.get(named.value) if named else None

    def _ranked(self, tracker: Tracker) -> list[tuple[Question, float]]:
        """The questions that may be meant, the likeliest first."""
        known = self.parts.content.faq.questions
        return [(known[name], sure) for name, sure in likely_questions(tracker) if name in known]

    async def _no_answer(self, turn: Turn) -> None:
        if _in_a_case(turn):
            turn.say("faq_unanswered")
        else:
            await self._clarify.act(turn)


def _leads(ranked: list[tuple[Question, float]]) -> bool:
    """True when the first is likely, and clearly likelier than the second."""
    sure = [sure for _, sure in ranked] + [0.0, 0.0]
    return sure[0] >= SURE and sure[0] - sure[1] >= LEAD


def _in_a_case(turn: Turn) -> bool:
    return turn.case is not None and turn.case.is_open
