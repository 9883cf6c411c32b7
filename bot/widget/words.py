"""The words of the pages, and which language a visitor gets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.content.language import LANGUAGES, Language
from bot.content.profile import profile
from bot.content.yaml_files import read_yaml
from bot.widget.assets import FOLDER

TAGS: Final[Mapping[Language, str]] = {"zh": "zh-Hans", "en": "en"}


def load_words() -> dict[Language, dict[str, Any]]:
    """Read ``pages.yml`` as one tree a language.

    Raises:
        ValueError: a text lacks a language.
    """
    tree = read_yaml((FOLDER / "pages.yml").read_text(encoding="utf-8"))
    words = {language: _in_language(tree, language, "pages.yml") for language in LANGUAGES}
    for language, texts in words.items():
        texts["brand"] = profile().name.of(language)
        if len(profile().languages) == 1:
            texts["lead"] = texts["lead_one"]
        accounts = profile().accounts(language)
        if accounts:
            texts["footer"] = texts["footer_accounts"].format(list=accounts)
    return words


def _in_language(node: Any, language: Language, where: str) -> Any:
    if isinstance(node, list):
        return [_in_language(item, language, f"{where}[{n}]") for n, item in enumerate(node)]
    if set(node) & set(LANGUAGES):
        if set(node) != set(LANGUAGES):
            raise ValueError(f"{where} must have exactly the languages {', '.join(LANGUAGES)}.")
        return node[language]
    return {key: _in_language(item, language, f"{where}.{key}") for key, item in node.items()}


def pick_language(asked: str | None, accepted: str | None) -> Language:
    """The language the address names, else the browser's first one offered, else the profile's."""
    offered = {tag: tag for tag in profile().languages}
    if asked in offered:
        return offered[asked]
    wishes = sorted(map(_wish, (accepted or "").split(",")), key=lambda wish: -wish[1])
    for tag, weight in wishes:
        base = tag.partition("-")[0].lower()
        if base in offered and weight > 0:
            return offered[base]
    return profile().language


def _wish(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return tag.strip(), 1.0
    try:
        return tag.strip(), float(value)
    except ValueError:
        return tag.strip(), 0.0


_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(when: date, language: Language) -> str:
    """A date as it is written in a language."""
    if language == "zh":
        return f"{when.year} 年 {when.month} 月 {when.day} 日"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
