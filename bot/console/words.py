"""The words of the agents' pages, and which language an agent gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request

from bot.console.assets import FOLDER
from bot.content.language import LANGUAGES, Language
from bot.content.profile import profile
from bot.content.yaml_files import read_yaml

TAGS: Final[Mapping[Language, str]] = {"zh": "zh-Hans", "en": "en"}
COOKIE: Final = "__Host-seedwarden-desk-language"


def load_words() -> dict[Language, dict[str, Any]]:
    """Read ``words.yml`` as one tree a language.

    Raises:
        ValueError: a text lacks a language.
    """
    tree = read_yaml((FOLDER / "words.yml").read_text(encoding="utf-8"))
    words = {language: _in_language(tree, language, "words.yml") for language in LANGUAGES}
    for language, texts in words.items():
        texts["brand"] = texts["brand"].format(operator=profile().name.of(language))
    return words


def _in_language(node: Any, language: Language, where: str) -> Any:
    if not isinstance(node, dict):
        raise ValueError(f"{where} must have exactly the languages {', '.join(LANGUAGES)}.")  # noqa: TRY004
    if set(node) & set(LANGUAGES):
        if set(node) != set(LANGUAGES):
            raise ValueError(f"{where} must have exactly the languages {', '.join(LANGUAGES)}.")
        return node[language]
    return {key: _in_language(item, language, f"{where}.{key}") for key, item in node.items()}


def language_of(request: Request) -> Language:
    """The language that the address asks for, else the one chosen last, else the browser's."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in TAGS:
            return "zh" if asked == "zh" else "en"
    header = request.headers.get("accept-language", "")[:200].lower()
    zh, en = header.find("zh"), header.find("en")
    return "zh" if zh >= 0 and (en < 0 or zh < en) else "en"
