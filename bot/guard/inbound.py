"""The inbound guard: a customer's message in, safe text and findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.guard.errors import GuardBroken
from bot.guard.escapes import undone
from bot.guard.findings import Expected, Finding, Inspected
from bot.guard.normalise import read
from bot.guard.placeholders import MIDDLE, UNREADABLE, placeholder
from bot.guard.safetext import SafeText, seal
from bot.guard.secrets import RECOGNISERS, announced, phrase

if TYPE_CHECKING:
    from bot.guard.memory import Memory

_ROUNDS: Final = 3
DECIDED: Final[frozenset[Expected]] = frozenset({"transaction_id"})
"""For texts behind the door, in which nothing is undecided any more."""


def inspect(
    text: str,
    memory: Memory | None = None,
    *,
    message_id: str = "",
    language: str = "en",
    expects: frozenset[Expected] = frozenset(),
) -> Inspected:
    """Look for secrets in one message of a customer and take them out.

    Args:
        text: the message as it came, any Unicode.
        memory: what is remembered of the conversation; without it each text stands alone.
        message_id: the name under which ``taints`` may report this message later.
        language: ``zh`` or ``en``, the language of the placeholders.
        expects: what was just asked for. With ``transaction_id`` 64 hexadecimal digits without
            any cue stay; else their middle goes, for they may be a private key.

    Raises:
        GuardBroken: a recogniser failed; the message must be held, not passed on.
    """
    findings, taints = _find(text, memory, message_id, expects)
    if not any(finding.opens_the_wallet for finding in findings):
        findings = _wrapped(text) or findings
    safe = _redact(text, findings, language)
    for _ in range(_ROUNDS):
        more, _unused = _find(safe, None, "", expects) if safe != text else ([], ())
        if not more:
            return Inspected(seal(safe), tuple(findings), taints=taints)
        safe = _redact(safe, more, language)
        findings.extend(Finding(f.kind, 0, len(text), f.certainty) for f in more)
    return Inspected(seal(UNREADABLE.get(language, UNREADABLE["en"])), tuple(findings))


def scrub(text: str, *, language: str = "en") -> SafeText:
    """The safe text alone, behind the door: logs, tickets, what is passed between our parts.

    Numbers that ``inspect`` found undecidable stay: their owner was asked, or a transaction's id
    was asked for.

    Raises:
        GuardBroken: as ``inspect``.
    """
    return inspect(text, language=language, expects=DECIDED).safe_text


def _find(
    text: str, memory: Memory | None, message_id: str, expects: frozenset[Expected]
) -> tuple[list[Finding], tuple[str, ...]]:
    """All findings in order without overlap, and the earlier messages they reach into."""
    broken = part = "reading"
    try:
        reading = read(text)
        broken = part = phrase.NAME
        found = phrase.find(reading, memory, message_id)
        taints, more = found.taints, announced.NOTHING
        findings = [found.finding] if found.finding else []
        for part, recognise in RECOGNISERS.items():
            broken = part
            findings += recognise(reading)
        broken = announced.NAME
        if memory is not None:
            more = announced.follow(reading, memory, message_id)
            findings, taints = [*findings, *more.findings], (*taints, *more.taints)
        if "transaction_id" in expects or more.names_transaction:
            findings = [finding for finding in findings if not finding.is_undecided]
    except Exception:  # noqa: BLE001, S110 - the message is held, nothing is chained
        pass
    else:
        return without_overlap(findings), taints
    raise GuardBroken(broken)


def _wrapped(text: str) -> list[Finding]:
    """What opens the wallet once escapes are undone; it spans the text, for nothing else fits."""
    plain = undone(text)
    if plain == text:
        return []
    found = [f for f in _find(plain, None, "", DECIDED)[0] if f.opens_the_wallet]
    return [Finding(f.kind, 0, len(text), f.certainty) for f in found[:1]]


def without_overlap(findings: list[Finding]) -> list[Finding]:
    """The findings in order; of two that overlap the one that opens the wallet, or the longer."""
    kept: list[Finding] = []
    by_weight = sorted(findings, key=lambda f: (not f.opens_the_wallet, f.start - f.end))
    for finding in by_weight:
        if all(finding.end <= other.start or finding.start >= other.end for other in kept):
            kept.append(finding)
    return sorted(kept, key=lambda f: f.start)


def _redact(text: str, findings: list[Finding], language: str) -> str:
    for finding in findings:
        if finding.opens_the_wallet:
            return placeholder(finding.kind, language)
    parts, position = [], 0
    for finding in findings:
        words = MIDDLE if finding.is_undecided else placeholder(finding.kind, language)
        parts += [text[position : finding.start], words]
        position = finding.end
    return "".join([*parts, text[position:]])


__all__ = ["DECIDED", "GuardBroken", "inspect", "scrub"]
