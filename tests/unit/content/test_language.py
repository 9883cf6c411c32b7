from __future__ import annotations

import pytest

from bot.content.language import detect, is_mixed, language_for


@pytest.mark.parametrize(
    "text",
    [
        "我的Ledger屏幕不亮了",
        "u 没到账",
        "nano x 连不上 bluetooth 怎么办",
        "螢幕壞了",
        "help 我的钱包打不开",
        "https://example.org/a/b 这个是官方的吗",
    ],
)
def test_chinese_is_told_from_its_script_also_among_latin_names(text):
    assert detect(text) == "zh"


@pytest.mark.parametrize(
    "text",
    ["my transfer is stuck", "help", "Hello", "screen black since update", "Ledger won't turn on"],
)
def test_english_is_told_from_its_words(text):
    assert detect(text) == "en"


@pytest.mark.parametrize(
    "text",
    ["", "12345", "Ledger", "Nano X", "USDT", "0x88df016429689c079f3b2f6ad39fa0", "???", "👍"],
)
def test_a_name_a_number_or_a_link_says_nothing_about_the_language(text):
    assert detect(text) is None


def test_an_address_alone_does_not_turn_the_conversation_english():
    assert detect("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8") is None
    assert detect("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq") is None
    assert detect("address please TJRabPrwbZy45sbavfcjinPJC18kjpRTv8") == "en"


@pytest.mark.parametrize("text", ["what does 助记词 mean", "can you help me 我的钱包"])
def test_english_words_around_chinese_ones_are_mixed(text):
    assert is_mixed(text)


@pytest.mark.parametrize(
    "text", ["nano x 连不上 bluetooth 怎么办", "my transfer is stuck", "屏幕坏了", "Ledger"]
)
def test_names_inside_chinese_are_not(text):
    assert not is_mixed(text)


@pytest.mark.parametrize(
    ("text", "conversation", "language"),
    [
        ("what does 助记词 mean", "en", "en"),
        ("what does 助记词 mean", "zh", "zh"),
        ("what does 助记词 mean", None, "zh"),
        ("12345", "zh", "zh"),
        ("12345", None, "en"),
        ("屏幕坏了", "en", "zh"),
        ("my transfer is stuck", "zh", "en"),
        ("Ledger", "fr", "en"),
    ],
)
def test_what_is_mixed_or_says_nothing_goes_with_the_conversation(text, conversation, language):
    assert language_for(text, conversation) == language
