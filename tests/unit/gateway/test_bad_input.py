from __future__ import annotations

import json

import httpx
import pytest
from fastapi import APIRouter

from bot.bootstrap import build_gateway
from bot.desk.database import open_database
from bot.desk.service import Desk
from tests.cast import Customer

MESSAGES = "/api/v1/conversations/{id}/messages"


async def raw(customer, content, content_type="application/json"):
    return await customer.http.post(
        MESSAGES.format(id=customer.id),
        content=content,
        headers={**customer.headers, "Content-Type": content_type},
    )


BAD_BODIES = {
    "wrong type": (b'{"client_id": "c1", "text": 5}', 422, "invalid-request"),
    "a list": (b"[]", 422, "invalid-request"),
    "null": (b"null", 422, "invalid-request"),
    "nothing": (b"", 422, "invalid-request"),
    "malformed JSON": (b'{"client_id": ', 400, "malformed-body"),
    "not UTF-8": (b'{"client_id": "c1", "text": "\xff\xfe"}', 400, "malformed-body"),
    "a lone surrogate": (b'{"client_id": "c1", "text": "\\ud800"}', 422, "unreadable-text"),
    "NUL": (b'{"client_id": "c1", "text": "a\\u0000b"}', 422, "unreadable-text"),
    "no text": (b'{"client_id": "c1", "text": ""}', 422, "empty-text"),
    "only spaces": (b'{"client_id": "c1", "text": " \\u3000\\n"}', 422, "empty-text"),
    "neither": (b'{"client_id": "c1"}', 422, "invalid-request"),
    "both": (b'{"client_id": "c1", "text": "a", "choice": "b"}', 422, "invalid-request"),
    "odd client id": (b'{"client_id": "../x y", "text": "a"}', 422, "invalid-request"),
    "extra field": (b'{"client_id": "c1", "text": "a", "metadata": {}}', 422, "invalid-request"),
}


@pytest.mark.parametrize("case", BAD_BODIES)
async def test_bad_input_gets_its_documented_error_and_nothing_is_kept(customer, engine, case):
    content, status, kind = BAD_BODIES[case]
    answer = await raw(customer, content)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert engine.told == []
    assert len(await customer.messages()) == 1


async def test_two_thousand_characters_are_taken_and_one_more_is_not(customer):
    assert (await customer.post(text="困" * 2000)).status_code == 200
    answer = await customer.post(text="困" * 2001)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/text-too-long")


async def test_a_megabyte_is_refused_before_it_is_read(customer):
    body = json.dumps({"client_id": "c1", "text": "a" * 2**20}).encode()
    answer = await raw(customer, body)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")


async def test_a_megabyte_in_pieces_without_length_is_refused_too(customer):
    async def pieces():
        for _ in range(64):
            yield b"a" * 2**14

    answer = await raw(customer, pieces())
    assert answer.status_code == 413


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "application/xml"])
async def test_another_content_type_is_not_supported(customer, content_type):
    answer = await raw(customer, b'{"client_id": "c1", "text": "a"}', content_type)
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")


async def test_errors_speak_the_language_of_the_browser(http):
    answer = await http.get("/nowhere", headers={"Accept-Language": "zh-TW,zh;q=0.9"})
    assert answer.status_code == 404
    assert answer.json()["title"] == "没有找到"
    answer = await http.get("/nowhere", headers={"Accept-Language": "de, en;q=0.5"})
    assert answer.json()["title"] == "Not found"


async def test_no_error_repeats_what_was_sent(customer):
    answer = await customer.post(text=5, choice="my dog is called Rex")
    assert "Rex" not in answer.text


async def test_too_many_conversations_of_one_address_must_wait(http, settings):
    answers = [
        await http.post("/api/v1/conversations", json={"language": "en"})
        for _ in range(settings.conversations_per_hour + 1)
    ]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_too_many_messages_of_one_conversation_must_wait(http, settings):
    customer = await Customer(http).begin()
    for number in range(settings.messages_per_minute):
        assert (await customer.post(choice=f"c{number}")).status_code == 422
    answer = await customer.post(choice="one more")
    assert answer.status_code == 429


async def test_readiness_names_the_part_that_is_down(http, engine):
    assert (await http.get("/readyz")).json()["status"] == "ok"
    engine.fails = "down"
    answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"desk": "ok", "rasa": "down", "actions": "ok"}
    assert (await http.get("/healthz")).status_code == 200


async def test_metrics_count_turns_and_never_name_a_conversation(customer):
    await customer.write("hello")
    text = (await customer.http.get("/metrics")).text
    assert 'seedwarden_turns_total{outcome="answered"}' in text
    assert customer.id not in text


async def test_a_page_of_an_allowed_site_may_read_when_to_try_again_and_no_other(settings, engine):
    site = "https://wallet.example"
    allowing = settings.model_copy(update={"allowed_origins": site})
    desk = Desk(open_database(settings.desk_url))
    transport = httpx.ASGITransport(build_gateway(allowing, desk, engine, APIRouter()))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        for origin, allowed in ((site, site), ("https://other.example", None)):
            answer = await client.get("/healthz", headers={"Origin": origin})
            assert answer.headers.get("access-control-allow-origin") == allowed
            assert "Retry-After" in answer.headers["access-control-expose-headers"]
    await desk.close()
