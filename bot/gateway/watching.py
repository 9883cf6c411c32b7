"""Looks for a robbery under way in what a customer wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import structlog

from bot.desk.models import Conversation
from bot.engine import Utterance
from bot.gateway import metrics
from bot.gateway.memories import Memories
from bot.guard import signals_in
from bot.guard.findings import Inspected

_log = structlog.get_logger(__name__)


def watched(conversation: Conversation, inspected: Inspected, memories: Memories) -> Inspected:
    """Add the signals of a message; a failure here must not hold back a safe message.

    A person who owns the conversation reads for themselves, and a secret to move away from
    comes before everything else: in both cases there is no signal.
    """
    if conversation.owner == "human" or inspected.opens_the_wallet:
        return inspected
    try:
        signals = signals_in(inspected.safe_text, memories.signals_of(conversation.id))
    except Exception as error:  # noqa: BLE001 - whatever broke, the customer is answered
        _log.error("signals_failed", conversation=conversation.id, kind=type(error).__name__)
        return inspected
    for signal in signals[:1]:
        metrics.SIGNALS.labels(signal.id).inc()
    return replace(inspected, signals=signals)


def advice(utterance: Utterance) -> list[dict[str, Any]]:
    """Name the advice for a signal when Rasa is away and cannot."""
    payload = json.loads(utterance.line.removeprefix("/scam_in_progress"))
    return [{"reply": f"scam_in_progress__{payload['signal']}"}]
