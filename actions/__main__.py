"""``python -m actions``: the action server on loopback."""

from __future__ import annotations

import sys
from functools import cache
from uuid import uuid4

import structlog
import uvicorn

from actions.desk import lazy_desk
from actions.parts import Parts
from actions.server import create_app
from bot import log, tracing
from bot.content import load_content
from bot.content.channels import Channels, load_channels
from bot.content.own_channels import with_own
from bot.content.profile import profile, use_profile
from bot.errors import SeedwardenError, SettingInvalid
from bot.settings import ROOT, Settings, load_settings

_log = structlog.get_logger(__name__)


def parts_of(settings: Settings) -> Parts:
    """Put together what the actions work with.

    Raises:
        ContentError: a content file cannot be used.
    """

    @cache
    def channels() -> Channels:
        return with_own(load_channels(ROOT), profile())

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
        use_profile(settings.profile)
        tracing.start("actions", settings.otlp_endpoint)
        token = settings.action_token.get_secret_value()
        if not token:
            raise SettingInvalid("SEEDWARDEN_ACTION_TOKEN", "expected the token that Rasa shows")
        app = create_app(parts_of(settings), token)
    except SeedwardenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    database = settings.desk_url.partition(":")[0].partition("+")[0]
    _log.info("actions_use", database=database, listens=settings.action_host)
    uvicorn.run(
        app,
        host=settings.action_host,
        port=settings.action_port,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    tracing.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
