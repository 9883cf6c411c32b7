"""What the page `/verify` says about a pasted text: each contact in it, secrets, robberies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.content import load_content
from bot.content.language import Language
from bot.guard import contacts_in, inspect, signals_in
from bot.guard import verify as guards_verify
from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.content import Content

_MOST_CONTACTS: Final = 20

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A judgement as the page shows it: the checked value, the verdict's name, why."""

    value: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The page's answer: kinds of ``secrets`` found, ``advice`` against a robbery, judgements."""

    secrets: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    judgements: list[Shown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard makes of a search.

    ``safe`` may be looked up: empty where the text opens a wallet. Only a ``clean`` text, in
    which nothing at all was found, may be shown again.
    """

    found: Checked
    safe: str = ""
    clean: bool = False


class Checker:
    """Judges a link, a number, an account, or every contact of a whole message."""

    def __init__(self, verify: Callable[[str], Any] | None = None) -> None:
        self._verify = verify or guards_verify

    def check(self, text: str, language: Language) -> Checked:
        """Look at a text; nothing of a secret is in the answer, and nothing is kept.

        Raises:
            GuardBroken: the text could not be looked at; then there is no verdict.
        """
        inspected = inspect(text, language=language)
        secrets = [f.kind for f in inspected.findings if not f.is_undecided]
        kinds: list[str] = list(dict.fromkeys(secrets))
        if inspected.opens_the_wallet:
            return Checked(secrets=kinds)
        advice = _advice(inspected.safe_text, language)
        named = self._named(text, str(inspected.safe_text), judged_whole=not (kinds or advice))
        found = (self._verify(contact) for contact in named[:_MOST_CONTACTS])
        shown = [Shown(one.value, one.verdict, one.why[language]) for one in found]
        return Checked(kinds, advice, shown)

    def search(self, text: str, language: Language) -> Guarded:
        """Look at what is searched for; unlike in ``check``, a single word is no contact.

        Raises:
            GuardBroken: the text could not be looked at; then nothing may be looked up.
        """
        inspected = inspect(text, language=language)
        secrets = [f.kind for f in inspected.findings if not f.is_undecided]
        kinds: list[str] = list(dict.fromkeys(secrets))
        if inspected.opens_the_wallet:
            return Guarded(Checked(secrets=kinds))
        safe = str(inspected.safe_text)
        contacts = dict.fromkeys(contact.value for contact in contacts_in(safe))
        found = (self._verify(contact) for contact in list(contacts)[:_MOST_CONTACTS])
        shown = [Shown(one.value, one.verdict, one.why[language]) for one in found]
        checked = Checked(kinds, _advice(safe, language), shown)
        return Guarded(checked, safe, clean=not inspected.findings)

    def _named(self, text: str, safe: str, *, judged_whole: bool) -> list[str]:
        """The contacts to be judged: a single word as it stands, else those in the message."""
        if judged_whole and text.isascii() and len(text.split()) == 1:
            return [text]
        contacts = list(dict.fromkeys(contact.value for contact in contacts_in(safe)))
        return contacts or ([text] if judged_whole else [])


def _advice(safe: str, language: Language) -> list[str]:
    """One screen of advice when the text tells of a robbery; the verdicts count without it."""
    try:
        signals = signals_in(safe)
        replies = _content().replies if signals else {}
        names = [f"scam_in_progress__{signal.id}" for signal in signals[:1]]
        return [replies[name].render(language) for name in names if name in replies]
    except Exception as error:  # noqa: BLE001 - whatever broke, the contacts are judged
        _log.error("signals_failed", kind=type(error).__name__)
        return []


@lru_cache(maxsize=1)
def _content() -> Content:
    return load_content(ROOT)
