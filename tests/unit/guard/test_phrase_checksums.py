"""Checksums against published vectors; one word changed is the near no."""

from __future__ import annotations

import pytest

from bot.guard.secrets.phrase_checksums import one_word_repeated, proven
from bot.guard.tables import listed_words

VECTORS = [
    ("en", "legal winner thank year wave sausage worth useful legal winner thank yellow"),
    ("en", "wild father tree among universe such mobile favorite target dynamic credit identify"),
    (
        "slip39",
        (
            "duckling enlarge academic academic agency result length solution fridge kidney coal"
            " piece deal husband erode duke ajar critical decision keyboard"
        ),
    ),
]


def numbers(wordlist: str, phrase: str) -> list[int]:
    index = {row.word: number for number, row in enumerate(listed_words(wordlist))}
    return [index[word] for word in phrase.split()]


@pytest.mark.parametrize(("wordlist", "phrase"), VECTORS)
def test_a_published_phrase_is_proven_and_a_changed_one_is_not(wordlist, phrase):
    words = numbers(wordlist, phrase)
    assert proven(wordlist, words)
    assert proven(wordlist, [5, *words, 7])
    assert not proven(wordlist, [words[0] ^ 1, *words[1:]])


def test_one_word_again_and_again_with_its_check_word_is_a_phrase():
    about = numbers("en", "abandon " * 11 + "about")
    assert one_word_repeated("en", about)
    assert not one_word_repeated("en", numbers("en", "abandon " * 11 + "ability"))
    assert not one_word_repeated("en", numbers("en", "hello " * 23))


@pytest.mark.parametrize("name", ["en", "es", "fr", "it", "cs", "pt", "ja", "ko"])
def test_every_bip39_list_is_whole(name):
    assert len({row.word for row in listed_words(name)}) == 2048
