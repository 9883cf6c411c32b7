"""What a file is, by its first bytes and never by its name; what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from bot.guard.findings import SecretKind

Kind = Literal["jpeg", "png", "webp", "gif", "pdf"]
Reason = Literal[
    "type", "heic", "mixed", "damaged", "measures", "pages", "encrypted", "slow", "unread", "busy"
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

_HEAD: Final = 1024
_TAIL: Final = 70_000
_ZIP_END: Final = b"PK\x05\x06"
_PDF: Final = b"%PDF-"
_STARTS: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (_PDF, "pdf"),
)
_HEIC: Final = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"))


class FileRefused(Exception):
    """A file is not taken; ``reason`` is one word of ``Reason`` and says nothing of its content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A file made anew, with a small picture of it; ``width`` and ``height`` of its first page."""

    media_type: str
    content: bytes
    thumbnail: bytes
    width: int
    height: int
    pages: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A file that holds secrets: their kinds, the gravest first, and nothing else of it."""

    kinds: tuple[SecretKind, ...]


def kind_of(content: bytes) -> Kind:
    """Tell what a file is.

    A picture that is a ZIP archive or a PDF as well is refused: nobody's camera makes one.

    Raises:
        FileRefused: it is nothing that we take (``type``, ``heic``), or two things (``mixed``).
    """
    kind = _started(content)
    if kind is None:
        is_heic = content[4:8] == b"ftyp" and content[8:12] in _HEIC
        raise FileRefused("heic" if is_heic else "type")
    if kind != "pdf" and (_PDF in content[:_HEAD] or _ZIP_END in content[-_TAIL:]):
        raise FileRefused("mixed")
    return kind


def _started(content: bytes) -> Kind | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((kind for start, kind in _STARTS if content.startswith(start)), None)
