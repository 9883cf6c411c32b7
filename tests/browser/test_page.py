from __future__ import annotations

import pytest
from playwright.sync_api import expect

PHONE = {
    "viewport": {"width": 390, "height": 800},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",  # a box is measured where it stays
}
NARROW = {"viewport": {"width": 320, "height": 640}}  # 1280 px enlarged four times (WCAG 1.4.10)
WIDER_THAN_THE_SCREEN = """() => {
  const all = [...document.querySelectorAll("*")];
  const inside = document.querySelector("seedwarden-chat").shadowRoot;
  all.push(...inside.querySelectorAll("*"));
  const width = document.documentElement.clientWidth;
  return all.filter((e) => e.checkVisibility() && getComputedStyle(e).clipPath === "none"
      && e.getBoundingClientRect().right > width + 1 && !e.closest(".skip"))
    .map((e) => e.tagName + "." + e.className);
}"""
SMALL_TARGETS = """() => {
  const inside = document.querySelector("seedwarden-chat").shadowRoot;
  return [...inside.querySelectorAll("button, textarea")]
    .filter((e) => e.checkVisibility())
    .map((e) => [e.className || e.textContent, e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 40 || box.width < 40)
    .map(([name, box]) => `${name} ${box.width}x${box.height}`);
}"""


@pytest.mark.parametrize("screen", [NARROW, PHONE], ids=["320 px", "phone"])
@pytest.mark.parametrize("path", ["/", "/verify"])
def test_nothing_runs_out_of_a_small_screen(meet, lang, screen, path):
    visitor = meet(lang, **screen).visit(path)
    assert visitor.page.evaluate(WIDER_THAN_THE_SCREEN) == []
    visitor.open().ask("Ledger")
    assert visitor.page.evaluate(WIDER_THAN_THE_SCREEN) == []
    assert visitor.page.evaluate(SMALL_TARGETS) == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_chat_fills_the_screen_and_gives_it_back(meet, lang):
    visitor = meet(lang, **PHONE).visit().open()
    box = visitor.panel.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 800)
    assert visitor.field.evaluate("e => getComputedStyle(e).fontSize") == "16px"
    visitor.chat.locator(".close").tap()
    expect(visitor.panel).to_be_hidden()
    assert visitor.page.evaluate("document.documentElement.style.overflow") == ""


def test_turning_a_phone_keeps_the_conversation_and_the_text(meet):
    visitor = meet("en", viewport={"width": 390, "height": 800}).visit().open()
    visitor.field.fill("half a sentence")
    visitor.page.set_viewport_size({"width": 900, "height": 800})
    expect(visitor.panel).to_be_visible()
    assert visitor.panel.bounding_box()["width"] < 500
    visitor.page.set_viewport_size({"width": 390, "height": 800})
    expect(visitor.field).to_have_value("half a sentence")
    expect(visitor.heard).to_have_count(1)


def test_the_page_obeys_its_own_policy_from_the_first_byte_to_the_last_click(visitor, lang):
    visitor.open().ask("Ledger")
    visitor.field.press("Escape")
    visitor.visit(f"/verify?lang={lang}")
    visitor.page.locator("#contact").fill("ledger.com")
    visitor.page.locator("#check button").click()
    expect(visitor.page.locator("#result .verdict")).to_be_visible()
    assert visitor.complaints == []


def test_nothing_is_asked_of_another_host(visitor):
    hosts = set()
    visitor.page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    visitor.visit().open().ask("Ledger")
    assert hosts == {visitor.address.split("/")[2]}


@pytest.mark.parametrize(
    ("contact", "verdict"),
    [("https://www.ledger.com/", "official"), ("ledger-com.wallet-check.top", None)],
)
def test_the_checker_answers_with_and_without_script(meet, lang, contact, verdict):
    classes = []
    for script in (True, False):
        visitor = meet(lang, java_script_enabled=script).visit("/verify")
        visitor.page.locator("#contact").fill(contact)
        visitor.page.locator("#check button").click()
        shown = visitor.page.locator("#result .verdict")
        expect(shown).to_be_visible()
        classes.append(shown.get_attribute("class"))
    assert classes[0] == classes[1]
    assert (classes[0] == f"verdict {verdict}") if verdict else ("official" not in classes[0])


def test_an_empty_check_is_no_verdict(visitor):
    visitor.visit("/verify").page.locator("#check button").click()
    expect(visitor.page.locator("#result .note")).to_be_visible()
    expect(visitor.page.locator("#result .verdict")).to_have_count(0)


def test_a_failed_check_is_no_verdict(visitor, lang):
    visitor.visit("/verify")
    visitor.page.route("**/verify?*", lambda route: route.abort())
    visitor.page.locator("#contact").fill("ledger.com")
    visitor.page.locator("#check button").click()
    expect(visitor.page.locator("#result .note")).to_contain_text(
        {"zh": "当作假的", "en": "not genuine"}[lang]
    )


MESSAGE = {
    "zh": "请到 https://ledger-com.wallet-check.top/fix 或 https://www.ledger.com 处理",
    "en": "Go to https://ledger-com.wallet-check.top/fix or to https://www.ledger.com today",
}


@pytest.mark.parametrize("script", [True, False])
def test_the_checker_judges_every_contact_of_a_message(meet, lang, script):
    visitor = meet(lang, java_script_enabled=script).visit("/verify")
    visitor.page.locator("#contact").fill(MESSAGE[lang])
    visitor.page.locator("#check button").click()
    expect(visitor.page.locator("#result .verdict")).to_have_count(2)
    expect(visitor.page.locator("#result .verdict.official")).to_have_count(1)


def test_the_checker_stops_a_secret_in_the_browser(visitor, lang):
    sent = []
    visitor.visit("/verify").page.on("request", lambda r: sent.append(r.method))
    # A published test vector of BIP-39.
    visitor.page.locator("#contact").fill("zoo " * 11 + "wrong")
    visitor.page.locator("#check button").click()
    expect(visitor.page.locator("#result .note")).to_contain_text(
        {"zh": "没有发送", "en": "not sent"}[lang]
    )
    assert "POST" not in sent


def test_enter_asks_the_checker(visitor):
    field = visitor.visit("/verify").page.locator("#contact")
    field.fill("https://www.ledger.com/")
    field.press("Enter")
    expect(visitor.page.locator("#result .verdict")).to_be_visible()


def test_the_page_reads_on_without_script(meet, lang):
    visitor = meet(lang, java_script_enabled=False).visit()
    expect(visitor.page.get_by_role("heading", level=3)).to_have_count(10 + 3)
    expect(visitor.page.locator(".thief li")).to_have_count(5)
    assert visitor.page.locator("main button:visible").all_inner_texts() == [
        {"zh": "搜索", "en": "Search"}[lang]
    ]
    expect(visitor.page.locator(".hero .note").last).to_contain_text("JavaScript")


def test_the_language_switch_of_the_page_is_a_plain_link(visitor, lang):
    other, name = {"zh": ("en", "English"), "en": ("zh", "中文")}[lang]
    visitor.page.locator("header.top").get_by_role("link", name=name).click()
    tag = {"zh": "zh-Hans", "en": "en"}[other]
    expect(visitor.page.locator("html")).to_have_attribute("lang", tag)
    expect(visitor.launcher).to_contain_text({"zh": "联系客服", "en": "Chat with support"}[other])
