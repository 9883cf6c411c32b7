"""A small cast for action tests: a desk in memory, a tracker, and one call of an action."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions.casework.heard import entities_of
from actions.parts import Parts
from bot.content import load_content
from bot.content.channels import Channel, Channels, Fact
from bot.content.office_hours import OfficeHours, office_hours
from bot.desk.handoff_models import CaseBrief, Handoff, Place
from bot.desk.models import OpenTicket, Ticket

ROOT = Path(__file__).resolve().parents[3]
CONTENT = load_content(ROOT)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class FakeDesk:
    """Opens tickets by case id; ``broken`` makes every call fail with a secret in its message."""

    orders: list[OpenTicket] = field(default_factory=list)
    languages: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False
    briefs: list[CaseBrief] = field(default_factory=list)
    queue: dict[str, Place] = field(default_factory=dict)
    opens: datetime | None = None
    office: OfficeHours = field(default_factory=office_hours)

    async def open_ticket(self, order):
        self._may_fail()
        if order.case_id not in {known.case_id for known in self.orders}:
            self.orders.append(order)
        number = [known.case_id for known in self.orders].index(order.case_id)
        now = datetime(2026, 11, 23, tzinfo=UTC)
        return Ticket(
            f"REF-{number}",
            order.conversation_id,
            order.case_id,
            order.topic,
            order.vendor,
            order.language,
            order.priority,
            "new",
            order.summary,
            tuple(order.fields),
            now,
            now,
        )

    async def request_handoff(self, conversation_id, case_id, language, reason, fields=()):
        order = OpenTicket(
            conversation_id, case_id, "talk_to_human", language, None, "high", fields, reason
        )
        return await self.open_ticket(order)

    async def keep_brief(self, brief):
        self._may_fail()
        self.briefs.append(brief)

    async def place(self, conversation_id):
        return self.queue.get(conversation_id)

    async def may_call(self):
        return self.opens is None

    def opens_later(self):
        return self.opens

    async def call_person(self, order):
        self._may_fail()
        handoff = Handoff(
            *(1, order.conversation_id, order.reason, order.priority, order.language),
            *(order.reference, "waiting", None, None, NOW, None, None),
        )
        return self.queue.setdefault(order.conversation_id, Place(handoff, 1, 150))

    async def tickets(self, *, limit=50, conversation_id=""):
        self._may_fail()
        orders = [o for o in self.orders if conversation_id in {"", o.conversation_id}]
        return [await self.open_ticket(order) for order in orders[:limit]]

    async def change_language(self, conversation_id, language):
        self._may_fail()
        self.languages.append((conversation_id, language))

    def _may_fail(self):
        if self.broken:
            raise RuntimeError("hunter2 must never be seen")


def registry():
    """One vendor with a site, a retired site and a fact; one without any channel."""
    day = date(2026, 11, 22)
    note = {"zh": "官网", "en": "the site"}
    site = Channel("ledger", "site", "ledger.com", "current", None, "own: x", day, day, note)
    old = Channel("ledger", "site", "old.example", "retired", None, "own: x", day, day, note)
    fact = Fact("ledger", "no_phone", "own: x", day, {"zh": "没有电话。", "en": "No phone."})
    by_vendor = {"ledger": (site, old), "bitpie": ()}
    return Channels((site, old), (fact,), by_vendor, {})


def parts(desk=None, channels=registry):
    """What actions work with, on fakes."""
    ids = iter(f"case{number}" for number in range(100))
    fake = desk or FakeDesk()
    return Parts(CONTENT, channels, lambda: fake, lambda: next(ids))


def tracker(
    text,
    intent="nlu_fallback",
    *,
    slots=None,
    language="en",
    confidence=0.95,
    message_id="m1",
    ranking=(),
    contacts=(),
    requests=(),
):
    """A tracker as Rasa sends it; entities of a payload are read out of it."""
    return Tracker(
        "sender",
        slots or {},
        {
            "text": text,
            "message_id": message_id,
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [{"name": name} for name in ranking],
            "entities": _entities(text),
            "metadata": {
                "language": language,
                "conversation": "conv",
                "at": "2026-11-23T10:00:00+00:00",
                "timezone": "UTC",
                "contacts": [dict(contact) for contact in contacts],
                "requests": list(requests),
            },
        },
        [],
        paused=False,
        followup_action=None,
        active_loop={},
        latest_action_name="action_listen",
    )


def _entities(text):
    if text.startswith("/"):
        _, brace, rest = text.partition("{")
        named = json.loads(brace + rest) if brace else {}
        return [{"entity": key, "value": value} for key, value in named.items()]
    return [{"entity": item.kind, "value": item.value} for item in entities_of(text)]


async def run(action, given):
    """Run an action; gives the reply payloads and the events."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, given, {})
    return [message["custom"] for message in dispatcher.messages], events


def slots_after(events):
    """The slots that events set."""
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}
