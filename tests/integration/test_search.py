"""The search for leaks can fail: it finds what was really left lying about."""

from __future__ import annotations

import base64
import contextlib
import json
import sqlite3
import unicodedata
from itertools import islice
from urllib.parse import quote

import pytest

from tests.integration.leaks import search
from tests.integration.vectors import other_secrets, phrases

SECRETS = [*islice(phrases(), 10), *other_secrets()]
WRAPPED = {
    "UTF-8": str.encode,
    "NFC": lambda text: unicodedata.normalize("NFC", text).encode(),
    "NFD": lambda text: unicodedata.normalize("NFD", text).encode(),
    "JSON": lambda text: json.dumps({"text": text}).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"text": text})).encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, odd": lambda text: b"z" + text.encode("utf-16-be"),
    "percent": lambda text: f"GET /?q={quote(text)} HTTP/1.1".encode(),
    "base64": lambda text: base64.b64encode(b"a: " + text.encode()),
    "base64 in a line": lambda text: b'"x":"' + base64.urlsafe_b64encode(text.encode()) + b'"',
    "hex": lambda text: text.encode().hex().encode(),
    "upper case": lambda text: text.upper().encode(),
}


# Eight digits written as hexadecimal are any number: that is the one pair left out.
PAIRS = [
    pytest.param(secret, how, id=f"{secret.name}, {how}")
    for secret in SECRETS
    for how in WRAPPED
    if not (how == "hex" and secret.text.isdigit())
]


@pytest.mark.parametrize(("secret", "how"), PAIRS)
def test_a_secret_is_found_in_every_wrapping(tmp_path, secret, how):
    (tmp_path / "some.log").write_bytes(b"before " + WRAPPED[how](secret.text) + b" after")
    assert ("some.log", secret.name) in search(tmp_path, SECRETS)


@pytest.mark.parametrize("between", [" 2. ", ", ", "\n", " / ", '", "', "\u3000"])
def test_three_words_of_a_phrase_are_found_with_anything_between_them(tmp_path, between):
    found = 0
    for secret in (secret for secret in SECRETS if secret.words):
        (tmp_path / "some.log").write_text(between.join(secret.words[4:7]), encoding="utf-8")
        found += ("some.log", secret.name) in search(tmp_path, [secret])
    assert found == 10


def test_part_of_a_key_is_found(tmp_path):
    (tmp_path / "some.log").write_text(f"text='{SECRETS[10].text[7:40]}…'", encoding="utf-8")
    assert search(tmp_path, SECRETS) == [("some.log", "WIF")]


def test_a_deleted_row_is_found_in_the_pages_of_a_database_that_does_not_overwrite(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("PRAGMA secure_delete=OFF")
        database.execute("CREATE TABLE message (text)")
        database.execute("INSERT INTO message VALUES (?)", [SECRETS[0].text])
        database.commit()
        assert {place for place, _ in search(tmp_path, SECRETS)} == {"a.db", "a.db, tables"}
        database.execute("DELETE FROM message")
        database.commit()
    assert search(tmp_path, SECRETS) == [("a.db", SECRETS[0].name)]


def test_two_words_another_phrase_and_a_longer_number_are_no_leak(tmp_path):
    first, *others = SECRETS
    said = f"{first.words[0]} {first.words[1]} then {first.words[3]} at 1.73519264 and 735192641"
    (tmp_path / "some.log").write_text(said + others[0].text, encoding="utf-8")
    assert search(tmp_path, [first, SECRETS[-1]]) == []
