"""Another model in a running Rasa: loaded beside the one that answers, then put in its place.

Rasa's own ``PUT /model`` does the same behind its HTTP API, which stays closed here: it takes any
path and any address, and blocks every turn while it loads.
"""

from __future__ import annotations

import asyncio
import gc
import re
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rasa.core.agent import Agent

from bot.nlu import action_endpoint, launch
from bot.nlu.tracker_store import store_behind

if TYPE_CHECKING:
    from sanic import Sanic

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_SAMPLE: Final = "hello"


class ModelRefused(Exception):
    """It was not loaded, and the one before it goes on; ``word`` says why."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def file_of(name: Any, root: Path) -> Path:
    """The model's file in ``models/``; an empty name is the model that is started with.

    Raises:
        ModelRefused: there is no such file, or the name is a path.
    """
    if not name:
        return launch.model_path(root)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ModelRefused("name_refused")
    return root / "models" / f"{name}.tar.gz"


async def replace(app: Sanic, path: Path) -> Agent:
    """Load ``path`` in a thread, try it, then let it answer; turns under way end on the old one.

    Raises:
        ModelRefused: the file is missing or no model of ours.
    """
    loop = asyncio.get_running_loop()
    try:
        agent = await loop.run_in_executor(None, _loaded, app.ctx.agent, path)
        understood = await agent.parse_message(_SAMPLE)
    except ModelRefused:
        raise
    except Exception:  # noqa: BLE001 - whatever an archive that is none of ours raises
        raise ModelRefused("model_refused") from None
    if not understood.get("intent", {}).get("name"):
        raise ModelRefused("model_refused")
    action_endpoint.adopt(agent)
    app.ctx.agent = agent
    await loop.run_in_executor(None, gc.collect)
    return agent


def _loaded(before: Agent, path: Path) -> Agent:
    """A second agent on the same database and locks; the first one goes on meanwhile.

    Loading sets the domain of store and generator, so the second agent has its own of both.
    """
    if not path.is_file():
        raise ModelRefused("no_such_model")
    after = Agent(
        domain=before.domain,
        generator=copy(before.nlg),
        tracker_store=copy(store_behind(before)),  # the same connections to the database
        lock_store=before.lock_store,
        action_endpoint=before.action_endpoint,
    )
    after.load_model(path)
    return after
