from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

# Published test vectors: 128 zero bits in English, 0x80 sixteen times in Chinese.
PHRASES = {
    "en": " ".join(["abandon"] * 11 + ["about"]),
    "zh": "枪 疫 霉 尝 俩 闹 饿 贤 枪 疫 霉 卿",
}
GREETING = {"zh": "您好", "en": "Hello"}
OTHER = {"zh": ("en", "English"), "en": ("zh", "中文")}


def test_the_chat_is_opened_used_and_closed_by_keyboard_alone(visitor, lang):
    visitor.launcher.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.field).to_be_focused()
    expect(visitor.heard).to_have_count(1)
    visitor.page.keyboard.type("Ledger")
    visitor.page.keyboard.press("Enter")
    expect(visitor.heard).to_have_count(2)
    expect(visitor.heard.last).to_contain_text(GREETING[lang])
    visitor.page.keyboard.press("Escape")
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()


def test_every_bubble_says_whose_it_is_and_in_which_language(visitor, lang):
    visitor.open().ask("Ledger")
    labels = visitor.chat.locator("li .author")
    bot, you = {"zh": ("客服程序", "您"), "en": ("Support program", "You")}[lang]
    expect(labels).to_have_text([bot, you, bot])
    tag = {"zh": "zh-Hans", "en": "en"}[lang]
    expect(visitor.heard.last).to_have_attribute("lang", tag)


def test_a_choice_is_sent_with_a_click_and_cannot_be_clicked_twice(visitor, support, lang):
    label = {"zh": "硬件钱包出故障", "en": "Hardware wallet not working"}[lang]
    visitor.open().ask("Ledger")
    support.hold()
    visitor.choose(label)
    expect(visitor.mine).to_have_text(["Ledger", label])
    expect(visitor.chat.locator(".choices")).to_have_count(0)
    support.go_on()
    expect(visitor.heard).to_have_count(3)
    expect(visitor.chat.locator(".choices")).to_have_count(1)
    assert support.engine.told[-1] == ("/device_broken", lang)


def test_the_language_switch_turns_the_frame_and_the_replies(visitor, lang):
    visitor.open().ask("Ledger")
    other, name = OTHER[lang]
    switch = visitor.chat.locator(".languages").get_by_role("button", name=name)
    switch.click()
    expect(visitor.heard).to_have_count(3)
    expect(visitor.heard.last).to_contain_text(GREETING[other])
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(visitor.panel).to_have_attribute("lang", {"zh": "zh-Hans", "en": "en"}[other])


def test_the_frame_follows_a_customer_who_writes_in_the_other_language(visitor, lang):
    other, _ = OTHER[lang]
    visitor.open().ask({"zh": "The screen of my device stays dark", "en": "屏幕一直是黑的"}[lang])
    expect(visitor.panel).to_have_attribute("lang", {"zh": "zh-Hans", "en": "en"}[other])


def test_a_reload_goes_on_where_it_was(visitor):
    visitor.open().ask("first")
    visitor.ask("second")
    before = visitor.items.locator(".text").all_text_contents()
    visitor.page.reload()
    expect(visitor.panel).to_be_visible()
    expect(visitor.items.locator(".text")).to_have_text(before)
    visitor.ask("third")
    expect(visitor.mine).to_have_text(["first", "second", "third"])


def test_a_closed_panel_stays_closed_after_a_reload_and_keeps_the_conversation(visitor):
    visitor.open().ask("first")
    visitor.field.press("Escape")
    visitor.page.reload()
    expect(visitor.panel).to_be_hidden()
    visitor.launcher.click()
    expect(visitor.mine).to_have_text(["first"])


def test_a_recovery_phrase_is_shown_as_removed_and_kept_nowhere(visitor, lang):
    visitor.page.route("**/widget-guard/*", lambda route: route.abort())  # an old browser, say
    visitor.open().ask(PHRASES[lang])
    expect(visitor.mine).to_have_text(re.compile({"zh": "已删除", "en": "removed"}[lang]))
    note = visitor.chat.locator(".hidden-note")
    expect(note).to_contain_text({"zh": "恢复词", "en": "a recovery phrase"}[lang])
    piece = PHRASES[lang][-12:]
    assert piece not in visitor.page.content() + visitor.stored()
    assert piece not in visitor.chat.evaluate("e => e.shadowRoot.textContent")


def test_nothing_that_is_typed_leaves_the_field_before_it_is_sent(visitor):
    visitor.open()
    sent = []
    visitor.page.on("request", lambda r: sent.append((r.method, r.url, r.post_data)))
    visitor.field.press_sequentially("my secret thought")
    visitor.page.wait_for_timeout(500)
    assert [call for call in sent if call[0] != "GET" or "thought" in call[1]] == []
    assert "thought" not in visitor.stored()
    assert visitor.field.get_attribute("spellcheck") == "false"


def test_only_plain_https_addresses_of_the_bot_become_links(visitor, support):
    visitor.open()
    conversation = visitor.session()["id"]
    support.say(
        conversation,
        "See https://www.ledger.com/start. Not http://ledger.com, "
        "javascript:alert(1) or https://ledger.com@evil.example/x",
    )
    links = visitor.chat.locator("li .text a")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://www.ledger.com/start")
    expect(links).to_have_attribute("rel", "noopener noreferrer nofollow")
    visitor.write("https://www.ledger.com/mine")
    expect(visitor.mine).to_have_count(1)
    expect(links).to_have_count(1)


def test_markup_in_a_message_stays_text(visitor):
    visitor.open().ask("<img src=x onerror=alert(1)><b>bold</b>")
    expect(visitor.mine).to_have_text("<img src=x onerror=alert(1)><b>bold</b>")
    expect(visitor.chat.locator("li img, li b")).to_have_count(0)


def test_a_person_is_told_from_the_program(visitor, support, lang):
    visitor.open()
    conversation = visitor.session()["id"]
    support.say(conversation, "Lin", author="agent", language=lang)
    person = visitor.chat.locator("li.agent")
    expect(person.locator(".author")).to_have_text(
        {"zh": "人工客服", "en": "Person from support"}[lang]
    )
    expect(visitor.who).to_contain_text({"zh": "不是真人", "en": "our support program"}[lang])


def test_what_comes_while_the_panel_is_closed_is_counted(visitor, support):
    visitor.open().ask("Ledger")
    support.hold()
    visitor.write("and now?")
    expect(visitor.mine).to_have_count(2)
    visitor.page.keyboard.press("Escape")
    support.go_on()
    expect(visitor.launcher.locator(".unread")).to_contain_text("1")
    visitor.launcher.click()
    expect(visitor.heard).to_have_count(3)


def test_the_program_is_seen_to_be_answering(visitor, support):
    visitor.open()
    support.hold()
    visitor.write("Ledger")
    expect(visitor.chat.locator(".typing")).to_be_visible()
    support.go_on()
    expect(visitor.heard).to_have_count(2)
    expect(visitor.chat.locator(".typing")).to_be_hidden()


@pytest.mark.parametrize("count", [2001, 5000])
def test_a_text_that_is_too_long_stays_in_the_field_and_is_explained(visitor, count):
    visitor.open()
    visitor.write("长" * count)
    expect(visitor.notice).to_contain_text(str(count))
    expect(visitor.field).to_have_value("长" * count)
    expect(visitor.mine).to_have_count(0)


def test_a_text_of_just_the_limit_is_sent_even_with_signs_beyond_the_basic_plane(visitor):
    visitor.open().ask("𠮷" * 2000)
    expect(visitor.mine).to_have_count(1)


def test_a_topic_on_the_page_opens_the_chat_and_asks(visitor, lang):
    said = {"zh": "忘了 PIN 或密码", "en": "Forgot PIN or password"}[lang]
    visitor.visit("/topics/forgot_pin").page.locator(f'button[data-say="{said}"]').click()
    expect(visitor.mine).to_have_text([said])
    expect(visitor.heard).to_have_count(2)
