"""PDF: its pages as pictures, and a new PDF of nothing but those pictures."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any, Final

import pypdfium2  # type: ignore[import-untyped]

from bot.attachments.kinds import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image

MOST_PAGES: Final = 20
PAGE_SIDE: Final = 1600
"""The longer side of a page's picture in pixels: 137 dots an inch for A4."""
_RESOLUTION: Final = 137
_LARGEST_SCALE: Final = 8.0
_PASSWORD: Final = 4
"""PDFium's number for a missing or wrong password."""
_MOST_TEXT: Final = 200_000


class Paper:
    """An open PDF.

    Raises:
        FileRefused: not readable, locked by a password, or too many pages.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._document = pypdfium2.PdfDocument(content)
            count = len(self._document)
        except pypdfium2.PdfiumError as error:
            locked = getattr(error, "err_code", None) == _PASSWORD
            raise FileRefused("encrypted" if locked else "damaged") from None
        if count > MOST_PAGES:
            raise FileRefused("pages")
        if not count:
            raise FileRefused("damaged")
        self._count = count
        self._document.init_forms()  # filled-in fields are drawn too

    def texts(self) -> Iterator[str]:
        """The words that each page claims to hold; the pictures have the last word."""
        with _whole():
            for number in range(self._count):
                page = self._document[number].get_textpage()
                yield str(page.get_text_range(0, min(page.count_chars(), _MOST_TEXT)))

    def pictures(self) -> Iterator[Image.Image]:
        """Each page as an agent will see it, in RGB."""
        with _whole():
            for number in range(self._count):
                yield self._drawn(number)

    def _drawn(self, number: int) -> Image.Image:
        page: Any = self._document[number]
        longer = max(*page.get_size(), 1.0)
        drawn = page.render(scale=min(PAGE_SIDE / longer, _LARGEST_SCALE))
        picture: Image.Image = drawn.to_pil().convert("RGB")
        return picture


@contextlib.contextmanager
def _whole() -> Iterator[None]:
    """A page that cannot be read spoils the file."""
    try:
        yield
    except pypdfium2.PdfiumError:
        raise FileRefused("damaged") from None


def paper_of(pictures: Sequence[Image.Image]) -> bytes:
    """A PDF of pictures, one a page."""
    out = io.BytesIO()
    first, *more = pictures
    first.save(out, "PDF", save_all=True, append_images=more, resolution=_RESOLUTION)
    return out.getvalue()
