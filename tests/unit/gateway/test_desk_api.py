from __future__ import annotations

import asyncio

import pytest

from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.handoff_models import CallPerson
from bot.desk.service import Desk
from tests.cast import Customer
from tests.unit.gateway.desk_cast import COOKIE, Agent, Clock, following

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ASKS = "Please send me your 24 recovery words so that I can restore the wallet."


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(settings, clock):
    return Desk(open_database(settings.desk_url), clock)


@pytest.fixture
def staff(desk, settings):
    return desk.staff(Seal(settings.keys()))


@pytest.fixture
async def agent(http, staff, clock):
    return await Agent(http, staff, clock).join()


@pytest.fixture
async def waiting(customer, desk):
    """A customer in the queue."""
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", "REF"))
    return customer


def kinds(messages):
    return [message["author"] for message in messages]


async def test_the_cookie_is_for_this_host_over_tls_and_no_script(http, staff, clock):
    agent = await Agent(http, staff, clock).join()
    answer = await http.post(
        "/desk/api/sign-in", json={"login": agent.login, "password": "correct horse staple 7"}
    )
    cookie = answer.headers["set-cookie"].lower()
    for part in ("secure", "httponly", "samesite=strict", "path=/"):
        assert part in cookie
    assert "domain" not in cookie
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_at_the_desk_opens_without_signing_in(http, customer):
    for call in ("me", "queue", "people", "reports", "audit", f"conversations/{customer.id}"):
        answer = await http.get(f"/desk/api/{call}")
        assert answer.status_code == 401, call
        assert answer.json()["type"] == "/problems/not-signed-in"
    answer = await http.post(f"/desk/api/conversations/{customer.id}/claim", json={})
    assert answer.status_code == 401


async def test_a_change_without_the_csrf_token_is_refused_and_a_look_is_not(agent, waiting):
    agent.csrf, kept = None, agent.csrf
    refused = await agent.does(waiting, "claim")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/csrf-invalid")
    assert (await agent.get("queue")).status_code == 200
    agent.csrf = kept
    assert (await agent.does(waiting, "claim")).status_code == 200


async def test_after_signing_out_the_old_cookie_opens_nothing(agent):
    old = agent.cookie
    assert (await agent.post("sign-out")).status_code == 204
    agent.cookie = old
    assert (await agent.get("me")).status_code == 401


async def test_each_role_may_do_its_part_and_no_more(http, staff, clock, waiting, agent):
    auditor = await Agent(http, staff, clock).join("aud", "auditor")
    admin = await Agent(http, staff, clock).join("adm", "admin")
    assert (await auditor.does(waiting, "claim")).status_code == 403
    assert (await auditor.get("audit")).status_code == 200
    assert (await agent.get("audit")).status_code == 403
    assert (await agent.get("reports")).status_code == 403
    new = {"login": "new", "name": "New", "role": "agent"}
    assert (await agent.post("people", **new)).status_code == 403
    invited = await admin.post("people", **new)
    assert invited.status_code == 201
    assert invited.json()["token"]
    assert (await admin.post("people/new/disable")).json()["is_active"] is False


async def test_the_queue_shows_who_waits_and_then_who_is_served(agent, waiting):
    listed = (await agent.get("queue")).json()
    assert [entry["conversation"] for entry in listed["waiting"]] == [waiting.id]
    await agent.claims(waiting)
    listed = (await agent.get("queue")).json()
    assert listed["waiting"] == []
    assert listed["served"][0]["agent"] == {"name": "Mei", "badge": agent.badge}


async def test_the_second_to_claim_learns_who_was_first(agent, http, staff, clock, waiting):
    other = await Agent(http, staff, clock).join("ken")
    await agent.claims(waiting)
    late = await other.does(waiting, "claim")
    assert late.status_code == 409
    assert (late.json()["name"], late.json()["badge"]) == ("Mei", agent.badge)


async def test_the_customer_is_told_who_joins_before_the_first_word(agent, waiting):
    standing = await agent.claims(waiting)
    said = await agent.says(waiting, "Hello, what does the screen show?", standing["epoch"])
    assert said.status_code == 200, said.text
    joined, words = (await waiting.messages())[-2:]
    assert joined["author"] == "system"
    assert f"Mei, badge {agent.badge}" in joined["text"]
    assert "at the top of this window" in joined["text"]
    assert (words["author"], words["text"]) == ("agent", "Hello, what does the screen show?")


async def test_a_name_that_looks_like_a_contact_is_left_out_and_the_rest_is_said(
    http, staff, clock, waiting
):
    from_a_channel = await Agent(http, staff, clock).join(name="t.me/mei")
    await from_a_channel.claims(waiting)
    line = (await waiting.messages())[-1]
    assert line["author"] == "system"
    assert "has joined this chat" in line["text"]
    assert "t.me" not in line["text"]


async def test_both_sides_see_the_same_mark_and_nobody_sees_one_before(agent, waiting):
    before = (await waiting.get("who")).json()
    assert before == {"owner": "queue", "agent": None, "mark": None}
    standing = await agent.claims(waiting)
    who = (await waiting.get("who")).json()
    assert (who["agent"]["name"], who["agent"]["badge"]) == ("Mei", agent.badge)
    assert who["mark"] == standing["mark"]
    assert len(who["mark"].split()) == 3
    await agent.does(waiting, "return", epoch=standing["epoch"])
    assert (await waiting.get("who")).json() == {"owner": "bot", "agent": None, "mark": None}


async def test_while_a_person_owns_the_conversation_the_bot_is_silent(agent, waiting, engine):
    await agent.claims(waiting)
    told = len(engine.told)
    answered = await waiting.write("my screen is black")
    assert (answered["replies"], answered["owner"]) == ([], "human")
    assert len(engine.told) == told


async def test_a_phrase_told_to_a_person_is_taken_out_and_the_system_says_so(agent, waiting):
    await agent.claims(waiting)
    await waiting.write(f"here it is: {PHRASE}")
    *_, customers, systems = await waiting.messages()
    assert customers["findings"] == [{"kind": "seed_phrase"}]
    assert systems["author"] == "system"
    assert "winner" not in (await agent.get(f"conversations/{waiting.id}")).text


async def test_a_takeover_while_the_bot_computes_drops_the_late_answer(
    http, staff, clock, customer, engine
):
    lead = await Agent(http, staff, clock).join("lia", "lead")
    engine.gate = asyncio.Event()
    asking = asyncio.create_task(customer.write("hello there"))
    while not engine.told:  # noqa: ASYNC110 - the engine is a fake without events
        await asyncio.sleep(0.01)
    await lead.claims(customer, take_over=True)
    engine.gate.set()
    answered = await asking
    assert answered["replies"] == []
    assert kinds(await customer.messages()) == ["bot", "customer", "system"]


async def test_words_that_ask_for_a_secret_are_refused_counted_and_told_without_the_words(
    agent, http, staff, clock, waiting
):
    standing = await agent.claims(waiting)
    refused = await agent.says(waiting, ASKS, standing["epoch"])
    assert refused.status_code == 422
    body = refused.json()
    assert body["type"] == "/problems/words-refused"
    assert {"rule", "start", "end"} <= set(body["reasons"][0])
    assert "recovery words" not in str(await waiting.messages())
    lead = await Agent(http, staff, clock).join("lea", "lead")
    lines = (await lead.get("audit", about=waiting.id)).json()
    assert [line["actor"] for line in lines if line["action"] == "message_refused"] == ["mei"]
    assert "24" not in str([line["detail"] for line in lines])


async def test_an_unlisted_link_of_an_agent_is_refused_and_plain_help_is_sent(agent, waiting):
    standing = await agent.claims(waiting)
    epoch = standing["epoch"]
    link = "See https://ledger-support-desk.com/x"
    assert (await agent.says(waiting, link, epoch)).status_code == 422
    good = "Nobody from us needs your recovery phrase. Please hold both buttons for ten seconds."
    assert (await agent.says(waiting, good, epoch, "a2")).status_code == 200


async def test_the_same_client_id_of_an_agent_says_it_once(agent, waiting):
    standing = await agent.claims(waiting)
    first = await agent.says(waiting, "One moment please.", standing["epoch"])
    again = await agent.says(waiting, "One moment please.", standing["epoch"])
    assert first.json()["id"] == again.json()["id"]
    assert kinds(await waiting.messages()).count("agent") == 1


async def test_a_stale_epoch_sends_nothing(agent, waiting):
    standing = await agent.claims(waiting)
    late = await agent.says(waiting, "Are you there?", standing["epoch"] - 1)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-yours")
    assert "agent" not in kinds(await waiting.messages())


async def test_after_a_transfer_the_colleague_has_it_and_the_customer_is_told(
    agent, http, staff, clock, waiting
):
    other = await Agent(http, staff, clock).join("ken")
    standing = await agent.claims(waiting)
    moved = await agent.does(waiting, "transfer", epoch=standing["epoch"], to=other.badge)
    assert moved.json()["agent"]["name"] == "Ken"
    assert f"Ken, badge {other.badge}" in (await waiting.messages())[-1]["text"]
    unknown = await other.does(waiting, "transfer", epoch=moved.json()["epoch"], to="0000")
    assert unknown.status_code == 422
    assert (await agent.says(waiting, "x", moved.json()["epoch"])).status_code == 409
    back = await other.does(waiting, "transfer", epoch=moved.json()["epoch"])
    assert back.json()["owner"] == "queue"


async def test_closing_says_goodbye_once_and_the_next_message_begins_anew(agent, waiting, engine):
    standing = await agent.claims(waiting)
    for _ in range(2):
        closed = await agent.does(waiting, "close", epoch=standing["epoch"])
        assert closed.json()["owner"] == "closed"
    closing = [m for m in await waiting.messages() if "closed this conversation" in m["text"]]
    assert len(closing) == 1
    answered = await waiting.write("one more thing")
    assert answered["owner"] == "bot"
    assert answered["replies"]
    assert engine.forgotten == [waiting.id]


async def test_a_note_is_for_colleagues_only_and_keeps_no_secret(agent, waiting):
    await agent.claims(waiting)
    await agent.does(waiting, "notes", text=f"the customer said {PHRASE}")
    dossier = (await agent.get(f"conversations/{waiting.id}")).json()
    (note,) = dossier["notes"]
    assert note["author"] == "Mei"
    assert "winner" not in note["text"]
    assert note["text"] not in str(await waiting.messages())


async def test_reading_a_conversation_is_written_down(agent, http, staff, clock, waiting):
    await agent.get(f"conversations/{waiting.id}")
    auditor = await Agent(http, staff, clock).join("aud", "auditor")
    lines = (await auditor.get("audit", about=waiting.id)).json()
    assert ("mei", "conversation_read") in [(line["actor"], line["action"]) for line in lines]


async def test_a_report_goes_to_a_lead_and_not_to_the_one_it_is_about(http, staff, clock, waiting):
    bad = await Agent(http, staff, clock).join("bad", "lead")
    lead = await Agent(http, staff, clock).join("lea", "lead")
    await bad.claims(waiting)
    answer = await waiting.http.post(
        f"/api/v1/conversations/{waiting.id}/report",
        json={"text": "asked me to pay a fee"},
        headers=waiting.headers,
    )
    assert answer.status_code == 204
    (report,) = (await lead.get("reports")).json()
    assert (report["agent"]["name"], report["text"]) == ("Bad", "asked me to pay a fee")
    assert (await bad.get("reports")).json() == []
    assert "person_reported" not in (await bad.get("audit")).text


async def test_the_customers_stream_tells_the_owner_and_the_agents_typing(agent, waiting):
    path = f"/api/v1/conversations/{waiting.id}/events"
    task = asyncio.create_task(following(waiting.http, path, waiting.headers, "typing"))
    await asyncio.sleep(0.3)
    await agent.claims(waiting)
    await agent.does(waiting, "typing")
    found = await asyncio.wait_for(task, 10)
    assert [data["owner"] for kind, data in found if kind == "owner"] == ["queue", "human"]
    assert found[-1] == ("typing", {"author": "agent"})


async def test_the_agents_stream_brings_notes_words_and_the_customers_typing(agent, waiting):
    await agent.claims(waiting)
    path = f"/desk/api/conversations/{waiting.id}/events"
    task = asyncio.create_task(following(waiting.http, path, agent.headers, "typing"))
    await asyncio.sleep(0.3)
    await agent.does(waiting, "notes", text="sounds frightened")
    await waiting.write("are you there?")
    await asyncio.sleep(0.2)
    await waiting.http.post(
        f"/api/v1/conversations/{waiting.id}/typing", json={}, headers=waiting.headers
    )
    found = await asyncio.wait_for(task, 10)
    assert [kind for kind, _ in found] == ["owner", "notes", "notes", "message", "typing"]
    assert found[-1][1] == {"author": "customer"}


async def test_the_agents_stream_resumes_where_it_broke(agent, waiting):
    await agent.claims(waiting)
    for number in range(3):
        await waiting.write(f"message {number}")
    path = f"/desk/api/conversations/{waiting.id}/events"
    headers = {**agent.headers, "Last-Event-ID": "2"}
    found = await asyncio.wait_for(following(waiting.http, path, headers, "message"), 10)
    assert found[-1][1]["seq"] == 3


async def test_the_stream_of_the_queue_gives_the_whole_list_at_once_and_on_change(agent, waiting):
    async def twice():
        seen = []
        async with agent.http.stream(
            "GET", "/desk/api/queue/events", headers=agent.headers
        ) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: {"):
                    seen.append(line)
                    if len(seen) == 2:
                        return seen
        return seen

    task = asyncio.create_task(twice())
    await asyncio.sleep(0.3)
    await agent.claims(waiting)
    first, second = await asyncio.wait_for(task, 10)
    assert '"state":"waiting"' in first.replace(" ", "")
    assert '"state":"claimed"' in second.replace(" ", "")


async def test_an_open_stream_ends_when_its_session_does(agent, waiting, staff):
    async def until_the_end(path):
        async with agent.http.stream("GET", path, headers=agent.headers) as answer:
            async for _ in answer.aiter_lines():
                pass

    paths = ("/desk/api/queue/events", f"/desk/api/conversations/{waiting.id}/events")
    tasks = [asyncio.create_task(until_the_end(path)) for path in paths]
    await asyncio.sleep(0.3)
    await staff.disable("mei", "cli")
    await waiting.write("hello?")
    await asyncio.wait_for(asyncio.gather(*tasks), 15)


async def test_a_forged_cookie_opens_nothing(http, agent):
    answer = await http.get("/desk/api/me", headers={"Cookie": f"{COOKIE}=forged"})
    assert answer.status_code == 401


async def test_another_customer_cannot_ask_who_is_in_this_conversation(agent, waiting, http):
    other = await Customer(http).begin()
    path = f"/api/v1/conversations/{waiting.id}/who"
    assert (await http.get(path, headers=other.headers)).status_code == 404


async def test_contact_data_are_hidden_from_programs_too_until_a_reason_is_given(
    agent, waiting, desk
):
    await waiting.write("my name is Mira Lopez, write to mira@example.org")
    dossier = await agent.get(f"conversations/{waiting.id}")
    assert "mira@example.org" not in dossier.text
    assert "Lopez" not in dossier.text
    short = await agent.does(waiting, "reveal", reason="why")
    assert (short.status_code, short.json()["type"]) == (422, "/problems/reason-missing")
    shown = await agent.does(waiting, "reveal", reason="a parcel must be sent")
    assert "mira@example.org" in shown.text
    assert shown.json()["revealed"] is True
    (line,) = await desk.audit(about=waiting.id, actions=["contact_revealed"])
    assert (line.actor, line.detail) == ("mei", "a parcel must be sent")


async def test_a_colleagues_conversation_looks_to_an_agent_like_none(
    agent, http, staff, clock, waiting
):
    other = await Agent(http, staff, clock).join("ken")
    lead = await Agent(http, staff, clock).join("lea", "lead")
    await agent.claims(waiting)
    refused = await other.get(f"conversations/{waiting.id}")
    unknown = await other.get(f"conversations/{'0' * 32}")
    assert refused.status_code == 404
    assert refused.json() == unknown.json()
    assert (await other.get(f"conversations/{waiting.id}/events")).status_code == 404
    assert (await other.does(waiting, "reveal", reason="just curious")).status_code == 404
    assert (await other.get("queue")).json()["served"][0]["summary"] == ""
    assert (await lead.get(f"conversations/{waiting.id}")).status_code == 200
