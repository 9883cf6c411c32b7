"""Whatever the network does: nothing is lost, nothing is shown twice, nobody is left guessing."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

BROKEN_OFF = {"zh": "连接已断开", "en": "Not connected"}
UNSENT = {"zh": "未发送", "en": "Not sent"}
AGAIN = {"zh": "重新发送", "en": "Send again"}
SEND = "**/api/v1/conversations/*/messages"
PATIENCE = 20_000  # ms; a pause before a reconnect grows


def test_what_was_said_while_the_stream_was_cut_comes_with_the_next_one(visitor, support):
    visitor.open().ask("Ledger")
    conversation = visitor.session()["id"]
    for turn in range(12):
        support.cut()
        support.say(conversation, f"number {turn}")
        if turn % 4 == 3:
            expect(visitor.heard.last).to_have_text(f"number {turn}", timeout=PATIENCE)
    expect(visitor.heard).to_have_count(14, timeout=PATIENCE)
    texts = visitor.heard.all_text_contents()
    assert texts[2:] == [f"number {turn}" for turn in range(12)]


def test_cutting_the_wire_while_messages_are_sent_loses_and_doubles_nothing(visitor, support):
    visitor.open()
    for turn in range(6):
        visitor.write(f"message {turn}")
        support.cut()
    expect(visitor.chat.locator("li.pending")).to_have_count(0, timeout=PATIENCE)
    for _ in range(visitor.chat.locator(".retry").count()):
        visitor.chat.locator(".retry").first.click()
    expect(visitor.heard).to_have_count(7, timeout=PATIENCE)
    assert visitor.mine.all_text_contents() == [f"message {turn}" for turn in range(6)]
    numbers = [
        int(number) for number in visitor.items.evaluate_all("all => all.map(i => i.dataset.seq)")
    ]
    assert numbers == sorted(set(numbers))


def test_a_reply_that_was_cut_off_on_its_way_is_fetched_by_the_silent_repeat(visitor, support):
    visitor.open()
    support.hold()
    visitor.write("Ledger")
    expect(visitor.chat.locator(".typing")).to_be_visible()
    support.cut()
    support.go_on()
    expect(visitor.heard).to_have_count(2, timeout=PATIENCE)
    expect(visitor.mine).to_have_text(["Ledger"])


def test_a_message_that_cannot_be_sent_is_kept_and_sent_by_the_button(visitor, support, lang):
    visitor.open()
    support.cut(down=True)
    visitor.write("Ledger")
    unsent = visitor.chat.locator("li.unsent")
    expect(unsent).to_contain_text(UNSENT[lang])
    expect(visitor.who).to_contain_text(BROKEN_OFF[lang], timeout=PATIENCE)
    support.wire.down = False
    unsent.get_by_role("button", name=AGAIN[lang]).click()
    expect(visitor.heard).to_have_count(2, timeout=PATIENCE)
    expect(visitor.mine).to_have_text(["Ledger"])
    expect(visitor.who).not_to_contain_text(BROKEN_OFF[lang], timeout=PATIENCE)


def test_what_is_written_offline_goes_out_by_itself_in_order(visitor, lang):
    visitor.open()
    visitor.page.context.set_offline(True)
    expect(visitor.notice).to_contain_text({"zh": "网络已断开", "en": "offline"}[lang])
    visitor.write("one")
    visitor.write("two")
    expect(visitor.chat.locator("li.unsent")).to_have_count(2)
    visitor.page.context.set_offline(False)
    expect(visitor.heard).to_have_count(3, timeout=PATIENCE)
    expect(visitor.mine).to_have_text(["one", "two"])
    expect(visitor.notice).to_be_empty()


def test_a_resync_fetches_what_was_redacted_afterwards(visitor, support, lang):
    visitor.open().ask("first piece")
    session = visitor.session()
    support.run(overwrite(support.desk, session["id"], first_id(visitor, session)))
    support.tell(session["id"], "resync")
    expect(visitor.mine).to_have_text(["[removed]"])
    expect(visitor.items).to_have_count(3)


def first_id(visitor, session):
    headers = {"Authorization": f"Bearer {session['token']}"}
    url = f"{visitor.address}/api/v1/conversations/{session['id']}/messages"
    messages = visitor.page.context.request.get(url, headers=headers).json()["messages"]
    return next(one["id"] for one in messages if one["author"] == "customer")


async def overwrite(desk, conversation_id, message_id):
    from bot.desk import copies  # noqa: PLC0415
    from bot.guard import authored  # noqa: PLC0415

    async with desk._work() as session:
        words = authored("[removed]")
        await copies.overwrite(session, conversation_id, [message_id], words, "seed_phrase")


def test_two_tabs_of_one_visitor_stay_in_step(visitor, meet):
    visitor.open().ask("from the first")
    second = visitor.page.context.new_page()
    second.goto(visitor.address)
    second.locator("seedwarden-chat button.launcher").click()
    mine = second.locator("seedwarden-chat li.customer .text")
    expect(mine).to_have_text(["from the first"])
    field = second.locator("seedwarden-chat textarea")
    field.fill("from the second")
    field.press("Enter")
    expect(mine).to_have_text(["from the first", "from the second"])
    expect(visitor.mine).to_have_text(["from the first", "from the second"])
    expect(visitor.heard).to_have_count(3)


def problem(status, name, **headers):
    body = json.dumps({"type": f"/problems/{name}", "title": "", "status": status, "detail": ""})
    return {"status": status, "content_type": "application/problem+json", "body": body,
            "headers": headers}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (problem(429, "too-many-requests", **{"Retry-After": "12"}), "12"),
        (problem(500, "internal-error"), {"zh": "我们这边出了故障", "en": "wrong on our side"}),
        (problem(503, "guard-unavailable"), {"zh": "我们这边出了故障", "en": "wrong on our side"}),
    ],
)
def test_a_refusal_is_explained_and_the_message_can_be_sent_again(visitor, lang, answer, said):
    visitor.open()
    visitor.page.route(SEND, lambda route: route.fulfill(**answer))
    visitor.write("Ledger")
    expect(visitor.notice).to_contain_text(said if isinstance(said, str) else said[lang])
    visitor.page.unroute(SEND)
    visitor.chat.locator(".retry").click()
    expect(visitor.heard).to_have_count(2)
    expect(visitor.notice).to_be_empty()


@pytest.mark.parametrize(
    "answer",
    [problem(413, "text-too-long"), problem(422, "unreadable-text")],
    ids=["too long", "unreadable"],
)
def test_a_message_that_is_refused_as_it_is_goes_back_into_the_field(visitor, answer):
    visitor.open()
    visitor.page.route(SEND, lambda route: route.fulfill(**answer))
    visitor.write("Ledger")
    expect(visitor.notice).not_to_be_empty()
    expect(visitor.field).to_have_value("Ledger")
    expect(visitor.mine).to_have_count(0)


@pytest.mark.parametrize(
    "answer",
    [problem(401, "token-invalid"), problem(404, "not-found"), problem(409, "conversation-closed")],
    ids=["expired", "gone", "closed"],
)
def test_a_conversation_that_is_over_begins_anew_by_a_button_and_keeps_the_text(
    visitor, lang, answer
):
    visitor.open().ask("first")
    visitor.page.route(SEND, lambda route: route.fulfill(**answer))
    visitor.write("second")
    anew = {"zh": "开始新的对话", "en": "Start a new conversation"}[lang]
    button = visitor.notice.get_by_role("button", name=anew)
    expect(button).to_be_visible()
    expect(visitor.mine).to_have_text(["first"])
    visitor.page.unroute(SEND)
    before = visitor.page.evaluate("localStorage.length")
    button.click()
    expect(visitor.heard).to_have_count(1)
    expect(visitor.mine).to_have_count(0)
    expect(visitor.field).to_have_value("second")
    visitor.field.press("Enter")
    expect(visitor.heard).to_have_count(2)
    assert before == 0


def test_a_key_that_no_longer_opens_anything_is_dropped_on_the_next_visit(visitor):
    visitor.open().ask("first")
    visitor.page.evaluate(
        """() => {
          const session = JSON.parse(localStorage.getItem("seedwarden-chat"));
          session.token = "forged";
          localStorage.setItem("seedwarden-chat", JSON.stringify(session));
        }"""
    )
    visitor.page.reload()
    expect(visitor.heard).to_have_count(1)
    expect(visitor.mine).to_have_count(0)


def test_a_gateway_that_is_down_is_named_and_tried_again_by_a_button(visitor, support, lang):
    visitor.launcher.hover()  # the chat's files are loaded, the conversation is not
    expect(visitor.chat.locator("textarea")).to_be_attached()
    support.cut(down=True)
    visitor.launcher.click()
    again = {"zh": "再试一次", "en": "Try again"}[lang]
    button = visitor.notice.get_by_role("button", name=again)
    expect(button).to_be_visible()
    expect(visitor.who).to_contain_text(BROKEN_OFF[lang])
    support.wire.down = False
    button.click()
    expect(visitor.heard).to_have_count(1)


def test_an_engine_that_is_down_is_told_and_a_person_offered(visitor, support, lang):
    support.engine.fails = "timeout"
    visitor.open().ask("Ledger")
    label = {"zh": "人工", "en": "person"}[lang]
    expect(visitor.chat.locator(".choices button", has_text=re.compile(label))).not_to_have_count(0)
