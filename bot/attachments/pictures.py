"""Pictures: opened within limits, made anew from their pixels, so that nothing else survives."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageOps

from bot.attachments.kinds import FileRefused

if TYPE_CHECKING:
    from bot.attachments.kinds import Kind

MOST_PIXELS: Final = 64_000_000
LONGEST_SIDE: Final = 16_000
KEPT_SIDE: Final = 4000
THUMBNAIL_SIDE: Final = 320
_LOSSLESS_BYTES: Final = 3 * 1024 * 1024
_QUALITY: Final = 85
_FORMATS: Final = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}


def opened(content: bytes, kind: Kind) -> Image.Image:
    """The first picture of a file in RGB, upright, on white, without anything that came with it.

    Raises:
        FileRefused: too many pixels (``measures``), cut off or broken (``damaged``).
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        picture = Image.open(io.BytesIO(content), formats=[_FORMATS[kind]])
        check_measures(*picture.size)
        picture.load()
        return _plain(ImageOps.exif_transpose(picture))
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError):
        raise FileRefused("damaged") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused("measures") from None


def check_measures(width: int, height: int) -> None:
    """Refuse what would need too much memory; raises FileRefused."""
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise FileRefused("measures")


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    white = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        shown = picture.convert("RGBA")
        white.paste(shown, mask=shown.getchannel("A"))
    else:
        white.paste(picture.convert("RGB"))
    return white


def _eight_bits(picture: Image.Image) -> Image.Image:
    values = np.asarray(picture).astype(np.float64)
    span = values.max() if picture.mode == "F" else 65_535.0
    scaled = np.clip(values * 255.0 / max(float(span), 1.0), 0, 255)
    return Image.fromarray(scaled.astype(np.uint8))


def kept(picture: Image.Image, kind: Kind) -> tuple[str, bytes, tuple[int, int]]:
    """A picture as it is stored: media type, bytes, and its size in pixels."""
    small = picture.copy()
    small.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    if kind in {"png", "gif"}:
        exact = _saved(small, "PNG")
        if len(exact) <= _LOSSLESS_BYTES:
            return "image/png", exact, small.size
    if kind == "webp":
        return "image/webp", _saved(small, "WEBP", quality=_QUALITY), small.size
    return "image/jpeg", jpeg(small), small.size


def jpeg(picture: Image.Image) -> bytes:
    """A picture as JPEG."""
    return _saved(picture, "JPEG", quality=_QUALITY)


def thumbnail(picture: Image.Image) -> bytes:
    """A small JPEG of a picture."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return jpeg(small)


def _saved(picture: Image.Image, name: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()
