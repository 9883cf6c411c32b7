"""The one point that every message passes inside Rasa: no text gets by unseen.

Wraps ``UserMessage.__init__``, the constructor behind every channel, ``/model/parse``,
the conversation API and ``rasa shell``. Each of our components installs it when it is
imported, and a model cannot be loaded without importing them.
"""

from __future__ import annotations

import functools
import inspect
import os
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from rasa.core.channels.channel import UserMessage

from bot import log
from bot.nlu.scrubbing import safe_json, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable

RASA_VERSION: Final = "3.6.21"
PARAMETERS: Final = (
    "self",
    "text",
    "output_channel",
    "sender_id",
    "parse_data",
    "input_channel",
    "message_id",
    "metadata",
)
NOT_TEXT: Final = "[not a text]"
"""Stands for a message that is not a string, a picture or a number for instance."""

CANARY: Final = " ".join(["abandon"] * 11 + ["about"])
"""The published BIP-39 test vector; nobody's money."""

_MARK: Final = "__seedwarden_choke_point__"


class ChokePointError(RuntimeError):
    """The choke point does not hold; Rasa must not take a message."""


def install() -> None:
    """Wrap the constructor once and prove that it holds; redact this process's logs as well.

    Raises:
        ChokePointError: another Rasa than the one this was written for, or the canary lived.
    """
    if is_installed():
        return
    log.configure("rasa", os.environ.get("SEEDWARDEN_LOG_LEVEL", "INFO"))
    check_contract()
    original = UserMessage.__init__
    UserMessage.__init__ = _guarded(original)
    try:
        sing()
    except ChokePointError:
        UserMessage.__init__ = original
        raise


def is_installed() -> bool:
    """True when the constructor in place is ours."""
    return hasattr(UserMessage.__init__, _MARK)


def check_contract() -> None:
    """Refuse a Rasa whose constructor we have not read.

    Raises:
        ChokePointError: the version or the parameters differ.
    """
    found = version("rasa")
    parameters = tuple(inspect.signature(UserMessage.__init__).parameters)
    if found != RASA_VERSION or parameters != PARAMETERS:
        raise ChokePointError(
            f"Rasa {found} is not the {RASA_VERSION} whose messages we know how to guard. "
            "Read UserMessage.__init__ again, then change bot/nlu/choke_point.py."
        )


def sing() -> None:
    """Build a message around a published phrase; none of it may survive.

    Raises:
        ChokePointError: it did.
    """
    message = UserMessage(
        text=CANARY,
        parse_data={"text": CANARY, "entities": [{"value": CANARY}], "intent": {"name": "x"}},
        metadata={"note": {"deep": [CANARY]}},
    )
    if CANARY in repr((message.text, message.parse_data, message.metadata)):
        raise ChokePointError(
            "The guard let a published test phrase through, so Rasa was not started. "
            "Run `seedwarden guard` on that phrase and mend the guard first."
        )


def _guarded(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def __init__(  # noqa: N807, PLR0913, PLR0917 - Rasa's own signature
        self: UserMessage,
        text: Any = None,
        output_channel: Any = None,
        sender_id: Any = None,
        parse_data: Any = None,
        input_channel: Any = None,
        message_id: Any = None,
        metadata: Any = None,
    ) -> None:
        original(
            self,
            text=_clean(text),
            output_channel=output_channel,
            sender_id=sender_id,
            parse_data=safe_json(parse_data),
            input_channel=input_channel,
            message_id=message_id,
            metadata=safe_json(metadata),
        )

    setattr(__init__, _MARK, True)
    return __init__


def _clean(text: Any) -> str | None:
    if text is None:
        return None
    return safe_text(text) if isinstance(text, str) else NOT_TEXT
