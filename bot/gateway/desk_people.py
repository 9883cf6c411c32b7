"""The agents' calls about people: the team, reports of a person, the audit."""

from __future__ import annotations

from bot.desk.people_models import NewAgent, Setup
from bot.gateway.desk_schemas import (
    Agent,
    AuditLine,
    Card,
    Invitation,
    NewPerson,
    ReportShown,
)
from bot.gateway.desk_session import Admin, Anybody, Auditing, Leading, Parts, desk_router

router = desk_router()


@router.get("/people")
async def people(console: Parts, person: Anybody) -> list[Agent]:  # noqa: ARG001 - signed in
    """The whole team."""
    return [Agent.of(one) for one in await console.staff.people()]


@router.post("/people", status_code=201)
async def add(console: Parts, person: Admin, new: NewPerson) -> Invitation:
    """Add a person; the token is for them alone."""
    wanted = NewAgent(new.login, new.name, new.role, tuple(new.languages))
    return _invitation(await console.staff.add(wanted, person.login))


@router.post("/people/{login}/reset")
async def reset(login: str, console: Parts, person: Admin) -> Invitation:
    """Let a person set up anew."""
    return _invitation(await console.staff.reset(login, person.login))


@router.post("/people/{login}/disable")
async def disable(login: str, console: Parts, person: Admin) -> Agent:
    """End a person's access at once."""
    return Agent.of(await console.staff.disable(login, person.login))


@router.get("/reports")
async def reports(console: Parts, person: Leading) -> list[ReportShown]:
    """What customers reported about people, except about the reader."""
    return [
        ReportShown(
            conversation=report.conversation_id,
            agent=Card.of(report.agent),
            text=report.text,
            at=report.at,
        )
        for report in await console.desk.reports(person)
    ]


@router.get("/audit")
async def audit(console: Parts, person: Auditing, about: str = "") -> list[AuditLine]:
    """The audit, the newest first; with ``about``, of one conversation, ticket or person."""
    await console.desk.noted(person, "audit_read", about)
    return [
        AuditLine(
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
        )
        for entry in await console.desk.audit(about=about)
        # A report must stay hidden from its person, and any lead or admin may be that person.
        if entry.action != "person_reported" or person.role == "auditor"
    ]


def _invitation(setup: Setup) -> Invitation:
    return Invitation(agent=Agent.of(setup.agent), token=setup.token, until=setup.until)
