"""What the worker does with one file: open, read, judge, and make it anew or stop it."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from bot.attachments import pictures
from bot.attachments.codes import codes_in
from bot.attachments.judging import kinds_in
from bot.attachments.kinds import Kept, Stopped, kind_of
from bot.attachments.layout import readings
from bot.attachments.papers import Paper, paper_of
from bot.attachments.recognising import lines_in
from bot.guard.findings import SecretKind


def work_on(content: bytes) -> Kept | Stopped:
    """Read a file and make it anew.

    Raises:
        FileRefused: it is not a file that we take; carries the reason.
        GuardBroken: what was read could not be judged.
    """
    kind = kind_of(content)
    if kind == "pdf":
        return _paper(content)
    picture = pictures.opened(content, kind)
    kinds, _ = _judged([picture])
    if kinds:
        return Stopped(kinds)
    media_type, made, (width, height) = pictures.kept(picture, kind)
    return Kept(media_type, made, pictures.thumbnail(picture), width, height, 1)


def _paper(content: bytes) -> Kept | Stopped:
    paper = Paper(content)
    kinds = kinds_in(paper.texts())
    if kinds:
        return Stopped(kinds)
    pages = list(paper.pictures())
    kinds, read = _judged(pages)
    kinds = kinds or kinds_in(["\n".join(read)])  # a phrase may go on over the page
    if kinds:
        return Stopped(kinds)
    first = pages[0]
    made, small = paper_of(pages), pictures.thumbnail(first)
    return Kept("application/pdf", made, small, first.width, first.height, len(pages))


def _judged(pages: Sequence[Image.Image]) -> tuple[tuple[SecretKind, ...], list[str]]:
    """The kinds on the first page that holds any, and what was read by rows till then."""
    for page in pages:  # codes are read in no time, words are not
        kinds = kinds_in((), codes_in(page))
        if kinds:
            return kinds, []
    read: list[str] = []
    for page in pages:
        texts = readings(lines_in(page))
        kinds = kinds_in(texts)
        if kinds:
            return kinds, []
        read += texts[:1]
    return (), read
