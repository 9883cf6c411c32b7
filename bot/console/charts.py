"""Pictures of figures: where each bar stands; the template draws them as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 180
_FOOT: Final = 24
_HEAD: Final = 16
_ROW: Final = 34
_BAR: Final = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: ``series`` picks its colour, ``value`` is what it stands for."""

    x: float
    y: float
    width: float
    height: float
    series: int
    value: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A word beside the bars."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture; ``top`` is the value of its upper edge."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    top: int


def columns(values: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    """Stacked columns, one a name; a few names only are written, so that they do not touch."""
    top = max((sum(parts) for _, parts in values), default=0) or 1
    step = WIDTH / max(1, len(values))
    room = HEIGHT - _FOOT - _HEAD
    bars: list[Bar] = []
    for place, (_, parts) in enumerate(values):
        floor = float(HEIGHT - _FOOT)
        for series, value in enumerate(parts):
            height = round(room * value / top, 2)
            floor -= height
            if value:
                bars.append(
                    Bar(
                        round(place * step + step * 0.15, 2),
                        round(floor, 2),
                        round(step * 0.7, 2),
                        height,
                        series,
                        value,
                    )
                )
    every = max(1, -(-len(values) // 7))
    marks = [
        Mark(round(place * step + step / 2, 2), HEIGHT - 6, name)
        for place, (name, _) in enumerate(values)
        if place % every == 0
    ]
    return Chart(WIDTH, HEIGHT, tuple(bars), tuple(marks), top)


def rows(values: Mapping[str, int]) -> Chart:
    """Lying bars, one a name, with the name above and the number behind."""
    top = max(values.values(), default=0) or 1
    bars, marks = [], []
    for place, (name, value) in enumerate(values.items()):
        y = place * _ROW
        bars.append(Bar(0, y + 18, round((WIDTH - 60) * value / top, 2), _BAR, 0, value))
        marks.append(Mark(0, y + 13, name))
    return Chart(WIDTH, max(_ROW, len(values) * _ROW), tuple(bars), tuple(marks), top)
