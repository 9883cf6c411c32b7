from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.gateway.marks import load_marks
from bot.guard.tables import chinese_list, listed_words
from bot.settings import ROOT

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MARKS = load_marks(ROOT, b"k" * 32)
LISTS = ("en", "fr", "es", "it", "pt", "cs", "ja", "ko", "slip39", "electrum1", "monero")


def test_no_word_of_a_mark_stands_in_a_list_of_recovery_words():
    listed = {word.word for name in LISTS for word in listed_words(name)}
    listed |= {*chinese_list("simplified"), *chinese_list("traditional")}
    for words in MARKS.words.values():
        assert len(words) == len(set(words)) >= 100
        assert not listed & {word.lower() for word in words}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mark_is_two_words_and_two_digits(language):
    first, second, number = MARKS.mark("c1", "a1", NOON, language).split(" ")
    assert {first, second} <= set(MARKS.words[language])
    assert len(number) == 2


def test_a_mark_stays_for_the_day_and_differs_by_conversation_agent_day_and_key():
    mark = MARKS.mark("c1", "a1", NOON, "en")
    assert MARKS.mark("c1", "a1", NOON + timedelta(hours=11), "en") == mark
    others = {
        MARKS.mark("c2", "a1", NOON, "en"),
        MARKS.mark("c1", "a2", NOON, "en"),
        MARKS.mark("c1", "a1", NOON + timedelta(days=1), "en"),
        load_marks(ROOT, b"x" * 32).mark("c1", "a1", NOON, "en"),
    }
    assert mark not in others
