"""Pictures and PDF files: by button, paste and drop; warned, shown, sent, refused, cancelled."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

WARNING = {"zh": "切勿拍摄恢复词", "en": "Never photograph a recovery phrase"}
SEND = {"zh": "发送这个文件", "en": "Send this file"}
AGAIN = {"zh": "再试一次", "en": "Try again"}
CANCEL = {"zh": "取消", "en": "Cancel"}
UPLOAD = "**/attachments"
PICTURE = {"name": "screen.png", "mimeType": "image/png", "buffer": b"\x89PNG" + b"0" * 4000}
HAND_OVER = """(field, [kind, count]) => {
  const carried = new DataTransfer();
  for (let i = 0; i < count; i += 1) {
    carried.items.add(new File(["x".repeat(2048)], `picture-${i}.png`, {type: "image/png"}));
  }
  const told = {bubbles: true, cancelable: true, composed: true};
  const event = kind === "paste" ? new ClipboardEvent(kind, {...told, clipboardData: carried})
    : new DragEvent(kind, {...told, dataTransfer: carried});
  return !field.dispatchEvent(event);
}"""


@pytest.fixture
def sender(visitor):
    """A visitor with the card for files before them."""
    visitor.open()
    visitor.card = visitor.chat.locator(".card")
    visitor.button = lambda name: visitor.card.get_by_role("button", name=name)
    visitor.sent = []
    visitor.page.on("request", lambda r: visitor.sent.append(r) if "attachments" in r.url else None)
    return visitor


@pytest.fixture
def chosen(sender):
    sender.chat.locator(".clip").click()
    choose(sender, PICTURE)
    return sender


def choose(sender, file):
    sender.card.locator("input[type=file]").set_input_files(files=[file])


def answer(sender, status, name="", detail=""):
    body = json.dumps({"type": f"/problems/{name}", "detail": detail} if name else {})
    sender.page.route(UPLOAD, lambda route: route.fulfill(status=status, body=body))


def test_the_warning_comes_before_a_file_can_be_chosen(sender, lang):
    sender.chat.locator(".clip").click()
    expect(sender.card).to_contain_text(WARNING[lang])
    chooser = sender.card.locator("input[type=file]")
    expect(chooser).to_have_attribute("accept", "image/*,application/pdf")
    with sender.page.expect_file_chooser():
        sender.button({"zh": "选择文件", "en": "Choose a file"}[lang]).click()
    assert sender.sent == []


def test_name_and_size_are_shown_and_nothing_goes_before_the_yes(chosen, lang):
    expect(chosen.card.locator(".file")).to_contain_text("screen.png")
    expect(chosen.card.locator(".file")).to_contain_text(re.compile(r"4 ?kB"))
    expect(chosen.button(SEND[lang])).to_be_focused()
    chosen.page.wait_for_timeout(200)
    assert chosen.sent == []


def test_a_file_that_was_taken_gives_way_to_the_chat(chosen, lang):
    answer(chosen, 201)
    chosen.button(SEND[lang]).click()
    expect(chosen.card).to_have_count(0)
    expect(chosen.chat.locator(".clip")).to_be_focused()
    body = chosen.sent[0].post_data_buffer
    assert b'name="file"; filename="screen.png"' in body
    assert re.search(rb'name="client_id"\r\n\r\n[\w-]{32,36}\r\n', body)
    assert chosen.sent[0].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped(sender, lang, way):
    assert sender.field.evaluate(HAND_OVER, [way, 1])
    expect(sender.card.locator(".file")).to_contain_text("picture-0.png")
    expect(sender.card).to_contain_text(WARNING[lang])
    assert sender.sent == []


def test_of_two_pictures_the_first_is_taken_and_that_is_said(sender, lang):
    sender.field.evaluate(HAND_OVER, ["drop", 2])
    expect(sender.card.locator(".file")).to_contain_text("picture-0.png")
    expect(sender.card.locator(".told")).to_contain_text(
        {"zh": "一次只能", "en": "One file at a time"}[lang]
    )


def test_pasted_text_is_no_file(sender):
    assert not sender.field.evaluate(HAND_OVER, ["paste", 0])
    sender.page.wait_for_timeout(200)
    expect(sender.card).to_have_count(0)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"name": "a.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"},
         {"zh": "只能发送图片和 PDF", "en": "Only pictures and PDF"}),
        ({"name": "a.unknown", "mimeType": "", "buffer": b"x"},
         {"zh": "只能发送图片和 PDF", "en": "Only pictures and PDF"}),
        ({"name": "empty.png", "mimeType": "image/png", "buffer": b""},
         {"zh": "空文件", "en": "empty"}),
        ({"name": "large.png", "mimeType": "image/png", "buffer": b"0" * (10 * 1024 * 1024 + 1)},
         {"zh": "最大 10 MB", "en": "10 MB"}),
    ],
    ids=["program", "no kind", "empty", "large"],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_before_anything_is_sent(sender, lang, file, said):
    sender.chat.locator(".clip").click()
    choose(sender, file)
    expect(sender.card.locator(".wrong")).to_contain_text(said[lang])
    expect(sender.button(SEND[lang])).to_have_count(0)
    assert sender.sent == []


def test_a_file_of_just_the_limit_may_go(sender, lang):
    sender.chat.locator(".clip").click()
    choose(sender, {**PICTURE, "buffer": b"0" * (10 * 1024 * 1024)})
    expect(sender.button(SEND[lang])).to_be_visible()


@pytest.mark.parametrize(
    ("status", "name"),
    [(413, "attachment-too-large"), (415, "attachment-type"), (409, "attachments-full")],
)
def test_a_refusal_is_told_in_the_gateways_words_and_another_file_offered(
    chosen, lang, status, name
):
    answer(chosen, status, name, "This is why.")
    chosen.button(SEND[lang]).click()
    expect(chosen.card.locator(".wrong")).to_have_text("This is why.")
    expect(chosen.button({"zh": "换一个文件", "en": "Choose another"}[lang])).to_be_focused()
    expect(chosen.button(AGAIN[lang])).to_have_count(0)


def test_a_picture_with_a_secret_leads_back_to_the_chat(chosen, lang):
    answer(chosen, 422, "secret-in-attachment", "It was destroyed.")
    chosen.button(SEND[lang]).click()
    expect(chosen.card.locator(".wrong")).to_have_text("It was destroyed.")
    chosen.card.locator(".row button").click()
    expect(chosen.card).to_have_count(0)


@pytest.mark.parametrize("status", [413, 415, 422, 500, 503])
def test_a_refusal_without_words_gets_ours(chosen, lang, status):
    chosen.page.route(UPLOAD, lambda route: route.fulfill(status=status, body="<html>"))
    chosen.button(SEND[lang]).click()
    expect(chosen.card.locator(".wrong")).to_have_text(
        re.compile({"zh": "文件", "en": "file"}[lang])
    )


def test_a_file_that_did_not_arrive_is_sent_again_under_the_same_number(chosen, lang):
    bodies = []

    def fail_once(route):
        bodies.append(route.request.post_data_buffer)
        if len(bodies) == 1:
            route.abort()
        else:
            route.fulfill(status=201, body="{}")

    chosen.page.route(UPLOAD, fail_once)
    chosen.button(SEND[lang]).click()
    lost = {"zh": "没有送达", "en": "did not reach us"}[lang]
    expect(chosen.card.locator(".wrong")).to_contain_text(lost)
    chosen.button(AGAIN[lang]).click()
    expect(chosen.card).to_have_count(0)
    numbers = [re.search(rb"\r\n\r\n([\w-]{32,36})\r\n", body)[1] for body in bodies]
    assert len(numbers) == 2
    assert numbers[0] == numbers[1]


def test_sending_is_cancelled_by_a_button(chosen, lang):
    held = []

    def hold(route):
        held.append(route)

    chosen.page.route(UPLOAD, hold)
    chosen.button(SEND[lang]).click()
    expect(chosen.card.get_by_role("progressbar")).to_be_visible()
    chosen.button(CANCEL[lang]).click()
    expect(chosen.card.locator(".told")).to_contain_text({"zh": "已取消", "en": "Cancelled"}[lang])
    expect(chosen.card.get_by_role("progressbar")).to_be_hidden()
    expect(chosen.button(SEND[lang])).to_be_focused()


def test_leaving_the_card_cancels_too(chosen, lang):
    chosen.page.route(UPLOAD, lambda _: None)
    failed = []
    chosen.page.on("requestfailed", lambda r: failed.append(r.url))
    chosen.button(SEND[lang]).click()
    expect(chosen.button(CANCEL[lang])).to_be_focused()
    chosen.page.keyboard.press("Escape")
    expect(chosen.card).to_have_count(0)
    chosen.ask("the chat goes on")
    assert [url for url in failed if url.endswith("attachments")]


def test_a_conversation_that_is_over_takes_no_file(chosen, lang):
    answer(chosen, 409, "conversation-closed")
    chosen.button(SEND[lang]).click()
    expect(chosen.card).to_have_count(0)
    expect(chosen.notice).to_contain_text({"zh": "本次对话已结束", "en": "is closed"}[lang])
    expect(chosen.chat.locator(".clip")).to_be_disabled()
