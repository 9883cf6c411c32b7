from __future__ import annotations

import action_cast as cast
import pytest

from actions.safety import ScamInProgress, SecretShared
from actions.services import ChangeLanguage, OfficialChannel, TalkToHuman
from actions.talk import Clarify, SmallTalk
from bot.content.channels import RegistryError
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


async def test_a_broken_registry_gives_no_channel_at_all():
    def broken():
        raise RegistryError("broken")

    given = cast.tracker("official site of Ledger?", "find_official_channel")
    action = OfficialChannel(cast.parts(channels=broken))
    assert await names(action, given) == ["channel_unavailable"]


async def test_a_person_is_requested_once_a_conversation():
    desk = cast.FakeDesk()
    action = TalkToHuman(cast.parts(desk))
    given = cast.tracker("a person please", "talk_to_human")
    assert await names(action, given) == ["handoff_requested"]
    assert await names(action, given) == ["handoff_requested"]
    (order,) = desk.orders
    assert order.priority == "high"


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
