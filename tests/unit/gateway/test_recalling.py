"""What one gateway heard, the next one knows: from the stored safe texts, and from nowhere else."""

from __future__ import annotations

import asyncio
import contextlib

import httpx
import pytest
from fastapi import APIRouter

from bot.bootstrap import build_gateway
from bot.desk.database import open_database
from bot.desk.models import Incoming
from bot.desk.service import Desk
from bot.errors import Overtaken
from bot.guard import scrub
from tests.cast import Customer, FakeEngine
from tests.unit.gateway.conftest import serving

SPLIT = (
    *("gravity", "machine", "north", "sort", "system", "female"),
    *("filter", "attitude", "volume", "fold", "club", "stay"),
)


@pytest.fixture
async def doors(settings):
    """Two gateways that share nothing but the database."""
    async with contextlib.AsyncExitStack() as stack:
        opened = []
        for _ in range(2):
            desk = Desk(open_database(settings.desk_url))
            app = build_gateway(settings, desk, FakeEngine(), APIRouter())
            address = await stack.enter_async_context(serving(app))
            client = httpx.AsyncClient(base_url=address, timeout=20)
            opened.append(await stack.enter_async_context(client))
        yield opened


@pytest.fixture
async def wanderer(doors):
    """A customer whose every message is taken by the other gateway than the one before."""
    customer = await Customer(doors[0]).begin()

    async def write(text):
        customer.http = doors[customer.count % 2]
        return await customer.write(text)

    customer.say = write
    return customer


def own(messages):
    return [message["text"] for message in messages if message["author"] == "customer"]


async def test_a_phrase_split_over_three_messages_and_two_gateways_is_caught(wanderer):
    for start in (0, 4, 8):
        await wanderer.say(" ".join(SPLIT[start : start + 4]))
    assert own(await wanderer.messages()) == ["[recovery phrase removed]"] * 3


async def test_one_word_a_message_over_two_gateways_is_caught_with_chat_between(wanderer):
    for word in SPLIT[:6]:
        await wanderer.say(word)
    await wanderer.say("what happens now?")
    for word in SPLIT[6:]:
        await wanderer.say(word)
    said = own(await wanderer.messages())
    assert said.count("[recovery phrase removed]") == 12
    assert "what happens now?" in said


async def test_common_words_over_two_gateways_stay(wanderer):
    told = ["my wallet is broken", "the screen is black", "what can I do about that"]
    for text in told:
        await wanderer.say(text)
    assert own(await wanderer.messages()) == told


async def test_a_pin_announced_at_one_gateway_and_told_at_the_other_is_hidden(wanderer):
    await wanderer.say("my pin is")
    await wanderer.say("4821")
    assert not [one for one in await wanderer.messages() if "4821" in one["text"]]


async def test_messages_sent_to_both_at_once_are_stored_once_and_in_the_light_of_each_other(
    wanderer, doors
):
    async def post(number):
        text = " ".join(SPLIT[number * 4 : number * 4 + 4])
        return await doors[number % 2].post(
            f"/api/v1/conversations/{wanderer.id}/messages",
            json={"client_id": f"p{number}", "text": text},
            headers=wanderer.headers,
        )

    answers = await asyncio.gather(*(post(number) for number in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    stored = await wanderer.messages()
    assert own(stored) == ["[recovery phrase removed]"] * 3
    assert [message["seq"] for message in stored] == list(range(1, len(stored) + 1))


async def test_a_message_read_before_another_came_is_not_stored(desk):
    conversation = await desk.create_conversation("en", is_chosen=False)
    await desk.accept(conversation.id, Incoming("m1", "c1", scrub("hello"), "en"), 0)
    with pytest.raises(Overtaken):
        await desk.accept(conversation.id, Incoming("m2", "c2", scrub("there"), "en"), 0)
    await desk.accept(conversation.id, Incoming("m2", "c2", scrub("there"), "en"), 1)
    assert [one.text for one in await desk.messages(conversation.id)] == ["hello", "there"]
    await desk.close()
