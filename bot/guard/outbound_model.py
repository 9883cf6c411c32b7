"""The outbound guard's second layer: how much a sentence sounds like a thief's request.

A linear score over the features of ``outbound_features``, with weights learnt from written
examples by ``scripts/train_outbound.py``, and beside it what ``outbound_meaning`` hears in the
sentence. Nothing is drawn by chance.
"""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.guard.grammar import pieces
from bot.guard.outbound_features import AIMS, features
from bot.guard.outbound_meaning import weigh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FILE: Final = Path(__file__).resolve().parent / "tables" / "outbound.txt.z"
_FEWEST: Final = 12
_ANSWER: Final = 40
_CLEARLY_HONEST: Final = -5.0
"""What the words say of a sentence that no meaning makes a request; it is not encoded."""

_BARE: Final = re.compile(
    r"\W*(?:(?:and|so|but|then|ok|okay)\W+)*(?:what|which|who|where|when|why|how)(?:\s+one)?"
    r"(?:[\s'’]*s|\s+(?:is|are|was|were))\s+(?:it|this|that|these|those|they|there)"
    r"(?:\s+(?:then|now|exactly))?\W*"
    r"|\W*(?:(?:那么?|请问|这个?|那个|它)\W*)*是?(?:什么|啥|哪个|哪一个|哪里|哪儿|谁|为什么|什么时候)"
    r"[呢啊呀]?\W*"
)
"""A question that names nothing: "What is it?" means whatever was spoken of before."""

FAR_FROM_AIMS: Final = 0.5
"""How much more it takes to refuse a sentence that names nothing a thief is after."""

_RULES: Final = (
    ("PHRASE", "ask_phrase"),
    ("KEY", "ask_key"),
    ("PIN", "ask_pin"),
    ("CODE", "ask_code"),
    ("PASSWORD", "ask_password"),
    ("REMOTE", "remote_control"),
    ("SCREEN", "screen_sharing"),
    ("IDENTITY", "identity_photo"),
    ("CHAN", "other_channel"),
    ("VALIDATE", "validate_wallet"),
    ("FEE", "fee_or_transfer"),
    ("SAFEACC", "fee_or_transfer"),
    ("NETFEE", "fee_or_transfer"),
    ("AMOUNT", "fee_or_transfer"),
    ("WORDS", "ask_phrase"),
    ("BACKUP", "ask_phrase"),
    ("TEXTMSG", "ask_code"),
    ("FUNDS", "fee_or_transfer"),
    ("CALL", "other_channel"),
    ("GROUP", "other_channel"),
    ("CONNECT", "validate_wallet"),
    ("CONTROL", "remote_control"),
    ("DISABLE", "remote_control"),
    ("INSTALL", "remote_control"),
    ("DISPLAY", "screen_sharing"),
    ("CONTENT", "ask_phrase"),
    ("PAY", "fee_or_transfer"),
    ("CONTACT", "other_channel"),
)
"""Which rule a sentence breaks: the first class found in it, else in the one before."""


@dataclass(frozen=True)
class Table:
    """Weights of features, and the thresholds.

    ``refuse``: a sentence of an agent above it is refused; ``sure``: one of the bot; ``excuse``:
    below it a sentence is honest even where a rule objects.
    """

    weights: dict[str, float]
    bias: float
    refuse: float
    sure: float
    excuse: float


@dataclass(frozen=True)
class Judged:
    """A sentence of a reply: where it stands in the folded text, its score and nearest rule."""

    start: int
    end: int
    score: float
    rule: str


@lru_cache(maxsize=1)
def table() -> Table:
    """Read the shipped weights."""
    head, *lines = zlib.decompress(_FILE.read_bytes()).decode().split("\n")
    bias, refuse, sure, excuse, scale = map(float, head.split())
    weights: dict[str, float] = {}
    weight = 0.0
    for line in lines:
        if line.startswith("="):
            weight = int(line[1:]) / scale
        else:
            weights[line] = weight
    return Table(weights, bias, refuse, sure, excuse)


def judge(folded: str) -> list[Judged]:
    """Score each sentence of a folded text, beside what the sentence before spoke of."""
    named: frozenset[str] = frozenset()
    judged: list[Judged] = []
    sentences = list(read_sentences(folded))
    for sentence, total in zip(sentences, totals(folded, sentences), strict=True):
        here = frozenset(name[1:] for name in sentence.features if name[0] == "!")
        judged.append(Judged(sentence.start, sentence.end, total, _rule(here, named)))
        named = here
    return judged


def totals(folded: str, sentences: Sequence[Sentence]) -> list[float]:
    """Add what the words say and what the meaning says, which is asked where it can matter."""
    words = [
        score(one.features, table()) - (0.0 if one.aims else FAR_FROM_AIMS) for one in sentences
    ]
    if not any(one.aims for one in sentences):
        # Thieves end with such a question what they ask for; alone it asks for nothing.
        for at, one in enumerate(sentences):
            if _BARE.fullmatch(folded, one.start, one.end):
                words[at] = min(words[at], _CLEARLY_HONEST)
    doubtful = [at for at, said in enumerate(words) if said > _CLEARLY_HONEST]
    doubtful.sort(key=lambda at: -words[at])
    meant = weigh([folded[one.start : one.end] for one in sentences], doubtful)
    return [said + meant.get(at, said) for at, said in enumerate(words)]


@dataclass(frozen=True)
class Sentence:
    """A piece of a folded text: its features, and whether it is near what thieves are after."""

    start: int
    end: int
    features: set[str]
    aims: bool


def read_sentences(folded: str) -> Iterator[Sentence]:
    """Read a folded text sentence by sentence, each with those beside it in mind."""
    spans = list(pieces(folded))
    before: frozenset[str] = frozenset()
    for at, (start, end) in enumerate(spans):
        after = folded[slice(*spans[at + 1])][:_ANSWER] if at + 1 < len(spans) else ""
        found, here = features(folded[start:end], before, after)
        yield Sentence(start, end, found, bool((here | before) & AIMS))
        before = here


def score(found: set[str], weights: Table) -> float:
    """Sum the weights of a sentence's features, less for each the more there are."""
    total = sum(weights.weights.get(feature, 0.0) for feature in found)
    return weights.bias + total / math.sqrt(max(len(found), _FEWEST))


def _rule(here: frozenset[str], before: frozenset[str]) -> str:
    for classes in (here, before):
        for name, rule in _RULES:
            if name in classes:
                return rule
    return "dishonest_request"
