"""A real gateway in a thread of its own; only Rasa is a stand-in, and the wire can be cut."""

from __future__ import annotations

import asyncio
import threading
from uuid import uuid4

import uvicorn

from bot.bootstrap import build_gateway
from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.models import Draft
from bot.desk.people_models import NewAgent
from bot.desk.service import Desk
from bot.gateway.hub import Happening
from bot.guard import authored
from bot.widget.pages import router
from tests.browser.wire import Wire
from tests.cast import FakeEngine

WAIT = 30  # seconds that anything asked of the thread may take


class Support:
    """The support's side of a conversation in the browser."""

    def __init__(self, settings):
        self.settings = settings
        self.engine = FakeEngine()
        self.desk = Desk(open_database(settings.desk_url))
        self.wire = None
        self._loop = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))

    def start(self):
        self._thread.start()
        assert self._ready.wait(WAIT), "the gateway did not start"
        return self

    def stop(self):
        self._server.should_exit = True
        self._thread.join(WAIT)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.wire.port}"

    def run(self, coroutine):
        """Run something where the gateway lives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(WAIT)

    def cut(self, *, down=False):
        self.run(self.wire.cut(down=down))

    def hold(self):
        """Let the engine think until ``go_on``."""

        async def hold():
            self.engine.gate = asyncio.Event()

        self.run(hold())

    def go_on(self):
        self._loop.call_soon_threadsafe(self.engine.gate.set)
        self.engine.gate = None

    def say(self, conversation_id, text, *, author="bot", language="en"):
        """Say something that nobody asked for, as a person at the desk does."""
        draft = Draft(authored(text), language, author)
        self.run(self.desk.say(conversation_id, [draft]))
        self.tell(conversation_id, "message")

    def joins(self, conversation_id, name="Lin"):
        """A person takes a conversation over; gives them and the epoch."""
        staff = self.desk.staff(Seal(self.settings.keys()))
        login = f"agent-{uuid4().hex[:8]}"
        agent = self.run(staff.add(NewAgent(login, name, "agent"), "test")).agent
        moved = self.run(self.handing.claim(agent, conversation_id, takes_over=True))
        return agent, moved.held.epoch

    def tell(self, conversation_id, kind, **data):
        happening = Happening(kind, data)
        self._loop.call_soon_threadsafe(self._hub.tell, conversation_id, happening)

    async def _live(self):
        self._loop = asyncio.get_running_loop()
        app = build_gateway(self.settings, self.desk, self.engine, router(self.settings))
        self.handing = app.state.console.handing
        self._hub = app.state.api.events._hub
        config = uvicorn.Config(
            app, port=0, log_config=None, ws="none", timeout_graceful_shutdown=1, lifespan="on"
        )
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.02)
        self.wire = Wire(self._server.servers[0].sockets[0].getsockname()[1])
        wire = await self.wire.start()
        self._ready.set()
        await serving
        wire.close()
        await self.wire.cut(down=True)
        await asyncio.sleep(0.1)
