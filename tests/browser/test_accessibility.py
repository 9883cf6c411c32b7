from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.fixture
def opened(visitor):
    return visitor.open()


def test_the_regions_that_speak_are_there_before_they_have_anything_to_say(opened):
    expect(opened.chat.get_by_role("log")).to_have_attribute("aria-live", "polite")
    expect(opened.notice).to_be_attached()
    expect(opened.notice).to_be_empty()
    expect(opened.chat.locator("[role=status]")).to_have_count(2)


def test_the_field_has_a_real_label(opened, lang):
    expect(
        opened.chat.get_by_label({"zh": "您的消息", "en": "Your message"}[lang])
    ).to_be_editable()


def test_every_button_has_a_name(opened):
    opened.ask("Ledger")
    for button in opened.chat.get_by_role("button").all():
        assert (button.get_attribute("aria-label") or button.inner_text()).strip()


def test_focus_goes_in_on_opening_and_back_on_closing(opened, lang):
    expect(opened.field).to_be_focused()
    close = {"zh": "关闭对话", "en": "Close chat"}[lang]
    opened.chat.get_by_role("button", name=close).click()
    expect(opened.panel).to_be_hidden()
    expect(opened.launcher).to_be_focused()


def test_focus_is_not_lost_when_the_clicked_choice_goes(opened):
    opened.ask("Ledger")
    choice = opened.chat.locator(".choices button").first
    choice.focus()
    opened.page.keyboard.press("Enter")
    expect(opened.mine).to_have_count(2)
    expect(opened.field).to_be_focused()


def test_tab_reaches_everything_and_leaves_the_panel_on_a_wide_screen(opened):
    opened.ask("Ledger")
    wanted, seen = {"page", "close", "log", "send", "TEXTAREA", "BUTTON"}, set()
    for _ in range(150):  # the page around the panel has many links
        if wanted <= seen:
            break
        opened.page.keyboard.press("Tab")
        seen.add(
            opened.page.evaluate(
                """() => {
                  const inside = document.activeElement.shadowRoot?.activeElement;
                  return inside ? inside.className || inside.tagName : "page";
                }"""
            )
        )
    assert wanted <= seen


def test_on_a_phone_the_page_behind_the_sheet_is_out_of_reach(meet):
    visitor = meet("en", viewport={"width": 390, "height": 800}).visit().open()
    for _ in range(20):
        visitor.page.keyboard.press("Tab")
        outside = "() => ['A', 'INPUT'].includes(document.activeElement.tagName)"
        assert not visitor.page.evaluate(outside)
    visitor.page.keyboard.press("Escape")
    expect(visitor.launcher).to_be_focused()


def test_the_promise_never_to_ask_is_always_in_sight(opened, lang):
    expect(opened.chat.locator(".never")).to_be_in_viewport()
    for turn in range(4):
        opened.ask(f"message {turn}")
    expect(opened.chat.locator(".never")).to_be_in_viewport()
    expect(opened.chat.locator(".never")).to_contain_text({"zh": "绝不会", "en": "never"}[lang])


def test_whoever_wants_no_motion_gets_none(meet):
    visitor = meet("en", reduced_motion="reduce").visit().open()
    running = "e => e.shadowRoot.getAnimations().length"
    assert visitor.chat.evaluate(running) == 0


def test_forced_colours_leave_everything_visible(meet):
    visitor = meet("en", forced_colors="active").visit().open()
    visitor.ask("Ledger")
    border = "e => getComputedStyle(e).borderTopStyle"
    assert visitor.mine.first.evaluate(border) == "solid"
    assert visitor.chat.locator(".send").evaluate(border) == "solid"
