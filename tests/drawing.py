"""Pictures for the tests, drawn here: nothing real is in them, and no file of a stranger."""

from __future__ import annotations

import io

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

# Published test vector of BIP-39.
PHRASE = (
    *("legal", "winner", "thank", "year", "wave", "sausage"),
    *("worth", "useful", "legal", "winner", "thank", "yellow"),
)


def font(size):
    return ImageFont.load_default(size)


def page(lines, size=(700, 500), letters=28):
    """White paper with lines of text."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((30, 25 + number * letters * 1.8), line, font=font(letters), fill="black")
    return picture


def grid(words, columns, *, by_column=False, numbers=True):
    """Words in a grid, each beside its number."""
    picture = Image.new("RGB", (260 * columns, 120 + 60 * -(-len(words) // columns)), "white")
    draw = ImageDraw.Draw(picture)
    rows = -(-len(words) // columns)
    for at, word in enumerate(words):
        row, column = (at % rows, at // rows) if by_column else divmod(at, columns)
        text = f"{at + 1}. {word}" if numbers else word
        draw.text((20 + 260 * column, 40 + 60 * row), text, font=font(30), fill="black")
    return picture


def qr(content):
    """A QR code on white."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
    square = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code))).convert("RGB")
    picture = Image.new("RGB", (400, 400), "white")
    picture.paste(square.resize((300, 300), Image.Resampling.NEAREST), (50, 50))
    return picture


def saved(picture, name="PNG", **options):
    """A picture as the bytes of a file."""
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


WALLET = ["Total balance", "$ 1,204.50", "BTC  0.01420", "ETH  0.2200", "Send   Receive   Swap"]
