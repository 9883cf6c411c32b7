"""Two gateways tell Chatwoot of one conversation: each line goes out once, whoever dies."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import uuid4

import httpx
import pytest

from bot.desk.database import open_database
from bot.desk.handoff_models import CallPerson
from bot.desk.models import Incoming
from bot.desk.outside import LEASE
from bot.desk.service import Desk
from bot.gateway.chatwoot.client import Chatwoot
from bot.gateway.chatwoot.relay import Relay
from bot.guard import scrub
from tests.chatwoot import INBOX, TOKEN, FakeChatwoot
from tests.unit.gateway.conftest import serving
from tests.unit.gateway.desk_cast import Clock

LINES = ("My screen is black", "It was dropped yesterday", "Is anybody there?")


@pytest.fixture
async def fake():
    chatwoot = FakeChatwoot()
    async with serving(chatwoot.app) as address:
        chatwoot.address = address
        yield chatwoot


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request):
    if request.param == "postgres":
        return request.getfixturevalue("migrated_postgres")
    return f"sqlite+aiosqlite:///{request.getfixturevalue('migrated_folder')}/desk.db"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def gateway(database, fake, clock):
    """Starts one more gateway; ``answered`` is told of each answer of Chatwoot before it is."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(answered=None):
            desk = Desk(open_database(database), clock)
            stack.push_async_callback(desk.close)
            hooks = {"response": [answered] if answered else []}
            client = httpx.AsyncClient(event_hooks=hooks)
            chatwoot = Chatwoot(client, url=fake.address, account=7, inbox=INBOX, token=TOKEN)
            stack.push_async_callback(chatwoot.aclose)
            return desk, Relay(desk, chatwoot, None)

        yield start


async def waits(desk, *lines, language="en"):
    """A customer who waits for a person and wrote these lines."""
    conversation = await desk.create_conversation(language, is_chosen=True)
    await desk.call_person(CallPerson(conversation.id, "wish", "high", language, None))
    for line in lines:
        name = uuid4().hex
        await desk.accept(conversation.id, Incoming(name, name, scrub(line), "en"))
    return conversation.id


def heard(fake):
    return [line for thread in fake.threads.values() for line in thread.shown(kind="incoming")]


@pytest.mark.parametrize(("language", "word"), [("en", "Customer"), ("zh", "客户")])
async def test_a_customer_is_called_a_customer_in_their_language_and_not_by_our_name(
    gateway, fake, language, word
):
    desk, relay = await gateway()
    ids = [await waits(desk, LINES[0], language=language) for _ in range(2)]
    await relay.round()
    names = [fake.contacts[one]["name"] for one in ids]
    assert names == [f"{word} {one[:6]}" for one in ids]
    assert len(set(names)) == 2, "agents tell them apart"


async def test_of_two_gateways_that_tell_at_once_one_does(gateway, fake):
    (desk, first), (_, second) = await gateway(), await gateway()
    for _ in range(5):
        await waits(desk, *LINES)
    await asyncio.gather(first.round(), second.round(), first.round(), second.round())
    assert len(fake.threads) == 5
    assert [thread.shown(kind="incoming") for thread in fake.threads.values()] == [[*LINES]] * 5


@pytest.mark.parametrize("told", [0, 1, 2])
async def test_what_a_dead_gateway_told_is_not_told_again_and_the_rest_is(
    gateway, fake, clock, told
):
    async def killed(answer):
        """The line has arrived there, and its gateway hears of nothing any more."""
        if LINES[told].encode() in answer.request.content:
            raise asyncio.CancelledError

    desk, dying = await gateway(killed)
    await waits(desk, *LINES)
    with pytest.raises(asyncio.CancelledError):
        await dying.round()
    assert heard(fake) == [*LINES[: told + 1]]

    _, other = await gateway()
    await other.round()
    assert heard(fake) == [*LINES[: told + 1]], "the lease of the dead one holds"
    clock.move(seconds=LEASE.total_seconds() + 1)
    await other.round()
    assert heard(fake) == [*LINES]


async def test_a_gateway_that_was_away_too_long_goes_on_with_nothing(gateway, fake, clock):
    reached, let_go = asyncio.Event(), asyncio.Event()

    async def stuck(answer):
        if LINES[0].encode() in answer.request.content:
            reached.set()
            await let_go.wait()

    desk, slow = await gateway(stuck)
    await waits(desk, *LINES)
    round_of_the_slow = asyncio.create_task(slow.round())
    await reached.wait()
    clock.move(seconds=LEASE.total_seconds() + 1)
    _, other = await gateway()
    await other.round()
    assert heard(fake) == [*LINES]
    let_go.set()
    await round_of_the_slow
    assert heard(fake) == [*LINES]
