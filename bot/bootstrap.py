"""The only place where parts are put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import httpx
import structlog
from fastapi import APIRouter, FastAPI

from bot import log
from bot.console.pages import router as desk_pages
from bot.console.parts import Parts
from bot.content import Content, load_content
from bot.content.contact_replies import ContactReplies
from bot.content.office_hours import office_hours
from bot.desk.credentials import Seal
from bot.desk.database import migrate, open_database
from bot.desk.retention import Periods
from bot.desk.service import Desk
from bot.desk.telling import Telling
from bot.engine import Engine
from bot.gateway.api import Api
from bot.gateway.app import Gateway, create_app
from bot.gateway.calling import Calling
from bot.gateway.desk_events import DeskEvents
from bot.gateway.desk_session import COOKIE, Console, csrf_of
from bot.gateway.desk_talk import DeskTalk
from bot.gateway.erasing import Erasing
from bot.gateway.events import Events
from bot.gateway.handing import Handing
from bot.gateway.handoff import BuiltInDesk
from bot.gateway.hub import Hub
from bot.gateway.keeping import Keeping
from bot.gateway.lanes import Lanes
from bot.gateway.limits import Limits
from bot.gateway.marks import load_marks
from bot.gateway.memories import Memories
from bot.gateway.problems import Problems
from bot.gateway.tokens import Tokens
from bot.gateway.turns import Turns
from bot.gateway.voice import Voice
from bot.guard import review, scrub, signals_in
from bot.guard.contacts import book, use_reported_lists
from bot.guard.signals import is_understood
from bot.settings import ROOT, Settings, load_settings
from bot.widget.pages import router as pages

_log = structlog.get_logger(__name__)


def open_desk(settings: Settings) -> Desk:
    """Open the desk on the database of the settings."""
    return Desk(open_database(settings.desk_url))


def open_engine(settings: Settings, client: httpx.AsyncClient) -> Engine:
    """Make the client to Rasa of the settings."""
    return Engine(
        client,
        settings.engine_url,
        settings.rasa_token.get_secret_value(),
        actions_url=f"http://127.0.0.1:{settings.action_port}/health",
        timeout=settings.engine_timeout,
    )


def periods_of(settings: Settings) -> Periods:
    """How long each class of data is kept, by the settings."""
    return Periods(
        messages=settings.keep_messages_days,
        tickets=settings.keep_tickets_days,
        turns=settings.keep_turns_days,
        audit=settings.keep_audit_days,
    )


def _teller(content: Content) -> Callable[[], Telling]:
    """Words tickets as they stand at the moment of the call."""
    return lambda: Telling(content, office_hours(), datetime.now(UTC))


def build_gateway(settings: Settings, desk: Desk, engine: Engine, pages: APIRouter) -> FastAPI:
    """Put the public application together from its parts."""
    hub = Hub()
    content = load_content(ROOT)
    memories = Memories()
    erasing = Erasing(desk, engine, hub, memories, content)
    keeping = Keeping(desk, erasing, periods_of(settings))
    # Most replies are the same sentences again and the guard's answer is a pure function.
    voice = Voice(content, lru_cache(maxsize=1024)(review))
    handing, calling = _hand_off(settings, desk, hub, voice)
    turns = Turns(
        desk=desk,
        engine=engine,
        voice=voice,
        hub=hub,
        lanes=Lanes(settings.waiting_messages),
        memories=memories,
        contact_replies=ContactReplies(content, lambda: book().channels),
        erasing=erasing,
        calling=calling,
    )

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        await migrate(settings.desk_url)
        rounds = [asyncio.create_task(keeping.run()), asyncio.create_task(calling.watch())]
        yield
        for task in rounds:
            task.cancel()
        await engine.close()
        await desk.close()

    limits = Limits(settings)
    tokens = Tokens(settings.signing_key(), settings.token_lifetime)
    api = Api(desk, turns, Events(desk, hub), tokens, limits, _teller(content))
    console = _console(settings, desk, DeskEvents(desk, hub, handing), handing, limits)
    pages.include_router(_desk_pages(console, content))
    return create_app(
        Gateway(api, engine, console, Problems(ROOT), pages, settings.origins, lifespan)
    )


def _console(
    settings: Settings, desk: Desk, events: DeskEvents, handing: Handing, limits: Limits
) -> Console:
    """What the agents' calls work with."""
    return Console(desk, desk.staff(Seal(settings.signing_key())), handing, events, limits)


def _desk_pages(console: Console, content: Content) -> APIRouter:
    """The agents' pages, on what the agents' calls work with."""
    talk = DeskTalk(console.handing, console.limits)
    return desk_pages(
        Parts(console.desk, console.staff, talk, content, office_hours(), COOKIE, csrf_of)
    )


def _hand_off(settings: Settings, desk: Desk, hub: Hub, voice: Voice) -> tuple[Handing, Calling]:
    """Put together what calls people and moves conversations to them."""
    provider = BuiltInDesk(hub)
    handing = Handing(
        desk=desk,
        voice=voice,
        review=review,
        hub=hub,
        provider=provider,
        marks=load_marks(ROOT, settings.signing_key()),
    )
    calling = Calling(
        desk=desk,
        voice=voice,
        handing=handing,
        provider=provider,
        office=office_hours(),
        longest_wait=timedelta(seconds=settings.longest_wait),
    )
    return handing, calling


def create_gateway() -> FastAPI:
    """Make the gateway from the environment; what uvicorn starts."""
    settings = load_settings()
    log.configure("gateway", settings.log_level)
    use_reported_lists(settings.reported_files)
    _warm_up()
    client = httpx.AsyncClient(timeout=settings.engine_timeout)
    engine = open_engine(settings, client)
    return build_gateway(settings, open_desk(settings), engine, pages(settings))


def _warm_up() -> None:
    """Read now what the first customer would otherwise wait for: lists, weights, patterns."""
    signals_in("")
    if not is_understood():
        _log.warning("encoder_missing")  # robberies are noticed by lists and letters alone
    for text in ("My transfer is stuck, please help me now", "我的转账一直没有到账，请帮帮我"):
        review(scrub(text), author="bot", language="en")
