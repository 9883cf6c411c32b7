"""The static files, read once: their bytes, packed bytes and names in caches."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

# There is no build: what is left out on the way are comments that begin a line or follow the end
# of a statement, and indentation. A browser does not need them and a phone pays for them.
_BLOCK: Final = re.compile(r"^[ \t]*/\*\*?(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_LINE: Final = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_TRAILING: Final = re.compile(r"(?<=[;{},]) // .*$", re.MULTILINE)
_STYLE_SPACE: Final = re.compile(r"(?<=[{};:,]) | (?=[{}])")
_STYLES: Final = (".css", "styles.js")
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


def load_assets() -> dict[str, Asset]:
    """Read every file under ``static/`` by its name there; nothing else can be asked for."""
    folder = FOLDER / "static"
    paths = sorted(path for path in folder.rglob("*") if path.suffix in MEDIA_TYPES)
    return {path.relative_to(folder).as_posix(): _load(folder, path) for path in paths}


def _load(folder: Path, path: Path) -> Asset:
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".js", ".css"}:
        text = _INDENT.sub("", _TRAILING.sub("", _LINE.sub("", _BLOCK.sub("", text))))
    if path.name.endswith(_STYLES):
        text = _STYLE_SPACE.sub("", text)
    content = text.encode()
    return Asset(
        name=path.relative_to(folder).as_posix(),
        media_type=MEDIA_TYPES[path.suffix],
        content=content,
        packed=gzip.compress(content, mtime=0),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    )
