"""What pages hold and what they never do: script, secrets, contact data without a reason."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import pytest

from bot.console.assets import FOLDER, HTMX, HTMX_SHA384
from bot.console.headers import CONTENT_SECURITY_POLICY
from bot.console.words import load_words
from bot.desk.masking import mask, mask_field

PAGES = (
    *("/desk", "/desk/bot", "/desk/tickets", "/desk/replies", "/desk/people", "/desk/audit"),
    *("/desk/figures", "/desk/calendar", "/desk/privacy"),
)
REFUSED = "Please send me your recovery phrase."


def test_htmx_is_the_file_that_was_pinned():
    content = (FOLDER / "static" / HTMX).read_bytes()
    assert b64encode(hashlib.sha384(content).digest()).decode() == HTMX_SHA384


def test_every_word_has_both_languages():
    words = load_words()
    assert words["zh"].keys() == words["en"].keys()


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_pages_hold_no_inline_script_or_style_and_ask_nobody_else(sits, waiting, desk, lang):
    boss = await sits("admin")
    (ticket,) = await desk.tickets(conversation_id=waiting)
    for path in (*PAGES, f"/desk/conversations/{waiting}", f"/desk/tickets/{ticket.reference}"):
        page = await boss.get(path, params={"lang": lang, "count": "1"})
        assert page.status_code == 200, path
        assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert page.headers["cache-control"] == "no-store"
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page.text), path
        assert all('src="/desk/static/' in tag for tag in re.findall(r"<script[^>]*>", page.text))
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.text), path


async def test_the_language_that_was_chosen_stays(sits):
    agent = await sits("agent")
    assert '<html lang="zh-Hans">' in (await agent.get("/desk?lang=zh")).text
    assert '<html lang="zh-Hans">' in (await agent.get("/desk/tickets")).text
    assert '<html lang="en">' in (await agent.get("/desk/tickets?lang=en")).text


async def test_a_customers_script_is_text_everywhere(sits, waiting, desk):
    agent = await sits("agent")
    (ticket,) = await desk.tickets(conversation_id=waiting)
    talk = f"/desk/conversations/{waiting}"
    for path in ("/desk", talk, f"{talk}/messages?after=0", f"/desk/tickets/{ticket.reference}"):
        page = await agent.get(path)
        assert "<script>alert" not in page.text, path
        assert "&lt;script&gt;alert(1)" in page.text, path


async def test_contact_data_need_a_reason_which_is_written_down(sits, waiting, desk):
    agent = await sits("agent")
    (ticket,) = await desk.tickets(conversation_id=waiting)
    for path, about in (
        (f"/desk/conversations/{waiting}", waiting),
        (f"/desk/tickets/{ticket.reference}", ticket.reference),
    ):
        assert "mira@example.org" not in (await agent.get(path)).text
        assert (await agent.post(f"{path}/reveal", {"reason": " "})).status_code == 422
        page = await agent.post(f"{path}/reveal", {"reason": "send the label"})
        assert "mira@example.org" in page.text
        (line,) = await desk.audit(about=about, actions=["contact_revealed"])
        assert (line.actor, line.detail) == ("some-agent", "send the label")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to mira@example.org", "write to m•••.org"),
        ("https://www.ledger.com has it", "https://www.ledger.com has it"),
        ("it took 3 days and 12 minutes", "it took 3 days and 12 minutes"),
    ],
)
def test_contacts_are_hidden_and_nothing_else(text, shown):
    assert mask(text) == shown


def test_a_fact_that_is_a_contact_by_its_name_is_hidden_as_a_whole():
    assert mask_field("contact_2", "wechat: mira") == "we•••"
    assert mask_field("status", "pending") == "pending"


async def test_the_second_to_claim_is_told_who_was_first(sits, waiting):
    first, second = await sits("agent", "wei", "Wei"), await sits("agent", "ana", "Ana")
    path = f"/desk/conversations/{waiting}/claim"
    assert (await first.post(path)).headers["location"] == f"/desk/conversations/{waiting}"
    late = await second.post(path)
    assert late.status_code == 409
    assert f"Wei (badge {first.person.badge}) has this conversation." in late.text


async def claimed(agent, conversation_id):
    await agent.post(f"/desk/conversations/{conversation_id}/claim")
    page = await agent.get(f"/desk/conversations/{conversation_id}")
    names = ("epoch", "client_id")
    return {name: re.search(rf'name="{name}" value="(\w+)"', page.text)[1] for name in names}


async def test_refused_words_stay_in_the_field_with_the_reason_and_are_counted(sits, waiting, desk):
    agent = await sits("agent")
    form = await claimed(agent, waiting)
    path = f"/desk/conversations/{waiting}/say"
    before = len(await desk.messages(waiting))
    page = await agent.post(path, {**form, "text": REFUSED}, headers={"hx-request": "true"})
    assert page.status_code == 422
    assert "asks for a recovery phrase" in page.text
    assert "<mark>" in page.text
    assert f"{REFUSED}</textarea>" in page.text
    assert len(await desk.messages(waiting)) == before
    assert [line.actor for line in await desk.audit(actions=["message_refused"])] == ["some-agent"]

    fine = {**form, "text": "Your transfer waits for its fee."}
    assert (await agent.post(path, fine)).status_code == 303
    assert (await agent.post(path, fine)).status_code == 303  # the same words, sent twice
    said = [m.text for m in await desk.messages(waiting) if m.author == "agent"]
    assert said == ["Your transfer waits for its fee."]


async def test_words_for_a_conversation_in_other_hands_are_not_sent(sits, waiting, desk):
    first, second = await sits("agent", "wei"), await sits("agent", "ana")
    form = await claimed(first, waiting)
    path = f"/desk/conversations/{waiting}/say"
    answer = await second.post(path, {**form, "text": "Hello"}, headers={"hx-request": "true"})
    assert answer.status_code == 404
    assert answer.headers["hx-retarget"] == "#notice"
    assert not [m for m in await desk.messages(waiting) if m.author == "agent"]


async def test_a_canned_reply_is_kept_only_when_the_guard_lets_both_languages_pass(sits, desk):
    lead = await sits("lead")
    form = {"title": "Fee", "zh": "您的转账在等待矿工费。", "en": REFUSED}
    page = await lead.post("/desk/replies", form)
    assert page.status_code == 422
    assert "asks for a recovery phrase" in page.text
    assert await desk.canned() == []
    form["en"] = "Your transfer waits for its fee."
    assert (await lead.post("/desk/replies", form)).status_code == 303
    assert [reply.title for reply in await desk.canned()] == ["Fee"]


async def test_a_canned_reply_goes_behind_what_is_written_in_the_customers_language(
    sits, waiting, desk
):
    lead = await sits("lead")
    form = {"title": "Fee", "zh": "您的转账在等待矿工费。", "en": "It waits for its fee."}
    await lead.post("/desk/replies", form)
    await claimed(lead, waiting)
    number = (await desk.canned())[0].id
    path = f"/desk/conversations/{waiting}/answer?reply={number}&text=Hello."
    page = await lead.get(path, headers={"hx-request": "true", "accept-language": "zh"})
    assert "Hello.\n\nIt waits for its fee.</textarea>" in page.text


async def test_an_admin_adds_a_person_whose_link_works_and_ends_their_access(sits, stranger):
    admin = await sits("admin")
    form = {"login": "mei", "name": "Mei", "role": "agent", "speaks_zh": "1"}
    page = await admin.post("/desk/people", form)
    link = re.search(r'<code class="secret">([^<]+)</code>', page.text)[1]
    assert (await stranger.get(link.replace("&amp;", "&"))).status_code == 200
    assert (await admin.post("/desk/people", form)).status_code == 422
    person = await sits("agent", "kai")
    assert (await admin.post("/desk/people/kai/disable")).status_code == 303
    assert (await person.get("/desk")).status_code == 303
    alone = await admin.post("/desk/people/some-admin/disable")
    assert "the only admin" in alone.text


async def test_tickets_are_found_by_words_and_filters_and_not_by_others(sits, waiting, desk):
    agent = await sits("agent")
    (ticket,) = await desk.tickets(conversation_id=waiting)
    for query, found in (
        ("q=transfer", True),
        ("topic=tx_failed&vendor=ledger&language=en", True),
        ("q=umbrella", False),
        ("vendor=trezor", False),
        ("language=zh", False),
        ("status=solved", False),
        ("overdue=1", False),
    ):
        page = await agent.get(f"/desk/tickets?{query}")
        assert (f"/desk/tickets/{ticket.reference}" in page.text) is found, query


async def test_a_tickets_status_and_parcel_are_changed_and_told_in_its_history(sits, waiting, desk):
    agent = await sits("agent")
    (ticket,) = await desk.tickets(conversation_id=waiting)
    path = f"/desk/tickets/{ticket.reference}"
    assert (await agent.post(f"{path}/status", {"to": "in_progress"})).status_code == 303
    parcel = {"carrier": "DHL", "tracking_number": "JD0146", "progress": "received"}
    assert (await agent.post(f"{path}/parcel", parcel)).status_code == 303
    assert (await agent.post(f"{path}/parcel", {"tracking_number": "?"})).status_code == 422
    changed = await desk.ticket(ticket.reference)
    assert (changed.status, changed.parcel.tracking_number) == ("in_progress", "JD0146")
    assert "new → in_progress" in (await agent.get(path)).text
