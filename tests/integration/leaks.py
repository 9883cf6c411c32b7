"""Finds planted secrets in files, whatever they were wrapped in.

A file is read as several texts: as it is, with the escapes of JSON undone (also JSON inside
JSON), percent-decoded, as UTF-16, and what its runs of base64 and hexadecimal digits hold. Of a
phrase, three words in a row are a leak, whatever stands between them; of a key, 20 characters.
"""

from __future__ import annotations

import base64
import contextlib
import re
import sqlite3
import unicodedata
from urllib.parse import unquote_plus

WINDOW = 3
PIECE = 20

_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_SIGN = re.compile(r"\\+[nrtbf\"/\\]")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{10,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){9,}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def pieces(secret):
    """What must not be found: letters of a phrase's words in a row, or stretches of a key."""
    if secret.words:
        starts = range(len(secret.words) - WINDOW + 1)
        return {letters("".join(secret.words[at : at + WINDOW])) for at in starts}
    starts = range(max(1, len(secret.text) - PIECE + 1))
    return {secret.text[at : at + PIECE].casefold() for at in starts}


def find(data, secrets):
    """The names of the secrets that these bytes hold."""
    texts = [unicodedata.normalize("NFKC", text).casefold() for text in views(data)]
    squeezed = [letters(text) for text in texts]
    return {
        secret.name
        for secret in secrets
        if any(_holds(text, secret) for text in (squeezed if secret.words else texts))
    }


def _holds(text, secret):
    if secret.text.isdigit():
        return re.search(rf"(?<![\d.]){secret.text}(?!\d)", text) is not None
    return any(piece in text for piece in pieces(secret))


def views(data):
    """The texts that these bytes may be."""
    plain = data.decode("utf-8", "replace")
    yield plain
    unescaped = _SIGN.sub(" ", _ESCAPE.sub(lambda found: chr(int(found[1], 16)), plain))
    if unescaped != plain:
        yield unescaped
    if "%" in plain:
        yield unquote_plus(plain)
    for codec in ("utf-16-le", "utf-16-be"):
        for start in (0, 1):
            if data.count(b"\0") * 4 > len(data) or len(data) < 10_000:
                yield data[start:].decode(codec, "replace")
    yield " ".join(_from_base64(data))
    yield " ".join(
        bytes.fromhex(run.decode()).decode("utf-8", "replace") for run in _HEX.findall(data)
    )


def _from_base64(data):
    for run in _BASE64.findall(data):
        for start in range(4):
            whole = run[start:].translate(_URL_SAFE)
            whole = whole[:-1] if len(whole) % 4 == 1 else whole
            whole += b"=" * (-len(whole) % 4)
            yield base64.b64decode(whole).decode("utf-8", "replace")


def letters(text):
    """Letters alone: whatever separates the words is gone."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def search(folder, secrets):
    """Every leak under ``folder`` as (file, secret); databases are read as tables as well."""
    leaks = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        leaks += [(name, secret) for secret in find(path.read_bytes(), secrets)]
        if path.suffix == ".db":
            leaks += [(f"{name}, tables", secret) for secret in find(tables(path), secrets)]
    return sorted(leaks)


def tables(path):
    """The rows of a SQLite database."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return "\n".join(database.iterdump()).encode("utf-8", "surrogatepass")
