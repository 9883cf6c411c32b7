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
    held, _ = await visit.parts.talk.standing(conversation_id)
    if held.owner != "human":  # who comes second is told who was first, whoever they are
        await visit.parts.desk.place_of(visit.me, conversation_id)
    try:
        await visit.parts.talk.claim(visit.me, conversation_id, takes_over=takes_over)
    except AlreadyTaken as taken:
        told = visit.words["errors"]["already_taken"].format(name=taken.name, badge=taken.badge)
        return await _list(visit, "queue.html", 409, told)
    except NotWaiting:
        return await _list(visit, "queue.html", 409, visit.words["errors"]["not_waiting"])
    return visit.go(f"/desk/conversations/{conversation_id}")


async def bot_talks(visit: Visit) -> Response:
    """What the bot is talking about now."""
    return await _bot_list(visit, "bot.html")


async def bot_listed(visit: Visit) -> Response:
    """The same list alone, every few seconds."""
    return await _bot_list(visit, "_bot.html")


async def _bot_list(visit: Visit, template: str) -> Response:
    found = await visit.parts.desk.with_the_bot()
    return visit.render(
        template,
        here="/desk/bot",
        watched=found,
        in_need=sum(one.in_need for one in found),
        may_claim=visit.me.role in SERVING,
        sees_all=visit.me.role != "agent",
    )


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
        sees_all=visit.me.role != "agent",
        problem=problem,
    )
