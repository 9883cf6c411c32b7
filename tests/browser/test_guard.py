"""The guard in the browser: what it stops, what it lets go, and that nothing of it gets out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

CASES = Path(__file__).parents[1] / "cases" / "secrets"
# Published test vectors: 128 zero bits in English, 0x80 sixteen times in simplified Chinese.
PHRASES = {
    "en": "my words: " + "abandon " * 11 + "about",
    "zh": "我的助记词是枪疫霉尝俩闹饿贤枪疫霉卿",
}
EXAMINE = """async (texts) => {
  const { find, prepare } = await import("/static/widget-guard/guard.js");
  await prepare();
  const kinds = [];
  for (const text of texts) kinds.push(await find(text));
  return kinds;
}"""


def table():
    """The cases marked for the browser, and all that the gateway's guard leaves alone."""
    cases = [
        case
        for path in sorted(CASES.glob("*.yml"))
        for case in yaml.safe_load(path.read_text("utf-8")).get("cases", [])
        if "near" in case or case.get("browser")
    ]
    return [(case.get("text", case.get("near")), case.get("kind")) for case in cases]


@pytest.fixture
def examine(meet):
    page = meet().visit().page
    return lambda texts: page.evaluate(EXAMINE, texts)


def test_the_table_of_the_gateways_guard_holds_in_the_browser(examine):
    cases = table()
    kinds = examine([text for text, _ in cases])
    # To the customer a share is a recovery phrase too: the browser does not tell them apart.
    told = [("seed_phrase" if kind == "share" else kind) for _, kind in cases]
    assert told.count("seed_phrase") > 30
    wrong = [
        (text, want, got)
        for (text, _), want, got in zip(cases, told, kinds, strict=True)
        if want != got
    ]
    assert wrong == []


def test_no_text_breaks_it(examine):
    pieces = ["", " ", "\ud800", "\U0010ffff", "第", "①", "ﾊﾞ", "각", "\u0301" * 50, "é́", "1" * 2000]
    assert examine([*pieces, "".join(pieces), "a" * 2000, "第1个" * 500]) == [None] * 14


@pytest.fixture
def written(visitor, lang):
    visitor.open()
    sent = []
    visitor.page.on("request", lambda r: sent.append(r.post_data) if r.method == "POST" else None)
    visitor.sent = sent
    visitor.words = re.findall(r"\w+", PHRASES[lang])[-1]
    return visitor


def assert_it_stayed(visitor):
    expect(visitor.mine).to_have_count(0)
    bodies = [body for body in visitor.sent if body]
    assert bodies == ['{"kind":"seed_phrase"}']
    assert visitor.words not in visitor.stored()


def test_a_phrase_is_not_sent_and_the_reason_is_told(written, lang):
    written.write(PHRASES[lang])
    expect(written.notice).to_contain_text({"zh": "恢复词", "en": "a recovery phrase"}[lang])
    expect(written.notice).to_contain_text({"zh": "没有发送", "en": "was not sent"}[lang])
    expect(written.field).to_have_value(PHRASES[lang])
    assert_it_stayed(written)


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_one_key_clears_the_field(written, lang, key):
    written.write(PHRASES[lang])
    expect(written.notice).not_to_be_empty()
    written.page.keyboard.press(key)
    expect(written.field).to_have_value("")
    expect(written.notice).to_be_empty()
    expect(written.panel).to_be_visible()


def test_a_button_clears_the_field_and_writing_goes_on(written, lang):
    written.write(PHRASES[lang])
    written.notice.get_by_role(
        "button", name={"zh": "清空输入框", "en": "Clear the field"}[lang]
    ).click()
    expect(written.field).to_have_value("")
    expect(written.field).to_be_focused()
    written.ask("Ledger")


def test_a_pasted_phrase_is_named_before_anybody_sends_it(written, lang):
    paste(written, PHRASES[lang])
    expect(written.notice).to_contain_text({"zh": "没有发送", "en": "was not sent"}[lang])
    expect(written.field).to_have_value(PHRASES[lang])
    assert_it_stayed(written)


def test_a_pasted_question_is_left_alone(written, lang):
    paste(written, {"zh": "助记词丢了怎么办？", "en": "What if I lose my recovery phrase?"}[lang])
    written.page.wait_for_timeout(300)
    expect(written.notice).to_be_empty()


def paste(visitor, text):
    visitor.field.focus()
    visitor.field.evaluate(
        """(field, text) => {
          field.value = text;
          const how = {inputType: "insertFromPaste", bubbles: true};
          field.dispatchEvent(new InputEvent("input", how));
        }""",
        text,
    )


def test_the_notice_follows_the_language_switch(written, lang):
    written.write(PHRASES[lang])
    expect(written.notice).not_to_be_empty()
    other, name = {"zh": ("recovery phrase", "English"), "en": ("恢复词", "中文")}[lang]
    written.chat.locator(".languages").get_by_role("button", name=name).click()
    expect(written.notice).to_contain_text(other)


@pytest.mark.parametrize("part", ["**/widget-guard/*.js", "**/widget-guard/lists/*.txt"])
def test_without_the_guards_files_the_gateways_guard_remains(visitor, lang, part):
    visitor.page.route(part, lambda route: route.abort())
    visitor.open().ask(PHRASES[lang])
    expect(visitor.mine).to_have_text(re.compile({"zh": "已删除", "en": "removed"}[lang]))


def test_a_message_waits_until_the_lists_are_there(visitor, lang):
    waiting = []

    def hold(route):
        waiting.append(route)

    visitor.page.route("**/lists/*.txt", hold)
    visitor.open().write(PHRASES[lang])
    expect(visitor.notice).to_contain_text({"zh": "正在检查", "en": "Checking"}[lang])
    for route in waiting:
        route.continue_()
    expect(visitor.notice).to_contain_text({"zh": "没有发送", "en": "was not sent"}[lang])
    expect(visitor.mine).to_have_count(0)


def test_lists_are_fetched_when_somebody_is_about_to_write_and_others_when_called_for(meet):
    visitor = meet("en").visit()
    fetched = []
    visitor.page.on("request", lambda r: fetched.append(r.url.rpartition("/")[2]))
    visitor.launcher.hover()
    expect(visitor.chat.locator("textarea")).to_be_attached()
    assert not [name for name in fetched if name.endswith(".txt")]
    visitor.open().ask("my Ledger shows a black screen after the update")
    assert sorted(n for n in fetched if n.endswith(".txt")) == ["en.txt", "zh.txt"]
    visitor.write("실장 활동 큰딸 흔적 형제 제대로 훈련 한글 실장 활동 큰딸 흔히")
    expect(visitor.notice).not_to_be_empty()
    assert "ko.txt" in fetched
