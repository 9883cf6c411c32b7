"""axe-core finds nothing to object to: pages, checker and open chat, both languages and schemes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

# A published test vector of BIP-39.
PHRASE = "zoo " * 11 + "wrong"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(params=["light", "dark"])
def guest(meet, lang, request):
    return meet(lang, color_scheme=request.param, reduced_motion="reduce")


def objections(visitor):
    found = Axe().run(visitor.page, options=RULES).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


PAGES = (
    *("/", "/topics/tx_failed", "/topics/complaint", "/faq", "/faq/pin_attempts"),
    *("/channels", "/fraud", "/search", "/verify", "/status", "/faq/nobody_asks_this"),
)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_accessible(guest, path):
    guest.visit(path)
    guest.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert objections(guest) == []


@pytest.mark.parametrize("text", ["PIN", "pizza", "ledger.com.wallet-check.top", "my pin is 4821"])
def test_the_results_of_a_search_are_accessible(guest, text):
    page = guest.visit().page
    page.locator("#q").fill(text)
    page.locator("form.search button").click()
    expect(page.locator(".results")).to_be_visible()
    assert objections(guest) == []


def test_an_answer_of_the_checker_is_accessible(guest):
    page = guest.visit("/verify").page
    page.locator("#contact").fill("https://www.ledger.com or https://ledger-com.wallet-check.top")
    page.locator("#check button").click()
    expect(page.locator("#result .verdict")).to_have_count(2)
    assert objections(guest) == []


def test_the_open_chat_is_accessible(guest, lang):
    guest.visit().open()
    guest.write({"zh": "我的PIN码是4821", "en": "my pin is 4821"}[lang])
    expect(guest.chat.locator(".hidden-note")).to_be_visible()
    expect(guest.chat.locator(".typing")).to_be_hidden()
    guest.write(PHRASE)
    expect(guest.notice).not_to_be_empty()
    assert objections(guest) == []


def test_what_lies_over_the_chat_is_accessible(guest, support, lang):
    guest.visit().open()
    support.joins(guest.session()["id"], "Maya Lin")
    expect(guest.who).to_contain_text("Maya Lin", timeout=20_000)
    card = guest.chat.locator(".card")
    found = {}
    guest.chat.locator(".menu").click()
    expect(card).to_be_visible()
    found["menu"] = objections(guest)
    card.locator("button", has_text={"zh": "举报", "en": "Report"}[lang]).click()
    expect(card.locator("form")).to_be_visible()
    found["report"] = objections(guest)
    guest.page.keyboard.press("Escape")
    guest.chat.locator(".clip").click()
    picture = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}
    card.locator("input[type=file]").set_input_files(files=[picture])
    expect(card.locator(".wrong")).to_be_visible()
    found["file"] = objections(guest)
    assert found == {"menu": [], "report": [], "file": []}
