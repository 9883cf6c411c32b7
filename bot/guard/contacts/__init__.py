"""Contacts named in a text, and whether each is what it claims to be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.content.profile import Profile, profile
from bot.guard.contacts.extract import mentions
from bot.guard.contacts.judge import Book, load_book
from bot.guard.contacts.mention import Mention
from bot.guard.findings import Contact
from bot.guard.inbound import scrub

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.guard.findings import ContactKind, ContactVerdict

_DATA: Final = Path(__file__).resolve().parents[3] / "data"
_LONGEST_VALUE: Final = 120
_own_lists: Final[list[Path]] = []


@dataclass(frozen=True, slots=True)
class ContactJudgement:
    """What is known about one contact; ``why`` says it in ``zh`` and ``en``."""

    value: str
    kind: ContactKind
    verdict: ContactVerdict
    vendor: str | None
    why: Mapping[str, str]


def book() -> Book:
    """Give the registry, the reported lists and the look-alike rules, read on first use."""
    return _book(profile())


@lru_cache(maxsize=1)
def _book(operator: Profile) -> Book:
    return load_book(_DATA, tuple(_own_lists), operator)


def use_reported_lists(files: Iterable[Path]) -> None:
    """Judge by an operator's own lists too: text files with one reported host a line.

    Called where the parts are put together, before the first verdict.
    """
    _own_lists[:] = files
    _book.cache_clear()


def verify(contact: str) -> ContactJudgement:
    """Judge one contact: a link, a mail address, a number, an account, an app id.

    Of a longer text the most telling contact is judged. The value is canonical and never
    holds a secret; what is no contact at all is ``unknown``.
    """
    found = mentions(str(scrub(contact)).strip(), book().lookalikes, asked=True)
    if not found:
        return _no_contact(contact)
    judged = [_judgement(mention) for mention in found]
    return min(judged, key=lambda judgement: _GRAVITY[judgement.verdict])


def find_contacts(text: str) -> tuple[Contact, ...]:
    """Find the contacts of a chat message, in order, each with its verdict.

    An ordinary message without any costs a few microseconds.
    """
    return tuple(contact for _, contact in judged_mentions(text))


def judged_mentions(text: str) -> tuple[tuple[Mention, Contact], ...]:
    """Give each contact of a text together with where it stands."""
    found = mentions(text, book().lookalikes)
    return tuple((mention, _contact(mention)) for mention in found)


contacts_in = find_contacts

_GRAVITY: Final = {"reported_scam": 0, "imitation": 1, "retired": 2, "unknown": 3, "official": 4}


def _contact(mention: Mention) -> Contact:
    opinion = book().judge(mention)
    return Contact(mention.value, mention.kind, opinion.verdict, opinion.vendor)


def _judgement(mention: Mention) -> ContactJudgement:
    opinion = book().judge(mention)
    why = book().why(mention, opinion)
    return ContactJudgement(mention.value, mention.kind, opinion.verdict, opinion.vendor, why)


def _no_contact(text: str) -> ContactJudgement:
    value = str(scrub(text.strip()))[:_LONGEST_VALUE]
    why = book().words["reasons"]["unknown_text"]
    return ContactJudgement(value, "handle", "unknown", None, dict(why))
