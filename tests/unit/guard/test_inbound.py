"""How the inbound guard redacts, in whose language, and what it does when it breaks."""

from __future__ import annotations

import pickle

import pytest

from bot.guard import GuardBroken, Memory, inspect, scrub
from bot.guard.findings import KEYS_TO_THE_FUNDS, Finding
from bot.guard.inbound import without_overlap
from bot.guard.memory import MESSAGES_REMEMBERED
from bot.guard.safetext import SafeText
from bot.guard.secrets import RECOGNISERS

PHRASE = "jelly better achieve collect unaware mountain thought cargo oxygen act hood bridge"


def test_a_phrase_takes_the_whole_message_with_it():
    result = inspect(f"Dear support, my words are {PHRASE} and my name is Ann")
    assert result.safe_text == "[recovery phrase removed]"
    assert result.opens_the_wallet
    assert isinstance(result.safe_text, SafeText)


def test_the_placeholder_speaks_the_language_of_the_conversation():
    assert inspect(PHRASE, language="zh").safe_text == "［恢复词已删除］"
    assert scrub("我的PIN码是4821", language="zh") == "我的PIN码是［PIN 码已删除］"


def test_a_pin_is_masked_where_it_stands():
    result = inspect("Hi, my pin is 4821 and it does not work")
    assert result.safe_text == "Hi, my pin is [PIN removed] and it does not work"
    assert [(f.kind, f.start, f.end) for f in result.findings] == [("pin", 14, 18)]


def test_a_key_beside_a_pin_decides_for_the_whole_message():
    result = inspect("pin is 4821, key 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ")
    assert result.safe_text == "[private key removed]"
    assert {f.kind for f in result.findings} == {"pin", "private_key"}


def test_a_checksum_raises_the_certainty():
    assert inspect(PHRASE).findings[0].certainty == "proven"
    assert inspect(PHRASE.replace("bridge", "better")).findings[0].certainty == "likely"


def test_half_a_phrase_is_partial_and_redacted():
    result = inspect("jelly achieve unaware mountain cargo oxygen")
    assert [(f.kind, f.certainty) for f in result.findings] == [("seed_phrase", "partial")]
    assert "oxygen" not in result.safe_text


def test_a_broken_recogniser_holds_the_message_and_tells_nothing_of_it(monkeypatch):
    def broken(_reading):
        raise ValueError("oxygen 4821")

    monkeypatch.setitem(RECOGNISERS, "pin", broken)
    with pytest.raises(GuardBroken) as caught:
        inspect("oxygen 4821")
    assert caught.value.part == "pin"
    assert "4821" not in str(caught.value) + repr(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_of_two_findings_on_one_place_the_one_that_opens_the_wallet_stays():
    card = Finding("card_number", 0, 30, "proven")
    key = Finding("private_key", 10, 20, "proven")
    assert without_overlap([card, key]) == [key]
    assert "private_key" in KEYS_TO_THE_FUNDS


def test_memory_never_shows_or_stores_what_it_holds():
    memory = Memory()
    inspect("jelly better achieve", memory, message_id="1")
    assert repr(memory) == "Memory(1 messages)"
    with pytest.raises(TypeError):
        pickle.dumps(memory)


def test_a_piece_is_forgotten_after_enough_messages():
    memory = Memory()
    inspect("jelly better achieve collect unaware", memory, message_id="first")
    for number in range(MESSAGES_REMEMBERED):
        inspect("what now?", memory, message_id=str(number))
    result = inspect("mountain thought cargo oxygen", memory, message_id="last")
    assert result.taints == ()


def test_forget_drops_the_pieces():
    memory = Memory()
    inspect("jelly better achieve collect unaware", memory, message_id="1")
    memory.forget()
    assert inspect("mountain thought cargo", memory, message_id="2").findings == ()


def test_the_pieces_of_a_found_phrase_are_named_and_the_rest_is_caught_at_once():
    memory = Memory()
    results = [
        inspect(word, memory, message_id=str(number)) for number, word in enumerate(PHRASE.split())
    ]
    found = [number for number, result in enumerate(results) if result.findings]
    assert found[0] <= 9
    assert found == list(range(found[0], 12))
    assert set(results[-1].taints) == {str(number) for number in range(11)}


def test_a_message_without_a_name_taints_nothing():
    memory = Memory()
    inspect("jelly better achieve collect", memory)
    assert inspect("unaware mountain thought cargo", memory).taints == ()


DIGITS = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


def test_an_undecidable_number_keeps_its_ends_and_opens_no_wallet():
    result = inspect(f"look: {DIGITS}")
    assert result.safe_text == "look: 4c0883…362318"
    assert result.asks_key_or_transaction
    assert not result.opens_the_wallet
    assert [(f.kind, f.certainty, f.start, f.end) for f in result.findings] == [
        ("private_key", "partial", 12, 64)
    ]


def test_a_transaction_id_that_was_asked_for_stays_and_a_key_does_not():
    asked = frozenset({"transaction_id"})
    assert inspect(DIGITS, expects=asked).safe_text == DIGITS
    assert inspect(f"my private key: {DIGITS}", expects=asked).opens_the_wallet


def test_behind_the_door_an_id_that_was_let_pass_stays():
    assert scrub(DIGITS) == DIGITS
    assert DIGITS not in scrub(f"private key: {DIGITS}")


def test_the_first_half_of_a_key_is_named_when_the_second_follows():
    memory = Memory()
    inspect(DIGITS[:32], memory, message_id="first")
    assert inspect(DIGITS[32:], memory, message_id="second").taints == ("first",)


def test_what_a_message_announces_is_forgotten_after_two():
    memory = Memory()
    for number, text in enumerate(["my pin is", "wait", "it is somewhere", "well"]):
        inspect(text, memory, message_id=str(number))
    assert inspect("4821", memory, message_id="last").findings == ()
