"""Puts the operator into the authored replies: its name, its accounts, the languages it offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.content.wording import Text, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.content.language import Language
    from bot.content.profile import Profile
    from bot.content.replies import Reply

_NAME: Final = "{operator}"
_ACCOUNTS: Final = "{our_accounts}"
_TOLD: Final = "our_accounts"
"""The reply that names our accounts, on a line of its own where another reply wants it."""
_LANGUAGE_CHOICES: Final = {"in_chinese": "zh", "in_english": "en"}


@dataclass(frozen=True)
class OperatorWords:
    """The operator of a profile, as the replies name it; done once, when they are read."""

    operator: Profile
    replies: Mapping[str, Reply]

    def of(self, reply: Reply) -> Reply:
        """Give a reply with the operator in it; a line about accounts goes where there is none."""
        text = Text(zh=self._worded(reply.text, "zh"), en=self._worded(reply.text, "en"))
        choices = (name for name in reply.choices if self._offers(name))
        return replace(reply, text=text, choices=tuple(choices))

    def _worded(self, text: Text, language: Language) -> str:
        worded = text.of(language).replace(_NAME, self.operator.name.of(language))
        if _ACCOUNTS not in worded:
            return worded
        told = self._accounts(language)
        if told:
            return worded.replace(_ACCOUNTS, told)
        lines = (line for line in worded.splitlines() if line != _ACCOUNTS)
        return "\n".join(lines)

    def _accounts(self, language: Language) -> str:
        named = self.operator.accounts(language)
        sentence = self.replies[_TOLD].text.of(language)
        return fill(sentence, {"list": named}, language) if named else ""

    def _offers(self, choice: str) -> bool:
        return self.operator.offers(_LANGUAGE_CHOICES.get(choice, self.operator.language))
