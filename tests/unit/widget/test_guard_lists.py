"""The browser's word lists are the guard's own, written another way."""

from __future__ import annotations

import base64
import importlib.util
import re

import pytest

from bot.guard.normalise import fold_word
from bot.guard.tables import chinese_list, listed_words
from bot.settings import ROOT
from bot.widget.assets import FOLDER

LISTS = FOLDER / "static" / "widget-guard" / "lists"


@pytest.fixture(scope="module")
def script():
    path = ROOT / "scripts" / "derive_browser_lists.py"
    spec = importlib.util.spec_from_file_location("derive_browser_lists", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def unpacked(text):
    form = ""
    for shared, rest, letter in re.findall(r"(\d)([^\dA-Z]*)([A-Z])", text):
        form = form[: int(shared)] + rest
        yield form, 4 * ((ord(letter) - ord("A")) % 13) - 24


def test_the_lists_are_what_the_script_makes_of_the_tables(script):
    made = script.files()
    assert {path.name for path in LISTS.glob("*.txt")} == set(made)
    for name, text in made.items():
        assert (LISTS / name).read_text("utf-8") == text, name


@pytest.mark.parametrize("language", ["en", "es", "fr", "it", "cs", "pt", "ja", "ko"])
def test_every_word_is_there_in_its_place_with_its_points(language):
    words = list(unpacked((LISTS / f"{language}.txt").read_text("utf-8")))
    rows = listed_words(language)
    assert [form for form, _ in words] == [fold_word(row.word) for row in rows]
    pairs = zip(words, rows, strict=True)
    assert all(abs(points - row.points) <= 2 for (_, points), row in pairs)


def test_both_chinese_lists_are_there_in_their_order():
    text = (LISTS / "zh.txt").read_text("utf-8")
    packed = base64.b64decode(text)
    bits = "".join(f"{byte:08b}" for byte in packed)
    simplified = [chr(0x4E00 + int(bits[i : i + 15], 2)) for i in range(0, 2048 * 15, 15)]
    at, traditional = 2048 * 15, []
    for char in simplified:
        changed = bits[at] == "1"
        traditional.append(chr(0x4E00 + int(bits[at + 1 : at + 16], 2)) if changed else char)
        at += 16 if changed else 1
    assert "".join(simplified) == chinese_list("simplified")
    assert "".join(traditional) == chinese_list("traditional")
