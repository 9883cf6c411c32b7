"""Proof by e-mail and the outbox, put together from the settings."""

from __future__ import annotations

from typing import Final

from bot.desk.news import ASK_RATING, TICKET_NEWS
from bot.desk.proofs import MAIL_CODE, Proofs
from bot.desk.service import Desk
from bot.engine import Engine
from bot.gateway.asking import AskRating
from bot.gateway.forgetting import FORGET, Forgetting
from bot.gateway.hub import Hub
from bot.gateway.lanes import Lanes
from bot.gateway.limits import Limits
from bot.gateway.mail import CodeMail, Letters, NewsMail, NoMail, Postbox
from bot.gateway.outbox import Handler, Outbox
from bot.gateway.proving import Proving
from bot.gateway.rating import Rating
from bot.gateway.tokens import Tokens
from bot.gateway.voice import Voice
from bot.settings import Settings

_NOBODY: Final = NoMail()


class ProofParts:
    """What sends mails and does what the desk asks of the gateway; ``proving`` is its front."""

    def __init__(  # noqa: PLR0913 - put together in one place
        self,
        settings: Settings,
        desk: Desk,
        engine: Engine,
        voice: Voice,
        *,
        hub: Hub,
        lanes: Lanes,
        limits: Limits,
        tokens: Tokens,
    ) -> None:
        proofs = desk.proofs(settings.keys())
        asks = AskRating(desk, Rating(desk, voice), hub, lanes)
        handlers: dict[str, Handler] = {
            ASK_RATING: asks,
            FORGET: Forgetting(desk, engine, lanes),
            **_mailers(settings, proofs, voice),
        }
        self.outbox = Outbox(desk, handlers, proofs)
        self.proving = Proving(proofs, limits, tokens, bool(settings.mail_server))


def _mailers(settings: Settings, proofs: Proofs, voice: Voice) -> dict[str, Handler]:
    if not settings.mail_server:
        return {MAIL_CODE: _NOBODY, TICKET_NEWS: _NOBODY}
    letters, postbox = Letters(voice, settings.site), Postbox(settings)
    return {
        MAIL_CODE: CodeMail(proofs, letters, postbox),
        TICKET_NEWS: NewsMail(proofs, letters, postbox),
    }
