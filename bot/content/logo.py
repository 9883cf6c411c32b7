"""A company's logo: a small SVG or PNG, read once and checked, because browsers trust our host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST: Final = 64 * 1024
"""Bytes; it is fetched by every page."""
_LARGEST_SIDE: Final = 2048
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ACTIVE: Final = frozenset(
    ["script", "foreignobject", "iframe", "object", "embed", "handler", "audio", "video", "image"]
)
_OUTSIDE: Final = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:", re.IGNORECASE)


@dataclass(frozen=True)
class Logo:
    """A logo as it is served."""

    media_type: str
    content: bytes


class LogoInvalid(ValueError):
    """The file is no logo that can be served: what is wrong, and what to do."""


def read_logo(file: Path) -> Logo:
    """Read and check a logo.

    Raises:
        LogoInvalid: it is missing, too large, of another type, or an SVG that does something.
    """
    try:
        content = file.read_bytes()
    except OSError:
        raise LogoInvalid(f"{file.name} cannot be read; put an SVG or PNG there") from None
    if len(content) > LARGEST:
        raise LogoInvalid(f"{file.name} has {len(content)} bytes; at most {LARGEST} are served")
    if file.suffix == ".png":
        return _png(file.name, content)
    if file.suffix == ".svg":
        return _svg(file.name, content)
    raise LogoInvalid(f"{file.name} is neither .svg nor .png")


def _png(name: str, content: bytes) -> Logo:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR":
        raise LogoInvalid(f"{name} is no PNG")
    sides = [int.from_bytes(content[at : at + 4], "big") for at in (16, 20)]
    if not all(0 < side <= _LARGEST_SIDE for side in sides):
        raise LogoInvalid(f"{name} is {sides[0]} x {sides[1]}; at most {_LARGEST_SIDE} a side")
    return Logo("image/png", content)


def _svg(name: str, content: bytes) -> Logo:
    # Entities are refused before a parser sees them: a few of them fill the memory.
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise LogoInvalid(f"{name} has a DOCTYPE or entities; save it as plain SVG")
    try:
        text = content.decode("utf-8")
        root = ET.fromstring(text)  # noqa: S314 - no entities, see above
    except (UnicodeDecodeError, ET.ParseError):
        raise LogoInvalid(f"{name} is no SVG in UTF-8") from None
    if root.tag != "{http://www.w3.org/2000/svg}svg" or "<?xml-stylesheet" in text:
        raise LogoInvalid(f"{name} is no plain SVG: its outermost element must be svg")
    for what in _active(root):
        raise LogoInvalid(f"{name} holds {what}; a logo is drawn, it does nothing. Remove it")
    return Logo("image/svg+xml", content)


def _active(root: ET.Element) -> Iterator[str]:
    """Name what could run, or fetch something from elsewhere."""
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if tag in _ACTIVE:
            yield f"<{tag}>"
        if tag == "style" and _OUTSIDE.search(element.text or ""):
            yield "a style that fetches something"
        for key, value in element.attrib.items():
            name = key.rpartition("}")[2].lower()
            if name.startswith("on"):
                yield f"the attribute {name}"
            if (name == "href" and not value.startswith("#")) or _OUTSIDE.search(value):
                yield f"a link in {name}"
