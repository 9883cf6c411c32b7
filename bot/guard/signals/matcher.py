"""What a message mentions, sentence by sentence: the phrases of the lists, found by spaCy.

One blank pipeline reads both languages, because customers mix them: its tokenizer keeps Latin
words whole and takes Chinese by the character, so that no model and no segmenter is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.guard.signals.spelling import Speller
from bot.guard.signals.text import canonical, ends_sentence, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    from bot.content.signals import ScamSignals

# How many words a "not" reaches over: "nobody has ever asked me".
_NEGATION_REACH: Final = 4
_GOVERNED: Final = frozenset({"demand", "contact", "doing"})

Sentence = frozenset[str]


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What a message mentions: per sentence the names of lists, and its words for the judge.

    A list of a signal goes by ``=`` and the signal's id; ``?`` stands for a question mark,
    ``not`` for a denied demand. In a sentence about what is over, supposed, or read somewhere,
    each name has ``over `` before it.
    """

    sentences: tuple[Sentence, ...]
    words: tuple[str, ...]

    @property
    def signals(self) -> frozenset[str]:
        """The signals of which a word was found."""
        found = frozenset[str]().union(*self.sentences)
        return frozenset(name[1:] for name in found if name.startswith("="))


class Listener:
    """Finds the phrases of all lists in one pass over a message."""

    def __init__(self, known: ScamSignals) -> None:
        self._same = known.same
        lists = {**known.words, **{f"={s.id}": s.words for s in known.signals.values()}}
        cut = {name: self._cut(phrases) for name, phrases in lists.items()}
        self._together = [(s.id, names) for s in known.signals.values() for names in s.together]
        self._speller = Speller({w for phrases in cut.values() for p in phrases for w in p})
        self._doc, self._matcher = self._filled(cut)

    def _cut(self, phrases: tuple[str, ...]) -> set[tuple[str, ...]]:
        return {tuple(words_of(canonical(phrase, self._same))) for phrase in phrases} - {()}

    def _filled(
        self, lists: Mapping[str, set[tuple[str, ...]]]
    ) -> tuple[Callable[[list[str]], Doc], PhraseMatcher]:
        # Imported here: reading spaCy opens a socket, and nothing may happen at import.
        import spacy  # noqa: PLC0415
        from spacy.matcher import PhraseMatcher  # noqa: PLC0415
        from spacy.tokens import Doc  # noqa: PLC0415

        vocab = spacy.blank("xx").vocab
        matcher = PhraseMatcher(vocab, attr="ORTH")
        for name, phrases in lists.items():
            matcher.add(name, [Doc(vocab, words=list(words)) for words in phrases])
        return lambda words: Doc(vocab, words=words), matcher

    def listen(self, text: str) -> Told:
        """Read one message."""
        words = [self._speller.meant(word) for word in words_of(canonical(text, self._same))]
        if not words:
            return Told((), ())
        hits = self._matcher(self._doc(words), as_spans=True)
        found = _by_sentence(words, [(hit.label_, hit.start, hit.end) for hit in hits])
        return Told(self._pointed_at([scoped(names) for names in found if names]), tuple(words))

    def _pointed_at(self, sentences: list[Sentence]) -> tuple[Sentence, ...]:
        """Add the signals at which lists point that met in the message."""
        everything = frozenset[str]().union(*sentences)
        more = {f"={signal}" for signal, names in self._together if names <= everything}
        return (*sentences, frozenset(more)) if more - everything else tuple(sentences)


def scoped(names: set[str]) -> Sentence:
    """Mark the names of a sentence that tells of nothing under way."""
    over = bool(names & {"past", "closed"}) and not names >= {"now", "demand"}
    over = over or ("supposing" in names and not names & {"doing", "deed"})
    read = "reported" in names and not names & {"definite", "doing", "deed", "demand"}
    return frozenset(f"over {name}" for name in names) if over or read else frozenset(names)


def _by_sentence(words: list[str], hits: list[tuple[str, int, int]]) -> list[set[str]]:
    place: list[int] = []
    number = 0
    for word in words:
        place.append(number)
        number += ends_sentence(word)
    found: list[set[str]] = [set() for _ in range(place[-1] + 1)]
    for name, start, _ in hits:
        found[place[start]].add(name)
    for word, sentence in zip(words, place, strict=True):
        if word[0] in "?？":
            found[sentence].add("?")
    for sentence in _denied(hits, place):
        found[sentence].add("not")
    return found


def _denied(hits: list[tuple[str, int, int]], place: list[int]) -> set[int]:
    """The sentences in which a demand stands behind a "not"."""
    nots = [(end, place[start]) for name, start, end in hits if name == "negation"]
    return {
        sentence
        for name, start, _ in hits
        if name in _GOVERNED
        for end, sentence in nots
        if sentence == place[start] and 0 <= start - end <= _NEGATION_REACH
    }
