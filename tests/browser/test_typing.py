"""Chinese is typed by way of Enter: the one that takes a candidate must not send (facts: 1.12)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SAFARI_ENTER = """field => {
  field.dispatchEvent(new CompositionEvent("compositionend", {data: "钱包", bubbles: true}));
  const enter = {key: "Enter", keyCode: 229, isComposing: false, bubbles: true, cancelable: true};
  return field.dispatchEvent(new KeyboardEvent("keydown", enter));
}"""


@pytest.fixture
def typing(visitor):
    visitor.open()
    visitor.field.focus()
    return visitor


def compose(visitor, letters, candidate):
    """Compose with an input method: letters, then Enter takes the candidate."""
    cdp = visitor.page.context.new_cdp_session(visitor.page)
    for end in range(1, len(letters) + 1):
        piece = {"text": letters[:end], "selectionStart": end, "selectionEnd": end}
        cdp.send("Input.imeSetComposition", piece)
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    cdp.send("Input.insertText", {"text": candidate})
    up = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **up})


def test_the_enter_that_takes_a_candidate_does_not_send(typing):
    compose(typing, "qianbao", "钱包")
    expect(typing.field).to_have_value("钱包")
    expect(typing.mine).to_have_count(0)
    typing.field.press("Enter")
    expect(typing.mine).to_have_text(["钱包"])


def test_an_enter_during_a_composition_does_not_send(typing):
    typing.field.fill("qian")
    typing.field.evaluate(
        """field => field.dispatchEvent(new KeyboardEvent("keydown",
             {key: "Enter", keyCode: 13, isComposing: true, bubbles: true, cancelable: true}))"""
    )
    typing.page.wait_for_timeout(300)
    expect(typing.mine).to_have_count(0)
    expect(typing.field).to_have_value("qian")


def test_the_enter_that_safari_sends_after_the_composition_does_not_send(typing):
    typing.field.fill("钱包")
    untouched = typing.field.evaluate(SAFARI_ENTER)
    typing.page.wait_for_timeout(300)
    assert untouched, "the input method must get its Enter"
    expect(typing.mine).to_have_count(0)
    expect(typing.field).to_have_value("钱包")


def test_an_escape_during_a_composition_leaves_the_panel_open(typing):
    typing.field.evaluate(
        """field => field.dispatchEvent(new KeyboardEvent("keydown",
             {key: "Escape", keyCode: 229, isComposing: true, bubbles: true, composed: true}))"""
    )
    expect(typing.panel).to_be_visible()


def test_shift_and_enter_begin_a_new_line(typing):
    typing.page.keyboard.type("one")
    typing.page.keyboard.press("Shift+Enter")
    typing.page.keyboard.type("two")
    expect(typing.field).to_have_value("one\ntwo")
    typing.page.keyboard.press("Enter")
    expect(typing.mine).to_have_text(["one\ntwo"], use_inner_text=True)


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(typing, text):
    typing.write(text)
    typing.page.wait_for_timeout(200)
    expect(typing.mine).to_have_count(0)


def test_on_a_phone_enter_begins_a_new_line_and_the_button_sends(meet):
    phone = meet("zh", viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    phone.visit()
    phone.launcher.tap()
    expect(phone.heard).to_have_count(1)
    phone.field.tap()
    phone.page.keyboard.type("one")
    phone.page.keyboard.press("Enter")
    phone.page.keyboard.type("two")
    expect(phone.field).to_have_value("one\ntwo")
    phone.chat.get_by_role("button", name="发送", exact=True).tap()
    expect(phone.mine).to_have_count(1)
