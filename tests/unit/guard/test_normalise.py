"""Folding: what looks alike reads alike, and the way back to the text is kept."""

from __future__ import annotations

import unicodedata

import pytest

from bot.guard.normalise import humps_apart, read


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Abandon", "abandon"),
        ("ａｂａｎｄｏｎ", "abandon"),
        ("ab\u200ban\u00addon\ufe0f", "abandon"),
        ("аbаndоn", "abandon"),
        ("𝐚𝐛𝐚𝐧𝐝𝐨𝐧", "abandon"),
        ("ábaco", "abaco"),
        (unicodedata.normalize("NFD", "ábaco"), "abaco"),
        ("アイコク", "あいこく"),
        ("電視機", "电视机"),
        ("①爱", " 1 爱"),
    ],
)
def test_what_looks_alike_reads_alike(text, folded):
    assert read(text).folded == folded


def test_camel_case_is_taken_apart_on_request_only():
    reading = read("abandonAbility")
    apart = humps_apart(reading)
    assert reading.folded == "abandonability"
    assert apart.folded == "abandon ability"
    assert apart.span(8, 15) == (7, 14)


def test_composed_and_decomposed_korean_read_alike():
    assert read("가격").folded == read(unicodedata.normalize("NFD", "가격")).folded


def test_a_span_leads_back_to_the_text_as_given():
    text = "x ａ\u200bｂ y"
    reading = read(text)
    start = reading.folded.index("ab")
    assert reading.span(start, start + 2) == (2, 5)


def test_the_bare_form_keeps_the_case_of_codes():
    assert read("ＫwＤ\u200bi").bare.folded == "KwDi"
