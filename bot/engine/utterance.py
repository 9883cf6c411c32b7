"""What is said to Rasa: a customer's safe text, or a payload that only we can make."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from bot.content.language import Language
from bot.guard.findings import Contact, SecretKind
from bot.guard.safetext import SafeText

SAFETY: Final = frozenset({"secret_shared", "scam_in_progress"})
"""Intents that only the guard names, and whose answer needs no Rasa."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line for Rasa; made by the functions of this module, never from raw text.

    ``contacts`` are those that the line names, each with its verdict. ``message_id`` makes saying
    it twice one turn.
    """

    line: str
    contacts: tuple[Contact, ...] = ()
    message_id: str = ""

    @property
    def intent(self) -> str | None:
        """The intent a payload names; None for a customer's own words."""
        return self.line[1:].partition("{")[0] if self.line.startswith("/") else None

    @property
    def is_safety(self) -> bool:
        """Whether the guard alone knows an answer: a secret, or a robbery under way."""
        return self.intent in SAFETY


def said(text: SafeText, contacts: tuple[Contact, ...] = ()) -> Utterance:
    """A customer's own words; a slash at their start is text, never a command (facts: §2.3)."""
    return Utterance(text.strip().lstrip("/").strip() or "…", contacts)


def chosen(send: str) -> Utterance:
    """The payload of a choice that we offered ourselves."""
    return Utterance(f"/{send}")


def secret_shared(kind: SecretKind) -> Utterance:
    """A secret was found and taken out; only its kind is passed on."""
    return _payload("secret_shared", kind=kind)


def signalled(signal: str) -> Utterance:
    """A robbery seems to be under way; ``signal`` is its id."""
    return _payload("scam_in_progress", signal=signal)


def language_chosen(language: Language) -> Utterance:
    """The customer pressed the language switch."""
    return _payload("change_language", language=language)


def _payload(intent: str, **entities: str) -> Utterance:
    return Utterance(f"/{intent}{json.dumps(entities)}")
