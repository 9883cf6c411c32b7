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
    forms, letters = text.split("|")
    for (shared, rest), letter in zip(re.findall(r"(\d)(\D*)", forms), letters, strict=True):
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


class Bits:
    """Reads the Chinese lists by the words of the script's description, not by its code."""

    def __init__(self, text):
        self.bits = "".join(f"{byte:08b}" for byte in base64.b64decode(text))
        self.at = 0

    def take(self, count):
        self.at += count
        return int(self.bits[self.at - count : self.at], 2)

    def characters(self, count, known):
        left = [*known, *(chr(self.take(16)) for _ in range(self.take(4)))]
        number = self.take(self.take(16))
        found = []
        for _ in range(count):
            number, place = divmod(number, len(left))
            found.append(left.pop(place))
        return found


def test_both_chinese_lists_are_there_in_their_order(script):
    bits = Bits((LISTS / "zh.txt").read_text("utf-8"))
    simplified = bits.characters(2048, script.table(*script.GB))
    changes = [bits.take(1) for _ in simplified]
    changed = iter(bits.characters(sum(changes), script.table(*script.BIG5)))
    twins = zip(simplified, changes, strict=True)
    traditional = [next(changed) if change else char for char, change in twins]
    assert "".join(simplified) == chinese_list("simplified")
    assert "".join(traditional) == chinese_list("traditional")
