"""Values told in the message after their name: "my pin is", and then "4821"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from bot.guard.findings import Finding
from bot.guard.normalise import read
from bot.guard.secrets import hex_key, key_parts, one_time_code, password, pin, private_key
from bot.guard.secrets.cues import KEY, transaction_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.guard.memory import Memory
    from bot.guard.normalise import Reading

Name = Literal["", "pin", "one_time_code", "password", "private_key", "transaction"]

NAME: Final = "announced"


@dataclass(frozen=True, slots=True)
class Told:
    """What the messages before make of a message, and which of them go with it."""

    findings: tuple[Finding, ...] = ()
    taints: tuple[str, ...] = ()
    names_transaction: bool = False


NOTHING: Final = Told()
_LEADS: Final[dict[Name, str]] = {
    "pin": "my pin is ",
    "one_time_code": "my verification code is ",
    "password": "my password is ",
    "private_key": "first half of my private key: ",
}
"""Our own words, put before the next message in place of the customer's, which are not kept."""
_READERS: Final[dict[Name, tuple[Callable[[Reading], list[Finding]], ...]]] = {
    "pin": (pin.find,),
    "one_time_code": (one_time_code.find,),
    "password": (password.find,),
    "private_key": (private_key.find, hex_key.find, key_parts.find),
}
_NAMES: Final[dict[Name, str]] = {
    "private_key": rf"{KEY}|private\b",
    "one_time_code": r"(?:verification|security|login|auth\w*|sms|2fa|one[ -]?time)[ -]"
    r"(?:code|password)|\botp|验证码|校验码|动态码|动态密码|短信码|安全码",
    "pin": r"(?<![a-z])pin(?:[ -]?(?:code|number))?(?![a-z])|pin ?码|解锁码|锁屏码",
    "password": r"(?<![a-z])(?:pass ?word|pass ?phrase|pwd|passwd)(?![a-z])|密码|口令",
}
_SAID = r"[^.?!。]{0,30}?(?:\bis|\bare|\bwas|:|=|->|是|为|如下|follows|below)\s?[.…]{0,3}\s?$"
_HERE = (
    r"(?:here(?:'?s| is| are| comes)|this is|these are|\b(?:half|part|piece|rest) of|\bsplit"
    r"|这是|以下是|下面是|接下来是|发给?你|给你|一半|前半|后半|上半|下半)[^.?!。]{0,40}?"
)
_ANNOUNCED: Final[dict[Name, re.Pattern[str]]] = {
    name: re.compile(rf"(?:{words}){_SAID}|{_HERE}(?:{words})|(?:{words})的?(?:前|后|上|下|一)半")
    for name, words in _NAMES.items()
}
_REFUSED: Final = re.compile(
    r"\?|never|\bnot\b|n't\b|forg[eo]t|\blost\b|wrong|how |what |吗|怎么|什么|不|没|忘|丢|错|别|勿"
)
_TAIL: Final = 120


def announces(reading: Reading) -> Name:
    """What a message says that the next one will hold; "" when it says nothing of the kind."""
    tail = reading.folded[-_TAIL:].strip()
    if not _REFUSED.search(tail):
        for name, pattern in _ANNOUNCED.items():
            if pattern.search(tail):
                return name
    return "transaction" if transaction_named(reading.folded) else ""


def follow(reading: Reading, memory: Memory, message_id: str) -> Told:
    """Read a message in the light of the one before it, and note what it says of the next."""
    name = memory.announced
    findings = _told(reading.text, name)
    taints: tuple[str, ...] = ()
    size, (earlier, earlier_size) = key_parts.hex_piece(reading), memory.hex_piece
    if size and size + earlier_size == hex_key.DIGITS:
        findings.append(Finding("private_key", 0, len(reading.text), "likely"))
        taints = (earlier,) if earlier else ()
    part = any(finding.kind == "private_key" for finding in findings)
    memory.note("private_key" if part else announces(reading), (message_id, size))
    return Told(tuple(findings), taints, names_transaction=name == "transaction")


def _told(text: str, name: Name) -> list[Finding]:
    """What ``text`` tells when the message before it announced ``name``."""
    lead = _LEADS.get(name, "")
    if not lead:
        return []
    reading = read(lead + text)
    found = [finding for find_all in _READERS[name] for finding in find_all(reading)]
    return [
        replace(finding, start=finding.start - len(lead), end=finding.end - len(lead))
        for finding in found
        if finding.start >= len(lead)
    ]
