"""The encoder's rows of the site's lines, kept in a file: ten seconds of work saved at each start.

The file is named after what went into it, so that other lines or another encoder never find it.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import numpy as np
import structlog

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, np.dtype[np.float32]]

_NAME: Final = "search-{}.npy"

_log = structlog.get_logger(__name__)


def rows_of(
    lines: Sequence[str], encoder: str, folder: Path | None, make: Callable[[], Numbers]
) -> Numbers:
    """float32[lines, numbers]: the rows that are kept in ``folder``, else made and kept there.

    A file that cannot be read or written costs time and nothing else.
    """
    if folder is None:
        return make()
    path = folder / _NAME.format(_fingerprint(lines, encoder))
    kept = _read(path, len(lines))
    if kept is not None:
        return kept
    rows = make()
    _write(path, rows)
    return rows


def _fingerprint(lines: Sequence[str], encoder: str) -> str:
    told = hashlib.sha256(encoder.encode())
    for line in lines:
        told.update(b"\0" + line.encode())
    return told.hexdigest()[:24]


def _read(path: Path, count: int) -> Numbers | None:
    try:
        rows: Numbers = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return rows if rows.ndim == 2 and len(rows) == count else None


def _write(path: Path, rows: Numbers) -> None:
    """Put the file in its place at once, and take away what was kept of other lines."""
    beside = path.with_name(f"{path.name}.{uuid4().hex[:8]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
        beside.replace(path)
        for other in path.parent.glob(_NAME.format("*")):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("search_rows_not_kept", kind=type(error).__name__)
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
