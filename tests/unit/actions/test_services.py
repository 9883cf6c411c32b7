from __future__ import annotations

from datetime import UTC, datetime

import action_cast as cast
import pytest

from actions.casework import CaseState, Fact
from actions.safety import ScamInProgress, SecretShared
from actions.services import ChangeLanguage, OfficialChannel, TalkToHuman
from actions.talk import Clarify, SmallTalk
from bot.content.channels import RegistryError, load_channels
from bot.guard.findings import SECRET_KINDS


async def names(action, given):
    replies, _ = await cast.run(action, given)
    return [reply["reply"] for reply in replies]


async def test_a_listed_vendor_is_told_with_source_and_date_and_without_retired_channels():
    given = cast.tracker("official site of Ledger?", "find_official_channel")
    replies, _ = await cast.run(OfficialChannel(cast.parts()), given)
    assert [reply["reply"] for reply in replies] == ["channel_list", "channel_facts"]
    (line,) = replies[0]["params"]["channels"]
    assert "ledger.com" in line["en"]
    assert "2026-11-22" in line["en"]
    assert "old.example" not in str(replies)


async def test_a_vendor_without_verified_channel_is_told_as_such():
    given = cast.tracker("Bitpie hotline", "find_official_channel")
    replies, _ = await cast.run(OfficialChannel(cast.parts()), given)
    assert replies[0]["reply"] == "channel_none"


async def test_without_a_vendor_it_is_asked_for_and_a_bare_name_answers():
    parts = cast.parts()
    given = cast.tracker("is this the official site", "find_official_channel")
    replies, events = await cast.run(OfficialChannel(parts), given)
    assert [reply["reply"] for reply in replies] == ["channel_ask_vendor"]
    slots = cast.slots_after(events)
    given = cast.tracker("Ledger", "out_of_scope", slots=slots)
    assert await names(SmallTalk(parts), given) == ["channel_list", "channel_facts"]
    given = cast.tracker("Ledger", "out_of_scope")
    assert await names(SmallTalk(parts), given) == ["out_of_scope"]


@pytest.mark.parametrize(
    "question",
    [
        "what is your phone number?",
        "do you have a telegram group",
        "你们电话多少",
        "贵公司有微信吗",
    ],
)
async def test_who_asks_for_our_own_number_hears_that_there_is_none(question):
    given = cast.tracker(question, "find_official_channel")
    answer = await names(OfficialChannel(cast.parts()), given)
    assert answer == ["channel_only_here", "channel_ask_vendor"]


@pytest.mark.parametrize("question", ["what is your phone number?", "你们电话多少"])
async def test_who_asks_for_our_own_number_is_told_it_where_there_is_one(question, monkeypatch):
    monkeypatch.setattr("actions.services._offered", lambda: ("operator", "ledger"))
    given = cast.tracker(question, "find_official_channel")
    replies, _ = await cast.run(OfficialChannel(cast.parts()), given)
    assert replies[0]["params"]["vendor"] == {"zh": "钱包客服", "en": "Wallet Support"}


@pytest.mark.parametrize("question", ["the official phone number?", "官方客服电话是多少"])
async def test_a_number_of_nobody_in_particular_is_no_question_for_ours(question):
    given = cast.tracker(question, "find_official_channel")
    assert await names(OfficialChannel(cast.parts()), given) == ["channel_ask_vendor"]


async def test_a_broken_registry_gives_no_channel_at_all():
    def broken():
        raise RegistryError("broken")

    given = cast.tracker("official site of Ledger?", "find_official_channel")
    action = OfficialChannel(cast.parts(channels=broken))
    assert await names(action, given) == ["channel_unavailable"]


async def test_a_person_is_called_once_a_conversation_with_place_and_wait():
    desk = cast.FakeDesk()
    action = TalkToHuman(cast.parts(desk))
    given = cast.tracker("a person please", "talk_to_human")
    replies, _ = await cast.run(action, given)
    assert replies[0]["reply"] == "handoff_queued"
    assert replies[0]["params"]["position"] == 1
    assert "3" in replies[0]["params"]["wait"]["en"]
    assert await names(action, given) == ["handoff_queued"]
    (order,) = desk.orders
    assert order.priority == "high"
    assert list(desk.queue) == ["conv"]


async def test_outside_office_hours_the_wish_is_filed_and_the_next_hours_are_told():
    desk = cast.FakeDesk(opens=datetime(2026, 11, 24, 1, tzinfo=UTC))
    action = TalkToHuman(cast.parts(desk))
    replies, _ = await cast.run(action, cast.tracker("a person please", "talk_to_human"))
    assert replies[0]["reply"] == "handoff_requested"
    assert "Tuesday 24 November, 09:00" in replies[0]["params"]["when"]["en"]
    assert desk.queue == {}


async def test_the_customer_sees_what_is_passed_on_about_a_case_and_no_brief_without_one():
    desk = cast.FakeDesk()
    slots = slots_of("imtoken", "told", "forgot_pin")
    replies, _ = await cast.run(
        TalkToHuman(cast.parts(desk)), cast.tracker("a person", "talk_to_human", slots=slots)
    )
    assert [reply["reply"] for reply in replies] == ["handoff_queued", "handoff_brief"]
    assert "imtoken" in replies[1]["params"]["summary"].lower()


async def test_a_hand_off_that_fails_says_so():
    action = TalkToHuman(cast.parts(cast.FakeDesk(broken=True)))
    assert await names(action, cast.tracker("a person", "talk_to_human")) == ["handoff_failed"]


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ('/change_language{"language": "zh"}', "en", "zh"),
        ("speak English please", "zh", "en"),
        ("换个语言", "zh", "en"),
    ],
)
async def test_the_language_changes_to_the_one_named_or_to_the_other(text, now, then):
    desk = cast.FakeDesk()
    given = cast.tracker(text, "change_language", language=now)
    assert await names(ChangeLanguage(cast.parts(desk)), given) == ["language_changed"]
    assert desk.languages == [("conv", then)]


async def test_a_language_we_do_not_speak_is_asked_about():
    desk = cast.FakeDesk()
    given = cast.tracker('/change_language{"language": "fr"}', "change_language")
    assert await names(ChangeLanguage(cast.parts(desk)), given) == ["language_ask"]
    assert desk.languages == []


async def test_a_failing_desk_never_shows_its_error():
    action = ChangeLanguage(cast.parts(cast.FakeDesk(broken=True)))
    replies, events = await cast.run(action, cast.tracker("English", "change_language"))
    assert replies == [{"reply": "action_failed"}]
    assert events == []


@pytest.mark.parametrize("kind", SECRET_KINDS)
async def test_every_kind_of_secret_has_an_answer(kind):
    given = cast.tracker(f'/secret_shared{{"kind": "{kind}"}}', "secret_shared")
    (reply,) = await names(SecretShared(cast.parts()), given)
    assert reply in cast.CONTENT.replies


async def test_a_robbery_is_answered_at_once():
    given = cast.tracker('/scam_in_progress{"signal": "remote_control"}', "scam_in_progress")
    assert await names(ScamInProgress(cast.parts()), given) == ["scam_in_progress__remote_control"]


async def test_the_first_misunderstanding_offers_the_likeliest_topics():
    given = cast.tracker("hm", ranking=("nlu_fallback", "tx_failed", "greet", "forgot_pin"))
    replies, events = await cast.run(Clarify(cast.parts()), given)
    assert replies[0]["choices"][:2] == ["topic_transfer", "topic_pin"]
    assert replies[0]["choices"][-1] == "talk_to_human"
    assert cast.slots_after(events)["misunderstandings"] == 1


async def test_the_second_misunderstanding_offers_a_person():
    given = cast.tracker("hm", slots={"misunderstandings": 1})
    assert await names(Clarify(cast.parts()), given) == ["clarify_again"]


async def test_understanding_resets_the_count():
    given = cast.tracker("hello", "greet", slots={"misunderstandings": 2})
    _, events = await cast.run(SmallTalk(cast.parts()), given)
    assert cast.slots_after(events) == {"misunderstandings": None}


def slots_of(vendor, ending="", topic="tx_failed"):
    state = CaseState("c", topic, ending=ending, stage="ended" if ending else "steps")
    return {"case": state.with_fact("vendor", Fact(vendor, vendor)).to_dict()}


@pytest.mark.parametrize("ending", ["", "told", "submitted"])
async def test_the_vendor_of_the_case_is_meant_where_none_is_named(ending):
    given = cast.tracker("your phone number?", "find_official_channel", slots=slots_of("ledger"))
    assert (await names(OfficialChannel(cast.parts()), given))[0] == "channel_list"
    given = cast.tracker(
        "Bitpie's number?", "find_official_channel", slots=slots_of("ledger", ending)
    )
    replies, _ = await cast.run(OfficialChannel(cast.parts()), given)
    assert replies[0]["reply"] == "channel_none"
    asks = '/find_official_channel{"vendor": "another"}'
    given = cast.tracker(asks, "find_official_channel", slots=slots_of("ledger", ending))
    assert await names(OfficialChannel(cast.parts()), given) == ["channel_ask_vendor"]


async def test_a_vendor_known_only_as_another_one_is_asked_for():
    given = cast.tracker("phone number?", "find_official_channel", slots=slots_of("other"))
    assert await names(OfficialChannel(cast.parts()), given) == ["channel_ask_vendor"]


async def test_a_wallet_of_an_exchange_is_served_by_the_channels_of_the_exchange():
    parts = cast.parts(channels=lambda: load_channels(cast.ROOT))
    given = cast.tracker("okx wallet official site", "find_official_channel")
    replies, _ = await cast.run(OfficialChannel(parts), given)
    assert replies[0]["reply"] == "channel_list"
    assert replies[0]["params"]["vendor"] == {
        "zh": "欧易 Web3 钱包 / 欧易（OKX）",
        "en": "OKX Wallet / OKX",
    }
    assert "okx.com" in str(replies)


async def test_a_person_asked_for_after_a_case_reads_what_it_was_about():
    desk = cast.FakeDesk()
    slots = slots_of("imtoken", "told", "forgot_pin")
    await names(
        TalkToHuman(cast.parts(desk)), cast.tracker("a person", "talk_to_human", slots=slots)
    )
    assert "imtoken" in desk.orders[0].summary


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_is_promised_an_answer_in_this_conversation(language):
    for name in ("handoff_requested", "ticket_opened", "handoff_failed", "clarify_again"):
        text = cast.CONTENT.reply(name).text.of(language)
        for promise in (
            "在这个对话里回复",
            "马上回复",
            "will answer",
            "shortly",
            "within",
            "分钟内",
        ):
            assert promise not in text
