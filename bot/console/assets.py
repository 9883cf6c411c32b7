"""The static files of the desk, read once; htmx is one pinned file of somebody else."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
HTMX: Final = "htmx-2.0.11.min.js"
HTMX_SHA384: Final = "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
"""Of the file in the package htmx.org 2.0.11; browsers check it as well."""
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served; ``packed`` is its gzip."""

    media_type: str
    content: bytes
    packed: bytes
    etag: str
    sha384: str


def load_assets() -> dict[str, Asset]:
    """Read every file under ``static/`` by its name there; nothing else can be asked for."""
    paths = sorted((FOLDER / "static").iterdir())
    return {path.name: _load(path) for path in paths if path.suffix in _MEDIA_TYPES}


def _load(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(
        media_type=_MEDIA_TYPES[path.suffix],
        content=content,
        packed=gzip.compress(content, mtime=0),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        sha384=base64.b64encode(hashlib.sha384(content).digest()).decode(),
    )
