"""``python -m bot.attachments``: the worker that ``Reader`` starts, one file at a time.

In: the length of a file as eight bytes, and the file. Out: the length of a line of JSON as eight
bytes, the line, and the bytes it announces. The process holds no key and no setting, may write no
file, and ends after a file that held a secret, so that its memory goes back.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any, BinaryIO, Final

from bot.attachments.kinds import FileRefused, Kept
from bot.attachments.work import work_on

LENGTH_BYTES: Final = 8


def main() -> int:
    """Work until the gateway closes its end."""
    source, sink = sys.stdin.buffer, _own_output()
    memory, seconds = (int(word) for word in sys.argv[1:3])
    _limit_memory(memory)
    while True:
        head = source.read(LENGTH_BYTES)
        if len(head) < LENGTH_BYTES:
            return 0
        _limit_time(seconds)
        answer, *blobs = _answer(source.read(int.from_bytes(head, "big")))
        line = json.dumps(answer).encode()
        for part in (len(line).to_bytes(LENGTH_BYTES, "big"), line, *blobs):
            sink.write(part)
        sink.flush()
        if "kinds" in answer:
            return 0


def _own_output() -> BinaryIO:
    """The way to the gateway; what a library prints goes nowhere."""
    sink = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return sink


def _answer(content: bytes) -> tuple[Any, ...]:
    try:
        made = work_on(content)
    except FileRefused as refused:
        return ({"refused": refused.reason},)
    except Exception:  # noqa: BLE001 - whatever it is, the file is not kept
        return ({"refused": "unread"},)
    if not isinstance(made, Kept):
        return ({"kinds": made.kinds},)
    facts = {
        "media_type": made.media_type,
        "width": made.width,
        "height": made.height,
        "pages": made.pages,
        "sizes": [len(made.content), len(made.thumbnail)],
    }
    return facts, made.content, made.thumbnail


def _limit_memory(size: int) -> None:
    """No more address space than this, no file written, no memory dumped to a disk."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, size),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))


def _limit_time(seconds: int) -> None:
    """End the process after this much more processor time."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime) + seconds
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    sys.exit(main())
