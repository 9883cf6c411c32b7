"""The menu: the record, a report of a person, the language, and erasing everything."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

RECORD = {"zh": ("文本", "PDF", "JSON"), "en": ("Text", "PDF", "JSON")}
REPORT = {"zh": "举报这位客服", "en": "Report this person"}
ERASE = {"zh": "删除我的数据", "en": "Erase my data"}
YES = {"zh": "是的，全部删除", "en": "Yes, erase everything"}
NO = {"zh": "不，保留", "en": "No, keep it"}
# A published test vector of BIP-39.
PHRASE = "zoo " * 11 + "wrong"


@pytest.fixture
def menu(visitor):
    """A visitor with the menu open."""
    visitor.open().ask("Ledger")
    visitor.chat.locator(".menu").click()
    visitor.card = visitor.chat.locator(".card")
    expect(visitor.card).to_be_visible()
    return visitor


def press(visitor, name):
    visitor.card.get_by_role("button", name=name).click()


def test_the_menu_opens_serves_and_closes_by_keyboard_alone(visitor, lang):
    visitor.open().ask("Ledger")
    menu = visitor.chat.locator(".menu")
    menu.focus()
    visitor.page.keyboard.press("Enter")
    card = visitor.chat.get_by_role(
        "dialog", name={"zh": "您的对话", "en": "Your conversation"}[lang]
    )
    expect(card).to_be_focused()
    inside = "() => document.activeElement.shadowRoot.activeElement.textContent"
    seen = []
    for _ in range(8):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.shadowRoot !== null"):
            seen.append(visitor.page.evaluate(inside))
    assert ERASE[lang] in seen
    assert "中文" in seen
    card.focus()
    visitor.page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(visitor.panel).to_be_visible()
    expect(menu).to_be_focused()


def test_what_lies_below_is_out_of_reach_while_a_card_is_open(menu):
    below = menu.chat.locator(".rest > :not(.card)")
    assert below.evaluate_all("all => all.every((part) => part.inert)")
    menu.page.keyboard.press("Escape")
    assert below.evaluate_all("all => all.every((part) => !part.inert)")


@pytest.mark.parametrize(
    ("number", "name"), [(0, "record.md"), (1, "record.pdf"), (2, "record.json")]
)
def test_the_record_is_taken_along_in_three_forms(menu, lang, number, name):
    with menu.page.expect_download() as coming:
        press(menu, RECORD[lang][number])
    file = coming.value
    assert file.suggested_filename == name
    content = Path(file.path()).read_bytes()
    assert content.startswith(b"%PDF") if number == 1 else "Ledger" in content.decode()
    if number == 2:
        assert re.fullmatch(r"[0-9a-f]{64}", json.loads(content)["sha256"])
    expect(menu.card.locator(".told")).to_contain_text({"zh": "已保存", "en": "saved"}[lang])


def test_a_record_that_cannot_be_had_is_explained(menu, support, lang):
    support.cut(down=True)
    press(menu, RECORD[lang][0])
    expect(menu.card.locator(".wrong")).to_contain_text({"zh": "再试一次", "en": "try again"}[lang])


def test_the_language_is_changed_in_the_menu(menu, lang):
    other, name = {"zh": ("en", "English"), "en": ("zh", "中文")}[lang]
    press(menu, name)
    expect(menu.panel).to_have_attribute("lang", {"zh": "zh-Hans", "en": "en"}[other])
    expect(menu.card).to_have_count(0)


def test_erasing_asks_twice_and_a_no_keeps_everything(menu, lang):
    press(menu, ERASE[lang])
    expect(menu.card).to_contain_text(
        {"zh": "任何人都无法恢复", "en": "nobody can bring them back"}[lang]
    )
    press(menu, NO[lang])
    expect(menu.card).to_have_count(0)
    expect(menu.mine).to_have_text(["Ledger"])
    menu.ask("still here")


def test_after_the_second_yes_nothing_is_left(menu, support, lang):
    session = menu.session()
    press(menu, ERASE[lang])
    press(menu, YES[lang])
    expect(menu.notice).to_contain_text({"zh": "已经删除", "en": "are erased"}[lang])
    expect(menu.items).to_have_count(0)
    expect(menu.who).to_contain_text({"zh": "现在没有客服", "en": "Nobody from us"}[lang])
    assert "token" not in menu.stored()
    url = f"{menu.address}/api/v1/conversations/{session['id']}/messages"
    headers = {"Authorization": f"Bearer {session['token']}"}
    assert menu.page.context.request.get(url, headers=headers).status == 404
    menu.notice.get_by_role("button").click()
    expect(menu.heard).to_have_count(1)


def test_erasing_without_an_answer_is_told_so_and_can_be_tried_again(menu, support, lang):
    press(menu, ERASE[lang])
    support.cut(down=True)
    press(menu, YES[lang])
    expect(menu.card.locator(".wrong")).to_contain_text(
        {"zh": "没能确认是否完成", "en": "could not tell whether"}[lang]
    )
    support.wire.down = False
    press(menu, YES[lang])
    expect(menu.notice).to_contain_text({"zh": "已经删除", "en": "are erased"}[lang])


def test_nobody_can_be_reported_before_a_person_came(menu, lang):
    expect(menu.card.get_by_role("button", name=REPORT[lang])).to_have_count(0)


@pytest.fixture
def reporting(visitor, support, lang):
    """A visitor who is about to report the person they talk to."""
    visitor.open()
    visitor.agent, visitor.epoch = support.joins(visitor.session()["id"], "Maya Lin")
    expect(visitor.who).to_contain_text("Maya Lin", timeout=20_000)
    visitor.chat.locator(".menu").click()
    visitor.card = visitor.chat.locator(".card")
    press(visitor, REPORT[lang])
    expect(visitor.card).to_contain_text("Maya Lin")
    return visitor


def reports(support, reader):
    return [one.text for one in support.run(support.desk.reports(reader))]


LEAD = SimpleNamespace(id="somebody else")


def test_a_report_names_its_kind_and_is_confirmed(reporting, support, lang):
    kind = {"zh": "要求付款", "en": "Asked for money"}[lang]
    reporting.card.get_by_label(re.compile(kind)).check()
    reporting.card.locator("textarea").fill("0.1 BTC, he said")
    press(reporting, {"zh": "提交举报", "en": "Send the report"}[lang])
    expect(reporting.card).to_contain_text({"zh": "举报已收到", "en": "has arrived"}[lang])
    kept = reports(support, LEAD)[0]
    assert kind in kept
    assert "0.1 BTC" in kept
    assert kept not in reports(support, reporting.agent)
    assert reporting.items.filter(has_text="0.1 BTC").count() == 0


def test_a_report_without_a_kind_is_not_sent(reporting, lang):
    sent = []
    reporting.page.on("request", lambda r: sent.append(r.url) if r.url.endswith("report") else None)
    press(reporting, {"zh": "提交举报", "en": "Send the report"}[lang])
    reporting.page.wait_for_timeout(300)
    assert sent == []


def test_a_secret_in_a_report_is_stopped_like_any_other(reporting, lang):
    sent = []
    reporting.page.on("request", lambda r: sent.append(r.post_data) if r.method == "POST" else None)
    reporting.card.locator("input").first.check()
    reporting.card.locator("textarea").fill(PHRASE)
    press(reporting, {"zh": "提交举报", "en": "Send the report"}[lang])
    expect(reporting.card.locator(".wrong")).to_contain_text(
        {"zh": "没有发送", "en": "not sent"}[lang]
    )
    assert [body for body in sent if body] == ['{"kind":"seed_phrase"}']


def test_a_part_that_cannot_be_fetched_is_told_and_tried_again(visitor, lang):
    visitor.page.route("**/widget-parts/menu.js", lambda route: route.abort())
    visitor.open()
    visitor.chat.locator(".menu").click()
    again = {"zh": "再试一次", "en": "Try again"}[lang]
    expect(visitor.notice.get_by_role("button", name=again)).to_be_visible()
    visitor.ask("the chat goes on")
