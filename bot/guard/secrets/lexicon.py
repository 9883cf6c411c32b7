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
    """``entries`` by folded word or four-letter beginning, over all lists and by list."""

    entries: dict[str, tuple[Entry, ...]]
    by_list: dict[str, dict[str, Entry]]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The look-up over all lists, built when first asked for."""
    by_list: dict[str, dict[str, Entry]] = {}
    for name in WORDLISTS:
        rows = listed_words(name)
        forms = [fold_word(row.word) for row in rows]
        listed = {
            form[:4]: Entry(name, row.prefix_points, index, exact=False)
            for index, (form, row) in enumerate(zip(forms, rows, strict=True))
            if row.prefix_points is not None
        }
        whole = zip(forms, rows, strict=True)
        listed |= {
            form: Entry(name, row.points, i, exact=True) for i, (form, row) in enumerate(whole)
        }
        by_list[name] = listed
    joint: dict[str, list[Entry]] = {}
    for listed in by_list.values():
        for form, entry in listed.items():
            joint.setdefault(form, []).append(entry)
    return Lexicon({form: tuple(entries) for form, entries in joint.items()}, by_list)


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
    shortened, listed = deletions(wordlist), lexicon().by_list[wordlist]
    if token in shortened:
        return shortened[token]
    for form in _without_one(token):
        entry = listed.get(form)
        if entry is not None and entry.exact:
            return entry.word
        if form in shortened:
            return shortened[form]
    return None


def _without_one(form: str) -> list[str]:
    return [form[:i] + form[i + 1 :] for i in range(len(form))]
