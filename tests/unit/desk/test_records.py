from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.content import load_content
from bot.desk import audit, blocks, incident, paper, transcript
from bot.desk.database import migrate, open_database
from bot.desk.models import Draft, Field, Incoming, OpenTicket, TurnEnd
from bot.desk.retention import Periods
from bot.desk.service import Desk
from bot.errors import NotFound
from bot.guard.safetext import seal

CONTENT = load_content(Path(__file__).resolve().parents[3])
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
PERIODS = Periods(messages=180, tickets=730, turns=90, audit=1095)
FIELDS = (
    Field("how", "choice", "remote"),
    Field("asset", "choice", "usdt"),
    Field("amount", "amount", "12000"),
    Field("amount_2", "amount", "300"),
    Field("transaction_id", "transaction_id", "ab" * 32),
    Field("to_address", "address", "0x52908400098527886E0F7030069857D2E4169EE7"),
    Field("contact", "text", "Telegram @support_example"),
)


class Clock:
    """A clock that tests turn on."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def later(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(database_url, clock):
    await migrate(database_url)
    desk = Desk(open_database(database_url), clock)
    yield desk
    await desk.close()


async def talked(desk, words="my coins are gone"):
    """A conversation with a message, its answer and how the turn ended."""
    conversation = await desk.create_conversation("en", is_chosen=False)
    incoming = Incoming(f"m{conversation.id[:20]}", "c1", seal(words), "en")
    message = (await desk.accept(conversation.id, incoming)).message
    end = TurnEnd(message.id, 0, "answered", "funds_stolen", 12)
    await desk.answer(conversation.id, [Draft(seal("I see."), "en")], end)
    return conversation.id


async def stolen(desk, conversation):
    return await desk.open_ticket(
        OpenTicket(conversation, "c", "funds_stolen", "en", None, "urgent", FIELDS, "stolen")
    )


async def rows(desk, table):
    async with desk._session() as session:
        return await session.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608 - our names


async def test_erasing_takes_everything_and_leaves_one_line_of_the_audit(desk):
    conversation, other = await talked(desk), await talked(desk)
    await stolen(desk, conversation)
    await desk.open_ticket(OpenTicket(conversation, "d", "funds_stolen", "en"))
    await desk.rate(conversation, 5, seal("fine"))
    await desk.erase(conversation, "customer")
    for table in ("ticket", "ticket_field", "ticket_event", "ticket_alias", "rating"):
        assert await rows(desk, table) == 0, table
    assert await rows(desk, "message") == 2
    assert await desk.conversation(other)
    async with desk._session() as session:
        (line,) = await audit.listed(session, about=conversation)
    assert (line.actor, line.action, line.detail) == (
        "customer",
        "erased",
        "messages=2 tickets=1",
    )
    assert conversation not in (line.subject + line.detail)


async def test_erasing_twice_is_not_found(desk):
    conversation = await talked(desk)
    await desk.erase(conversation, "operator")
    with pytest.raises(NotFound):
        await desk.erase(conversation, "operator")


async def test_rasa_has_to_forget_until_it_did(desk):
    conversation = await talked(desk)
    await desk.erase(conversation, "customer")
    assert await desk.to_forget() == [conversation]
    await desk.forgotten(conversation)
    assert await desk.to_forget() == []


async def test_the_latest_rating_counts(desk):
    conversation = await talked(desk)
    await desk.rate(conversation, 2, seal("slow"))
    await desk.rate(conversation, 4, None)
    rating = (await desk.left(conversation)).rating
    assert (rating.score, rating.comment) == (4, "")


async def test_a_quiet_conversation_without_ticket_goes_after_its_time(desk, clock):
    conversation = await talked(desk)
    clock.later(days=179)
    assert (await desk.retain(PERIODS)).conversations == 0
    clock.later(days=2)
    retained = await desk.retain(PERIODS)
    assert (retained.conversations, retained.messages, retained.turns) == (1, 2, 0)
    with pytest.raises(NotFound):
        await desk.conversation(conversation)
    assert await desk.to_forget() == [conversation]


async def test_an_open_ticket_keeps_its_conversation(desk, clock):
    conversation = await talked(desk)
    await stolen(desk, conversation)
    clock.later(days=800)
    retained = await desk.retain(PERIODS)
    assert (retained.conversations, retained.messages, retained.tickets) == (0, 0, 0)
    assert len(await desk.messages(conversation)) == 2


async def test_a_closed_ticket_outlives_the_messages_and_then_goes_too(desk, clock):
    conversation = await talked(desk)
    ticket = await stolen(desk, conversation)
    await desk.rate(conversation, 5, seal("thank you"))
    await desk.move_ticket(ticket.reference, "closed", "lin")
    clock.later(days=181)
    retained = await desk.retain(PERIODS)
    assert (retained.messages, retained.tickets) == (2, 0)
    left = await desk.left(conversation)
    assert (left.messages, left.rating.score, left.rating.comment) == ((), 5, "")
    assert await desk.ticket(ticket.reference)
    clock.later(days=550)
    retained = await desk.retain(PERIODS)
    assert (retained.tickets, retained.conversations) == (1, 1)


async def test_turns_and_audit_have_times_of_their_own(desk, clock):
    await talked(desk)
    gone = await talked(desk)
    await desk.erase(gone, "customer")
    clock.later(days=91)
    assert (await desk.retain(PERIODS)).turns == 1
    clock.later(days=1005)
    assert (await desk.retain(PERIODS)).audit >= 1


async def test_a_dry_run_counts_and_deletes_nothing(desk, clock):
    conversation = await talked(desk)
    clock.later(days=181)
    assert (await desk.retain(PERIODS, dry_run=True)).conversations == 1
    assert len(await desk.messages(conversation)) == 2
    assert await rows(desk, "audit") == 0


async def test_the_hash_is_over_canonical_json_and_notices_one_changed_sign(desk):
    conversation = await talked(desk, words="钱不见了 – gone")
    left = await desk.left(conversation)
    plain = transcript.record(left)
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = transcript.fingerprint(plain)
    assert digest == hashlib.sha256(canonical.encode("utf-8")).hexdigest()
    assert transcript.fingerprint(json.loads(transcript.written(plain, digest))["record"]) == digest
    first = replace(left.messages[0], text="钱不见了 – gone.")
    changed = replace(left, messages=(first, *left.messages[1:]))
    assert transcript.fingerprint(transcript.record(changed)) != digest


async def test_staff_are_not_named_in_the_customers_record(desk):
    conversation = await talked(desk)
    ticket = await stolen(desk, conversation)
    await desk.move_ticket(ticket.reference, "in_progress", "lin.wei")
    await desk.change_priority(ticket.reference, "high", "lin.wei")
    plain = transcript.record(await desk.left(conversation))
    assert "lin.wei" not in json.dumps(plain)
    kinds = [event["kind"] for event in plain["tickets"][0]["history"]]
    assert kinds == ["opened", "status"]


async def test_the_incident_report_holds_what_was_told_and_says_what_was_not(desk):
    conversation = await talked(desk)
    await stolen(desk, conversation)
    left = await desk.left(conversation)
    report = blocks.markdown(incident.blocks(left, CONTENT, "f" * 64))
    for told in ("USDT", "12000", "300", "ab" * 32, "Telegram @support_example", "f" * 64):
        assert told in report
    assert "They controlled or saw my screen" in report
    exchanges = report[report.index("Exchanges involved") :]
    assert "not given by the customer" in exchanges
    assert "passport" not in report


async def test_no_theft_no_incident_report(desk):
    conversation = await talked(desk)
    await desk.open_ticket(OpenTicket(conversation, "c", "tx_failed", "en"))
    assert incident.blocks(await desk.left(conversation), CONTENT, "") == []


async def test_nothing_of_a_message_becomes_markup(desk):
    words = "[click](http://evil.example) <b>`x` # no heading & no tag"
    left = await desk.left(await talked(desk, words=words))
    whole = transcript.blocks(left, CONTENT, "")
    assert f"\n    {words}\n" in blocks.markdown(whole)
    assert paper.pdf(whole, "t").startswith(b"%PDF-")


async def test_the_same_record_gives_the_same_pdf(desk):
    left = await desk.left(await talked(desk))
    whole = transcript.blocks(left, CONTENT, "f" * 64)
    assert paper.pdf(whole, "t") == paper.pdf(whole, "t")
