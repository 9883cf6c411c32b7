"""A browser tells that it stopped a secret: the kind is counted, nothing else is taken."""

from __future__ import annotations

import pytest

from bot.gateway.metrics import SECRETS


def counted(kind):
    return SECRETS.labels(kind, "browser")._value.get()


def address(customer):
    return f"/api/v1/conversations/{customer.id}/stopped"


async def test_what_the_browser_stopped_is_counted_by_kind(customer, http):
    before = counted("seed_phrase")
    answer = await http.post(
        address(customer), json={"kind": "seed_phrase"}, headers=customer.headers
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert counted("seed_phrase") == before + 1
    assert len(await customer.messages()) == 1


@pytest.mark.parametrize("body", [{"kind": "joke"}, {}, {"kind": "pin", "text": "4821"}])
async def test_anything_but_a_kind_is_refused(customer, http, body):
    answer = await http.post(address(customer), json=body, headers=customer.headers)
    assert answer.status_code == 422
    assert "4821" not in answer.text


async def test_only_the_owner_of_a_conversation_may_tell(customer, http):
    answer = await http.post(address(customer), json={"kind": "pin"})
    assert answer.status_code == 401


async def test_telling_counts_like_a_message(customer, http):
    statuses = [
        (await http.post(address(customer), json={"kind": "pin"}, headers=customer.headers))
        for _ in range(41)
    ]
    assert [one.status_code for one in statuses] == [204] * 40 + [429]
    assert "Retry-After" in statuses[-1].headers


async def test_what_is_told_of_an_erased_conversation_is_not_found(customer, http, desk):
    await desk.erase(customer.id, "operator")
    answer = await http.post(address(customer), json={"kind": "pin"}, headers=customer.headers)
    assert answer.status_code == 404
