"""Turns named replies into messages: worded by the content, passed by the outbound guard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bot.content import Content, Language, Rendered
from bot.desk.models import Author, Choice, Draft
from bot.gateway import metrics
from bot.guard.findings import Review

WITHHELD: Final = "reply_withheld"
Reviewer = Callable[..., Review]

_log = structlog.get_logger(__name__)


class ReplyUnknown(Exception):
    """A reply, choice or placeholder that the content does not know: the engine's mistake."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Words replies in the conversation's language and lets the outbound guard refuse them."""

    content: Content
    review: Reviewer

    def drafts(
        self,
        replies: Iterable[Mapping[str, Any]],
        language: Language,
        author: Author = "bot",
    ) -> tuple[list[Draft], bool]:
        """Word replies in order; the flag tells whether one of them was withheld.

        Raises:
            ReplyUnknown: the content has no such reply, choice or placeholder.
        """
        drafts, withheld = [], False
        for reply in replies:
            rendered = self._worded(reply, language)
            draft = self._passed(reply["reply"], rendered, language, author)
            withheld = withheld or draft is None
            drafts.append(draft or self._instead(language, author))
        return drafts, withheld

    def _worded(self, reply: Mapping[str, Any], language: Language) -> Rendered:
        try:
            return self.content.message(reply, language)
        except (KeyError, TypeError, AttributeError) as error:
            raise ReplyUnknown(str(reply.get("reply"))[:64]) from error

    def _passed(
        self, name: str, rendered: Rendered, language: Language, author: Author
    ) -> Draft | None:
        verdict = self.review(rendered.text, author="bot", language=language)
        if verdict.safe_text is None:
            rules = sorted({reason.rule for reason in verdict.reasons})
            metrics.WITHHELD.inc()
            _log.error("reply_withheld", reply=name, rules=rules)
            return None
        choices = tuple(Choice(c.id, c.label, c.send) for c in rendered.choices)
        return Draft(verdict.safe_text, language, author, choices)

    def _instead(self, language: Language, author: Author) -> Draft:
        rendered = self._worded({"reply": WITHHELD}, language)
        verdict = self.review(rendered.text, author="bot", language=language)
        if verdict.safe_text is None:
            raise ReplyUnknown(WITHHELD)
        return Draft(verdict.safe_text, language, author)
