"""A stranger with a broken device or a phrase pasted by mistake: the whole road, Rasa included."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

ANSWER = 20_000  # ms; a first turn on a busy machine


@pytest.fixture
def guest(meet, live_gateway, lang):
    guest = meet(lang, address=live_gateway).visit()
    guest.launcher.click()
    expect(guest.heard).to_have_count(1, timeout=ANSWER)
    yield guest
    assert guest.complaints == []


def test_a_dark_screen_gets_a_warning_and_the_first_steps(guest, lang):
    guest.write({"zh": "我的Ledger屏幕不亮了", "en": "My Ledger screen stays dark"}[lang])
    steps = {"zh": "USB", "en": "USB cable"}[lang]
    expect(guest.heard.filter(has_text=steps)).not_to_have_count(0, timeout=ANSWER)
    warning = {"zh": "恢复词", "en": "recovery phrase"}[lang]
    expect(guest.heard.filter(has_text=warning)).not_to_have_count(0)


def test_a_choice_of_the_greeting_leads_on(guest, lang):
    guest.choose({"zh": "转账没到账", "en": "Transfer stuck or missing"}[lang])
    expect(guest.heard).not_to_have_count(1, timeout=ANSWER)


def test_the_language_is_switched_in_the_middle(guest, lang):
    name = {"zh": "English", "en": "中文"}[lang]
    guest.chat.locator(".languages").get_by_role("button", name=name).click()
    other = {"zh": re.compile(r"[A-Za-z]{4}"), "en": re.compile("[一-鿿]{2}")}[lang]
    expect(guest.heard.last).to_have_text(other, timeout=ANSWER)
    expect(guest.heard).not_to_have_count(1)


def test_a_told_pin_is_hidden_and_the_customer_is_warned(guest, lang):
    # A phrase is stopped before it is sent (test_guard.py); a PIN is hidden by the gateway.
    guest.write({"zh": "我的PIN是 4821，屏幕还是黑的", "en": "my pin is 4821, still black"}[lang])
    expect(guest.chat.locator(".hidden-note")).to_be_visible(timeout=ANSWER)
    expect(guest.heard).not_to_have_count(1, timeout=ANSWER)
    assert "4821" not in guest.chat.evaluate("e => e.shadowRoot.textContent")
