from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest

from bot.guard import inspect
from bot.guard.escapes import undone

PHRASES = {
    "en": "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    "zh": "枪疫霉尝俩闹饿贤枪疫霉卿",
}
WRAPPED = {
    "JSON": json.dumps,
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "an address": lambda text: f"https://example.org/?q={quote(text)}",
    "HTML": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "HTML by name": lambda text: html.escape(f'"{text}"').replace(" ", "&nbsp;"),
}


@pytest.mark.parametrize("how", WRAPPED)
@pytest.mark.parametrize("language", PHRASES)
def test_a_wrapped_phrase_is_found(language, how):
    wrapped = WRAPPED[how](PHRASES[language])
    inspected = inspect(wrapped)
    (finding,) = inspected.findings
    assert finding.kind == "seed_phrase"
    assert inspected.safe_text == "[recovery phrase removed]"


@pytest.mark.parametrize(
    "text", ["100% sure", "50%25 off", "fish &amp; chips", r"C:\users\u0041bc"]
)
def test_everyday_escapes_stay_as_they_are(text):
    inspected = inspect(text)
    assert inspected.findings == ()
    assert inspected.safe_text == text


def test_half_a_character_does_no_harm():
    assert undone(r"a \ud800 b") == "a   b"
    assert undone("%ff%fe") == "\ufffd\ufffd"
