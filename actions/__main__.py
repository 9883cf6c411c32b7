"""``python -m actions``: the action server on loopback."""

from __future__ import annotations

import sys
from functools import cache
from uuid import uuid4

import uvicorn

from actions.desk import lazy_desk
from actions.parts import Parts
from actions.server import create_app
from bot import log
from bot.content import load_content
from bot.content.channels import Channels, load_channels
from bot.errors import SeedwardenError, SettingInvalid
from bot.settings import ROOT, Settings, load_settings


def parts_of(settings: Settings) -> Parts:
    """Put together what the actions work with.

    Raises:
        ContentError: a content file cannot be used.
    """

    @cache
    def channels() -> Channels:
        return load_channels(ROOT)

    return Parts(
        content=load_content(ROOT),
        channels=channels,
        desk=lazy_desk(settings),
        new_id=lambda: uuid4().hex,
    )


def main() -> int:
    """Serve until stopped; a setting or a file that is not usable is named in one sentence."""
    try:
        settings = load_settings()
        log.configure("actions", settings.log_level)
        token = settings.action_token.get_secret_value()
        if not token:
            raise SettingInvalid("SEEDWARDEN_ACTION_TOKEN", "expected the token that Rasa shows")
        app = create_app(parts_of(settings), token)
    except SeedwardenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=settings.action_port,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
