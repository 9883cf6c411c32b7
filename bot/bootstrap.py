"""The only place where parts are put together."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from threading import Thread
from typing import Any, Protocol

import httpx
import structlog
from fastapi import APIRouter, FastAPI

from bot import log, tracing
from bot.attachments.reader import Reader
from bot.console.pages import router as desk_pages
from bot.console.parts import Parts
from bot.content import Content, load_content
from bot.content.contact_replies import ContactReplies
from bot.content.profile import Profile, profile, use_profile
from bot.desk.credentials import Seal
from bot.desk.database import migrate, open_database
from bot.desk.retention import Periods
from bot.desk.service import Desk
from bot.desk.telling import Telling
from bot.desk.vault import Vault
from bot.engine import Engine, Pool, Times, connect
from bot.gateway import metrics
from bot.gateway.alone import hold_alone
from bot.gateway.api import Api
from bot.gateway.app import Gateway, create_app
from bot.gateway.attaching import Attaching
from bot.gateway.attachments import AttachmentParts
from bot.gateway.calling import Calling
from bot.gateway.desk_events import DeskEvents
from bot.gateway.desk_session import COOKIE, Console, csrf_of
from bot.gateway.desk_talk import DeskTalk
from bot.gateway.doors.door import DoorParts
from bot.gateway.erasing import Erasing
from bot.gateway.events import Events
from bot.gateway.fanout_parts import Across
from bot.gateway.handing import Handing
from bot.gateway.handoff import HandoffProvider
from bot.gateway.hub import Hub
from bot.gateway.keeping import Keeping
from bot.gateway.limits import Limits
from bot.gateway.marks import load_marks
from bot.gateway.memories import Memories
from bot.gateway.outside_parts import OutsideParts, call_us_from_telegram
from bot.gateway.problems import Problems
from bot.gateway.proof_parts import ProofParts
from bot.gateway.status import StatusDesk
from bot.gateway.tokens import Tokens
from bot.gateway.turns import Turns
from bot.gateway.voice import Voice
from bot.guard import review, scrub, signals_in
from bot.guard.contacts import book, use_reported_lists
from bot.guard.signals import is_understood
from bot.settings import ROOT, Settings, load_settings
from bot.widget.checker import Checker
from bot.widget.pages import Pages
from bot.widget.pages import router as pages
from bot.widget.searching import Finder
from bot.widget.status import status_router

__all__ = ["build_gateway", "call_us_from_telegram", "create_gateway", "open_desk", "open_engine"]

_log = structlog.get_logger(__name__)


def open_desk(settings: Settings) -> Desk:
    """Open the desk on the database of the settings."""
    return Desk(open_database(settings.desk_url))


def open_engine(settings: Settings, client: httpx.AsyncClient) -> Engine:
    """Make the client to every Rasa of the settings."""
    actions = settings.action_url or f"http://127.0.0.1:{settings.action_port}/webhook"
    engine = Engine(
        client,
        Pool(settings.engine_urls, settings.rasa_turns),
        settings.rasa_token.get_secret_value(),
        actions_urls=[url.strip().replace("/webhook", "/health") for url in actions.split(",")],
        times=Times(settings.engine_timeout, settings.engine_queue),
    )
    metrics.ENGINE_WAITING.set_function(lambda: engine.waiting)
    return engine


def periods_of(settings: Settings) -> Periods:
    """How long each class of data is kept, by the settings."""
    return Periods(
        messages=settings.keep_messages_days,
        tickets=settings.keep_tickets_days,
        turns=settings.keep_turns_days,
        audit=settings.keep_audit_days,
    )


def _teller(desk: Desk, content: Content) -> Callable[[], Telling]:
    """Words tickets as they stand at the moment of the call."""
    return lambda: Telling(content, desk.office, datetime.now(UTC))


def _content() -> Content:
    """What the assistant says, read once a process."""
    return _content_of(profile())


@cache
def _content_of(_operator: Profile) -> Content:
    return load_content(ROOT)


def build_gateway(settings: Settings, desk: Desk, engine: Engine, pages: APIRouter) -> FastAPI:
    """Put the public application together from its parts."""
    hub = Hub()
    content = _content()
    memories = Memories()
    across = Across(settings, desk, hub, memories)
    vault = Vault(settings.var_folder / "attachments", settings.keys())
    erasing = Erasing(desk, engine, hub, memories, content, across.lanes, [vault])
    keeping = Keeping(desk, erasing, periods_of(settings), vault)
    # Most replies are the same sentences again and the guard's answer is a pure function.
    voice = Voice(content, lru_cache(maxsize=1024)(review))
    outside = OutsideParts(settings, desk, hub)
    handing, calling = _hand_off(settings, desk, hub, voice, outside.provider)
    turns = _turns(across, content, desk, engine, voice, hub, memories, erasing, calling)
    files = _attachments(vault, desk, voice, hub, calling)
    limits, tokens = across.limits, Tokens(settings.keys(), settings.token_lifetime)
    proof = ProofParts(
        *(settings, desk, engine, voice), hub=hub, lanes=across.lanes, limits=limits, tokens=tokens
    )
    telling = _teller(desk, content)
    api = Api(desk, turns, Events(desk, hub), tokens, limits, telling, proof.proving)
    pages.include_router(
        status_router(Pages(Checker(), settings.public_url), StatusDesk(proof.proving, telling))
    )
    console = _console(settings, desk, DeskEvents(desk, hub, handing), handing, limits)
    pages.include_router(_desk_pages(console, content, erasing, periods_of(settings)))
    doors = DoorParts(desk, turns, voice, hub, files.attaching, limits, settings.keys())
    outside.open(handing, doors)
    lifespan = _lifespan(
        settings,
        lambda: (
            *(keeping.run(), calling.watch(), across.run(), proof.outbox.run(), engine.watch()),
            *outside.runs(),
        ),
        *(across, files.reader, engine, desk),
    )
    hooks, problems, origins = outside.hooks, Problems(ROOT), settings.origins
    return create_app(
        Gateway(api, files, engine, console, problems, pages, hooks, origins, lifespan)
    )


def _turns(  # noqa: PLR0913, PLR0917 - the parts of one road
    across: Across,
    content: Content,
    desk: Desk,
    engine: Engine,
    voice: Voice,
    hub: Hub,
    memories: Memories,
    erasing: Erasing,
    calling: Calling,
) -> Turns:
    """The road of a customer's message."""
    return Turns(
        desk=desk,
        engine=engine,
        voice=voice,
        hub=hub,
        lanes=across.lanes,
        memories=memories,
        contact_replies=ContactReplies(content, lambda: book().channels),
        erasing=erasing,
        calling=calling,
    )


class _Closing(Protocol):
    """What gives back what it holds."""

    async def close(self) -> None: ...


def _lifespan(
    settings: Settings, runs: Callable[[], Sequence[Coroutine[Any, Any, None]]], *closing: _Closing
) -> Callable[[], AbstractAsyncContextManager[None]]:
    """What runs for as long as the gateway does, and what is closed after it."""

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        await migrate(settings.desk_url)
        rounds = [
            asyncio.create_task(one, name=getattr(one, "__qualname__", None)) for one in runs()
        ]
        for task in rounds:
            task.add_done_callback(_ended)
        yield
        for task in rounds:
            task.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)
        for part in closing:
            await part.close()

    return lifespan


def _ended(task: asyncio.Task[None]) -> None:
    """Tell the operator of a loop that ended before the gateway did: something is not done now."""
    if not task.cancelled():
        error = task.exception()
        kind = "none" if error is None else type(error).__name__
        metrics.LOOPS_ENDED.labels(task.get_name()).inc()
        _log.error("loop_ended", loop=task.get_name(), kind=kind)


def _attachments(
    vault: Vault, desk: Desk, voice: Voice, hub: Hub, calling: Calling
) -> AttachmentParts:
    """What takes customers' files; the worker that reads them starts with the first one."""
    reader = Reader()
    attaching = Attaching(
        desk=desk, vault=vault, reader=reader, voice=voice, hub=hub, calling=calling
    )
    return AttachmentParts(attaching, vault, reader, Problems(ROOT))


def _console(
    settings: Settings, desk: Desk, events: DeskEvents, handing: Handing, limits: Limits
) -> Console:
    """What the agents' calls work with."""
    return Console(desk, desk.staff(Seal(settings.keys())), handing, events, limits)


def _desk_pages(
    console: Console, content: Content, erasing: Erasing, periods: Periods
) -> APIRouter:
    """The agents' pages, on what the agents' calls work with."""
    talk = DeskTalk(console.handing, console.limits, erasing)
    return desk_pages(Parts(console.desk, console.staff, talk, content, periods, COOKIE, csrf_of))


def _hand_off(
    settings: Settings, desk: Desk, hub: Hub, voice: Voice, provider: HandoffProvider
) -> tuple[Handing, Calling]:
    """Put together what calls people and moves conversations to them."""
    handing = Handing(
        desk=desk,
        voice=voice,
        review=review,
        hub=hub,
        provider=provider,
        marks=load_marks(ROOT, settings.keys().current),
    )
    calling = Calling(
        desk=desk,
        voice=voice,
        handing=handing,
        provider=provider,
        longest_wait=timedelta(seconds=settings.longest_wait),
    )
    return handing, calling


def create_gateway() -> FastAPI:
    """Make the gateway from the environment; what uvicorn starts."""
    settings = load_settings()
    log.configure("gateway", settings.log_level)
    tracing.start("gateway", settings.otlp_endpoint)
    alone = hold_alone(settings)
    use_profile(settings.profile)
    use_reported_lists(settings.reported_files)
    _warm_up()
    client = connect(len(settings.engine_urls), settings.rasa_turns, settings.engine_timeout)
    engine = open_engine(settings, client)
    finder = Finder(_content(), ROOT, settings.var_folder)
    Thread(target=finder.prepare, name="search", daemon=True).start()  # ready before anybody asks
    site = pages(settings, content=_content(), finder=finder)
    app = build_gateway(settings, open_desk(settings), engine, site)
    app.state.alone = alone  # held for as long as the gateway is there
    return app


def _warm_up() -> None:
    """Read now what the first customer would otherwise wait for: lists, weights, patterns."""
    signals_in("")
    if not is_understood():
        _log.warning("encoder_missing")  # robberies are noticed by lists and letters alone
    for text in ("My transfer is stuck, please help me now", "我的转账一直没有到账，请帮帮我"):
        review(scrub(text), author="bot", language="en")
    # What was read stays: the collector need not look at half a gigabyte each time.
    gc.collect()
    gc.freeze()
