"""One contract for every place where people sit: our own desk, and Chatwoot beside it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from fastapi import APIRouter
from pydantic import SecretStr

from bot.bootstrap import build_gateway
from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.handoff_models import CallPerson, CaseBrief
from bot.desk.service import Desk
from tests.cast import Customer
from tests.chatwoot import INBOX, SECRET, TOKEN, FakeChatwoot
from tests.unit.gateway.conftest import serving
from tests.unit.gateway.desk_cast import Agent, Clock

ASKS_FOR_THE_PHRASE = "Please send me your 12-word recovery phrase so I can check it."
MEI, LIN = 41, 42


async def until(condition, seconds=15):
    """Wait for what comes by itself; a test that waits in vain fails."""
    for _ in range(int(seconds / 0.05)):
        found = condition()
        found = await found if asyncio.iscoroutine(found) else found
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come")


class OwnDesk:
    """An agent who works in our console."""

    def __init__(self, agent):
        self.agent = agent

    async def sees(self, customer):
        queue = (await self.agent.get("queue")).json()
        found = await self.agent.get(f"conversations/{customer.id}")
        body = found.json()
        waiting = any(line["conversation"] == customer.id for line in queue["waiting"])
        summary = body["brief"]["summary"] if body["brief"] else ""
        return waiting, summary, [m["text"] for m in body["messages"]]

    async def takes(self, customer):
        await self.agent.claims(customer)

    async def epoch(self, customer):
        found = await self.agent.get(f"conversations/{customer.id}")
        return found.json()["standing"]["epoch"]

    async def says(self, customer, text, client_id="a1"):
        answer = await self.agent.says(customer, text, await self.epoch(customer), client_id)
        return answer.status_code == 200, answer.text

    async def notes(self, customer, text):
        await self.agent.does(customer, "notes", text=text)

    async def gives_back(self, customer):
        await self.agent.does(customer, "return", epoch=await self.epoch(customer))

    async def closes(self, customer):
        await self.agent.does(customer, "close", epoch=await self.epoch(customer))


class InChatwoot:
    """An agent who works in Chatwoot."""

    def __init__(self, fake, user=MEI):
        self.fake, self.user = fake, user

    def thread(self, customer):
        return self.fake.thread_of(customer.id)

    async def sees(self, customer):
        thread = await until(lambda: self._told(customer))
        return thread.status == "open", thread.shown(private=True)[0], thread.shown()

    def _told(self, customer):
        found = [t for t in self.fake.threads.values() if t.contact == customer.id]
        return found[0] if found and found[0].status == "open" and found[0].shown() else None

    async def takes(self, customer):
        await self.fake.assign(await until(lambda: self._told(customer)), self.user)

    async def says(self, customer, text, client_id="a1"):
        thread = self.thread(customer)
        before = len(thread.shown(private=True))
        await self.fake.agent_writes(thread, self.user, text)
        texts = [m["text"] for m in (await customer.get("messages")).json()["messages"]]
        if text in texts:
            return True, ""
        remarks = await until(lambda: thread.shown(private=True)[before:])
        return False, remarks[-1]

    async def notes(self, customer, text):
        await self.fake.agent_writes(self.thread(customer), self.user, text, private=True)

    async def gives_back(self, customer):
        await self.fake.set_status(self.thread(customer), "pending")

    async def closes(self, customer):
        await self.fake.set_status(self.thread(customer), "resolved")


@pytest.fixture
async def fake():
    chatwoot = FakeChatwoot()
    async with serving(chatwoot.app) as address:
        chatwoot.address = address
        yield chatwoot


class Ticking(Clock):
    """Office hours in which time passes: what failed is tried again."""

    def __init__(self):
        super().__init__()
        self.began = time.monotonic()

    def __call__(self):
        return self.now + timedelta(seconds=time.monotonic() - self.began)


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture(params=["own desk", "chatwoot"])
def where(request):
    return request.param


@pytest.fixture
async def desk(settings, clock):
    return Desk(open_database(settings.desk_url), clock)


@pytest.fixture
def staff(desk, settings):
    return desk.staff(Seal(settings.keys()))


@pytest.fixture
async def http(settings, desk, engine, where, fake):
    if where == "chatwoot":
        settings = settings.model_copy(
            update={
                "chatwoot_url": fake.address,
                "chatwoot_account": 7,
                "chatwoot_inbox": INBOX,
                "chatwoot_token": SecretStr(TOKEN),
                "chatwoot_secret": SecretStr(SECRET),
            }
        )
    app = build_gateway(settings, desk, engine, APIRouter())
    async with serving(app) as address:
        fake.gateway = address
        async with httpx.AsyncClient(base_url=address, timeout=20) as client:
            yield client


@pytest.fixture
def join(http, staff, clock):
    """Let somebody join the team and sign in."""
    return lambda login, name: Agent(http, staff, clock).join(login, name=name)


@pytest.fixture
async def mei(join, desk, where, fake):
    agent = await join("mei", "Mei Tan")
    if where == "own desk":
        return OwnDesk(agent)
    await desk.outside_link("chatwoot", str(MEI), "mei", "test")
    return InChatwoot(fake)


@pytest.fixture
async def lin(join, desk, fake):
    """A colleague in Chatwoot."""
    await join("lin", "Lin Wu")
    await desk.outside_link("chatwoot", str(LIN), "lin", "test")
    return InChatwoot(fake, LIN)


@pytest.fixture
async def waiting(http, mei, desk, engine):
    """A customer in the queue, with a case."""
    engine.answers["my stick is dead"] = [{"reply": "greet"}]
    customer = await Customer(http).begin()
    await customer.write("my stick is dead")
    await desk.keep_brief(
        CaseBrief(customer.id, "device_broken", "ledger", "normal", "en", "Device stays dark")
    )
    await call(desk, customer)
    await customer.write("is anybody there?")
    return customer


async def call(desk, customer):
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", None))


async def texts(customer):
    return [m["text"] for m in (await customer.get("messages")).json()["messages"]]


async def owner(customer):
    return (await customer.get("who")).json()["owner"]


async def test_the_place_sees_the_summary_and_what_was_said(waiting, mei):
    async def seen_whole():
        is_waiting, summary, said = await mei.sees(waiting)
        assert is_waiting
        assert "Device stays dark" in summary
        return said.count("my stick is dead") == said.count("is anybody there?") == 1

    await until(seen_whole)


async def test_who_takes_it_is_named_to_the_customer(waiting, mei):
    await mei.takes(waiting)
    who = (await waiting.get("who")).json()
    assert who["owner"] == "human"
    assert who["agent"]["name"] == "Mei Tan"
    assert sum("Mei Tan" in text for text in await texts(waiting)) == 1


async def test_words_go_both_ways_once_and_in_order(waiting, mei):
    await mei.takes(waiting)
    assert (await mei.says(waiting, "Does the screen show anything at all?"))[0]
    answer = await waiting.write("no, it stays black")
    assert answer["replies"] == []
    await waiting.write("and it is warm")

    async def arrived():
        said = (await mei.sees(waiting))[2]
        wanted = ["Does the screen show anything at all?", "no, it stays black", "and it is warm"]
        return [text for text in said if text in wanted] == wanted

    await until(arrived)


async def test_words_that_ask_for_the_phrase_never_reach_the_customer(waiting, mei):
    await mei.takes(waiting)
    was_sent, told = await mei.says(waiting, ASKS_FOR_THE_PHRASE)
    assert not was_sent
    assert "ask_phrase" in told
    assert ASKS_FOR_THE_PHRASE not in await texts(waiting)
    assert (await mei.says(waiting, "Please try another cable first.", "a2"))[0]


async def test_a_note_stays_among_colleagues(waiting, mei, desk):
    await mei.takes(waiting)
    await mei.notes(waiting, "looks like a dead battery")
    assert [note.text for note in await desk.notes(waiting.id)] == ["looks like a dead battery"]
    assert "looks like a dead battery" not in " ".join(await texts(waiting))


async def test_given_back_the_bot_answers_and_the_second_time_works_like_the_first(
    waiting, mei, desk
):
    await mei.takes(waiting)
    await mei.gives_back(waiting)
    assert await owner(waiting) == "bot"
    assert (await waiting.write("thanks"))["replies"]
    await call(desk, waiting)
    await waiting.write("one more thing")

    async def seen_again():
        is_waiting, _, said = await mei.sees(waiting)
        return is_waiting and said.count("one more thing") == 1

    await until(seen_again)
    await mei.takes(waiting)
    assert (await mei.says(waiting, "I am back. What do you see on the screen now?", "a9"))[0]


async def test_closed_with_one_closing_line_and_nothing_after_it(waiting, mei):
    await mei.takes(waiting)
    before = len(await texts(waiting))
    await mei.closes(waiting)
    await mei.closes(waiting)
    assert await owner(waiting) == "closed"
    assert len(await texts(waiting)) - before <= 2  # the closing line, and the rating's question
    assert not (await mei.says(waiting, "still here?", "late"))[0]


@pytest.mark.parametrize("where", ["chatwoot"], indirect=True)
class TestChatwootAlone:
    """What only another product's desk can get wrong."""

    async def test_a_stranger_speaks_to_nobody_until_an_admin_says_who_it_is(
        self, waiting, mei, fake
    ):
        await mei.takes(waiting)
        was_sent, told = await InChatwoot(fake, LIN).says(waiting, "Hello, I am Lin")
        assert not was_sent
        assert f"seedwarden agent link <login> {LIN}" in told

    async def test_who_has_left_the_team_is_a_stranger(self, waiting, mei, join, staff):
        await join("adm", "Ada")
        await mei.sees(waiting)
        await staff.disable("mei", "test")
        was_sent, told = await mei.says(waiting, "I still have my account here")
        assert not was_sent
        assert "seedwarden agent link" in told

    async def test_a_colleague_is_told_who_has_it(self, waiting, mei, lin):
        await mei.takes(waiting)
        was_sent, told = await lin.says(waiting, "Let me answer")
        assert not was_sent
        assert "Mei Tan" in told
        await lin.takes(waiting)
        assert (await waiting.get("who")).json()["agent"]["name"] == "Lin Wu"

    async def test_what_was_written_while_it_was_away_arrives_once_and_in_order(
        self, waiting, mei, fake
    ):
        await mei.takes(waiting)
        fake.down = True
        said = [f"line {number}" for number in range(6)]
        for text in said:
            await waiting.write(text)
        fake.down = False
        thread = mei.thread(waiting)

        def arrived():
            return [t for t in thread.shown(kind="incoming") if t in said] == said

        await until(arrived, 30)

    async def test_an_answer_that_gets_lost_doubles_no_message(self, waiting, mei, fake):
        await mei.takes(waiting)
        fake.deaf = 1
        await waiting.write("only once please")
        await waiting.write("the next one")
        thread = mei.thread(waiting)
        await until(lambda: "the next one" in thread.shown(kind="incoming"), 30)
        assert thread.shown(kind="incoming").count("only once please") == 1

    async def test_a_customer_who_says_the_same_twice_is_heard_twice(self, waiting, mei):
        await mei.takes(waiting)
        await waiting.write("hello?")
        await waiting.write("hello?")
        thread = mei.thread(waiting)
        await until(lambda: thread.shown(kind="incoming").count("hello?") == 2)

    @pytest.mark.parametrize(
        "forged",
        [
            {"secret": "another secret"},
            {"signature": ""},
            {"signature": "sha256=" + "0" * 64},
            {"timestamp": "1"},
            {"timestamp": "9999999999"},
            {"timestamp": "soon"},
            {"timestamp": ""},
        ],
    )
    async def test_a_forged_or_stale_webhook_changes_nothing(self, waiting, mei, fake, forged):
        await mei.takes(waiting)
        thread = mei.thread(waiting)
        event = {
            "event": "message_created",
            "id": 999_999,
            "content": "I am the support",
            "message_type": "outgoing",
            "private": False,
            "sender": {"id": MEI, "type": "user"},
            "conversation": {"id": thread.id},
        }
        answer = await fake.hook(event, **forged)
        assert answer.status_code == 401
        assert answer.json()["type"] == "/problems/webhook-refused"
        assert "I am the support" not in await texts(waiting)

    async def test_a_replayed_webhook_changes_nothing(self, waiting, mei, fake, desk):
        await mei.takes(waiting)
        thread = mei.thread(waiting)
        event = {
            "event": "message_created",
            "id": 999_998,
            "content": "seen once",
            "message_type": "outgoing",
            "private": True,
            "sender": {"id": MEI, "type": "user"},
            "conversation": {"id": thread.id},
        }
        stamp = str(int(time.time()))
        for _ in range(3):  # the number of the delivery is another one each time
            assert (await fake.hook(event, timestamp=stamp)).status_code == 200
        later = str(int(stamp) + 1)  # sent again by Chatwoot itself, signed anew
        assert (await fake.hook(event, timestamp=later)).status_code == 200
        assert [note.text for note in await desk.notes(waiting.id)] == ["seen once"]

    async def test_a_webhook_that_failed_may_come_again(
        self, waiting, mei, fake, desk, monkeypatch
    ):
        await mei.takes(waiting)
        thread = mei.thread(waiting)
        event = {
            "event": "message_created",
            "id": 999_997,
            "content": "kept after all",
            "message_type": "outgoing",
            "private": True,
            "sender": {"id": MEI, "type": "user"},
            "conversation": {"id": thread.id},
        }
        stamp = str(int(time.time()))

        async def broken(*_):
            raise RuntimeError("out of order")

        with monkeypatch.context() as patch:
            patch.setattr(type(desk), "add_note", broken)
            assert (await fake.hook(event, timestamp=stamp)).status_code == 500
        assert (await fake.hook(event, timestamp=stamp)).status_code == 200
        assert [note.text for note in await desk.notes(waiting.id)] == ["kept after all"]

    async def test_what_bots_and_customers_write_there_is_no_answer_of_ours(
        self, waiting, mei, fake
    ):
        await mei.takes(waiting)
        thread = mei.thread(waiting)
        for number, kind in enumerate(("agent_bot", "contact", "")):
            event = {
                "event": "message_created",
                "id": 999_000 + number,
                "content": "an echo",
                "message_type": "outgoing",
                "sender": {"id": MEI, "type": kind},
                "conversation": {"id": thread.id},
            }
            assert (await fake.hook(event)).status_code == 200
        assert "an echo" not in await texts(waiting)

    @pytest.mark.parametrize(
        "event", [{"event": "contact_created"}, {"event": "message_created"}, {"event": ""}, {}]
    )
    async def test_an_event_that_means_nothing_to_us_is_acknowledged(
        self, waiting, mei, fake, event
    ):
        assert (await fake.hook(event)).status_code == 200
        assert await owner(waiting) == "queue"

    async def test_a_conversation_that_is_not_ours_is_left_alone(self, waiting, mei, fake):
        event = {"event": "conversation_status_changed", "id": 5, "status": "resolved"}
        assert (await fake.hook(event)).status_code == 200
        assert await owner(waiting) == "queue"

    async def test_a_thread_that_was_deleted_there_is_begun_anew(self, waiting, mei, fake):
        deleted = await until(lambda: mei._told(waiting))
        del fake.threads[deleted.id]
        await waiting.write("are you still there?")

        def all_of_it():
            anew = mei._told(waiting)
            said = anew.shown(kind="incoming") if anew else []
            return said == ["my stick is dead", "is anybody there?", "are you still there?"]

        await until(all_of_it)

    async def test_what_the_bot_has_is_taken_only_by_who_may_open_it(self, waiting, mei, lin, desk):
        await mei.takes(waiting)
        await mei.gives_back(waiting)
        was_sent, _ = await lin.says(waiting, "Let me answer")
        assert not was_sent
        assert await owner(waiting) == "bot"
        assert (await mei.says(waiting, "It was mine: one more thing.", "b1"))[0]

    async def test_who_leaves_the_queue_is_shown_as_gone(self, waiting, mei, fake, desk):
        thread = await until(lambda: mei._told(waiting))
        await desk.leave_queue(waiting.id, "withdrawn")
        await until(lambda: thread.status == "resolved")
        assert "no longer waits" in thread.shown(private=True)[-1]

    @pytest.mark.parametrize("odd", [{"id": "seven"}, {"id": [1]}, ["id"], {}, {"id": None}])
    async def test_nonsense_from_there_ends_no_loop(self, http, mei, fake, desk, odd):
        fake.odd = [odd]
        customer = await Customer(http).begin()
        await call(desk, customer)
        await customer.write("is anybody there?")
        thread = await until(lambda: mei._told(customer))
        await until(lambda: "is anybody there?" in thread.shown(kind="incoming"))
