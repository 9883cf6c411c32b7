"""A text as the recognisers read it, with the way back to the text as it was given."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.guard.tables import simplified

_LOOKALIKES: Final = {
    **dict(zip("абвгеёзикмнорстухьіјѕһԁԛԝցհոսօ", "abbreezukmhopctyxbijshdqwghnuo", strict=True)),
    **dict(zip("αβγδεζηικλμνορτυχω", "abydeznikaunoptuxw", strict=True)),
    **dict(zip("ıłøđħŧɑɡɩʟʀɪɢɴʏʙʜƅɓɗƙɱƥƭʋ", "ilodhtagilrignybhbbdkmptv", strict=True)),
    **dict(zip("ᴀᴄᴅᴇᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢ", "acdejkmopstuvwz", strict=True)),
    "п": "n",
    "ƒ": "f",
    "ϲ": "c",
    "þ": "p",
    "\u2800": " ",  # Braille blank, drawn as a space
}
_UNSEEN: Final = frozenset("\u115f\u1160\u3164\uffa0\u180e\u200b")  # fillers that draw nothing
_CAMEL: Final = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_CODE: Final = re.compile(r"[0-9a-z ]{20}|-----begin|\[ ?[0-9]{1,3} ?, ?[0-9]{1,3} ?,|0x")


@dataclass(slots=True, repr=False)
class Reading:
    """A message in two forms: as given, and folded for look-up.

    ``folded`` has no case, width, marks, look-alikes or invisible characters, Chinese is
    simplified, katakana is hiragana, Korean is in letters; ``offsets[i]`` is where its
    character ``i`` stood in ``text``.
    """

    text: str
    folded: str
    offsets: list[int] | range
    _bare: Reading | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``folded[start:end]`` stands in ``text``; ``end`` must be after ``start``."""
        return self.offsets[start], self.offsets[end - 1] + 1

    @property
    def bare(self) -> Reading:
        """The same text with its case kept, for codes in which case counts."""
        if self._bare is None:
            self._bare = _bare(self.text)
        return self._bare

    @property
    def holds_code(self) -> bool:
        """Whether there is a run of letters and digits too long for a word, or of numbers."""
        return _CODE.search(self.folded) is not None


def read(text: str) -> Reading:
    """Fold a text for look-up; an ASCII text keeps its offsets."""
    if text.isascii():
        return Reading(text, text.lower(), range(len(text)))
    forms = list(map(fold, text))
    folded = "".join(forms)
    if len(folded) == len(text) and "" not in forms:
        return Reading(text, folded, range(len(text)))
    offsets: list[int] = []
    for position, form in enumerate(forms):
        offsets.extend([position] * len(form))
    return Reading(text, folded, offsets)


def humps_apart(reading: Reading) -> Reading:
    """The reading with a space before each capital of camel case: "abandonAbility"."""
    humps = {match.start() for match in _CAMEL.finditer(reading.text)}
    if not humps:
        return reading
    folded: list[str] = []
    offsets: list[int] = []
    for char, offset in zip(reading.folded, reading.offsets, strict=True):
        if offset in humps and (not offsets or offsets[-1] != offset):
            folded.append(" ")
            offsets.append(offset)
        folded.append(char)
        offsets.append(offset)
    return Reading(reading.text, "".join(folded), offsets)


def _bare(text: str) -> Reading:
    if text.isascii():
        return Reading(text, text, range(len(text)))
    kept: list[str] = []
    offsets: list[int] = []
    for position, char in enumerate(text):
        if char in _UNSEEN or unicodedata.category(char) == "Cf":
            continue
        form = unicodedata.normalize("NFKC", char)
        kept.append(form)
        offsets.extend([position] * len(form))
    return Reading(text, "".join(kept), offsets)


@lru_cache(maxsize=20_000)
def fold(char: str) -> str:
    """One character as it is looked up: nothing, one or several characters."""
    if char in _UNSEEN or unicodedata.category(char) == "Cf":
        return ""
    form = unicodedata.normalize("NFKC", char).casefold()
    if form.isdigit() and not char.isdecimal():
        return f" {form} "  # a circled number stands apart from the word behind it
    form = unicodedata.normalize("NFKD", form)
    return "".join(_plain(c) for c in form if unicodedata.category(c) not in {"Mn", "Me"})


def _plain(char: str) -> str:
    if char in _UNSEEN:
        return ""
    if "ァ" <= char <= "ヶ":
        return chr(ord(char) - 0x60)
    if "\U0001f150" <= char <= "\U0001f189":  # letters in black circles and squares
        return chr(ord("a") + (ord(char) - 0x1F150) % 32 % 26)
    return _LOOKALIKES.get(char) or simplified().get(char, char)


def fold_word(word: str) -> str:
    """A word of a word list as it is looked up."""
    return "".join(map(fold, word))
