"""Asks customers once a case how it was, and takes the answer: none of it needs Rasa.

Five buttons (``rate:1`` … ``rate:5``) are choices on a stored message, so they survive a reload, a
restart and the end of the conversation. A sentence may follow; anything else is handled as usual.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.content.language import Language
from bot.desk.conversations import BOT_SPEAKS
from bot.desk.handoff_models import Held
from bot.desk.models import Accepted, Author, Conversation, Draft, Field, Message, OpenTicket
from bot.desk.service import Desk
from bot.desk.telling import Telling
from bot.errors import NotFound
from bot.gateway.hearing import Heard
from bot.gateway.voice import Voice
from bot.guard import scrub

LEAD: Final = "rating_lead"
SKIP: Final = "rating_skip"
SCORES: Final[Mapping[str, int]] = {f"rate:{score}": score for score in range(5, 0, -1)}
_LABELS: Final = ("rating__1", "rating__2", "rating__3", "rating__4", "rating__5")
_LOW: Final = 2
_SOLVED: Final = "case_solved"
_PARTINGS: Final = frozenset({"thank", "goodbye", "case_told"})
"""Replies after which somebody who was helped is asked, where nothing else is open."""
_SERVICES: Final = ("faq", "find_official_channel", "verify_contact", "prepare_info")
_NO_REQUEST: Final = frozenset(
    {
        *("clarify", "clarify_again", "give_feedback", "out_of_scope", "say_more"),
        *("mood__fear", "mood__anger", "engine_unavailable"),
    }
)
"""What is said to words that ask for nothing: after the question why, they are the answer."""

Payload = Mapping[str, Any]


def is_rating(choice: str | None) -> bool:
    """True for the buttons that this module answers."""
    return choice in SCORES or choice in {LEAD, SKIP}


@dataclass(frozen=True, slots=True)
class Rating:
    """Asks and listens; ``voice`` words what is said."""

    desk: Desk
    voice: Voice

    def question(self, reply: str = "rating__ask", **params: str) -> dict[str, Any]:
        """The question with its five buttons, the best first."""
        labels = self.voice.content.replies
        choices = [
            {"id": name, "label": labels[_LABELS[score - 1]].text.pair()}
            for name, score in SCORES.items()
        ]
        return {"reply": reply, "params": params, "choices": choices}

    async def after(
        self, accepted: Accepted, replies: Sequence[Payload], intent: str | None
    ) -> list[Payload]:
        """Give the replies of a turn, with the question where it is due.

        A sentence after the invitation is kept and thanked for, unless it asks for something.
        """
        names = [str(reply.get("reply")) for reply in replies]
        if names and set(names) <= _NO_REQUEST and await self._invited(accepted):
            return await self._commented(accepted)
        if intent == "complaint" and await self._invited(accepted):
            await self._commented(accepted)
        if accepted.conversation.owner == "bot" and await self._is_due(accepted, names[-1:]):
            return [*replies, self.question()]
        return list(replies)

    async def _is_due(self, accepted: Accepted, last: list[str]) -> bool:
        conversation_id = accepted.conversation.id
        if last == [_SOLVED]:
            return await self.desk.ask_rating(conversation_id, [f"turn:{accepted.message.id}"])
        if not set(last) & _PARTINGS:
            return False
        intents = {*self.voice.content.playbooks, *_SERVICES}
        return await self.desk.ask_rating_of_help(conversation_id, intents)

    async def _invited(self, accepted: Accepted) -> bool:
        before = accepted.message.seq
        offered = await self.desk.offered_before(accepted.conversation.id, before)
        if all(choice.id != SKIP for choice in offered):
            return False
        rated = await self.desk.rating(accepted.conversation.id)
        return rated is not None and not rated.comment

    async def _commented(self, accepted: Accepted) -> list[Payload]:
        words = scrub(accepted.message.text, language=accepted.message.language)
        score = await self.desk.comment_rating(accepted.conversation.id, words)
        low = score is not None and score <= _LOW
        return [{"reply": "rating__noted_low" if low else "rating__noted"}]

    async def taken(
        self, conversation: Conversation, heard: Heard, choice: str
    ) -> tuple[Accepted, list[Message]]:
        """Take a button; who owns the conversation, and whether it is closed, stays as it is."""
        score = SCORES.get(choice)
        if score is not None:
            await self.desk.rate(conversation.id, score, None)
            said: Payload = {"reply": "rating__low" if score <= _LOW else "rating__thanks"}
        elif choice == LEAD:
            said = await self._complained(conversation)
        else:
            said = {"reply": "rating__skipped"}
        incoming = replace(heard.incoming, reopens=False)
        accepted = await self.desk.accept(conversation.id, incoming, conversation.last_seq)
        if accepted.replies is not None:
            return accepted, list(accepted.replies)
        author: Author = "bot" if conversation.owner in BOT_SPEAKS else "system"
        drafts, _ = self.voice.drafts([said], conversation.language, author)
        return accepted, await self.desk.settle(accepted.message, drafts)

    async def _complained(self, conversation: Conversation) -> Payload:
        """Put the complaint on record for a lead; the same rating never makes two of them."""
        rated = await self.desk.rating(conversation.id)
        if rated is None:
            raise NotFound("rating")
        score, words, at = rated.score, rated.comment, rated.at.isoformat()
        told = self.voice.content.reply("rating__complaint")
        summary = told.render(conversation.language, {"score": str(score), "words": words})
        case = hashlib.sha256(f"{conversation.id}\n{at}".encode()).hexdigest()[:40]
        ticket = await self.desk.open_ticket(
            OpenTicket(
                conversation_id=conversation.id,
                case_id=f"rating:{case}",
                topic="complaint",
                language=conversation.language,
                priority="high",
                fields=[
                    Field("rating", "text", str(score)),
                    *([Field("details", "text", words)] if words else []),
                ],
                summary=scrub(summary),
            )
        )
        telling = Telling(self.voice.content, self.desk.office, self.desk.now())
        params = {
            "reference": ticket.joined_as or ticket.reference,
            "next": telling.next_step(ticket),
        }
        return {"reply": "rating__lead", "params": params}

    async def at_the_end(self, held: Held) -> None:
        """Ask after a person closed a conversation: about its tickets, or about that talk."""
        await self.desk.ask_rating_of_cases(
            held.conversation_id, f"closed:{held.epoch}", self.lines(held.language)
        )

    def lines(self, language: Language, reply: str = "rating__ask", **params: str) -> list[Draft]:
        """The question as the system says it, where no bot is talking."""
        drafts, _ = self.voice.drafts([self.question(reply, **params)], language, "system")
        return drafts
