"""Tickets: the list with filters and search, one ticket with its clock and its history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, get_args

from fastapi import Response

from bot.console.shell import Refused, Visit
from bot.console.talking import reason_of
from bot.desk.life import MOVES, OPEN
from bot.desk.models import Parcel, Priority, Progress, Status
from bot.desk.people_models import SERVING
from bot.desk.tickets import Wanted

STATUSES: Final = get_args(Status)
PRIORITIES: Final = get_args(Priority)
PROGRESS: Final = get_args(Progress)
_MOST: Final = 100


async def listed(visit: Visit) -> Response:
    """The list; nothing chosen shows what is open."""
    status = visit.arg("status")
    now = datetime.now(UTC)
    overdue = visit.arg("overdue") == "1"
    wanted = Wanted(
        limit=_MOST,
        statuses=_statuses(status),
        due_before=now if overdue else None,
        words=visit.arg("q")[:200],
        topic=visit.arg("topic")[:64],
        vendor=visit.arg("vendor")[:64],
        language=visit.arg("language")[:8],
    )
    found = await visit.parts.desk.find_tickets(wanted)
    content = visit.parts.content
    return visit.render(
        "tickets.html",
        tickets=found,
        now=now,
        most=_MOST,
        wanted=wanted,
        chosen=status,
        overdue=overdue,
        statuses=STATUSES,
        topics=sorted(content.playbooks),
        vendors=sorted(content.groups),
    )


def _statuses(asked: str) -> tuple[Status, ...]:
    if asked == "all":
        return ()
    return tuple(one for one in STATUSES if one == asked) or OPEN


async def ticket(visit: Visit) -> Response:
    """One ticket; reading it is written down."""
    found = await visit.parts.desk.ticket(visit.arg("ref"))
    await visit.parts.desk.noted(visit.me, "ticket_read", found.reference)
    return await _page(visit)


async def reveal(visit: Visit) -> Response:
    """One ticket with contact data, against a reason that is written down."""
    reason = reason_of(visit)
    found = await visit.parts.desk.ticket(visit.arg("ref"))
    await visit.parts.desk.noted(visit.me, "contact_revealed", found.reference, reason)
    return await _page(visit, revealed=True)


async def move(visit: Visit) -> Response:
    """Change the status."""
    to = next((one for one in STATUSES if one == visit.arg("to")), None)
    if to is None:
        raise Refused("malformed", 400)
    await visit.parts.desk.move_ticket(visit.arg("ref"), to, visit.me.login)
    return _back(visit)


async def change_priority(visit: Visit) -> Response:
    """Change the priority."""
    to = next((one for one in PRIORITIES if one == visit.arg("to")), None)
    if to is None:
        raise Refused("malformed", 400)
    await visit.parts.desk.change_priority(visit.arg("ref"), to, visit.me.login)
    return _back(visit)


async def note_parcel(visit: Visit) -> Response:
    """Note where a returned device is."""
    progress = next((one for one in PROGRESS if one == visit.arg("progress")), None)
    parcel = Parcel(visit.arg("carrier") or None, visit.arg("tracking_number") or None, progress)
    await visit.parts.desk.note_parcel(visit.arg("ref"), parcel, visit.me.login)
    return _back(visit)


def _back(visit: Visit) -> Response:
    return visit.go(f"/desk/tickets/{visit.arg('ref')}?say=saved")


async def _page(visit: Visit, *, revealed: bool = False) -> Response:
    found = await visit.parts.desk.ticket(visit.arg("ref"))
    opens = await visit.parts.desk.may_open(visit.me, found.conversation_id)
    content: dict[str, Any] = {
        "ticket": found,
        "now": datetime.now(UTC),
        "moves": [status for status in STATUSES if status in MOVES[found.status]],
        "priorities": PRIORITIES,
        "steps": PROGRESS,
        "may_change": visit.me.role in SERVING,
        "revealed": revealed,
        "opens_talk": opens,
    }
    return visit.render("ticket.html", here=f"/desk/tickets/{found.reference}", **content)
