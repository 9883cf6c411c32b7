"""Reading the text of a picture with the models that come inside the RapidOCR package."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from bot.attachments.layout import Box, Line, lines_of

_MODELS: Final = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
_PIECE_SIDE: Final = 2000
_LOOK_SIDE: Final = 960
"""Lines are looked for on a picture made this small, and read from the larger one."""
_TALL: Final = 2.2
_OVERLAP: Final = 0.1
_MOST_PIECES: Final = 12


@cache
def _engine() -> Any:
    """The reader; loading takes seconds and some hundred megabytes, once a process.

    Models are named by their files: RapidOCR fetches nothing that it is not asked to find.
    """
    import rapidocr  # noqa: PLC0415 - only a process that reads a picture pays for it

    logging.getLogger("RapidOCR").disabled = True  # it may name what it read
    folder = Path(rapidocr.__file__).parent / "models"
    one_thread = {"intra_op_num_threads": 1, "inter_op_num_threads": 1}
    params: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.max_side_len": _PIECE_SIDE,
        "Det.limit_type": "max",
        "Det.limit_side_len": _LOOK_SIDE,
        **{f"EngineConfig.onnxruntime.{name}": count for name, count in one_thread.items()},
        **{f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()},
    }
    return rapidocr.RapidOCR(params=params)


def lines_in(picture: Image.Image) -> list[Line]:
    """Read a picture in RGB; a tall or wide one in pieces that overlap."""
    found: list[tuple[Box, str]] = []
    for piece, left, top in _pieces(picture):
        pixels = np.ascontiguousarray(np.asarray(piece)[:, :, ::-1])
        read = _engine()(pixels)
        if read.boxes is None or read.txts is None:
            continue
        for box, text in zip(read.boxes.tolist(), read.txts, strict=True):
            a, b, c, d = ((x + left, y + top) for x, y in box)
            found.append(((a, b, c, d), str(text)))
    return lines_of(found)


def _pieces(picture: Image.Image) -> list[tuple[Image.Image, int, int]]:
    width, height = picture.size
    longer, shorter = max(width, height), min(width, height)
    if longer <= _TALL * shorter:
        return [(picture, 0, 0)]
    step = max(int(shorter * _TALL * (1 - _OVERLAP)), longer // _MOST_PIECES, 1)
    size = int(step / (1 - _OVERLAP)) + 1
    cuts = [at for at in range(0, longer, step) if at == 0 or longer - at > size * _OVERLAP]
    ends = [min(at + size, longer) for at in cuts]
    spans = list(zip(cuts, ends, strict=True))
    if width > height:
        return [(picture.crop((a, 0, b, height)), a, 0) for a, b in spans]
    return [(picture.crop((0, a, width, b)), 0, a) for a, b in spans]
