"""The support site as it is used: fast, still, by keyboard, without script, on paper."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import expect

PAGES = ("/", "/topics/tx_failed", "/faq", "/faq/pin_attempts", "/channels", "/fraud", "/search")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
FIRST_VIEW = 100_000  # bytes
# A published test vector of BIP-39.
PHRASE = "zoo " * 11 + "wrong"
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 400);
})"""


def search(visitor, text):
    visitor.page.locator("#q").fill(text)
    visitor.page.locator("form.search button").click()


@pytest.mark.parametrize("path", PAGES)
def test_the_first_view_of_a_page_costs_a_phone_little(meet, lang, path):
    visitor = meet(lang, **PHONE)
    wire = visitor.page.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    counted = []
    wire.on("Network.loadingFinished", lambda event: counted.append(event["encodedDataLength"]))
    visitor.visit(path)
    expect(visitor.launcher).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    assert len(counted) >= 4, "page, style, script and element at least were loaded"
    assert 5_000 < sum(counted) <= FIRST_VIEW


@pytest.mark.parametrize("screen", [PHONE, {}], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["/", "/topics/forgot_pin", "/faq/pin_attempts", "/fraud"])
def test_nothing_jumps_while_a_page_comes_to_life(meet, lang, path, screen):
    visitor = meet(lang, **screen).visit(path)
    expect(visitor.page.locator("main button[data-say]").first).to_be_visible()
    assert visitor.page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_small_screen_is_wide_enough(meet, lang, path):
    visitor = meet(lang, viewport={"width": 320, "height": 640}).visit(path)
    visitor.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "most"), [(360, 1), (768, 2), (1280, 3)])
def test_no_card_stands_alone_in_its_row(meet, lang, width, most):
    visitor = meet(lang, viewport={"width": width, "height": 900}).visit()
    tops = visitor.page.locator(".cards").first.evaluate(
        "(list) => [...list.children].map((card) => Math.round(card.getBoundingClientRect().top))"
    )
    rows = Counter(tops).values()
    assert len(tops) == 10
    assert max(rows) == most
    assert min(rows) >= min(most, 2)


def test_a_button_of_the_chat_that_a_page_names_leads_to_its_page(meet, lang):
    page = meet(lang).visit("/topics/funds_stolen").page
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    page.locator("details a[href^='/channels']").first.click()
    expect(page.locator("h1")).to_have_text({"zh": "官方渠道", "en": "Official contacts"}[lang])


@pytest.mark.parametrize("script", [True, False])
def test_a_word_finds_its_answer_with_and_without_script(meet, lang, script):
    visitor = meet(lang, java_script_enabled=script).visit()
    search(visitor, {"zh": "助记词", "en": "recovery phrase"}[lang])
    hit = visitor.page.locator(".hit h2 a").first
    expect(hit).to_contain_text({"zh": "恢复词", "en": "recovery phrase"}[lang])
    hit.click()
    expect(visitor.page.locator("h1")).to_contain_text({"zh": "恢复词", "en": "phrase"}[lang])
    expect(visitor.page.locator(".source")).to_contain_text("2026")


def test_enter_searches_and_the_way_back_leads_to_what_was_found(meet, lang):
    visitor = meet(lang).visit()
    visitor.page.locator("#q").fill("PIN")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".hit h2 a").first.click()
    expect(visitor.page.locator(".source")).to_be_visible()
    visitor.page.go_back()
    expect(visitor.page.locator(".hit h2 a").first).to_be_visible()


def test_a_recovery_phrase_in_the_search_stays_in_the_browser(meet, lang):
    visitor, sent = meet(lang).visit(), []
    visitor.page.on("request", lambda request: sent.append(request.method))
    search(visitor, PHRASE)
    expect(visitor.page.locator("form.search [role=alert]")).to_contain_text(
        {"zh": "没有发送", "en": "not sent"}[lang]
    )
    assert "POST" not in sent
    visitor.page.locator("#q").fill("PIN")
    visitor.page.locator("form.search button").click()
    expect(visitor.page.locator(".hit")).not_to_have_count(0)


def test_without_script_a_recovery_phrase_is_in_no_address_and_on_no_page(meet, lang):
    visitor = meet(lang, java_script_enabled=False).visit()
    addresses = []
    visitor.page.on("request", lambda request: addresses.append(request.url))
    search(visitor, PHRASE)
    expect(visitor.page.locator(".results .note")).to_be_visible()
    assert not any("zoo" in address or "wrong" in address for address in addresses)
    assert "zoo" not in visitor.page.content()


def test_a_topic_opens_the_chat_about_itself(meet, lang):
    visitor = meet(lang).visit("/topics/device_broken")
    visitor.page.locator(".onward button").click()
    expect(visitor.mine).to_have_text([visitor.page.locator("h1").inner_text()])


def test_everything_is_reached_with_the_keyboard(meet, lang):
    visitor = meet(lang).visit("/topics/forgot_pin")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(".skip")).to_be_focused()
    expect(visitor.page.locator(".skip")).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    for _ in range(12):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.localName") == "summary":
            break
    folded = visitor.page.locator("details").first
    expect(folded.locator(".inside")).to_be_hidden()
    visitor.page.keyboard.press("Enter")
    expect(folded.locator(".inside")).to_be_visible()


def test_a_card_is_one_link_and_shows_where_the_focus_is(meet):
    visitor = meet("en").visit()
    card = visitor.page.locator(".cards li").first
    card.locator("a").focus()
    visitor.page.keyboard.press("Shift+Tab")
    visitor.page.keyboard.press("Tab")
    assert card.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    box = card.bounding_box()
    visitor.page.mouse.click(box["x"] + box["width"] - 8, box["y"] + box["height"] - 8)
    expect(visitor.page.locator("h1")).to_have_text("Money stolen or leaving now")


def test_on_paper_everything_is_unfolded_and_nothing_is_there_to_click(meet, lang):
    visitor = meet(lang, java_script_enabled=False, color_scheme="dark").visit("/topics/tx_failed")
    visitor.page.emulate_media(media="print")
    steps = visitor.page.locator("details .inside ol")
    for step in steps.all():
        assert step.bounding_box()["height"] > 0
    for gone in ("nav.pages", "nav.languages", "seedwarden-chat", ".onward"):
        expect(visitor.page.locator(gone)).to_be_hidden()
    ground = "e => getComputedStyle(e).backgroundColor"
    assert visitor.page.locator("body").evaluate(ground) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("path", PAGES)
def test_the_browser_has_nothing_to_complain_about(meet, lang, path):
    visitor = meet(lang).visit(path)
    expect(visitor.launcher).to_be_visible()
    assert visitor.complaints == []


def test_a_page_that_is_not_there_helps_on(meet, lang):
    visitor = meet(lang).visit("/topics/nothing_like_this")
    expect(visitor.page.locator("form.search")).to_be_visible()
    expect(visitor.page.locator(".cards li")).not_to_have_count(0)
