"""What the outbound guard's second layer looks at in a sentence: words, classes and their order."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from bot.guard.outbound_words import classify, words_of

SECRETS: Final = frozenset(["PHRASE", "KEY", "PIN", "PASSWORD", "CODE"])
_HAN: Final = "\u3400"
_FAR: Final = 4


def features(
    folded: str, before: frozenset[str] = frozenset(), after: str = ""
) -> tuple[set[str], frozenset[str]]:
    """Give the features of a folded sentence, and the classes in it for the next sentence.

    ``before`` holds the classes of the sentence before, ``after`` is the sentence behind a
    question. The features are of five sorts: words
    and runs of Chinese characters, runs of classes among words, runs of classes alone, pairs
    of classes further apart, and classes beside those of the sentence before.
    """
    words = words_of(folded)
    tokens = classify(words)
    named = [token for token in tokens if token.isupper()]
    plain = ["SECRET" if token in SECRETS else token for token in named]
    found = set(_runs(words))
    found.update(_mixed(["^", *("SECRET" if t in SECRETS else t for t in tokens), "$"]))
    found.update(f"!{token}" for token in named)
    line = ["^", *plain, "$"]
    for length in (2, 3, 4):
        found.update(
            "/".join(line[at : at + length]) for at in range(max(0, len(line) - length + 1))
        )
    for at, first in enumerate(plain):
        found.update(f"{first}~{later}" for later in plain[at + 2 : at + 2 + _FAR])
    here = frozenset(plain)
    if not here & RISKS:
        found.add("!none")
    if after and words and words[-1] == "?":
        answer = classify(words_of(after)[:6])[:2]
        found.update(f">{token}" for token in answer)
    if not here & _THINGS:
        found.update(f"<{token}" for token in before)
        if before & _THINGS:
            found.update(f"<THING/{token}" for token in here)
            found.update(f"<THING/{one}/{two}" for one, two in pairwise(line))
    return found, here


RISKS: Final = frozenset(
    [
        *("SECRET", "WORDS", "TEXTMSG", "REMOTE", "SCREEN", "IDENTITY", "FEE", "AMOUNT", "FUNDS"),
        *("SAFEACC", "CHAN", "CALL", "GROUP", "WALLET", "BACKUP", "DISABLE", "CONTROL", "CONNECT"),
        *("VALIDATE", "INSTALL", "NETFEE", "CONTENT", "DISPLAY", "PHOTO", "PAY", "CONTACT"),
    ]
)
AIMS: Final = RISKS - {"PAY", "CONTACT", "CONTENT", "PHOTO", "CONNECT", "FUNDS", "INSTALL", "CALL"}
"""What a thief is after; a sentence near none of it is not judged."""

_THINGS: Final = frozenset(["SECRET", "WORDS", "BACKUP", "TEXTMSG", "REMOTE", "SCREEN", "IDENTITY"])


def _runs(words: list[str]) -> set[str]:
    found = {word for word in words if not word.isdigit()}
    for length in (2, 3, 4):
        for at in range(len(words) - length + 1):
            run = words[at : at + length]
            if run[0] >= _HAN:
                if run[-1] >= _HAN:
                    found.add("".join(run))
            elif length < 4:
                found.add(" ".join(run))
    return found


def _mixed(tokens: list[str]) -> set[str]:
    found: set[str] = set()
    for length in (2, 3):
        found.update(
            "|".join(tokens[at : at + length]) for at in range(max(0, len(tokens) - length + 1))
        )
    return found
