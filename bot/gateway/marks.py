"""The one-way mark: two words and a number that customer and agent see, and nobody asks for."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content.language import LANGUAGES, Language
from bot.content.yaml_files import read_yaml


@dataclass(frozen=True)
class Marks:
    """Makes marks; ``words`` has a list for each language, none of them a recovery word."""

    key: bytes
    words: Mapping[Language, Sequence[str]]

    def mark(self, conversation_id: str, agent_id: str, since: datetime, language: Language) -> str:
        """The mark of an agent in a conversation on the day that the agent joined (UTC)."""
        told = f"mark\n{conversation_id}\n{agent_id}\n{since:%Y-%m-%d}"
        number = int.from_bytes(hmac.digest(self.key, told.encode(), hashlib.sha256), "big")
        words = self.words[language]
        number, first = divmod(number, len(words))
        number, second = divmod(number, len(words))
        return f"{words[first]} {words[second]} {number % 100:02d}"


def load_marks(root: Path, key: bytes) -> Marks:
    """Read the words of ``data/shared/marks.yml``."""
    path = root / "data" / "shared" / "marks.yml"
    raw: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))["words"]
    return Marks(key, {language: tuple(raw[language]) for language in LANGUAGES})
