"""The panel takes the shape of the screen, of the keyboard on it, and of the page's own style."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

# A page of 1280 by 1024 enlarged four times (WCAG 1.4.10).
ENLARGED = {"viewport": {"width": 320, "height": 256}, "reduced_motion": "reduce"}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}
# What a phone's keyboard does to the part of the page that can be seen; no browser here has one.
KEYBOARD = """(height) => {
  Object.defineProperty(visualViewport, "height", {configurable: true, get: () => height});
  visualViewport.dispatchEvent(new Event("resize"));
}"""

# Settles once the end of the talk is in sight, and fails where it stays out of sight.
AT_THE_END = """(log) => new Promise((resolve, reject) => {
  let frames = 0;
  const look = () => {
    if (log.scrollHeight - log.scrollTop - log.clientHeight < 80) resolve();
    else if (++frames > 200) reject(new Error("the end of the talk is out of sight"));
    else requestAnimationFrame(look);
  };
  look();
})"""


def test_above_an_open_keyboard_head_end_of_talk_and_field_are_in_sight(meet, lang):
    visitor = meet(lang, **PHONE).visit().open()
    visitor.ask("Ledger")
    log = visitor.chat.get_by_role("log")
    log.evaluate("e => e.scrollTo(0, e.scrollHeight)")
    expect(visitor.chat.locator(".newer")).to_be_hidden()
    visitor.page.evaluate(KEYBOARD, 400)
    log.evaluate(AT_THE_END)
    for part in (visitor.who, visitor.field, visitor.chat.locator(".send")):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 400
    assert log.bounding_box()["height"] > 80
    visitor.page.evaluate(KEYBOARD, 740)
    assert visitor.panel.bounding_box()["height"] == 740


def test_enlarged_four_times_everything_can_be_scrolled_to_and_used(meet, lang):
    visitor = meet(lang, **ENLARGED).visit().open()
    visitor.field.fill("Ledger")
    visitor.chat.locator(".send").scroll_into_view_if_needed()
    visitor.chat.locator(".send").click()
    expect(visitor.heard).to_have_count(2)
    visitor.chat.locator(".menu").click()
    erase = visitor.chat.locator(".card .danger")
    erase.scroll_into_view_if_needed()
    expect(erase).to_be_in_viewport()
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("part", ["menu", "clip"])
def test_a_card_fits_a_small_phone(meet, lang, part):
    visitor = meet(lang, **PHONE).visit().open()
    visitor.chat.locator(f".{part}").tap()
    card = visitor.chat.locator(".card")
    expect(card).to_be_visible()
    assert card.evaluate("e => e.scrollWidth <= e.clientWidth")
    for button in card.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44


def test_the_pages_custom_properties_reach_the_chat(meet):
    visitor = meet("en").visit()
    visitor.chat.evaluate(
        """e => {
          e.style.setProperty("--seedwarden-accent", "rgb(120, 0, 60)");
          e.style.setProperty("--seedwarden-radius", "3px");
        }"""
    )
    ground = "e => getComputedStyle(e).backgroundColor"
    assert visitor.launcher.evaluate(ground) == "rgb(120, 0, 60)"
    visitor.open()
    assert visitor.chat.locator(".send").evaluate(ground) == "rgb(120, 0, 60)"
    assert visitor.panel.evaluate("e => getComputedStyle(e).borderTopLeftRadius") == "3px"


def test_the_pages_own_style_does_not_reach_the_chat(meet):
    visitor = meet("en").visit().open()
    before = visitor.field.evaluate("e => getComputedStyle(e).color")
    visitor.page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("textarea, p { color: red !important; display: none !important }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    expect(visitor.field).to_be_visible()
    assert visitor.field.evaluate("e => getComputedStyle(e).color") == before
