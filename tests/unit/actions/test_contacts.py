from __future__ import annotations

import action_cast as cast
import pytest

from actions.services import VerifyContact
from actions.talk import SmallTalk
from bot.content.channels import RegistryError

FALSE_SITE = {"kind": "site", "verdict": "imitation", "vendor": "ledger"}
TRUE_SITE = {"kind": "site", "verdict": "official", "vendor": "ledger"}
UNKNOWN_PHONE = {"kind": "phone", "verdict": "unknown", "vendor": None}


async def said(action, given):
    replies, events = await cast.run(action, given)
    return replies, cast.slots_after(events)


async def test_a_false_contact_is_named_as_such_with_the_genuine_one_beside_it():
    given = cast.tracker("is ledger-help.example real", "verify_contact", contacts=[FALSE_SITE])
    replies, _ = await said(VerifyContact(cast.parts()), given)
    assert [reply["reply"] for reply in replies] == ["contact__imitation", "contact_next__bad"]
    assert "ledger.com" in replies[0]["params"]["genuine"]["en"]
    assert "ledger-help.example" not in str(replies)


async def test_an_official_contact_is_told_with_the_day_of_its_check():
    given = cast.tracker("is ledger.com real", "verify_contact", contacts=[TRUE_SITE])
    ((reply,), _) = await said(VerifyContact(cast.parts()), given)
    assert reply["reply"] == "contact__official_site"
    assert reply["params"]["day"] == "2026-11-22"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_unknown_contact_is_never_worded_as_safe(language):
    given = cast.tracker("+1 888 555 0123?", "verify_contact", contacts=[UNKNOWN_PHONE])
    replies, _ = await said(VerifyContact(cast.parts()), given)
    assert replies[0]["reply"] == "contact__unknown_phone"
    text = cast.CONTENT.message(replies[0], language).text
    assert ("无法确认" if language == "zh" else "cannot confirm") in text


async def test_without_a_contact_it_is_asked_for_and_the_next_message_answers():
    parts = cast.parts()
    given = cast.tracker("is this really Ledger calling me?", "verify_contact")
    replies, slots = await said(VerifyContact(parts), given)
    assert [reply["reply"] for reply in replies] == ["contact_ask", "channel_facts"]
    given = cast.tracker("ledger.com", "out_of_scope", slots=slots, contacts=[TRUE_SITE])
    replies, slots = await said(SmallTalk(parts), given)
    assert [reply["reply"] for reply in replies] == ["contact__official_site"]
    given = cast.tracker("ledger.com", "out_of_scope", slots=slots, contacts=[TRUE_SITE])
    replies, _ = await said(SmallTalk(parts), given)
    assert [reply["reply"] for reply in replies] == ["out_of_scope"]


async def test_a_broken_registry_calls_nothing_genuine_or_false():
    def broken():
        raise RegistryError("broken")

    given = cast.tracker("is ledger.com real", "verify_contact", contacts=[TRUE_SITE])
    replies, _ = await said(VerifyContact(cast.parts(channels=broken)), given)
    assert [reply["reply"] for reply in replies] == ["contact_unavailable"]
