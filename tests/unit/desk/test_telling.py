from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content import LANGUAGES, load_content
from bot.content.office_hours import office_hours
from bot.desk.life import MOVES
from bot.desk.models import Parcel, Ticket, TicketEvent
from bot.desk.telling import Telling
from bot.guard import review

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TELLING = Telling(load_content(Path(__file__).resolve().parents[3]), office_hours(), NOW)
TOPIC = {"zh": "退换货", "en": "return or repair"}
TICKET = Ticket(
    reference="7K2QD-M93XT-4",
    conversation_id="c",
    case_id="1",
    topic="warranty_return",
    vendor="ledger",
    language="en",
    priority="normal",
    status="new",
    summary="",
    fields=(),
    created_at=NOW,
    updated_at=NOW,
    due_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
)


def test_the_time_of_the_calendar_is_told_for_an_answer():
    told = TELLING.next_step(TICKET)
    assert "by Tuesday 24 November, 18:00 (Beijing time) at the latest" in told["en"]
    assert "最迟11月24日（周二）18:00（北京时间）" in told["zh"]


@pytest.mark.parametrize("due", [None, datetime(2028, 1, 4, tzinfo=UTC)])
def test_without_a_known_calendar_no_time_is_told(due):
    told = TELLING.next_step(replace(TICKET, due_at=due))
    assert "cannot tell yet when" in told["en"]
    assert "说不准" in told["zh"]


def test_a_late_answer_is_owned_up_to():
    told = TELLING.next_step(replace(TICKET, due_at=NOW - timedelta(hours=1)))
    assert "is late. We are sorry" in told["en"]
    assert "现在晚了，对不起" in told["zh"]


def test_the_last_step_is_the_latest_event_that_concerns_the_customer():
    events = [
        TicketEvent(NOW, "bot", "opened", "x"),
        TicketEvent(NOW, "lin", "progress", "received"),
        TicketEvent(NOW, "lin", "note", "internal"),
    ]
    assert (
        TELLING.last_step(replace(TICKET, history=tuple(events)))["en"] == "news about the parcel"
    )
    assert TELLING.last_step(TICKET)["en"] == "the ticket was opened"


def test_a_return_carries_carrier_number_and_progress():
    parcel = Parcel("DHL Express", "JD014600001122334455", "sent_back")
    told = TELLING.line(replace(TICKET, parcel=parcel), TOPIC)
    assert "Return: sent back to you. DHL Express JD014600001122334455" in told["en"]
    assert "退件：已寄回给您。DHL Express JD014600001122334455" in told["zh"]
    assert "Return" not in TELLING.line(TICKET, TOPIC)["en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", MOVES)
def test_every_status_is_told_in_words_that_the_outbound_guard_lets_pass(status, language):
    ticket = replace(TICKET, status=status, parcel=Parcel("SF Express", "SF1234567890123"))
    line = TELLING.line(ticket, TOPIC)[language]
    assert "7K2QD-M93XT-4" in line
    assert review(line, author="bot", language=language).reasons == ()
