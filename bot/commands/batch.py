"""JSON Lines in, JSON Lines out: what the batch commands share, and what each line means.

A line that cannot be used gets ``{"id": …, "error": …}`` in its place. The errors are fixed
sentences of ours, so that nothing of a line, which may hold a secret, is ever repeated.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final, Literal, cast, get_args

from bot.content.language import LANGUAGES, Language, detect
from bot.errors import SeedwardenError
from bot.guard import Memory, SignalMemory, contacts_in, inspect, review, signals_in, verify

Answer = dict[str, Any]
Author = Literal["bot", "agent"]
MAX_ID: Final = 200


class LineInvalid(SeedwardenError):
    """A line of the input cannot be used; the message says why without repeating it."""


def answer_lines(
    lines: Iterable[bytes], answer: Callable[[Mapping[str, Any]], Answer]
) -> Iterator[Answer]:
    """Answer every line that is not blank, in order.

    A failed line gives an object with ``error`` instead of ending the work.
    """
    for line in lines:
        if line.strip():
            yield _answer_line(line, answer)


def _answer_line(line: bytes, answer: Callable[[Mapping[str, Any]], Answer]) -> Answer:
    identity: str | int | None = None
    try:
        record = _read(line)
        identity = _identity(record)
        return {"id": identity, **answer(record)}
    except LineInvalid as error:
        return {"id": identity, "error": str(error)}
    except Exception as error:  # noqa: BLE001 - one broken line must not end a run over a million
        return {
            "id": identity,
            "error": f"This line could not be handled ({type(error).__name__}).",
        }


def _read(line: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise LineInvalid("Not a line of JSON in UTF-8.") from None
    if not isinstance(record, dict):
        raise LineInvalid("Not a JSON object.")
    return record


def _refuse_constant(_name: str) -> None:
    raise ValueError


def _identity(record: Mapping[str, Any]) -> str | int:
    found = record.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise LineInvalid("'id' is missing, or neither a string nor a whole number.")
    if len(str(found)) > MAX_ID:
        raise LineInvalid(f"'id' is longer than {MAX_ID} characters.")
    # The id is repeated in the answer, so a secret must not hide in it.
    if isinstance(found, str) and _opens_a_wallet(found):
        raise LineInvalid("'id' holds a secret.")
    return found


def _opens_a_wallet(text: str) -> bool:
    return inspect(text).opens_the_wallet


class GuardLines:
    """``seedwarden guard``: each conversation is one customer, whose messages are remembered."""

    def __init__(self) -> None:
        self._memories: defaultdict[str, Memory] = defaultdict(Memory)
        self._watches: defaultdict[str, SignalMemory] = defaultdict(SignalMemory)
        self._count = 0

    def __call__(self, record: Mapping[str, Any]) -> Answer:
        """Inspect one message.

        Raises:
            LineInvalid: a field is missing or of the wrong type.
        """
        text = _text(record)
        conversation = _optional(record, "conversation")
        language = _language(record, text)
        self._count += 1
        memory = None if conversation is None else self._memories[conversation]
        watch = None if conversation is None else self._watches[conversation]
        found = inspect(text, memory, message_id=str(self._count), language=language)
        return {
            "safe_text": str(found.safe_text),
            "findings": [asdict(finding) for finding in found.findings],
            "signals": [asdict(signal) for signal in signals_in(found.safe_text, watch)],
            "contacts": [asdict(contact) for contact in contacts_in(found.safe_text)],
        }


def review_line(record: Mapping[str, Any]) -> Answer:
    """``seedwarden review``: may this reply be sent?

    Raises:
        LineInvalid: a field is missing or of the wrong type.
    """
    text = _text(record)
    author = record.get("author")
    if author not in get_args(Author):
        raise LineInvalid("'author' is neither 'bot' nor 'agent'.")
    found = review(text, author=cast("Author", author), language=_language(record, text))
    return {"allowed": found.allowed, "reasons": [asdict(reason) for reason in found.reasons]}


def verify_contact(contact: str) -> Answer:
    """``seedwarden verify``: what the registry knows about one contact."""
    if _opens_a_wallet(contact):
        return {"id": None, "error": "This is a secret, not a contact: show it to nobody."}
    found = verify(contact)
    return {
        "value": str(found.value),
        "kind": found.kind,
        "verdict": found.verdict,
        "vendor": found.vendor,
        "why": dict(found.why),
    }


def verify_line(line: bytes) -> Answer:
    """``seedwarden verify`` on one line of standard input, which is the contact itself."""
    try:
        return verify_contact(line.decode("utf-8").strip())
    except UnicodeDecodeError:
        return {"id": None, "error": "Not a line of text in UTF-8."}
    except Exception as error:  # noqa: BLE001 - as in answer_lines
        return {"id": None, "error": f"This line could not be handled ({type(error).__name__})."}


def _text(record: Mapping[str, Any]) -> str:
    found = record.get("text")
    if not isinstance(found, str):
        raise LineInvalid("'text' is missing or not a string.")
    return found


def _optional(record: Mapping[str, Any], name: str) -> str | None:
    found = record.get(name)
    if found is not None and not isinstance(found, str):
        raise LineInvalid(f"'{name}' is not a string.")
    return found


def _language(record: Mapping[str, Any], text: str) -> Language:
    found = _optional(record, "language")
    if found is None:
        return detect(text) or "en"
    if found not in LANGUAGES:
        raise LineInvalid("'language' is neither 'zh' nor 'en'.")
    return found


def as_line(answer: Answer) -> bytes:
    """One answer as a line of JSON in UTF-8; Chinese stays readable."""
    try:
        return json.dumps(answer, ensure_ascii=False).encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        # Half a surrogate pair cannot be written in UTF-8, but JSON has an escape for it.
        return json.dumps(answer).encode("ascii") + b"\n"
