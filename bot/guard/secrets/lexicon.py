"""All word lists as one look-up: a folded word to what each list says about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from bot.guard.normalise import fold_word
from bot.guard.tables import listed_words

WORDLISTS: Final = ("en", "es", "fr", "it", "cs", "pt", "ja", "ko", "slip39", "monero", "electrum1")


class Entry(NamedTuple):
    """A word in one list: its points, its index, and whether it is the whole word."""

    wordlist: str
    points: int
    word: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``entries`` by folded word or four-letter beginning; ``longest`` is their longest key."""

    entries: dict[str, tuple[Entry, ...]]
    longest: int


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The look-up over all lists, built when first asked for."""
    found: dict[str, list[Entry]] = {}
    for name in WORDLISTS:
        forms = [fold_word(row.word) for row in listed_words(name)]
        for index, (form, row) in enumerate(zip(forms, listed_words(name), strict=True)):
            found.setdefault(form, []).append(Entry(name, row.points, index, True))
            if row.prefix_points is not None:
                found.setdefault(form[:4], []).append(Entry(name, row.prefix_points, index, False))
    return Lexicon({form: tuple(e) for form, e in found.items()}, max(map(len, found)))


@lru_cache(maxsize=len(WORDLISTS))
def deletions(wordlist: str) -> dict[str, int]:
    """Each list word of five letters or more with one letter left out, to its index."""
    shortened: dict[str, int] = {}
    for index, row in enumerate(listed_words(wordlist)):
        form = fold_word(row.word)
        if len(form) >= 4:
            shortened.update(dict.fromkeys(_without_one(form), index))
    return shortened


def misspelt(token: str, wordlist: str) -> int | None:
    """The index of a list word one edit away from the token, if there is one."""
    if len(token) < 4 or len(token) > 14:
        return None
    shortened = deletions(wordlist)
    if token in shortened:
        return shortened[token]
    for form in _without_one(token):
        for entry in lexicon().entries.get(form, ()):
            if entry.wordlist == wordlist and entry.exact:
                return entry.word
        if len(form) >= 4 and form in shortened:
            return shortened[form]
    return None


def _without_one(form: str) -> list[str]:
    return [form[:i] + form[i + 1 :] for i in range(len(form))]
