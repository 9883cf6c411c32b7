"""What agents in Chatwoot read of us, in both languages but for a customer's name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.content.language import LANGUAGES, Language
from bot.content.wording import Text, text_of
from bot.desk.handoff_models import CaseBrief, Handoff


@cache
def _words() -> Mapping[str, Text]:
    raw = yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
    return {name: text_of(pair) for name, pair in raw.items()}


def customer(conversation_id: str, language: Language) -> str:
    """What a customer is called, who gave no name: a word and six signs to tell them apart."""
    return _words()["customer"].of(language).format(mark=conversation_id[:6])


def told(sentence: str, **facts: Any) -> str:
    """A sentence in both languages, one a line."""
    text = _words()[sentence]
    return "\n".join(text.of(language).format(**facts) for language in LANGUAGES)


def brief(handoff: Handoff, known: CaseBrief | None, signals: list[str]) -> str:
    """What an agent reads first: the case, its ticket, its dangers, and how to answer."""
    parts = [told("brief", summary=known.summary if known else handoff.reason)]
    if handoff.reference:
        parts.append(told("reference", reference=handoff.reference, priority=handoff.priority))
    else:
        parts.append(told("priority", priority=handoff.priority))
    if signals:
        parts.append(told("signals", signals=", ".join(signals)))
    facts = [f"- {field.name}: {field.value}" for field in known.fields] if known else []
    return "\n\n".join([*parts, *(["\n".join(facts)] if facts else []), told("how")])
