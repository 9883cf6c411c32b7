"""Search over the site: what a text asks for by its words and by its meaning.

The words alone find `PIN` or `助记词`; the sentence encoder of the assistant finds what is put in
other words, in either language. Both are weighed together; docs/site.md says how well it does.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import structlog

from bot.content.folding import fold
from bot.content.language import LANGUAGES
from bot.guard.encoder import Encoder, EncoderError, UniversalSentenceEncoder, load_encoder
from bot.guard.tables import simplified
from bot.widget.kept_rows import rows_of
from bot.widget.phrasings import phrasings

if TYPE_CHECKING:
    from pathlib import Path

    from bot.content import Content, Text

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

_WORD: Final = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_NEAREST: Final = 3  # lines of an entry whose nearness is averaged
_WORDS_WEIGH: Final = 0.8
_TITLE, _OFTEN, _SOMETIMES, _ANSWER = 1.0, 0.8, 0.4, 0.3
_OFTEN_IS: Final = 1 / 3  # share of an entry's lines from which a word counts as usual there
FITS: Final = 0.72
"""Score from which an entry is shown as the answer; nine of ten lines out of scope stay below."""
NEAR: Final = 0.55
"""Score from which an entry is worth a link."""
_FITS_BY_WORDS, _NEAR_BY_WORDS = 0.5, 0.32  # the same while the words alone are weighed
_CLOSE: Final = 0.12
_MOST: Final = 6
_BATCH: Final = 64

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """Names of entries: two are ``best`` where they are close, none where nothing really fits.

    ``others`` are worth a look; empty too where nothing is even near.
    """

    best: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """One entry and how well it fits."""

    name: str
    score: float


class Finder:
    """Finds entries of the site: questions, topics, services.

    Until ``prepare`` is through, and where the encoder is missing, the words alone are weighed.
    What is prepared is kept in ``folder``, where one is given.
    """

    def __init__(self, content: Content, root: Path, folder: Path | None = None) -> None:
        self._content = content
        self._root = root
        self._folder = folder
        self._meanings: _Meanings | None = None

    def prepare(self) -> None:
        """Read and encode all lines: seconds of work, to be done besides everything else."""
        try:
            self._meanings = _Meanings(load_encoder("use"), self._lines, self._folder)
        except (ImportError, OSError, EncoderError) as error:
            _log.warning("search_by_words_only", error=type(error).__name__)

    def find(self, text: str) -> Found:
        """Find what answers a text; it must have passed the guard."""
        fits, near = (FITS, NEAR) if self._meanings else (_FITS_BY_WORDS, _NEAR_BY_WORDS)
        ranked = [one for one in self.ranked(text)[:_MOST] if one.score >= near]
        best = [one for one in ranked[:2] if one.score >= max(fits, ranked[0].score - _CLOSE)]
        others = [one.name for one in ranked if one not in best]
        return Found(tuple(one.name for one in best), tuple(others))

    def ranked(self, text: str) -> list[Scored]:
        """All entries, the best first."""
        meanings, scores = self._meanings, self._shelf.shares(text)
        if meanings is not None:
            scores = meanings.nearness(text) + _WORDS_WEIGH * scores
        order = np.argsort(-scores, kind="stable")
        return [Scored(self._shelf.names[at], float(scores[at])) for at in order]

    @cached_property
    def _lines(self) -> dict[str, tuple[str, ...]]:
        return phrasings(self._content, self._root)

    @cached_property
    def _shelf(self) -> _Shelf:
        return _Shelf(self._lines, dict(_titles(self._content)))


class _Shelf:
    """The words of all entries, and how much each word tells."""

    def __init__(
        self, lines: Mapping[str, tuple[str, ...]], titles: Mapping[str, tuple[str, str]]
    ) -> None:
        self.names = tuple(lines)
        self._words = [_Words(*titles.get(name, ("", "")), lines[name]) for name in self.names]
        spread = Counter(word for words in self._words for word in words.known)
        self._rarity = {word: math.log(1 + len(self.names) / n) for word, n in spread.items()}
        self._unknown = math.log(1 + len(self.names))

    def shares(self, text: str) -> Numbers:
        """float32[entries]: which share of what the words tell belongs to an entry, 0 to 1."""
        words = set(words_of(text))
        rarity = {word: self._rarity.get(word, self._unknown) for word in words}
        whole = sum(rarity.values()) or 1.0
        shares = [
            sum(rarity[word] * entry.weight(word) for word in words) / whole
            for entry in self._words
        ]
        return np.array(shares, np.float32)


class _Words:
    """The words of one entry: of its title, its answer and its lines."""

    def __init__(self, title: str, answer: str, lines: tuple[str, ...]) -> None:
        self._title = set(words_of(title))
        self._answer = set(words_of(answer))
        self._lines = Counter(word for line in lines for word in set(words_of(line)))
        self._often = max(1, len(lines)) * _OFTEN_IS
        self.known = self._title | set(self._lines)

    def weight(self, word: str) -> float:
        """How much a word belongs here, 0 to 1."""
        if word in self._title:
            return _TITLE
        told = self._lines[word]
        often = _OFTEN * min(1.0, told / self._often)
        return max(often, _SOMETIMES if told else 0.0, _ANSWER if word in self._answer else 0.0)


class _Meanings:
    """The encoder's rows of all lines, centred: what all lines have in common tells nothing."""

    def __init__(
        self, encoder: Encoder, lines: Mapping[str, tuple[str, ...]], folder: Path | None
    ) -> None:
        self._encoder = encoder
        chosen = list(lines.values())
        every = [line for said in chosen for line in said]
        made_by = "".join(UniversalSentenceEncoder.HASHES.values())
        rows = rows_of(every, made_by, folder, lambda: _encoded(encoder, every))
        self._centre = rows.mean(axis=0)
        self._rows = _unit(rows - self._centre)
        ends = np.cumsum([len(said) for said in chosen])
        self._spans = list(zip((0, *ends[:-1]), ends, strict=True))

    def nearness(self, text: str) -> Numbers:
        """float32[entries]: the mean of each entry's nearest lines, as cosines."""
        asked = _unit(self._encoder.encode([text]) - self._centre)[0]
        near = self._rows @ asked
        means = [np.partition(near[a:b], -_NEAREST)[-_NEAREST:].mean() for a, b in self._spans]
        return np.array(means, np.float32)


def _encoded(encoder: Encoder, lines: list[str]) -> Numbers:
    """Encode lines of like length together: a batch costs as much as its longest line."""
    order = sorted(range(len(lines)), key=lambda at: len(lines[at]))
    batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
    rows = np.concatenate([encoder.encode([lines[at] for at in batch]) for batch in batches])
    return np.asarray(rows[np.argsort(order)], np.float32)


def _unit(rows: Numbers) -> Numbers:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-6), np.float32)


def words_of(text: str) -> Iterator[str]:
    """Latin words without the plural's s, and pairs of simplified Chinese characters."""
    same = simplified()
    for part in _WORD.findall("".join(same.get(char, char) for char in fold(text))):
        if part[0].isascii():
            plural = len(part) > 3 and part.endswith("s") and not part.endswith("ss")
            yield part[:-1] if plural else part
        else:
            yield from (part[at : at + 2] for at in range(max(1, len(part) - 1)))


def _titles(content: Content) -> Iterator[tuple[str, tuple[str, str]]]:
    """Title and answer of each entry that has some, both languages together."""
    for name, item in content.faq.questions.items():
        yield name, (_both(item.question), _both(item.answer))
    for name, playbook in content.playbooks.items():
        yield name, (_both(playbook.name), "")


def _both(text: Text) -> str:
    return " ".join(text.of(tag) for tag in LANGUAGES)
