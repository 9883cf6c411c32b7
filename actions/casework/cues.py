"""Recognises the small things customers say around an answer: skip, cancel, why, yes."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from bot.content.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actions.casework.heard import Heard

_EDGES: Final = " \t\n.,!?;:。，！？；：、~～…\"'“”()（）"
_POLITE: Final = re.compile(
    r"^(?:please|pls|well|um|hmm|oh|请|那|那就|呃|嗯)[\s,，]*"
    r"|[\s,，]*(?:please|pls|thanks|吧|啊|呀|呢|哦|谢谢)$"
)
_CHOICES: Final = {
    "skip": "skip",
    "dont_know": "unknown",
    "why_ask": "why",
    "case_resume": "resume",
    "review_cancel": "cancel",
    "helped": "helped",
    "step_done": "done",
    "not_helped": "not_helped",
    "answer_yes": "yes",
    "answer_no": "no",
    "review_yes": "yes",
    "review_change": "change",
    "step_more": "more",
}
_CONFIDENT: Final = 0.7
_FORGIVING_FROM: Final = 6
"""Letters of a word from which one missing, doubled or wrong letter is forgiven."""
_QUESTION: Final = re.compile(
    r"(?:[?？]|[吗么呢])\s*$|怎么办|怎么弄|^(?:怎么|怎样|如何|为什么|能不能|可不可以|是不是|有没有|哪里|谁)"
    r"|^(?:how|what|why|where|who|when|which|can|could|is|are|do|does|should|will|would)\b"
)
_ASKING: Final = re.compile(
    r"[?？]|[吗么呢]|什么|啥|怎|咋|如何|哪|多少|多久|几|是不是|能不能|可不可以|要不要|会不会|有没有|区别"
    r"|\b(?:how|what|whats|why|where|which|difference|meaning)\b"
    r"|^(?:can|could|is|are|do|does|should|will|would)\b"
)
_LINKING: Final = re.compile(
    r"^[\s:=,]*(?:[说写填弄搞记]?错了[\s,，]*)?(?:应该是|其实是|改成|改为|不是.*?是|是|为"
    r"|should be|is actually|was actually|is|was|to)?[\s:]*",
    re.IGNORECASE,
)


def normalise(text: str) -> str:
    """Fold width and case and drop what stands round a short answer."""
    folded = _folded(text).strip(_EDGES)
    return _POLITE.sub("", folded).strip(_EDGES) or folded


def _folded(text: str) -> str:
    """Lower case, half width, simplified characters."""
    return fold(unicodedata.normalize("NFKC", text).lower())


def is_cue(cues: Mapping[str, tuple[str, ...]], name: str, text: str) -> bool:
    """True when the whole message is one of the phrases of a cue."""
    folded = _folded(text).strip(_EDGES)
    return bool(folded) and ({folded, normalise(text)} & set(cues[name])) != set()


def find_cue(cues: Mapping[str, tuple[str, ...]], heard: Heard, names: Iterable[str]) -> str:
    """The first of ``names`` that a message means, by click, by words, or empty."""
    clicked = _CHOICES.get(heard.choice, "")
    for name in names:
        if name == clicked or (not clicked and is_cue(cues, name, heard.words)):
            return name
    return ""


def contains(phrases: Iterable[str], text: str) -> bool:
    """True when one of the phrases stands in a text; Latin ones only as whole words."""
    folded = _folded(text)
    return any(_stands_in(fold(phrase.lower()), folded) for phrase in phrases)


def longest(phrases: Iterable[str], text: str) -> int:
    """Length of the longest phrase that stands in a text; 0 where none does.

    A Latin word of six letters or more may have one slip; one Chinese character alone counts
    only where the message begins with it ("有" is no answer in "还有别的办法吗").
    """
    folded = _folded(text)
    return max(
        (len(phrase) for phrase in phrases if _told(fold(phrase.lower()), folded)), default=0
    )


def _told(phrase: str, text: str) -> bool:
    if len(phrase) == 1 and not phrase.isascii():
        return text.lstrip(_EDGES).startswith(phrase)
    if _stands_in(phrase, text):
        return True
    if len(phrase) < _FORGIVING_FROM or not (phrase.isascii() and phrase.isalpha()):
        return False
    return any(one_slip(word, phrase) for word in re.findall(r"[a-z]{5,}", text))


def one_slip(word: str, meant: str) -> bool:
    """True for one letter wrong, missing, too many, or two neighbours swapped."""
    if word[0] != meant[0] or abs(len(word) - len(meant)) > 1:
        return False
    same = next(
        (i for i, pair in enumerate(zip(word, meant, strict=False)) if pair[0] != pair[1]), None
    )
    if same is None:
        return True
    rest, wanted = word[same:], meant[same:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return swapped or wanted[1:] in {rest, rest[1:]} or rest[1:] == wanted


def is_question(text: str) -> bool:
    """True when a text asks something instead of answering."""
    return bool(_QUESTION.search(_folded(text).strip()))


def wants_to_know(text: str) -> bool:
    """True when a text holds a question anywhere: "txid 在哪里看", "the hash, where is it"."""
    return bool(_ASKING.search(_folded(text)))


def mood(cues: Mapping[str, tuple[str, ...]], text: str) -> str:
    """``fear`` or ``anger`` where a message shows it, else empty."""
    return next((name for name in ("fear", "anger") if contains(cues[name], text)), "")


def is_probe(cues: Mapping[str, tuple[str, ...]], text: str) -> bool:
    """True when somebody tries to get at another customer, a code, or our rules."""
    said = normalise(text)
    return contains(cues["probe"], text) or any(said.startswith(p) for p in cues["probe_start"])


def stated(names: Iterable[str], text: str) -> str:
    """What a text says of something it calls by name: "the amount was 0.5" gives "0.5"."""
    folded = unicodedata.normalize("NFKC", text)
    for name in names:
        start = folded.lower().find(name)
        if start >= 0 and (rest := folded[start + len(name) :]):
            return _LINKING.sub("", rest).strip(_EDGES)
    return ""


def _stands_in(phrase: str, text: str) -> bool:
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (_joins(phrase[0], before) or _joins(phrase[-1], after)):
            return True
        start = text.find(phrase, start + 1)
    return False


def _joins(edge: str, neighbour: str) -> bool:
    """True when two Latin letters or digits belong to one word."""
    return bool(neighbour) and edge.isascii() and edge.isalnum() and _latin(neighbour)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def offer(cues: Mapping[str, tuple[str, ...]], text: str) -> str:
    """What a customer offers to send although nobody may ask for it, by kind."""
    if not contains(cues["offer_verbs"], text) or contains(cues["by_others"], text):
        return ""
    for kind in ("words", "codes", "identity", "address"):
        if contains(cues[f"offer_{kind}"], text):
            return kind
    return ""


def _each_is(cues: Mapping[str, tuple[str, ...]], name: str, text: str) -> bool:
    """True for several phrases of one cue in a row: "yes, send it"."""
    phrases = set(cues[name])
    for edges in (r"[,，、。.!！;；]+\s*", r"[\s,，、。.!！;；]+"):
        parts = [part for part in re.split(edges, normalise(text)) if part]
        if 1 < len(parts) <= 4 and all(part in phrases for part in parts):
            return True
    return False


def agreement(cues: Mapping[str, tuple[str, ...]], heard: Heard) -> str:
    """``yes`` or ``no`` as a whole answer, by click, phrase or intent; empty for neither."""
    cue = find_cue(cues, heard, ("yes", "no"))
    if cue:
        return cue
    if is_question(heard.words):
        return ""
    for name in ("yes", "no"):
        if _each_is(cues, name, heard.words):
            return name
    if heard.confidence >= _CONFIDENT and len(heard.words) <= 20:
        return {"affirm": "yes", "deny": "no"}.get(heard.intent, "")
    return ""
