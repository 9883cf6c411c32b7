"""Seeded secrets in every dress a person uses; shares no code with the engine that it tests."""

from __future__ import annotations

import hashlib
import random
import string
import unicodedata
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TABLES = Path(__file__).parents[1] / "bot" / "guard" / "tables"
LANGUAGES = ("en", "es", "fr", "it", "cs", "pt", "ja", "ko", "zh_simplified", "zh_traditional")
CHINESE = ("zh_simplified", "zh_traditional")
LATIN = ("en", "es", "fr", "it", "cs", "pt")
SIZES = (12, 15, 18, 21, 24)


class Sample(NamedTuple):
    """A secret in one dress, as the messages in which it is written."""

    language: str
    dress: str
    words: list[str]
    messages: list[str]


def words_of(language: str) -> list[str]:
    """A word list in list order."""
    packed = (TABLES / f"{language}.txt.z").read_bytes()
    lines = zlib.decompress(packed).decode().splitlines()
    return list(lines[0]) if language in CHINESE else [line.split(" ")[0] for line in lines]


def phrase(language: str, size: int, chance: random.Random) -> list[str]:
    """A phrase with a valid BIP-39 checksum."""
    entropy = chance.randbytes(size * 4 // 3)
    check = hashlib.sha256(entropy).digest()
    bits = "".join(f"{b:08b}" for b in entropy) + f"{check[0]:08b}"[: size // 3]
    listed = words_of_cached(language)
    return [listed[int(bits[i : i + 11], 2)] for i in range(0, size * 11, 11)]


_CACHE: dict[str, list[str]] = {}


def words_of_cached(language: str) -> list[str]:
    """A word list, read once."""
    if language not in _CACHE:
        _CACHE[language] = words_of(language)
    return _CACHE[language]


CUES = {
    "zh": [
        "我的助记词是：",
        "恢复词：",
        "帮我看看这个助记词对不对 ",
        "我记的24个词是 ",
        "钱包恢复不了，词是",
    ],
    "en": [
        "my recovery phrase is ",
        "seed phrase: ",
        "Here are my words: ",
        "I can't restore my wallet, these are the words I wrote down: ",
        "please help me verify this seed ",
    ],
}
AFTER = {
    "zh": [" 请帮我恢复", "，为什么提示无效？", ""],
    "en": [" please help", ". Why is it invalid?", ""],
}
CHAT = {
    "zh": ["等一下我找找", "好的", "后面还有", "你在吗？", "接下来是这些", "马上发完"],
    "en": [
        "wait a second",
        "ok",
        "and then",
        "are you there?",
        "here comes the rest",
        "almost done now",
    ],
}


def joiner(language: str) -> str:
    """How the list's own tools join words."""
    return "\u3000" if language == "ja" else " "


def _marks_dropped(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _typo(word: str, chance: random.Random) -> str:
    i = chance.randrange(len(word))
    letter = chance.choice(string.ascii_lowercase)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:i] + word[i + 1 :]
    if kind == 1:
        return word[:i] + letter + word[i:]
    if kind == 2 and i + 1 < len(word):
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    return word[:i] + letter + word[i + 1 :]


def _typos(words: list[str], language: str, count: int, chance: random.Random) -> list[str]:
    wrong = list(words)
    for i in chance.sample(range(len(words)), count):
        if language in LATIN:
            wrong[i] = _typo(wrong[i], chance)
        else:
            wrong[i] = "们" if language in CHINESE else wrong[i][:-1] + wrong[i][:1]
    return wrong


def _without(words: list[str], count: int, chance: random.Random) -> list[str]:
    gone = set(chance.sample(range(len(words)), count))
    return [w for i, w in enumerate(words) if i not in gone]


_HOMOGLYPHS = str.maketrans("aeopcxiy", "аеорсхіу")
_STORY = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()


def _columns(words: list[str]) -> str:
    half = (len(words) + 1) // 2
    rows = []
    for i in range(half):
        row = f"{i + 1:2}. {words[i]:12}"
        if i + half < len(words):
            row += f" {i + half + 1:2}. {words[i + half]}"
        rows.append(row)
    return "\n".join(rows)


def _story(words: list[str], chance: random.Random) -> str:
    steps = [
        f"the {_STORY[i]} is {w}" if i < 12 and chance.random() < 0.5 else f"then {w}"
        for i, w in enumerate(words)
    ]
    return "the first word is " + words[0] + ", " + ", ".join(steps[1:])


Dress = "Callable[[list[str], str, random.Random], str]"


def _each(shape: str) -> Callable[[list[str], str, random.Random], str]:
    return lambda ws, lang, chance: "".join(shape.format(n=i, w=w) for i, w in enumerate(ws, 1))


def _joined(separator: str) -> Callable[[list[str], str, random.Random], str]:
    return lambda ws, lang, chance: separator.join(ws)


def _circled(ws: list[str], lang: str, chance: random.Random) -> str:
    return "".join(
        (chr(0x245F + i) if i <= 20 else chr(0x323C + i)) + w for i, w in enumerate(ws, 1)
    )


def _plain(ws: list[str], lang: str, chance: random.Random) -> str:
    return joiner(lang).join(ws)


def _cued(ws: list[str], lang: str, chance: random.Random) -> str:
    tongue = "zh" if lang in CHINESE or chance.random() < 0.3 else "en"
    return chance.choice(CUES[tongue]) + joiner(lang).join(ws) + chance.choice(AFTER[tongue])


DRESSES: dict[str, Callable[[list[str], str, random.Random], str]] = {
    "plain": _plain,
    "in a sentence": _cued,
    "comma": _joined(", "),
    "comma only": _joined(","),
    "newline": _joined("\n"),
    "ideographic comma": _joined("、"),
    "hyphen": _joined("-"),
    "pipe": _joined(" | "),
    "full stop": _joined(". "),
    "underscore": _joined("_"),
    "1. w": _each("{n}. {w}\n"),
    "1) w": _each("{n}) {w} "),
    "#1 w": _each("#{n} {w} "),
    "1w": _each("{n}{w} "),
    "circled": _circled,
    "word1=": _each("word{n}={w}\n"),
    "word 1:": _each("Word {n}: {w}, "),
    "第n个": _each("第{n}个词是{w}，"),
    "two columns": lambda ws, lang, chance: _columns(ws),
    "json list": lambda ws, lang, chance: "[" + ", ".join(f'"{w}"' for w in ws) + "]",
    "json object": lambda ws, lang, chance: (
        "{" + ", ".join(f'"{i}": "{w}"' for i, w in enumerate(ws, 1)) + "}"
    ),
    "quotes": lambda ws, lang, chance: " ".join(f"'{w}'" for w in ws),
    "upper": lambda ws, lang, chance: joiner(lang).join(ws).upper(),
    "title": lambda ws, lang, chance: joiner(lang).join(w.title() for w in ws),
    "camel": lambda ws, lang, chance: "".join(w.title() for w in ws),
    "full width": lambda ws, lang, chance: " ".join(
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in w) for w in ws
    ),
    "zero width": lambda ws, lang, chance: " ".join("\u200b".join(w) for w in ws),
    "homoglyphs": lambda ws, lang, chance: " ".join(w.translate(_HOMOGLYPHS) for w in ws),
    "NFD": lambda ws, lang, chance: unicodedata.normalize("NFD", joiner(lang).join(ws)),
    "NFKD": lambda ws, lang, chance: unicodedata.normalize("NFKD", joiner(lang).join(ws)),
    "accents dropped": lambda ws, lang, chance: (
        _marks_dropped(" ".join(ws)) if lang != "ko" else " ".join(ws)
    ),
    "four letters": lambda ws, lang, chance: " ".join(w[:4] for w in ws),
    "spelt": lambda ws, lang, chance: "  ".join(" ".join(w) for w in ws),
    "no separators": lambda ws, lang, chance: "".join(ws),
    "reversed": lambda ws, lang, chance: joiner(lang).join(reversed(ws)),
    "one typo": lambda ws, lang, chance: " ".join(_typos(ws, lang, 1, chance)),
    "two typos": lambda ws, lang, chance: " ".join(_typos(ws, lang, 2, chance)),
    "one missing": lambda ws, lang, chance: " ".join(_without(ws, 1, chance)),
    "two missing": lambda ws, lang, chance: " ".join(_without(ws, 2, chance)),
    "story": lambda ws, lang, chance: _story(ws, chance),
    "groups of four": lambda ws, lang, chance: "\n".join(
        " ".join(ws[i : i + 4]) for i in range(0, len(ws), 4)
    ),
}
ONLY = {
    "camel": LATIN,
    "homoglyphs": LATIN,
    "upper": LATIN,
    "title": LATIN,
    "full width": LATIN,
    "accents dropped": ("es", "fr", "it", "cs", "pt", "ja"),
    "four letters": ("en", "es", "fr", "it", "cs", "pt", "ja"),
    "story": ("en",),
    "spelt": LATIN,
}


def whole_phrases(seed: int, each: int) -> Iterator[Sample]:
    """``each`` phrases for every language and dress, in one message."""
    for dress, wear in DRESSES.items():
        for language in ONLY.get(dress, LANGUAGES):
            chance = random.Random(f"{seed} {dress} {language}")
            for i in range(each):
                words = phrase(
                    language, SIZES[i % len(SIZES)] if i % 2 else 12 + 12 * (i % 4 // 2), chance
                )
                yield Sample(language, dress, words, [wear(words, language, chance)])


def spread_phrases(seed: int, each: int) -> Iterator[Sample]:
    """Phrases over several messages, with and without chat between, and one word a message."""
    for dress in (
        "2 messages",
        "3 messages",
        "4 messages, chat",
        "6 messages, chat",
        "one word each",
    ):
        for language in LANGUAGES:
            chance = random.Random(f"{seed} {dress} {language}")
            tongue = "zh" if language in CHINESE else "en"
            for i in range(each):
                words = phrase(language, 24 if i % 2 else 12, chance)
                parts = len(words) if dress == "one word each" else int(dress[0])
                cuts = [round(k * len(words) / parts) for k in range(parts + 1)]
                messages = []
                for k in range(parts):
                    messages.append(joiner(language).join(words[cuts[k] : cuts[k + 1]]))
                    if dress.endswith("chat") and k + 1 < parts:
                        messages.append(chance.choice(CHAT[tongue]))
                yield Sample(language, dress, words, messages)
