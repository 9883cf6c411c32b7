from __future__ import annotations

import pytest

from bot.content.requests import announced_parts, sentence_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("屏幕坏了，而且PIN也忘了", ["屏幕坏了", "PIN也忘了"]),
        (
            "my screen is cracked and also I forgot my PIN",
            ["my screen is cracked", "I forgot my PIN"],
        ),
        ("my screen is cracked", ["my screen is cracked"]),
        ("我的设备连不上", ["我的设备连不上"]),
    ],
)
def test_a_message_is_cut_where_something_further_is_announced(text, parts):
    assert announced_parts(text) == parts


def test_a_name_that_holds_a_joint_is_not_cut():
    assert announced_parts("my Nano S Plus is dead") == ["my Nano S Plus is dead"]


def test_sentences_are_cut_at_their_ends_but_versions_are_not():
    assert sentence_parts("Firmware 2.2.3 fails. I forgot my PIN") == [
        "Firmware 2.2.3 fails",
        "I forgot my PIN",
    ]


def test_a_very_long_text_is_not_cut():
    text = "and also my screen is black. " * 50
    assert announced_parts(text) == sentence_parts(text) == [text]
