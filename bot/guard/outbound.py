"""The outbound guard: no reply asks for a secret, names an unlisted contact or echoes a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from bot.content.identifiers import references
from bot.guard.contacts import judged_mentions
from bot.guard.demands import find_demands
from bot.guard.findings import Reason, Review
from bot.guard.inbound import DECIDED, inspect
from bot.guard.normalise import read
from bot.guard.outbound_model import judge, table
from bot.guard.outbound_reading import readings
from bot.guard.safetext import seal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.guard.contacts.mention import Mention
    from bot.guard.findings import Contact
    from bot.guard.outbound_reading import Folded

Author = Literal["bot", "agent"]

LONGEST: Final = 8_000
"""Characters; a longer reply is refused unread."""


def review(text: str, *, author: Author, language: str = "en") -> Review:
    """Decide whether a reply of the bot or of an agent may be sent.

    Both are held to the same rules. The learnt score must be surer to hold back the bot, whose
    sentences were written and tested beforehand, than an agent (bench/guard_outbound.md).
    A refused text has at least one reason with its span in the text as given.

    Raises:
        GuardBroken: the text could not be read; hold it.
    """
    if len(text) > LONGEST:
        return Review(None, (Reason("too_long", LONGEST, len(text)),))
    echoes = list(_echoes(text, language))
    wording = _without_references(text)
    mentions = judged_mentions(wording)
    # What is echoed is objected to once, and a genuine address is no sentence: neither is wording.
    genuine = [(m.start, m.end) for m, contact in mentions if contact.verdict == "official"]
    own = _blanked(wording, [*((echo.start, echo.end) for echo in echoes), *genuine])
    reasons = [*echoes, *_demands(own, author), *_contacts(mentions)]
    if reasons:
        return Review(None, tuple(sorted(reasons, key=lambda reason: reason.start)))
    return Review(seal(text))


def _without_references(text: str) -> str:
    """Blank our own ticket references, whose letters by chance spell "TG…" or "P1N".

    Only as we write them, with the right check character and a letter: no telephone number.
    """
    for reference, start, end in references(text):
        if text[start:end] == reference and any(sign.isalpha() for sign in reference):
            text = _blanked(text, [(start, end)])
    return text


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = f"{text[:start]}{'·' * (end - start)}{text[end:]}"
    return text


def _demands(text: str, author: Author) -> tuple[Reason, ...]:
    """Ask the rules and the learnt score; each rule is reported once, in its first place."""
    sure = table().sure if author == "bot" else table().refuse
    found: dict[str, Reason] = {}
    for reading in readings(read(text)):
        for reason in _demands_of(reading, sure):
            found.setdefault(reason.rule, reason)
    return tuple(found.values())


def _demands_of(reading: Folded, sure: float) -> Iterator[Reason]:
    judged = judge(reading.text)
    for rule, (start, end) in find_demands(reading).items():
        # What reads as a warning from end to end is not a request, whatever words stand in it.
        here = [one.score for one in judged if one.start < end and start < one.end]
        if not here or max(here) > table().excuse:
            yield reading.reason(rule, start, end)
    for one in judged:
        if one.score > sure:
            yield reading.reason(one.rule, one.start, one.end)


def _echoes(text: str, language: str) -> Iterator[Reason]:
    for finding in inspect(text, language=language, expects=DECIDED).findings:
        yield Reason("secret_echo", finding.start, finding.end)


def _contacts(mentions: Iterable[tuple[Mention, Contact]]) -> Iterator[Reason]:
    for mention, contact in mentions:
        if contact.verdict == "unknown":
            yield Reason("unlisted_contact", mention.start, mention.end)
        elif contact.verdict != "official":
            yield Reason(f"{contact.verdict}_contact", mention.start, mention.end)
