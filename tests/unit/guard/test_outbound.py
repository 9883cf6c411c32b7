"""The outbound guard: what must not be said, and what must not be stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guard import authored, review
from bot.guard.outbound import LONGEST
from bot.guard.safetext import SafeText

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases" / "outbound"
LANGUAGES = ("en", "zh")


def refused():
    for language in LANGUAGES:
        loaded = yaml.safe_load((CASES / f"refused.{language}.yml").read_text("utf-8"))
        for rule, texts in loaded.items():
            for text in texts:
                yield language, rule, text


def honest():
    for language in LANGUAGES:
        for text in yaml.safe_load((CASES / f"honest.{language}.yml").read_text("utf-8")):
            yield language, text


def replies():
    for path in sorted((ROOT / "data").glob("**/replies.yml")):
        loaded = yaml.safe_load(path.read_text("utf-8"))
        for name, wording in loaded["replies"].items():
            for language in LANGUAGES:
                yield pytest.param(wording[language], language, id=f"{name}-{language}")


@pytest.mark.parametrize(("language", "rule", "text"), [*refused()])
def test_a_dishonest_reply_is_held_back_with_a_reason(language, rule, text):
    answer = review(text, author="agent", language=language)
    assert not answer.allowed
    assert answer.safe_text is None
    for reason in answer.reasons:
        assert 0 <= reason.start < reason.end <= len(text), rule


@pytest.mark.parametrize(("language", "text"), [*honest()])
def test_an_honest_reply_goes_out_unchanged(language, text):
    answer = review(text, author="agent", language=language)
    assert answer.reasons == ()
    assert answer.safe_text == text
    assert isinstance(answer.safe_text, SafeText)


@pytest.mark.parametrize(("text", "language"), [*replies()])
def test_every_authored_reply_passes(text, language):
    assert review(text, author="bot", language=language).reasons == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Please send me your recovery phrase.", "ask_phrase"),
        ("请把私钥发给我。", "ask_key"),
        ("What is your PIN?", "ask_pin"),
        ("您的登录密码是多少？", "ask_password"),
        ("验证码告诉我一下。", "ask_code"),
        ("Please install AnyDesk.", "remote_control"),
        ("请打开屏幕共享。", "screen_sharing"),
        ("Send a photo of your passport.", "identity_photo"),
        ("把资产转到安全账户。", "fee_or_transfer"),
        ("Add me on Telegram.", "other_channel"),
        ("Validate your wallet now.", "validate_wallet"),
        ("Write to help@wallet-desk.example.com.", "unlisted_contact"),
        ("Log in at ledger-live-support.app.", "imitation_contact"),
        ("Download it from quickhelp-portal.com.", "reported_scam_contact"),
        ("See ledgerwallet.com.", "retired_contact"),
    ],
)
def test_the_reason_names_the_rule(text, rule):
    assert rule in {reason.rule for reason in review(text, author="agent").reasons}


def test_a_secret_is_not_echoed():
    phrase = " ".join(["abandon"] * 11 + ["about"])
    answer = review(f"You wrote {phrase}, is that right?", author="agent")
    assert {reason.rule for reason in answer.reasons} == {"secret_echo"}


def test_a_listed_contact_may_be_named_and_an_unlisted_one_may_not():
    assert review("You find help at support.ledger.com.", author="agent").allowed
    assert not review("You find help at support.ledger.example.com.", author="agent").allowed


def test_a_reply_too_long_to_read_is_refused():
    answer = review("a" * (LONGEST + 1), author="agent")
    assert [reason.rule for reason in answer.reasons] == ["too_long"]


def test_authored_wording_is_sealed_as_it_is():
    assert authored("Hello.") == "Hello."
    assert isinstance(authored("Hello."), SafeText)


@settings(deadline=None)  # the first text waits for the encoder
@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_no_text_breaks_the_review(text, language):
    answer = review(text, author="agent", language=language)
    assert answer.allowed == (answer.reasons == ())
    for reason in answer.reasons:
        assert 0 <= reason.start <= reason.end <= len(text)
