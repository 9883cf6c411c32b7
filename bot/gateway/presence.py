"""Who is talking to the customer: asked by the customer, reported by the customer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from bot.gateway.api import OWN, ConversationId, Own, Parts, counted, json_only, problems_of
from bot.gateway.handing import Handing
from bot.gateway.schemas import Agent, PersonReport, Who

router = APIRouter(prefix="/api/v1", dependencies=[Depends(counted)])


async def _handing(request: Request) -> Handing:
    handing: Handing = request.app.state.console.handing
    return handing


Hands = Annotated[Handing, Depends(_handing)]


@router.get("/conversations/{conversation_id}/who", responses=problems_of(*OWN))
async def who(conversation_id: ConversationId, own: Own, hands: Hands) -> Who:  # noqa: ARG001 - documented
    """Tell who is talking to the customer now, and the mark that the person sees as well."""
    present = await hands.present(own)
    held = present.held
    if held.agent is None or held.since is None:
        return Who(owner=held.owner, agent=None, mark=None)
    agent = Agent(name=held.agent.name, badge=held.agent.badge, since=held.since)
    return Who(owner=held.owner, agent=agent, mark=present.mark)


@router.post(
    "/conversations/{conversation_id}/report",
    status_code=204,
    responses=problems_of(*OWN),
    dependencies=[Depends(json_only)],
)
async def report(
    conversation_id: ConversationId,  # noqa: ARG001 - documented
    own: Own,
    api: Parts,
    hands: Hands,
    told: PersonReport,
) -> None:
    """Report the person in this conversation; leads read it, the person does not."""
    await api.limits.message(own)
    await hands.report(own, told.text)


@router.post(
    "/conversations/{conversation_id}/typing", status_code=204, responses=problems_of(*OWN)
)
async def typing(
    conversation_id: ConversationId,  # noqa: ARG001 - documented
    own: Own,
    api: Parts,
    hands: Hands,
) -> None:
    """Show an agent that the customer is writing; never what."""
    await api.desk.conversation(own)
    hands.customer_types(own)
