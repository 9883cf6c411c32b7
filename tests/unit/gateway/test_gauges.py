"""What /metrics tells of the desk and the parts, as they are when it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.handoff_models import CallPerson
from bot.desk.outbox import Order
from bot.errors import DeskUnavailable
from bot.gateway import gauging


@pytest.fixture(autouse=True)
def looked_up_each_time(monkeypatch):
    monkeypatch.setattr(gauging, "FRESH_SECONDS", 0.0)


async def figures(http):
    """Every sample of /metrics by its name with labels."""
    text = (await http.get("/metrics")).text
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


async def test_an_empty_desk_has_nothing_waiting(http):
    told = await figures(http)
    assert told["seedwarden_handoffs_waiting"] == 0
    assert told["seedwarden_handoffs_oldest_wait_seconds"] == 0
    assert told["seedwarden_outbox_oldest_due_seconds"] == 0
    assert not [name for name in told if name.startswith("seedwarden_outbox_dead")]


async def test_who_waits_for_a_person_is_counted_with_the_time(http, customer, desk):
    call = CallPerson(customer.id, "wish", "normal", "en")
    desk._clock = lambda: datetime.now(UTC) - timedelta(minutes=7)
    await desk.call_person(call)
    desk._clock = lambda: datetime.now(UTC)
    told = await figures(http)
    assert told["seedwarden_handoffs_waiting"] == 1
    assert 419 < told["seedwarden_handoffs_oldest_wait_seconds"] < 500


async def test_what_waits_to_be_sent_and_what_was_given_up_is_counted_by_kind(http, desk):
    now = desk.now()
    await desk.send_later(Order("trial", now - timedelta(hours=1)))
    await desk.send_later(Order("later", now + timedelta(hours=1)))
    told = await figures(http)
    assert told['seedwarden_outbox_waiting{kind="trial"}'] == 1
    assert told['seedwarden_outbox_waiting{kind="later"}'] == 1
    assert told["seedwarden_outbox_oldest_due_seconds"] > 3599
    await desk.parcel_dead(await desk.claim_parcel(["trial"]), "refused")
    told = await figures(http)
    assert told['seedwarden_outbox_dead{kind="trial"}'] == 1
    assert 'seedwarden_outbox_waiting{kind="trial"}' not in told
    assert told["seedwarden_outbox_oldest_due_seconds"] == 0


async def test_a_part_that_is_away_is_told_and_the_others_stay_up(http, engine):
    engine.fails = "ConnectError"
    told = await figures(http)
    assert told['seedwarden_part_up{part="rasa"}'] == 0
    assert told['seedwarden_part_up{part="actions"}'] == 1
    assert told['seedwarden_part_up{part="desk"}'] == 1


async def test_a_desk_that_is_away_leaves_the_other_figures_readable(http, desk, monkeypatch):
    async def backlog():
        raise DeskUnavailable("OperationalError")

    monkeypatch.setattr(desk, "backlog", backlog)
    told = await figures(http)
    assert told['seedwarden_part_up{part="desk"}'] == 0
    assert "seedwarden_event_streams" in told


async def test_the_database_is_not_counted_for_everybody_who_asks(http, desk, monkeypatch):
    monkeypatch.setattr(gauging, "FRESH_SECONDS", 60.0)
    counted = []
    before = desk.backlog

    async def counting():
        counted.append(1)
        return await before()

    monkeypatch.setattr(desk, "backlog", counting)
    for _ in range(3):
        await figures(http)
    assert len(counted) == 1
