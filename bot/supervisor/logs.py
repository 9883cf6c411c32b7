"""What the processes say: kept in files of bounded size, the alarming lines shown as well."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import Final

from bot.guard import scrub
from bot.log import WITHHELD

MAX_BYTES: Final = 5_000_000
KEPT_FILES: Final = 3
MAX_LINE: Final = 16_384
_ALARMING: Final = re.compile(
    r"""
    \b(?:ERROR|CRITICAL|FATAL)\b                 # the standard library's names
    | ^Traceback\                                # an exception that nobody caught
    | "level":\ ?"(?:error|critical)"            # our JSON lines
    | \[(?:error|critical)\b                     # structlog's console
    """,
    re.VERBOSE,
)


def is_alarming(line: str) -> bool:
    """Whether a log line has to be seen at once."""
    return _ALARMING.search(line) is not None


def safe(line: str) -> str:
    """A line without secrets, for what a process prints past its own redacting logs.

    That is what the interpreter says of an exception nobody caught, or a library's ``print``;
    the JSON lines of ``bot.log`` have passed the guard already.
    """
    if line.startswith("{") and '"service": ' in line:
        return line
    try:
        return str(scrub(line))
    except Exception:  # noqa: BLE001 - fail closed, whatever broke
        return WITHHELD


class RotatingLog:
    """Appends lines to ``path``; at ``max_bytes`` the file becomes ``path.1``, and so on.

    The last lines stay in memory, to be shown when a process fails.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, kept: int = KEPT_FILES) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.last: deque[str] = deque(maxlen=12)
        self._max_bytes = max_bytes
        self._kept = kept
        self._file = path.open("ab")

    def write(self, line: str) -> None:
        """Append one line; a disk that is full stops the log, never the processes."""
        self.last.append(line)
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        try:
            if self._file.tell() + len(data) > self._max_bytes:
                self._rotate()
            self._file.write(data)
            self._file.flush()
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._kept - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self.path.replace(self._numbered(1))
        self._file = self.path.open("ab")

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


class LineSplitter:
    """Cuts a stream of bytes into lines; one longer than ``MAX_LINE`` bytes is cut up."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Take the next bytes and give the lines that are complete."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        while len(self._rest) > MAX_LINE:
            whole.append(self._rest[:MAX_LINE])
            self._rest = self._rest[MAX_LINE:]
        return [_decode(line) for line in whole]

    def end(self) -> list[str]:
        """Give what came after the last line break."""
        rest, self._rest = self._rest, b""
        return [_decode(rest)] if rest else []


def _decode(line: bytes) -> str:
    return line.rstrip(b"\r").decode("utf-8", "replace")
