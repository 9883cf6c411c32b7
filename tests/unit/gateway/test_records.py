from __future__ import annotations

import hashlib
import json

import pytest

from bot.desk.models import Field, OpenTicket
from bot.errors import EngineUnavailable, NotFound
from bot.gateway.erasing import Erasing
from bot.gateway.hub import Hub
from bot.gateway.memories import Memories
from bot.gateway.tokens import Tokens
from bot.keys import Keys
from tests.cast import Customer


@pytest.fixture
async def stolen(desk, customer):
    """An urgent ticket of the customer."""
    fields = [
        Field("asset", "choice", "usdt"),
        Field("amount", "amount", "12000"),
        Field("to_address", "address", "0x52908400098527886E0F7030069857D2E4169EE7"),
        Field("contact", "text", "Telegram @support_example"),
    ]
    return await desk.open_ticket(
        OpenTicket(customer.id, "c", "funds_stolen", "en", None, "urgent", fields, "stolen")
    )


async def look_up(http, reference, proof):
    return await http.post("/api/v1/tickets/lookup", json={"reference": reference, "proof": proof})


async def erase(customer):
    return await customer.http.delete(
        f"/api/v1/conversations/{customer.id}", headers=customer.headers
    )


async def test_a_ticket_is_looked_up_with_the_token_of_its_conversation(http, customer, stolen):
    answer = await look_up(http, stolen.reference.lower(), customer.token)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"reference", "status", "updated_at", "next_step"}
    assert (body["reference"], body["status"]) == (stolen.reference, "new")
    assert "at the latest" in body["next_step"]


async def test_unknown_and_forbidden_tickets_look_the_same(http, customer, stolen):
    stranger = await Customer(http).begin()
    forged = Tokens(Keys(b"x" * 32), 3600).make(customer.id)[0]
    answers = [
        await look_up(http, stolen.reference, stranger.token),
        await look_up(http, stolen.reference, forged),
        await look_up(http, stolen.reference, "nonsense"),
        await look_up(http, "00000-00000-0", customer.token),
        await look_up(http, "nonsense", customer.token),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_looking_up_is_limited(http, customer, stolen):
    answers = [await look_up(http, stolen.reference, "guess") for _ in range(50)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["Retry-After"]) > 0


async def rate(customer, **body):
    return await customer.http.post(
        f"/api/v1/conversations/{customer.id}/rating", json=body, headers=customer.headers
    )


async def test_the_latest_rating_counts_and_its_comment_is_safe_text(desk, customer):
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    assert (await rate(customer, score=2)).status_code == 204
    assert (await rate(customer, score=5, comment=f"good, {words}")).status_code == 204
    rating = (await desk.left(customer.id)).rating
    assert rating.score == 5
    assert "sausage" not in rating.comment


@pytest.mark.parametrize("score", [0, 6, 2.5, "5", True, None])
async def test_a_score_outside_one_to_five_is_refused(customer, score):
    assert (await rate(customer, score=score)).status_code == 422


async def test_the_record_carries_its_own_hash_over_canonical_json(customer, stolen):
    await customer.write("钱不见了 <b>")
    body = (await customer.get("transcript")).json()
    canonical = json.dumps(
        body["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert body["sha256"] == hashlib.sha256(canonical.encode()).hexdigest()
    assert [one["text"] for one in body["record"]["messages"]][1] == "钱不见了 <b>"
    assert body["record"]["tickets"][0]["reference"] == stolen.reference


async def test_every_form_of_the_record_names_the_same_hash(customer, stolen):
    digest = (await customer.get("transcript")).json()["sha256"]
    written = await customer.get("transcript", format="md")
    assert written.headers["content-type"] == "text/markdown; charset=utf-8"
    assert digest in written.text
    assert "Incident report" in written.text
    assert (await customer.get("transcript")).json()["sha256"] == digest


async def test_the_record_and_the_incident_report_are_pdf_files(customer, stolen):
    for form in ("pdf", "incident"):
        answer = await customer.get("transcript", format=form)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert b"FontFile2" in answer.content  # the Chinese font travels with it


async def test_without_a_theft_there_is_no_incident_report(customer):
    assert (await customer.get("transcript", format="incident")).status_code == 404
    assert "Incident report" not in (await customer.get("transcript", format="md")).text


async def test_a_stranger_gets_no_record_and_erases_nothing(http, desk, customer):
    stranger = await Customer(http).begin()
    own, stranger.id = stranger.id, customer.id
    assert (await stranger.get("transcript")).status_code == 404
    assert (await erase(stranger)).status_code == 404
    assert await desk.conversation(customer.id)
    assert await desk.conversation(own)


async def test_erasing_leaves_nothing_in_desk_rasa_and_file(
    desk, engine, settings, customer, stolen
):
    await customer.write("my secret garden has a pond")
    assert (await erase(customer)).status_code == 204
    assert engine.forgotten == [customer.id]
    assert await desk.to_forget() == []
    with pytest.raises(NotFound):
        await desk.conversation(customer.id)
    with pytest.raises(NotFound):
        await desk.ticket(stolen.reference)
    assert (await customer.get("messages")).status_code == 404
    kept = b"".join(path.read_bytes() for path in settings.var_folder.glob("desk.db*"))
    for trace in (b"garden", stolen.reference.encode(), customer.id.encode()):
        assert trace not in kept


async def test_rasa_that_is_away_forgets_later(desk, engine, http, customer, monkeypatch):
    async def away(conversation_id):
        raise EngineUnavailable("down")

    monkeypatch.setattr(engine, "forget", away)
    assert (await erase(customer)).status_code == 204
    assert await desk.to_forget() == [customer.id]
    monkeypatch.undo()
    await Erasing(desk, engine, Hub(), Memories(), None).catch_up()
    assert engine.forgotten == [customer.id]
    assert await desk.to_forget() == []


@pytest.mark.parametrize(
    ("language", "wish", "answer"),
    [("en", "Delete my data!", "yes"), ("zh", "删除我的数据", "是的")],
)
async def test_by_word_it_is_asked_once_more_and_then_erased(  # noqa: PLR0917 - fixtures
    http, desk, engine, language, wish, answer
):
    customer = await Customer(http).begin(language)
    (question,) = (await customer.write(wish))["replies"]
    assert [choice["id"] for choice in question["choices"]] == ["erase_yes", "erase_no"]
    assert await desk.conversation(customer.id)
    done = await customer.write(answer)
    assert done["owner"] == "closed"
    assert len(done["replies"]) == 1
    with pytest.raises(NotFound):
        await desk.conversation(customer.id)
    assert engine.told == []


async def test_by_click_it_is_erased_too(customer, desk):
    await customer.write("delete my data")
    await customer.choose("erase_yes")
    with pytest.raises(NotFound):
        await desk.conversation(customer.id)


@pytest.mark.parametrize(
    "answer", ["no", "hm, my Ledger is broken", "does that delete the ticket?"]
)
async def test_anything_but_a_yes_erases_nothing(customer, desk, answer):
    await customer.write("delete my data")
    await customer.write(answer)
    assert await desk.conversation(customer.id)
    await customer.write("yes")  # the question is no longer the last thing that was said
    assert await desk.conversation(customer.id)


@pytest.mark.parametrize(
    "text", ["the thief deleted my data", "how do I delete my data from the Ledger app?", "删除"]
)
async def test_a_word_about_deleting_in_a_story_asks_nothing(customer, engine, text):
    await customer.write(text)
    assert len(engine.told) == 1


async def test_a_yes_to_something_else_goes_to_rasa(customer, engine):
    await customer.write("yes")
    assert engine.told[0][0] == "yes"


async def test_open_event_streams_are_told_and_end(customer):
    url = f"/api/v1/conversations/{customer.id}/events"
    async with customer.http.stream("GET", url, headers=customer.headers) as stream:
        lines = stream.aiter_lines()
        assert "owner" in await anext(lines)
        assert (await erase(customer)).status_code == 204
        rest = [line async for line in lines]
    assert any('"closed"' in line for line in rest)
