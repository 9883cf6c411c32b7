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

    Dress = Callable[["Phrase"], str]

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


class Phrase(NamedTuple):
    """A phrase to be dressed, with the chance that decides what a dress leaves open."""

    words: list[str]
    language: str
    chance: random.Random


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
_STORY = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)

_ORDINALS = (
    *_STORY,
    *("thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"),
    *("nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth"),
)


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


def _each(shape: str) -> Dress:
    return lambda p: "".join(shape.format(n=i, w=w) for i, w in enumerate(p.words, 1))


def _joined(separator: str) -> Dress:
    return lambda p: separator.join(p.words)


def _circled(p: Phrase) -> str:
    return "".join(
        (chr(0x245F + i) if i <= 20 else chr(0x323C + i)) + w for i, w in enumerate(p.words, 1)
    )


def _plain(p: Phrase) -> str:
    return joiner(p.language).join(p.words)


def _cued(p: Phrase) -> str:
    tongue = "zh" if p.language in CHINESE or p.chance.random() < 0.3 else "en"
    return (
        p.chance.choice(CUES[tongue])
        + joiner(p.language).join(p.words)
        + p.chance.choice(AFTER[tongue])
    )


_COUNT = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "twenty-one",
    "twenty-two",
    "twenty-three",
    "twenty-four",
]


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]


def _grid(words: list[str], across: int) -> str:
    down = -(-len(words) // across)
    cells = [f"{i + 1}. {w}" for i, w in enumerate(words)]
    return "\n".join("   ".join(cells[row::down]) for row in range(down))


_HAN_DIGITS = "零一二三四五六七八九"


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number not in {11, 12, 13} else 0, "th")
    return f"{number}{ending}"


def _in_han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"{_HAN_DIGITS[tens][tens < 2 :]}{'十' * (tens > 0)}{_HAN_DIGITS[ones][ones < 1 :]}"


def _han_numbered(shape: str) -> Dress:
    return lambda p: "".join(shape.format(n=_in_han(i), w=w) for i, w in enumerate(p.words, 1))


def _story_zh(p: Phrase) -> str:
    joints = ["然后是", "接着是", "下一个是", "再来", "后面是"]
    rest = "，".join(p.chance.choice(joints) + w for w in p.words[1:-1])
    return f"第一个词是{p.words[0]}，{rest}，最后一个是{p.words[-1]}"


def _story_ordinals(p: Phrase) -> str:
    return ". ".join(f"the {_ORDINALS[i]} word is {w}" for i, w in enumerate(p.words)) + "."


DRESSES: dict[str, Dress] = {
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
    "word1=, spaces": _each("word1={w} ".replace("1", "{n}")),
    "1.w": _each("{n}.{w}"),
    "1:w": _each("{n}:{w},"),
    "1、w": _each("{n}、{w} "),
    "（1）w": _each("（{n}）{w}"),
    "1st": lambda p: ", ".join(f"{_nth(i)} {w}" for i, w in enumerate(p.words, 1)),
    "w(1)": _each("{w}({n}) "),
    "第1个：": _each("第{n}个：{w} "),
    "第一个是": _han_numbered("第{n}个是{w} "),
    "第一个，": _han_numbered("第{n}个{w}，"),
    "第一个词：": _han_numbered("第{n}个词：{w}\n"),
    "第一个w": _han_numbered("第{n}个{w}"),
    "一、": _han_numbered("{n}、{w} "),
    "[1] w": _each("[{n}] {w} "),
    "1 - w": _each("{n} - {w}\n"),
    "No.1 w": _each("No.{n} {w}, "),
    "01w": _each("{n:02}{w}"),
    "1> w": _each("{n}> {w} "),
    "w1_": _each("word_{n}: {w}\n"),
    "w 1,": _each("{w} {n}, "),
    "keycaps": lambda p: " ".join(
        "".join(f"{d}\ufe0f\u20e3" for d in str(i)) + w for i, w in enumerate(p.words, 1)
    ),
    "black circles": lambda p: "".join(
        chr((0x2775 if i <= 10 else 0x24E0) + i) + w for i, w in enumerate(p.words[:20], 1)
    ),
    "roman": lambda p: " ".join(f"{_roman(i)}. {w}" for i, w in enumerate(p.words, 1)),
    "a) w": lambda p: " ".join(f"{chr(96 + i)}) {w}" for i, w in enumerate(p.words, 1)),
    "first: w": lambda p: "\n".join(f"{_ORDINALS[i]}: {w}" for i, w in enumerate(p.words)),
    "one w": lambda p: " ".join(f"{_COUNT[i]} {w}" for i, w in enumerate(p.words)),
    "词1：": _each("词{n}：{w} "),
    "助记词1:": _each("助记词{n}:{w}，"),
    "第1：": _each("第{n}：{w}；"),
    "第1位": _each("第{n}位{w}，"),
    "1号": _each("{n}号{w} "),
    "html list": lambda p: "<ol>" + "".join(f"<li>{w}</li>" for w in p.words) + "</ol>",
    "csv": lambda p: "n,word\n" + "\n".join(f"{i},{w}" for i, w in enumerate(p.words, 1)),
    "arrows": _joined(" → "),
    "slash": _joined("/"),
    "plus": _joined("+"),
    "emoji": _joined(" 👉 "),
    "bullets": _each("• {w}\n"),
    "three columns": lambda p: _grid(p.words, 3),
    "four columns": lambda p: _grid(p.words, 4),
    "table": _each("| {n} | {w} |\n"),
    "tab table": _each("{n}\t{w}\n"),
    "two columns": lambda p: _columns(p.words),
    "json list": lambda p: "[" + ", ".join(f'"{w}"' for w in p.words) + "]",
    "json object": lambda p: (
        "{" + ", ".join(f'"{i}": "{w}"' for i, w in enumerate(p.words, 1)) + "}"
    ),
    "quotes": lambda p: " ".join(f"'{w}'" for w in p.words),
    "upper": lambda p: joiner(p.language).join(p.words).upper(),
    "title": lambda p: joiner(p.language).join(w.title() for w in p.words),
    "camel": lambda p: "".join(w.title() for w in p.words),
    "lower camel": lambda p: p.words[0] + "".join(w.title() for w in p.words[1:]),
    "full width": lambda p: " ".join(
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in w) for w in p.words
    ),
    "zero width": lambda p: " ".join("\u200b".join(w) for w in p.words),
    "homoglyphs": lambda p: " ".join(w.translate(_HOMOGLYPHS) for w in p.words),
    "NFD": lambda p: unicodedata.normalize("NFD", joiner(p.language).join(p.words)),
    "NFKD": lambda p: unicodedata.normalize("NFKD", joiner(p.language).join(p.words)),
    "accents dropped": lambda p: (
        _marks_dropped(" ".join(p.words)) if p.language != "ko" else " ".join(p.words)
    ),
    "four letters": lambda p: " ".join(w[:4] for w in p.words),
    "spelt": lambda p: "  ".join(" ".join(w) for w in p.words),
    "spelt, hyphens": lambda p: ", ".join("-".join(w) for w in p.words),
    "spelt, numbered": lambda p: "\n".join(f"{i}. {' '.join(w)}" for i, w in enumerate(p.words, 1)),
    "spelt, one space": lambda p: " ".join(" ".join(w) for w in p.words),
    "spelt, lines": lambda p: "\n".join(" ".join(w) for w in p.words),
    "no separators": lambda p: "".join(p.words),
    "reversed": lambda p: joiner(p.language).join(reversed(p.words)),
    "one typo": lambda p: " ".join(_typos(p.words, p.language, 1, p.chance)),
    "two typos": lambda p: " ".join(_typos(p.words, p.language, 2, p.chance)),
    "one missing": lambda p: " ".join(_without(p.words, 1, p.chance)),
    "two missing": lambda p: " ".join(_without(p.words, 2, p.chance)),
    "story": lambda p: _story(p.words, p.chance),
    "story, ordinals": _story_ordinals,
    "story, Chinese": _story_zh,
    "groups of four": lambda p: "\n".join(
        " ".join(p.words[i : i + 4]) for i in range(0, len(p.words), 4)
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
    "spelt": LATIN,
    "one w": ("en",),
    "spelt, hyphens": LATIN,
    "spelt, lines": LATIN,
    "spelt, numbered": LATIN,
    "spelt, one space": LATIN,
    "lower camel": LATIN,
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
                yield Sample(language, dress, words, [wear(Phrase(words, language, chance))])


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


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58check(body: bytes) -> str:
    """Base58 with its four bytes of checksum."""
    raw = body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _digits(count: int, chance: random.Random) -> str:
    return "".join(chance.choice(string.digits) for _ in range(count))


def card(chance: random.Random) -> str:
    """A Visa, Mastercard or UnionPay number with its check digit."""
    start = chance.choice(["4", "51", "55", "62"])
    digits = start + _digits(15 - len(start), chance)
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(digits))
    digits += str(-total % 10)
    groups = [digits[i : i + 4] for i in range(0, 16, 4)]
    return chance.choice(["", " ", "-"]).join(groups)


def resident_id(chance: random.Random) -> str:
    """A Chinese resident id with its check character."""
    region = chance.choice(["110105", "310101", "440305", "510104"])
    birth = f"{chance.randint(1950, 2005)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    digits = region + birth + _digits(3, chance)
    total = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(digits))
    return digits + "0123456789X"[(1 - total) % 11]


TOLD = {
    "private_key": [
        "{wif}",
        "my key {wif} thanks",
        "private key: {hex}",
        "我的私钥是0x{hex}",
        "{bip38}",
    ],
    "extended_key": ["{xprv}", "here: {xprv}", "钱包导出的是{xprv}"],
    "pin": [
        "my pin is {pin}",
        "PIN: {pin}",
        "the pin code of my Trezor is {pin}",
        "PIN码是{pin}",
        "pin {pin}",
    ],
    "one_time_code": [
        "the verification code is {code}",
        "验证码{code}",
        "收到的验证码是 {code}，对吗",
        "my 2fa code: {code}",
        "SMS code {code}",
    ],
    "password": [
        "my password is {password}",
        "password: {password}",
        "密码是{password}",
        "登录密码：{password}",
        'the password for my wallet is "{password}"',
    ],
    "card_number": ["{card}", "my card number is {card}", "银行卡号{card}", "卡号：{card}，扣款了"],
    "national_id": ["{id}", "身份证号{id}", "我的身份证是 {id}，请核实", "my ID is {id}"],
}


def other_secrets(seed: int, each: int) -> Iterator[tuple[str, str]]:
    """Secrets that are no phrases, told in both languages: kind and text."""
    for kind, shapes in TOLD.items():
        chance = random.Random(f"{seed} {kind}")
        for i in range(each):
            key = chance.randbytes(32)
            letters = "".join(chance.choice(string.ascii_letters) for _ in range(6))
            facts = {
                "wif": base58check(b"\x80" + key + b"\x01" * (i % 2)),
                "hex": key.hex(),
                "bip38": base58check(b"\x01\x42\xc0" + key + chance.randbytes(4)),
                "xprv": base58check(bytes.fromhex("0488ade4") + chance.randbytes(41) + b"\0" + key),
                "pin": _digits(chance.randint(4, 8), chance),
                "code": _digits(6, chance),
                "password": letters + _digits(2, chance) + chance.choice(["", "!", "#"]),
                "card": card(chance),
                "id": resident_id(chance),
            }
            yield kind, shapes[i % len(shapes)].format(**facts)


def crafted(seed: int, size: int) -> Iterator[tuple[str, str]]:
    """Texts of a size that ask the most of a reader."""
    chance = random.Random(seed)
    for language in ("en", "ko", "zh_simplified"):
        words = chance.choices(words_of_cached(language), k=size)
        yield f"{language} words without separators", "".join(words)[:size]
    anything = [word for language in LANGUAGES for word in words_of_cached(language)]
    yield "words of all lists", " ".join(chance.choices(anything, k=size))[:size]
    english = chance.choices(words_of_cached("en"), k=size)
    yield "words with a wrong last letter", " ".join(word[:-1] + "q" for word in english)[:size]
    repeats = [
        "a",
        "1",
        "a ",
        "1 ",
        "4111 ",
        "0x",
        "pin is ",
        "密码是",
        '"password": "',
        "[1,2,3,",
        "a\u200b",
    ]
    for piece in repeats:
        yield repr(piece) + " again and again", (piece * size)[:size]
