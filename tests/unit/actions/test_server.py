from __future__ import annotations

import re

import action_cast as cast
import httpx
import pytest
import yaml

from actions.server import ACTIONS, create_app


def client(parts=None, token="t"):  # noqa: S107 - no secret
    app = create_app(parts or cast.parts(), token)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://actions")


CALL = {
    "next_action": "action_small_talk",
    "tracker": {
        "sender_id": "s",
        "latest_message": {"text": "hi", "intent": {"name": "greet", "confidence": 1.0}},
    },
}


async def test_a_call_with_the_token_is_answered():
    async with client() as http:
        answer = await http.post("/webhook", json=CALL, headers={"X-Seedwarden-Token": "t"})
    assert answer.json()["responses"][0]["custom"] == {"reply": "greet"}


@pytest.mark.parametrize("token", ["", "x", "tt"])
async def test_without_the_right_token_nothing_is_run(token):
    async with client() as http:
        answer = await http.post("/webhook", json=CALL, headers={"X-Seedwarden-Token": token})
    assert answer.status_code == 401


async def test_a_server_without_token_lets_nobody_in():
    async with client(token="") as http:
        answer = await http.post("/webhook", json=CALL, headers={"X-Seedwarden-Token": ""})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b'{"next_action": "action_small_talk"}', 500)],
)
async def test_an_odd_body_gets_one_word_and_nothing_of_itself(body, status):
    async with client() as http:
        answer = await http.post("/webhook", content=body, headers={"X-Seedwarden-Token": "t"})
    assert answer.status_code == status
    assert re.fullmatch(r"[a-z_]+", answer.json()["error"])


async def test_an_unknown_action_is_named():
    call = CALL | {"next_action": "action_gone"}
    async with client() as http:
        answer = await http.post("/webhook", json=call, headers={"X-Seedwarden-Token": "t"})
    assert answer.status_code == 404
    assert answer.json()["action_name"] == "action_gone"


async def test_health_needs_no_token():
    async with client() as http:
        assert (await http.get("/health")).json() == {"status": "ok"}


def test_the_domain_names_exactly_the_actions_that_are_served():
    domain = yaml.safe_load((cast.ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert set(domain["actions"]) == {action.id for action in ACTIONS}
