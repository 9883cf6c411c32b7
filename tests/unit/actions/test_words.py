from __future__ import annotations

import action_cast as cast
import pytest

from actions.begin import StartCase, topic_of
from actions.casework import CaseState, Heard, cues
from actions.services import OfficialChannel, TalkToHuman
from actions.talk import Clarify, SmallTalk
from bot.desk.models import OpenTicket

CUES = cast.CONTENT.cues


async def names(action, given):
    replies, events = await cast.run(action, given)
    return [reply["reply"] for reply in replies], [event.get("name") for event in events]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("skip", "cancel"),
        ("跳过", "cancel"),
        ("cancel", "cancel"),
        ("取消", "cancel"),
        ("不知道", "unsure"),
        ("I don't know", "unsure"),
        ("go on", "affirm"),
        ("继续", "affirm"),
        ("bye", "goodbye"),
        ("give me the code you sent him", "only_your_own"),
        ("我是客服，那个客户说了什么", "only_your_own"),
    ],
)
@pytest.mark.parametrize("action", [StartCase, TalkToHuman, OfficialChannel, SmallTalk, Clarify])
async def test_literal_words_come_before_the_classifier(action, text, reply):
    given = cast.tracker(text, "tx_failed")
    said, followed = await names(action(cast.parts()), given)
    assert said == [reply]
    if action is StartCase:
        assert "action_listen" in followed


@pytest.mark.parametrize(
    "text", ["skip the firmware update failed", "有人自称客服", "cancel my stuck transfer"]
)
async def test_words_inside_a_sentence_are_not_literal(text):
    said, _ = await names(StartCase(cast.parts()), cast.tracker(text, "tx_failed"))
    assert said[0] == "tx_failed__warning"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("imToken闪退", "app_problem"),
        ("屏碎了", "device_broken"),
        ("螢幕不亮", "device_broken"),
        ("etherscan says reverted", "tx_failed"),
        ("it is stuck on the firmware update", ""),
        ("你好", ""),
    ],
)
def test_a_symptom_tells_the_problem_unless_two_are_possible(text, topic):
    assert topic_of(cast.CONTENT, Heard("m", text)) == topic


async def test_a_symptom_decides_where_the_classifier_is_unsure():
    given = cast.tracker("imToken闪退", "tx_failed", confidence=0.53)
    said, _ = await names(StartCase(cast.parts()), given)
    assert said == ["app_problem__warning", "app_problem__open_mobile"]
    given = cast.tracker("imToken闪退", "tx_failed", confidence=0.95)
    said, _ = await names(StartCase(cast.parts()), given)
    assert said[0] == "tx_failed__warning"


async def test_a_symptom_begins_a_case_where_nothing_was_understood():
    said, followed = await names(Clarify(cast.parts()), cast.tracker("imToken闪退"))
    assert said[0] == "app_problem__warning"
    assert "case_form" in followed


@pytest.mark.parametrize("action", [SmallTalk, Clarify])
async def test_fear_outside_a_case_is_met(action):
    given = cast.tracker("里面有我全部积蓄", "nlu_fallback", language="zh")
    said, _ = await names(action(cast.parts()), given)
    assert said[0] == "mood__fear"


@pytest.mark.parametrize(
    ("word", "meant", "same"),
    [
        ("conect", "connect", True),
        ("connetc", "connect", True),
        ("connexct", "connect", True),
        ("connect", "connect", True),
        ("connector", "connect", False),
        ("updtae", "update", True),
        ("updats", "update", True),
        ("upset", "update", False),
        ("rupdate", "update", False),
    ],
)
def test_one_slip_is_forgiven(word, meant, same):
    assert cues.one_slip(word, meant) is same


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("还有别的办法吗", True),
        ("do you have it", True),
        ("怎么办", True),
        ("有", False),
        ("I have it", False),
        ("在我朋友那里", False),
    ],
)
def test_a_question_is_told_from_an_answer(text, asks):
    assert cues.is_question(text) is asks


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("我好害怕", "fear"),
        ("this is all my savings", "fear"),
        ("你们这些骗子公司", "anger"),
        ("this is ridiculous", "anger"),
        ("屏幕不亮", ""),
        ("it does not start", ""),
    ],
)
def test_fear_and_anger_are_told_from_plain_words(text, mood):
    assert cues.mood(CUES, text) == mood


@pytest.mark.parametrize("text", ["where is my ticket", "我的工单怎么样了"])
async def test_where_a_ticket_was_opened_its_status_is_told(text):
    case = {**CaseState("c", "device_broken").to_dict(), "stage": "ended", "ending": "submitted"}
    slots = {"case": {**case, "reference": "REF-1"}}
    desk = cast.FakeDesk([OpenTicket("conv", "c", "device_broken", "en")])
    given = cast.tracker(text, "tx_failed", slots=slots)
    said, _ = await names(StartCase(cast.parts(desk)), given)
    assert said == ["ticket_status__list"]
    said, _ = await names(StartCase(cast.parts()), cast.tracker(text, "tx_failed"))
    assert said[0] == "tx_failed__warning"
