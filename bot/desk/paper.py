"""A record as PDF: A4, one column, Chinese by an embedded font."""

from __future__ import annotations

import lzma
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from importlib import import_module
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Final

from bot.content.profile import profile
from bot.desk.blocks import Block

_FONT: Final = Path(__file__).parent / "fonts" / "NotoSansSC-Regular.ttf.xz"
_NAME: Final = "Record"
_LOCK: Final = Lock()
"""reportlab keeps which signs a font needs in the font itself: one document at a time."""
_SIZES: Final = {"title": 16, "heading": 12, "paragraph": 9, "fact": 9, "label": 8, "quote": 9}


def pdf(blocks: Sequence[Block], title: str) -> bytes:
    """Lay blocks out on A4 pages with their numbers; the same blocks give the same bytes."""
    with _LOCK:
        styles = _styles()
        templates = import_module("reportlab.platypus")  # loaded when a record is asked for
        output = BytesIO()
        document = templates.SimpleDocTemplate(
            output,
            pagesize=(595.28, 841.89),  # A4 in points
            title=title,
            author=profile().name.en,
            invariant=1,
        )
        flow = [part for block in blocks for part in _parts(block, styles)]
        document.build(flow, onFirstPage=_numbered, onLaterPages=_numbered)
        return output.getvalue()


def _parts(block: Block, styles: dict[str, Any]) -> list[Any]:
    paragraph = import_module("reportlab.platypus").Paragraph
    text = escape(block.text, quote=False).replace("\n", "<br/>")
    label = escape(block.label, quote=False)
    if block.kind == "fact":
        return [paragraph(f"<b>{label}</b>: {text}", styles["fact"])]
    if block.kind == "quote":
        return [paragraph(label, styles["label"]), paragraph(text, styles["quote"])]
    return [paragraph(text, styles[block.kind])]


@lru_cache(maxsize=1)
def _styles() -> dict[str, Any]:
    metrics = import_module("reportlab.pdfbase.pdfmetrics")
    font = import_module("reportlab.pdfbase.ttfonts").TTFont(
        _NAME, BytesIO(lzma.decompress(_FONT.read_bytes()))
    )
    metrics.registerFont(font)
    metrics.registerFontFamily(_NAME, normal=_NAME, bold=_NAME, italic=_NAME, boldItalic=_NAME)
    style = import_module("reportlab.lib.styles").ParagraphStyle
    indent = {"quote": 12}
    return {
        kind: style(
            kind,
            fontName=_NAME,
            fontSize=size,
            leading=size * 1.5,
            spaceBefore=size if kind in {"title", "heading"} else 3,
            leftIndent=indent.get(kind, 0),
            keepWithNext=kind in {"title", "heading", "label"},
            # Breaks between Chinese signs, keeps Latin words whole, splits what fits no line.
            wordWrap="CJK",
        )
        for kind, size in _SIZES.items()
    }


def _numbered(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(_NAME, 8)
    canvas.drawCentredString(297.64, 28, str(document.page))
    canvas.restoreState()
