"""Escapes undone: a secret that a program wrapped on its way is still a secret."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import unquote

_MARKS: Final = re.compile(r"\\+[uU][0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|&#?[0-9a-zA-Z]{2,8};")
_JSON: Final = re.compile(r"\\+[uU]([0-9a-fA-F]{4})")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def undone(text: str) -> str:
    """The text without the escapes of JSON, URLs and HTML; the same where it has none."""
    if not _MARKS.search(text):
        return text
    plain = _JSON.sub(lambda match: chr(int(match[1], 16)), text)
    return _SURROGATES.sub(" ", html.unescape(unquote(plain)))
