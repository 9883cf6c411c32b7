"""A message that comes twice is one turn: the second time its answer is read from the tracker."""

from __future__ import annotations

from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.repeated import answer_in, read_id


def tracker(*events):
    return DialogueStateTracker.from_events("a" * 32, events, [])


def heard(message_id):
    return UserUttered("hello", intent={"name": "greet", "confidence": 0.9}, message_id=message_id)


def reply(name):
    return BotUttered(None, {"custom": {"reply": name}})


def test_the_answer_of_a_message_is_found_again():
    kept = tracker(heard("m1"), reply("welcome"), heard("m2"), reply("greet"), reply("more"))
    assert answer_in(kept, "m2") == {
        "replies": [{"reply": "greet"}, {"reply": "more"}],
        "intent": {"name": "greet", "confidence": 0.9},
    }


def test_a_new_message_has_no_answer_yet():
    assert answer_in(tracker(heard("m1"), reply("greet")), "m2") is None


def test_a_message_whose_turn_was_cut_off_is_taken_anew():
    assert answer_in(tracker(heard("m1"), ActionExecuted("action_listen")), "m1") is None


def test_an_id_is_short_and_plain():
    assert read_id("0f" * 16) == "0f" * 16
    assert [read_id(odd) for odd in (None, 7, "", "a b", "x" * 65, ["m1"])] == [None] * 6
