"""Names as the eye reads them: the skeleton that two look-alike names share.

After the idea of Unicode's security mechanisms (UTS 39): compare skeleton with skeleton,
never a skeleton with a raw name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

# Pairs: the look-alike, then the letter it is taken for.
_CYRILLIC: Final = (
    "аa вb гr еe ёe зз иu іi їi јj кk мm нh оo пn рp сc тt уy хx ѕs һh ԁd ԛq ԝw ьb ӏl"
)
_GREEK: Final = "αa βb γy δd εe ηn ιi κk μu νv οo πn ρp σo τt υu χx ωw ϲc ϳj"
_LATIN: Final = (
    "ıi ɩi łl øo đd ħh ŧt ɑa ɡg ɪi ɴn ʀr ʏy ʙb ʜh ʟl ſs"
    " ƅb ɓb ɗd ƙk ɱm ŋn ɲn ƥp ƭt ʋv ʂs ʐz ɾr ɯw ɛe"
)
_OTHERS: Final = "հh ոn սu ցg օo քp ƒf զq գq 0o 1l 3e 4a 5s 7t 8b $s ßb þp |l"
_LETTERS: Final = str.maketrans(
    {pair[0]: pair[1] for pair in f"{_CYRILLIC} {_GREEK} {_LATIN} {_OTHERS}".split()}
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"))


@lru_cache(maxsize=4096)
def plain(label: str) -> str:
    """Drop accents and case, keep digits and letters of other scripts."""
    if label.isascii():
        return label.lower()
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def skeleton(label: str) -> str:
    """Replace what looks alike: other scripts' letters, digits, then "rn" and "vv"."""
    name = plain(label).translate(_LETTERS)
    for pair, single in _PAIRS:
        name = name.replace(pair, single)
    return name
