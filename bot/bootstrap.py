"""The only place where parts are put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

import httpx
from fastapi import APIRouter, FastAPI

from bot import log
from bot.content import load_content
from bot.content.contact_replies import ContactReplies
from bot.desk.database import migrate, open_database
from bot.desk.service import Desk
from bot.engine import Engine
from bot.gateway.api import Api
from bot.gateway.app import Gateway, create_app
from bot.gateway.events import Events
from bot.gateway.hub import Hub
from bot.gateway.lanes import Lanes
from bot.gateway.limits import Limits
from bot.gateway.memories import Memories
from bot.gateway.problems import Problems
from bot.gateway.tokens import Tokens
from bot.gateway.turns import Turns
from bot.gateway.voice import Voice
from bot.guard import review, scrub, signals_in
from bot.guard.contacts import book, use_reported_lists
from bot.settings import ROOT, Settings, load_settings
from bot.widget.pages import router as pages


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


def build_gateway(settings: Settings, desk: Desk, engine: Engine, pages: APIRouter) -> FastAPI:
    """Put the public application together from its parts."""
    hub = Hub()
    content = load_content(ROOT)
    turns = Turns(
        desk=desk,
        engine=engine,
        # Most replies are the same sentences again and the guard's answer is a pure function.
        voice=Voice(content, lru_cache(maxsize=1024)(review)),
        hub=hub,
        lanes=Lanes(settings.waiting_messages),
        memories=Memories(),
        contact_replies=ContactReplies(content, lambda: book().channels),
    )
    tokens = Tokens(settings.signing_key(), settings.token_lifetime)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        await migrate(settings.desk_url)
        yield
        await engine.close()
        await desk.close()

    api = Api(desk, turns, Events(desk, hub), tokens, Limits(settings))
    return create_app(Gateway(api, engine, Problems(ROOT), pages, settings.origins, lifespan))


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
    for text in ("My transfer is stuck, please help me now", "我的转账一直没有到账，请帮帮我"):
        review(scrub(text), author="bot", language="en")
