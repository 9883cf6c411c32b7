"""The queue: who waits, by priority and age, and the claim that only one person wins."""

from __future__ import annotations

from fastapi import Response

from bot.console.shell import Visit
from bot.desk.handoff_models import AlreadyTaken, NotWaiting
from bot.desk.people_models import SERVING


async def queue(visit: Visit) -> Response:
    """The page with the list."""
    return await _list(visit, "queue.html")


async def listed(visit: Visit) -> Response:
    """The list alone, whenever it changed."""
    return await _list(visit, "_queue.html")


async def claim(visit: Visit) -> Response:
    """Take a conversation; whoever comes second learns who has it."""
    conversation_id = visit.arg("id")
    takes_over = visit.arg("take_over") == "1"
    try:
        await visit.parts.talk.claim(visit.me, conversation_id, takes_over=takes_over)
    except AlreadyTaken as taken:
        told = visit.words["errors"]["already_taken"].format(name=taken.name, badge=taken.badge)
        return await _list(visit, "queue.html", 409, told)
    except NotWaiting:
        return await _list(visit, "queue.html", 409, visit.words["errors"]["not_waiting"])
    return visit.go(f"/desk/conversations/{conversation_id}")


async def _list(visit: Visit, template: str, status: int = 200, problem: str = "") -> Response:
    desk = visit.parts.desk
    entries = await desk.queue()
    risks = await desk.noticed([entry.handoff.conversation_id for entry in entries])
    waiting = [entry for entry in entries if entry.handoff.state == "waiting"]
    return visit.render(
        template,
        status,
        here="/desk",
        waiting=waiting,
        mine=[e for e in entries if e.agent is not None and e.agent.id == visit.me.id],
        others=[e for e in entries if e.agent is not None and e.agent.id != visit.me.id],
        risks=risks,
        usual=await desk.usual_wait(),
        may_claim=visit.me.role in SERVING,
        problem=problem,
    )
