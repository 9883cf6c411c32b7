from __future__ import annotations

import re

import pytest

from bot.guard.findings import SECRET_KINDS
from bot.widget.assets import FOLDER
from bot.widget.words import _in_language, load_words, pick_language

ENTRY = re.compile(r"^  (\w+): \{(?P<both>.*?)\},$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^(?:(?:export )?const WORDS = |learn\()\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)


def the_elements_words():
    scripts = sorted((FOLDER / "static").glob("widget*/*.js"))
    tables = [t for path in scripts for t in TABLE.findall(path.read_text(encoding="utf-8"))]
    table = "".join(tables)
    return {
        match[1]: {lang: re.search(rf'{lang}: "(.*?)"', match["both"], re.DOTALL) for lang in LANGS}
        for match in ENTRY.finditer(table)
    }


LANGS = ("zh", "en")


def shape(node):
    if isinstance(node, dict):
        return {key: shape(item) for key, item in node.items()}
    return [shape(item) for item in node] if isinstance(node, list) else str


def test_both_languages_of_the_pages_have_the_same_shape():
    words = load_words()
    assert shape(words["zh"]) == shape(words["en"])


def test_a_text_without_one_of_the_languages_stops_the_start():
    with pytest.raises(ValueError, match="exactly the languages"):
        _in_language({"lead": {"en": "Only English"}}, "en", "pages.yml")


def test_every_word_of_the_element_is_there_in_both_languages_with_the_same_blanks():
    words = the_elements_words()
    assert len(words) > 100
    for key, both in words.items():
        assert all(both.values()), key
        blanks = [sorted(re.findall(r"\{\w+\}", both[lang][1])) for lang in LANGS]
        assert blanks[0] == blanks[1], key


def test_every_kind_of_secret_has_a_name_for_the_customer():
    assert set(SECRET_KINDS) <= set(the_elements_words())
    assert set(SECRET_KINDS) == set(load_words()["en"]["kinds"])


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "zh-TW", "zh"),
        (None, "de, zh;q=0.3, en;q=0.8", "en"),
        (None, "en;q=0.2,zh-Hans-CN;q=0.9", "zh"),
        (None, "zh;q=0, en", "en"),
        (None, "zh;q=x", "en"),
        (None, ",;q=,;;", "en"),
        ("zh", "en", "zh"),
        ("en", "zh", "en"),
        ("fr", "zh", "zh"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_browsers_first(asked, accepted, language):
    assert pick_language(asked, accepted) == language
