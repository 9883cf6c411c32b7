from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import Choice, Content, Reply, Text, load_content

ROOT = Path(__file__).resolve().parents[3]


def content(**replies):
    made = {
        name: Reply(name, Text(text, text), ("again",)) if isinstance(text, str) else text
        for name, text in replies.items()
    }
    choices = {"again": Choice("again", Text("再来", "Again"), "greet")}
    return Content(made, choices, {}, {}, {}, {})


def test_a_placeholder_takes_a_string_a_pair_or_a_list():
    some = content(hello="{name}: {lines}")
    params = {"name": {"zh": "甲", "en": "A"}, "lines": [{"zh": "一", "en": "one"}, "2"]}
    assert some.message({"reply": "hello", "params": params}, "zh").text == "甲: 一\n2"
    assert some.message({"reply": "hello", "params": params}, "en").text == "A: one\n2"


def test_a_value_is_never_read_as_a_template():
    some = content(hello="{name}")
    assert some.message({"reply": "hello", "params": {"name": "{name}"}}, "en").text == "{name}"


def test_braces_that_are_no_placeholder_stay():
    assert content(hello="{} {A}").message({"reply": "hello"}, "en").text == "{} {A}"


@pytest.mark.parametrize(
    "payload",
    [{"reply": "gone"}, {"reply": "hello"}, {"reply": "plain", "choices": ["gone"]}],
)
def test_an_unknown_reply_placeholder_or_choice_is_a_key_error(payload):
    with pytest.raises(KeyError):
        content(hello="{name}", plain="x").message(payload, "en")


def test_a_reply_brings_its_own_choices_unless_others_are_given():
    some = content(plain="x")
    assert [c.label for c in some.message({"reply": "plain"}, "zh").choices] == ["再来"]
    assert some.message({"reply": "plain", "choices": []}, "zh").choices == ()


def test_a_choice_made_on_the_spot_sends_its_id_unless_told_otherwise():
    given = [
        {"id": "opt:a", "label": {"zh": "甲", "en": "A"}},
        {"id": "b", "label": "B", "send": "greet"},
    ]
    choices = content(plain="x").message({"reply": "plain", "choices": given}, "en").choices
    assert [(c.id, c.label, c.send) for c in choices] == [
        ("opt:a", "A", 'choose{"choice": "opt:a"}'),
        ("b", "B", "greet"),
    ]


def test_the_real_content_is_worded_in_both_languages():
    real = load_content(ROOT)
    assert real.message({"reply": "greet"}, "zh").choices[0].send == "funds_stolen"
