"""Wording in both languages, and how placeholders are filled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.content.language import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    Params = Mapping[str, Any]
    """Placeholder → a string, a ``{"zh", "en"}`` pair, or a list of such (one line each)."""
else:
    Params = dict

_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True)
class Text:
    """The same sentence in Chinese and in English."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Give the wording in one language."""
        return self.zh if language == "zh" else self.en

    def pair(self) -> dict[str, str]:
        """Give both as a plain dict, the shape that travels through Rasa."""
        return {"zh": self.zh, "en": self.en}

    def placeholders(self, language: Language) -> frozenset[str]:
        """Name the placeholders of one language's wording."""
        return frozenset(_PLACEHOLDER.findall(self.of(language)))


def text_of(raw: Mapping[str, Any]) -> Text:
    """Read a ``{"zh", "en"}`` mapping.

    Raises:
        KeyError: a language is missing.
    """
    return Text(**{language: str(raw[language]).strip() for language in LANGUAGES})


def fill(template: str, params: Params, language: Language) -> str:
    """Put ``params`` into a template in one pass, so that values are never read as templates.

    Raises:
        KeyError: a placeholder has no value.
    """
    return _PLACEHOLDER.sub(lambda match: _worded(params[match[1]], language), template)


def _worded(value: Any, language: Language) -> str:
    if isinstance(value, (list, tuple)):
        return "\n".join(_worded(item, language) for item in value)
    if isinstance(value, dict):
        return str(value.get(language) or next(iter(value.values()), ""))
    return str(value)
