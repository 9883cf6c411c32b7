"""Logs of all three processes: one line an event, no secret, no locals, no customer's words.

Everything goes to standard error through one handler: structlog, the standard library,
warnings, and what uvicorn, Sanic, SQLAlchemy and Rasa write. A text passes the guard twice,
as a value and as part of the finished line; when the guard breaks, the line is withheld.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import traceback
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping

    _Stream = logging.StreamHandler[Any]
    Processor = Callable[[Any, str, MutableMapping[str, Any]], Any]

else:
    _Stream = logging.StreamHandler  # Python 3.10 cannot subscript it

LINE_LIMIT: Final = 8_000
"""Characters of one line; a longer one is withheld, for a secret may span any cut."""

WITHHELD: Final = "[withheld by the guard]"
LONG: Final = "[too long to log]"
UNSAID: Final = "[message withheld]"

_ADOPTED: Final = (
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "sanic.root",
    "sanic.error",
    "sanic.access",
    "sqlalchemy",
    "rasa",
    "rasa_sdk",
    "py.warnings",
)
"""Loggers that come with handlers of their own, which are taken from them."""

_QUIET: Final = (
    "aiosqlite",
    "apscheduler",
    "asyncio",
    "botocore",
    "charset_normalizer",
    "httpcore",
    "httpx",
    "jieba",
    "matplotlib",
    "sqlalchemy.engine",
    "sqlalchemy.pool",
    "urllib3",
)
"""Loggers whose lines below WARNING hold requests, statements or nothing of use."""

_SILENT: Final = ("uvicorn.access", "sanic.access")
"""Loggers of every request's path and query, which may hold anything; ours hold the route."""

_PLAIN: Final = re.compile(r"[a-z][a-z_.]{0,30}")
"""A name or a plain word, which the guard need not see."""

_SPOKEN: Final = frozenset({"parse_data_text", "current_states", "slot_values", "rasa_events"})
"""Keys under which Rasa's DEBUG lines repeat what a customer said: harmless words may be the
first pieces of a phrase, which only the next message shows."""

_OURS: Final = ("bot.", "actions.")


def configure(service: str, level: str = "INFO") -> None:
    """Set up logging for this process; may be called again, the last call holds.

    Args:
        service: the process's name, in every line.
        level: name of a level of ``logging``; below WARNING only our own lines and the
            servers' get through, others' chatter does not.
    """
    threshold = logging.getLevelName(level.upper())
    shared = _shared_processors(service)
    _take_over_handlers(_handler(shared), threshold)
    _configure_structlog(shared, threshold)
    logging.captureWarnings(capture=True)


def _shared_processors(service: str) -> list[Processor]:
    def name_service(_: Any, __: str, event: MutableMapping[str, Any]) -> Any:
        event["service"] = service
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        name_service,
        describe_exception,
        redact_values,
    ]


def _handler(shared: list[Processor]) -> logging.Handler:
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    handler = _StandardError()
    handler.setFormatter(
        RedactingFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    return handler


def _take_over_handlers(handler: logging.Handler, threshold: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name in [*_ADOPTED, *_loggers_with_handlers()]:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _loggers_with_handlers() -> Iterable[str]:
    known = logging.root.manager.loggerDict.items()
    return [name for name, it in known if isinstance(it, logging.Logger) and it.handlers]


def _configure_structlog(shared: list[Processor], threshold: int) -> None:
    chain: list[Processor] = [
        structlog.stdlib.filter_by_level,
        *shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ]
    # Loggers that were used already keep the list they were made with: change that list.
    if structlog.is_configured():
        structlog.get_config()["processors"][:] = chain
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _StandardError(_Stream):
    """Writes to whatever standard error is at the moment, and fails without quoting."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """Where lines go."""
        return sys.stderr

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name there
        """The default would print the message and its arguments as they came."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"a log line of {record.name} could not be written\n")


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last step: what it gives back is what is written."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, put through the guard as a whole."""
        try:
            line = super().format(record)
        except Exception as error:  # noqa: BLE001 - a log line must not end a request
            line = f"{record.levelname} {record.name}: not rendered ({type(error).__name__})"
        safe = _safe(line)
        if safe == line:
            return line.replace("\r", " ")
        # The guard took the whole line, or a part; the braces may be gone with it.
        left = {"event": safe, "level": record.levelname.lower(), "logger": record.name}
        return json.dumps(left, ensure_ascii=False)


def redact_values(_: Any, __: str, event: MutableMapping[str, Any]) -> Any:
    """Put every text of an event through the guard, however deep it lies; words go unsaid."""
    return {key: UNSAID if key in _SPOKEN else _redacted(value, 6) for key, value in event.items()}


def _redacted(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _safe(value)
    if value is None or isinstance(value, (bool, int, float, logging.LogRecord)):
        return value
    if isinstance(value, dict) and depth:
        return {_safe(str(key)): _redacted(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and depth:
        return [_redacted(item, depth - 1) for item in value]
    return _safe(str(value))


def _safe(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    if len(text) > LINE_LIMIT:
        return LONG
    try:
        from bot.guard import scrub  # noqa: PLC0415 - a guard that cannot load withholds the line

        return str(scrub(text.encode("utf-8", "replace").decode()))
    except Exception:  # noqa: BLE001 - fail closed, whatever broke
        return WITHHELD


def describe_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> Any:
    """An exception as its type and the places it passed: no locals, no strangers' messages."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = _chain(error)
    return event


def _chain(error: BaseException) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = []
    current: BaseException | None = error
    while current is not None and len(links) < 5:
        links.append({"type": type(current).__name__, "said": _said(current), "at": _at(current)})
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    return links


def _said(error: BaseException) -> str:
    """The message of an error of ours or of the system; others may quote a customer."""
    ours = type(error).__module__.startswith(_OURS)
    return str(error) if ours or isinstance(error, (OSError, ImportError)) else UNSAID


def _at(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{'/'.join(_tail(f.filename))}:{f.lineno} {f.name}" for f in frames]


def _tail(filename: str) -> list[str]:
    return filename.replace("\\", "/").split("/")[-3:]
