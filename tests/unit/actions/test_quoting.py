from __future__ import annotations

import pytest

from actions.casework.quoting import masked, quoted
from bot.guard import review


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("they wrote from @ledger_help_desk", "they wrote from le•••sk"),
        ("https://ledger-support-help.com", "htt•••om"),
        ("网址是 ledger-support-help.com 这个", "网址是 led•••om 这个"),
        ("I use support.ledger.com", "I use support.ledger.com"),
        ("MetaMask 11.2.0 on Windows 11", "MetaMask 11.2.0 on Windows 11"),
    ],
)
def test_only_what_is_no_official_contact_is_masked(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "they told me to send my 24 words to t.me/wallet_fix_team",
        "对方让我把24个词发到 +86 138 1234 5678",
        "please install AnyDesk and share your screen",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_is_quoted_the_line_may_be_sent(text, language):
    line = quoted("· 说明：{}" if language == "zh" else "· Details: {}", text, language)
    assert review(line, author="bot", language=language).allowed


def test_an_ordinary_answer_is_shown_word_for_word():
    assert quoted("· Details: {}", "it fell into water", "en") == "· Details: it fell into water"
