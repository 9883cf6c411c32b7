"""Cuts a message into the parts that may each ask for something of their own."""

from __future__ import annotations

import re
from typing import Final

_JOINTS: Final = re.compile(
    r"而且|另外|还有(?:就是|一个|一件|个)?|同时|顺便|以及|并且|再就是|再一个|其次|第二|此外|外加|加上"
    r"|\b(?:and also|and then also|as well as|on top of that|another thing|other thing"
    r"|secondly|besides|in addition|additionally|furthermore"
    r"|(?<!\bs )plus|oh and|also|and second)\b",
    re.IGNORECASE,
)
"""Words that announce something further."""
_STOPS: Final = re.compile(r"[。．!！?？;；\n]+|\.(?=\s|$)")
_WEAK: Final = re.compile(r"\band\b|\bbut\b|[，,](?=[^，,。.]*也)", re.IGNORECASE)
_EDGES: Final = " \t,，、。.;；:：!！?？-–—"
_SHORTEST: Final = 3
_MOST: Final = 6
_LONGEST: Final = 600


def announced_parts(text: str) -> list[str]:
    """Cut at words that announce something further; one part where there is none."""
    if len(text) > _LONGEST or not _JOINTS.search(text):
        return [text]
    return _kept(_JOINTS.split(text))


def sentence_parts(text: str) -> list[str]:
    """Cut at the ends of sentences, at "and", at "，…也"; one part where there is none."""
    if len(text) > _LONGEST:
        return [text]
    parts = [part for sentence in _STOPS.split(text) for part in _WEAK.split(sentence)]
    return _kept(parts)


def _kept(parts: list[str]) -> list[str]:
    trimmed = [part.strip(_EDGES) for part in parts if part]
    return [part for part in trimmed if len(part) >= _SHORTEST][:_MOST]
