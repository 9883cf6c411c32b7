"""The static files, read once: their bytes, packed bytes and names in caches."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.content.profile import profile

FOLDER: Final = Path(__file__).resolve().parent

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

# There is no build: what is left out on the way are comments that begin a line or follow the end
# of a statement, indentation, and spaces and line ends beside signs on lines that hold no
# pattern and no template. A browser does not need them and a phone pays for them.
_BLOCK: Final = re.compile(r"^[ \t]*/\*\*?(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_LINE: Final = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_TRAILING: Final = re.compile(r"(?<=[;{},]) // .*$", re.MULTILINE)
_STYLE_SPACE: Final = re.compile(r"(?<=[{};:,])\s+|\s+(?=[{}])|;\s*(?=})")
_SIGN: Final = re.compile(
    r" ?(=>|[!=]==|&&|\|\||\?\?=?|[-+*]=|[?:,=<>{}]) ?|(?<=[\w)\]]) ([-+*%]) (?=[\w(#])"
    r"|(?<=\bif) (?=\()|(?<=\bfor) (?=\()|(?<=\breturn) (?=[\[({!])"
)
_QUOTED: Final = re.compile(r'("(?:[^"\\\n]|\\.)*"|`[^`\n]*`)')
_UNSURE: Final = re.compile("[\"'`/]")
_OPEN: Final = ("{", "(", ",", ";", "}")
_NO_HOSTS: Final = "const HOSTS=[];"
_STYLES: Final = (".css", "styles.js")
_ACCENTS: Final = {"#1c5d56": "#fff", "#8fd0c4": "#06201c"}
"""The element's own accent and what stands on it, as its sources have them: light, then dark."""
_PICKED: Final = '/^zh\\b/i.test(tag ?? "") ? "zh" : "en"'
_OFFERED: Final = 'LANGUAGES = { zh: "中文", en: "English" };'
_NAMES: Final = {"zh": 'zh: "中文"', "en": 'en: "English"'}
_INDENT: Final = re.compile(r"^\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served; ``packed`` is the gzip of ``content``."""

    name: str
    media_type: str
    content: bytes
    packed: bytes
    etag: str

    @property
    def is_element(self) -> bool:
        """True for the parts of the chat element, which other sites may load."""
        return self.name.startswith("widget")

    @property
    def integrity(self) -> str:
        """What a script tag's ``integrity`` says about this file (W3C Subresource Integrity)."""
        digest = hashlib.sha384(self.content).digest()
        return f"sha384-{base64.b64encode(digest).decode()}"


def load_assets(hosts: Sequence[str] = ()) -> dict[str, Asset]:
    """Read every file under ``static/`` by its name there; nothing else can be asked for.

    ``hosts`` are our own names: on a page of any other name the launcher warns of a copy.
    """
    folder = FOLDER / "static"
    paths = sorted(path for path in folder.rglob("*") if path.suffix in MEDIA_TYPES)
    return {path.relative_to(folder).as_posix(): _load(folder, path, hosts) for path in paths}


def _branded(text: str) -> str:
    """A part of the element in the operator's colours, and in the languages that it offers."""
    own = profile()
    for (accent, on_accent), given in zip(_ACCENTS.items(), (own.light, own.dark), strict=True):
        text = text.replace(f"-accent, {accent})", f"-accent, {given.accent})")
        text = text.replace(f"-on-accent, {on_accent})", f"-on-accent, {given.on_accent})")
    if len(own.languages) == 1:
        text = text.replace(_PICKED, f'"{own.language}"')
        text = text.replace(_OFFERED, f"LANGUAGES = {{ {_NAMES[own.language]} }};")
    return text


def tightened(script: str) -> str:
    """A script without the spaces that it does not need; what stands in quotes stays as it is."""
    told, inside = [], False
    for line in script.splitlines(keepends=True):
        told.append(line if inside else _tight(line))
        inside ^= line.count("`") % 2 == 1
    return "".join(told)


def _tight(line: str) -> str:
    pieces = _QUOTED.split(line)
    if _UNSURE.search("".join(pieces[::2])):
        return line
    pieces[::2] = [_SIGN.sub(r"\1\2", piece) for piece in pieces[::2]]
    short = "".join(pieces)
    return short.rstrip("\n") if short.rstrip("\n").endswith(_OPEN) else short


def _load(folder: Path, path: Path, hosts: Sequence[str]) -> Asset:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        text = _branded(text)
    if path.suffix in {".js", ".css"}:
        text = _INDENT.sub("", _TRAILING.sub("", _LINE.sub("", _BLOCK.sub("", text))))
    if path.suffix == ".js":
        text = tightened(text)
    if path.name.endswith(_STYLES):
        text = _STYLE_SPACE.sub("", text)
    text = text.replace(_NO_HOSTS, f"const HOSTS={json.dumps(list(hosts))};")
    content = text.encode()
    return Asset(
        name=path.relative_to(folder).as_posix(),
        media_type=MEDIA_TYPES[path.suffix],
        content=content,
        packed=gzip.compress(content, mtime=0),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    )
