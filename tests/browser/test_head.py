"""The head of the chat: who is talking, in words that are true at every moment."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from bot.desk.handoff_models import Said

NOBODY = {"zh": "现在没有客服与您对话", "en": "Nobody from us is talking to you"}
PROGRAM = {"zh": "不是真人", "en": "our support program"}
CHECK_IT = {"zh": "绝不会向您索要", "en": "never ask you for it"}
WRITES = {"zh": "人工客服正在输入", "en": "person from support is writing"}
PATIENCE = 20_000  # ms


@pytest.fixture
def served(visitor, support):
    """A visitor to whom a person is talking."""
    visitor.open()
    visitor.conversation = visitor.session()["id"]
    visitor.agent, visitor.epoch = support.joins(visitor.conversation, "Maya Lin")
    expect(visitor.who).to_contain_text("Maya Lin", timeout=PATIENCE)
    return visitor


def test_a_person_is_named_with_badge_and_time_and_the_mark_says_what_it_is_for(served, lang):
    told = {"zh": "起与您对话", "en": "from our support, in this chat since"}[lang]
    expect(served.who).to_contain_text(served.agent.badge)
    expect(served.who).to_contain_text(told)
    expect(served.who).to_contain_text(CHECK_IT[lang])
    expect(served.who.locator("b")).to_have_text(
        {"zh": r"识别标记：", "en": "Mark: "}[lang] + mark_of(served)
    )


def mark_of(visitor):
    headers = {"Authorization": f"Bearer {visitor.session()['token']}"}
    url = f"{visitor.address}/api/v1/conversations/{visitor.conversation}/who"
    return visitor.page.context.request.get(url, headers=headers).json()["mark"]


def test_back_with_the_program_the_name_and_the_mark_are_gone(served, support, lang):
    support.run(support.handing.give_back(served.agent, served.conversation, served.epoch))
    expect(served.who).to_contain_text(PROGRAM[lang])
    expect(served.who.locator("b")).to_have_count(0)
    expect(served.who).not_to_contain_text("Maya Lin")


def test_in_a_closed_conversation_nobody_is_talking(served, support, lang):
    support.run(support.handing.close(served.agent, served.conversation, served.epoch))
    expect(served.who).to_contain_text(NOBODY[lang])
    expect(served.who).not_to_contain_text("Maya Lin")


def test_without_a_connection_nobody_is_vouched_for(served, support, lang):
    support.cut(down=True)
    lost = {"zh": "无法确认对方身份", "en": "cannot confirm who is talking"}[lang]
    expect(served.who).to_contain_text(lost, timeout=PATIENCE)
    expect(served.who).not_to_contain_text("Maya Lin")
    support.wire.down = False
    expect(served.who).to_contain_text("Maya Lin", timeout=PATIENCE)


def test_a_person_who_writes_is_seen_and_heard_once(served, support, lang):
    support.tell(served.conversation, "typing", author="agent")
    expect(served.chat.locator(".typing")).to_contain_text(WRITES[lang])
    status = served.chat.locator(".base [role=status]")
    expect(status).to_contain_text(WRITES[lang])
    changes = status.evaluate_handle(
        """node => {
          const seen = [];
          new MutationObserver((all) => seen.push(...all)).observe(node, {childList: true});
          return seen;
        }"""
    )
    support.tell(served.conversation, "typing", author="agent")
    served.page.wait_for_timeout(300)
    assert changes.evaluate("seen => seen.length") == 0
    said = Said(served.conversation, "Lin", "one", served.epoch)
    support.run(support.handing.says(served.agent, said))
    expect(served.chat.locator(".typing")).to_be_hidden()
    expect(status).to_be_empty()


def test_the_agent_may_learn_that_somebody_writes_and_never_what(served):
    calls = []
    served.page.on("request", lambda r: calls.append(r) if r.method == "POST" else None)
    served.field.press_sequentially("half a thought")
    served.page.wait_for_timeout(300)
    assert [call.url.rpartition("/")[2] for call in calls] == ["typing"]
    assert calls[0].post_data is None


def test_an_answer_about_the_owner_before_does_not_win_over_a_later_one(visitor, lang):
    visitor.open()
    waiting = []

    def hold(route):
        waiting.append(route)

    visitor.page.route("**/who", hold)
    visitor.write("one")
    expect(visitor.heard).to_have_count(2)
    visitor.write("two")
    expect(visitor.heard).to_have_count(3)
    visitor.page.wait_for_timeout(200)
    assert len(waiting) > 1
    for route, owner in zip(reversed(waiting), ["bot", *["closed"] * len(waiting)], strict=False):
        body = json.dumps({"owner": owner, "agent": None, "mark": None})
        route.fulfill(status=200, content_type="application/json", body=body)
    visitor.page.wait_for_timeout(300)
    expect(visitor.who).to_contain_text(PROGRAM[lang])


def test_on_a_low_screen_the_mark_stays_and_its_sentence_goes(meet, support, lang):
    visitor = meet(lang, viewport={"width": 360, "height": 420}).visit().open()
    support.joins(visitor.session()["id"], "Maya Lin")
    expect(visitor.who.locator("b")).to_be_visible(timeout=PATIENCE)
    expect(visitor.who.locator(".mark > span")).to_be_hidden()
    expect(visitor.field).to_be_in_viewport()
