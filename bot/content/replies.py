"""Named replies and choices: what the bot may say, and what a customer may click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.content.wording import Params, Text, fill

if TYPE_CHECKING:
    from bot.content.language import Language


@dataclass(frozen=True)
class Choice:
    """A button: its id, its label, and the slash payload (without slash) that it sends."""

    id: str
    label: Text
    send: str

    @property
    def intent(self) -> str:
        """The intent that the payload names."""
        return self.send.partition("{")[0]


@dataclass(frozen=True)
class Reply:
    """A named reply: wording in both languages and the ids of its choices."""

    name: str
    text: Text
    choices: tuple[str, ...] = ()

    def render(self, language: Language, params: Params | None = None) -> str:
        """Word the reply in one language.

        Raises:
            KeyError: a placeholder has no value in ``params``.
        """
        return fill(self.text.of(language), params or {}, language)


@dataclass(frozen=True)
class RenderedChoice:
    """A choice as a customer sees it, with the payload the gateway sends for it."""

    id: str
    label: str
    send: str


@dataclass(frozen=True)
class Rendered:
    """A reply ready to be stored and shown."""

    text: str
    choices: tuple[RenderedChoice, ...] = ()
