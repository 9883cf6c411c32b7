"""Where lines stand on a picture, and the orders in which a person may read them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

_SAME_ROW: Final = 0.6
"""Of a line's height: centres nearer than this stand in one row."""
_NARROW: Final = 0.45
"""Of the picture: wider lines belong to no column."""
_UPRIGHT: Final = 1.5
_LONG: Final = 2.5
_NUMBERED: Final = re.compile(
    r"\s*\(?([0-9]{1,2})\s*[.):、．,，|\-\]]?\s*([^\W\d_]{1,12})\s*[.,]?\s*"
)
_NUMBER: Final = re.compile(r"\s*[(#]?([0-9]{1,2})\s*[.):、．|\-\]]?\s*")
_CODE: Final = re.compile(r"(?=[A-Za-z+/=]*[0-9])[0-9A-Za-z+/=]{6,}|[0-9A-Za-z]{14,}")
"""A piece of a key has a digit, or is longer than a word."""
_REST: Final = re.compile(r"[0-9A-Za-z+/=]{3,}")
_LONG_RUN: Final = 24
_OVERLAP: Final = 6
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A piece of text on a picture: its middle and its size, as if the picture stood upright."""

    text: str
    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width / 2


Corner = tuple[float, float]
Box = tuple[Corner, Corner, Corner, Corner]


def lines_of(found: Iterable[tuple[Box, str]]) -> list[Line]:
    """Lines from the corners of their boxes; a turned or tilted picture is set straight."""
    measured = [(*_measured(box), text) for box, text in found if text.strip()]
    is_turned = sum(h > _UPRIGHT * w for w, h, *_ in measured) * 2 > len(measured)
    if is_turned:
        measured = [(h, w, y, -x, slope, text) for w, h, x, y, slope, text in measured]
    slopes = [slope for w, h, _, _, slope, _ in measured if w > _LONG * h]
    tilt = 0.0 if is_turned or not slopes else median(slopes)
    cos, sin = math.cos(tilt), math.sin(tilt)
    return [
        Line(text.strip(), x * cos + y * sin, y * cos - x * sin, w, h)
        for w, h, x, y, _, text in measured
    ]


def _measured(box: Box) -> tuple[float, float, float, float, float]:
    """Width, height, middle and slope of a box."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = box
    width = (math.dist((ax, ay), (bx, by)) + math.dist((dx, dy), (cx, cy))) / 2
    height = (math.dist((ax, ay), (dx, dy)) + math.dist((bx, by), (cx, cy))) / 2
    slope = math.atan2(by - ay, bx - ax)
    return width, height, (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4, slope


def rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand beside each other, from top to bottom, each row from left to right."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.y):
        last = found[-1] if found else []
        if last and line.y - last[-1].y < _SAME_ROW * min(line.height, last[-1].height):
            last.append(line)
        else:
            found.append([line])
    return [sorted(row, key=lambda one: one.x) for row in found]


def columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Narrow lines that stand below each other, from left to right; none when all is one column."""
    if not lines:
        return []
    span = max(line.right for line in lines) - min(line.left for line in lines)
    narrow = [line for line in lines if line.width < _NARROW * span]
    found: list[list[Line]] = []
    reach = -math.inf
    for line in sorted(narrow, key=lambda one: one.left):
        if found and line.left < reach:
            found[-1].append(line)
            reach = max(reach, line.right)
        else:
            found.append([line])
            reach = line.right
    if len(found) < _FEWEST:
        return []
    return [sorted(column, key=lambda one: one.y) for column in found]


def readings(lines: Sequence[Line]) -> list[str]:
    """The texts that a picture may hold: by rows, by columns, by numbers, codes joined."""
    by_row, by_column = rows(lines), columns(lines)
    texts = [
        "\n".join(" ".join(line.text for line in row) for row in by_row),
        "\n".join(line.text for column in by_column for line in column),
        _by_number(by_row),
        _by_number(by_column),
        *_codes([line.text for row in by_row for line in row]),
        # Which way up a turned sheet lies is not known, and a key has an order.
        *_codes([line.text for row in reversed(by_row) for line in reversed(row)]),
        *_codes([line.text for column in by_column for line in column]),
    ]
    return list(dict.fromkeys(text for text in texts if text.strip()))


def _by_number(groups: Sequence[Sequence[Line]]) -> str:
    """Words beside numbers, in the order of the numbers."""
    words: dict[int, str] = {}
    for group in groups:
        number = None
        for line in group:
            whole, alone = _NUMBERED.fullmatch(line.text), _NUMBER.fullmatch(line.text)
            if whole:
                words.setdefault(int(whole[1]), whole[2])
            elif alone:
                number = int(alone[1])
                continue
            elif number is not None:
                words.setdefault(number, line.text)
            number = None
    return " ".join(words[number] for number in sorted(words)) if len(words) > _FEWEST else ""


def _codes(texts: Sequence[str]) -> list[str]:
    """Keys that are broken over lines: runs of lines that are a piece of code each, joined."""
    found: list[str] = []
    run = ""
    pieces = 0
    for text in [*texts, ""]:
        piece = text.rpartition(":")[2].strip()
        if _CODE.fullmatch(piece) or (len(run) >= _LONG_RUN and _REST.fullmatch(piece)):
            run, pieces = _joined(run, piece), pieces + 1
            continue
        if pieces >= _FEWEST:
            found.append(run)
        run, pieces = "", 0
    return found


def _joined(before: str, after: str) -> str:
    """Two pieces of a code; a long line is found in parts that overlap by some signs."""
    for shared in range(min(_OVERLAP, len(before), len(after)), 1, -1):
        if before[-shared:] == after[:shared]:
            return before + after[shared:]
    return before + after
