"""What an agent would read first is kept after every turn of a case, should one be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from actions.casework import CaseState, draft_ticket
from actions.tracker import CASE
from bot.desk.handoff_models import CaseBrief
from bot.desk.models import Field
from bot.guard import scrub

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actions.parts import Parts
    from bot.content import Language

_log = structlog.get_logger(__name__)


async def keep_brief(
    parts: Parts, conversation: str, language: Language, events: Iterable[Mapping[str, Any]]
) -> None:
    """Keep the brief of the case that ``events`` set; a failure must not cost the answer."""
    states = [event["value"] for event in events if event.get("name") == CASE]
    if not states or not states[-1]:
        return
    try:
        brief = brief_of(parts, conversation, CaseState.from_dict(states[-1]), language)
        await parts.desk().keep_brief(brief)
    except Exception as error:  # noqa: BLE001 - the customer's answer comes first
        _log.error("brief_not_kept", kind=type(error).__name__)


def brief_of(parts: Parts, conversation: str, state: CaseState, language: Language) -> CaseBrief:
    """A case as an agent reads it first."""
    draft = draft_ticket(parts.content, state, language)
    return CaseBrief(
        conversation_id=conversation,
        topic=draft.topic,
        vendor=draft.vendor,
        priority=draft.priority,
        language=language,
        summary=scrub(draft.summary),
        fields=tuple(Field(row.name, row.kind, scrub(row.value)) for row in draft.rows),
        moods=state.moods,
    )
