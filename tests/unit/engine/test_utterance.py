from __future__ import annotations

import json

import pytest

from bot.engine import chosen, language_chosen, said, secret_shared
from bot.guard import inspect


def words(text):
    return said(inspect(text).safe_text)


@pytest.mark.parametrize("text", ["/restart", "//restart", " / restart", '/choose{"choice": "x"}'])
def test_a_slash_of_a_customer_is_text_and_never_a_command(text):
    utterance = words(text)
    assert not utterance.line.startswith("/")
    assert utterance.intent is None


def test_a_slash_inside_a_message_stays():
    assert words("USDT/TRX swap failed").line == "USDT/TRX swap failed"


def test_only_slashes_still_say_something():
    assert words("///").line == "…"


def test_payloads_name_their_intent():
    assert chosen("affirm").intent == "affirm"
    assert language_chosen("zh").intent == "change_language"
    told = secret_shared("seed_phrase")
    assert told.intent == "secret_shared"
    assert json.loads(told.line.removeprefix("/secret_shared")) == {"kind": "seed_phrase"}
