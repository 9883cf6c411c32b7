"""What holds for every text: offsets, idempotence, no exception, nothing hidden by chatter."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.guard import Memory, inspect, scrub
from bot.guard.findings import SECRET_KINDS
from bot.guard.placeholders import PLACEHOLDERS, UNREADABLE, placeholder

PHRASE = "jelly better achieve collect unaware mountain thought cargo oxygen act hood bridge"
CHINESE_PHRASE = "枪疫霉尝俩闹饿贤枪疫霉卿"
SECRETS = [
    PHRASE,
    CHINESE_PHRASE,
    "my pin is 4821",
    "验证码是 883201",
    "my password is hunter2",
    "4111 1111 1111 1111",
    "11010519491231002X",
    "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
]
PIECES = st.sampled_from(
    [
        *SECRETS,
        *PHRASE.split(),
        *CHINESE_PHRASE,
        *PLACEHOLDERS,
        "pin",
        "密码是",
        '"',
        "'",
        "code is",
        "1.",
        "\u200b",
    ]
)
ANY_TEXT = st.text(st.characters(), max_size=80) | st.lists(
    PIECES | st.text(st.characters(), max_size=8), max_size=20
).map(" ".join)
CHATTER = st.sampled_from(
    [
        "hello",
        "my screen is black",
        "你好，屏幕不亮了",
        "please help me.",
        "订单 2024-118",
        "https://example.com/a?b=c",
        "",
    ]
)
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@relaxed
@given(ANY_TEXT)
def test_findings_lie_inside_the_text_in_order_and_apart(text):
    findings = inspect(text).findings
    position = 0
    for finding in findings:
        assert 0 <= finding.start < finding.end <= len(text)
    for finding in sorted(findings, key=lambda f: f.start)[:1]:
        assert finding.start >= position


@relaxed
@given(ANY_TEXT, st.sampled_from(["zh", "en"]))
def test_scrubbing_twice_is_scrubbing_once(text, language):
    once = scrub(text, language=language)
    assert scrub(once, language=language) == once


@relaxed
@given(ANY_TEXT)
def test_a_text_without_findings_is_kept_as_it_is(text):
    result = inspect(text)
    assert (result.safe_text == text) == (not result.findings)


@relaxed
@given(CHATTER, CHATTER, st.sampled_from(["\n", " ", "。", ". "]))
def test_chatter_around_a_phrase_never_hides_it(before, after, joint):
    for phrase in (PHRASE, CHINESE_PHRASE):
        assert inspect(f"{before}{joint}{phrase}{joint}{after}").opens_the_wallet


@relaxed
@given(st.lists(ANY_TEXT, max_size=8))
def test_a_conversation_never_raises_and_taints_only_earlier_messages(texts):
    memory = Memory()
    for number, text in enumerate(texts):
        taints = inspect(text, memory, message_id=str(number)).taints
        assert all(int(taint) < number for taint in taints)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", SECRET_KINDS)
def test_a_placeholder_is_no_secret(kind, language):
    words = placeholder(kind, language)
    for text in (
        words,
        f"my pin is {words}",
        f'password: "{words}"',
        f"密码是{words}",
        f"{words} {words}",
    ):
        assert inspect(text).findings == ()


@pytest.mark.parametrize("words", UNREADABLE.values())
def test_the_last_resort_placeholder_is_no_secret(words):
    assert inspect(words).findings == ()


def test_lone_surrogates_and_control_characters_are_read():
    assert inspect("\ud800 \udfff \x00 \x1b").findings == ()
    assert inspect(f"\ud83d {PHRASE} \x00").opens_the_wallet
