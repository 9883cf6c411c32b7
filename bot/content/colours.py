"""Whether a text can be read on a colour: WCAG 2.2's contrast of two sRGB colours."""

from __future__ import annotations

from typing import Final

ENOUGH: Final = 4.5
"""What WCAG 2.2 AA asks of text (success criterion 1.4.3)."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours written ``#rrggbb``, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, from 0 to 1 (WCAG 2.2, definitions)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def tinted(ground: str, colour: str, share: float = 0.12) -> str:
    """A ground with a breath of a colour, as ``#rrggbb``."""
    pairs = ((int(ground[at : at + 2], 16), int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)
