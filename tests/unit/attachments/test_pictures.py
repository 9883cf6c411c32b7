from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from bot.attachments.kinds import FileRefused, kind_of
from bot.attachments.pictures import KEPT_SIDE, kept, opened, thumbnail
from tests.drawing import WALLET, page, saved

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x927C


def made_anew(content):
    kind = kind_of(content)
    return kept(opened(content, kind), kind)


def refusal(content):
    with pytest.raises(FileRefused) as refused:
        opened(content, kind_of(content))
    return refused.value.reason


def png(width, height, rows=b""):
    """A PNG that claims a size, whatever it holds."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_where_and_with_what_a_photo_was_taken_does_not_survive():
    photo = page(WALLET)
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[GPS] = {1: "N", 2: (31.0, 14.0, 0.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = saved(
        photo, "JPEG", exif=exif, icc_profile=profile, comment=b"taken at home", xmp=b"<x:xmpmeta/>"
    )
    assert all(word in content for word in (b"CameraMaker", b"taken at home", b"xmpmeta"))
    media_type, made, size = made_anew(content)
    assert (media_type, size) == ("image/jpeg", photo.size)
    again = Image.open(io.BytesIO(made))
    assert not again.getexif()
    assert not set(again.info) & {"exif", "icc_profile", "comment", "xmp", "photoshop"}
    assert b"CameraMaker" not in made


def test_words_in_a_png_do_not_survive():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "somebody")
    told.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    media_type, made, _ = made_anew(saved(page(WALLET), "PNG", pnginfo=told))
    assert media_type == "image/png"
    assert b"somebody" not in made
    assert b"xmpmeta" not in made
    assert made.count(b"tEXt") + made.count(b"iTXt") == 0


def test_a_photo_taken_sideways_is_stored_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    _, made, size = made_anew(saved(Image.new("RGB", (60, 20), "red"), "JPEG", exif=exif))
    assert size == Image.open(io.BytesIO(made)).size == (20, 60)


def test_what_is_glued_behind_a_photo_does_not_survive():
    _, made, _ = made_anew(saved(page(WALLET), "JPEG") + b"<script>alert(1)</script>")
    assert b"script" not in made


def test_what_only_another_background_would_show_is_not_there():
    picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    picture.putpixel((5, 5), (255, 0, 0, 255))
    _, made, _ = made_anew(saved(picture))
    shown = Image.open(io.BytesIO(made))
    assert (shown.mode, shown.getpixel((0, 0)), shown.getpixel((5, 5))) == (
        "RGB",
        (255, 255, 255),
        (255, 0, 0),
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_to_write_a_png_is_read(mode):
    grey = Image.new("I;16", (30, 20), 40_000) if mode == "I;16" else None
    media_type, made, size = made_anew(saved(grey or Image.new(mode, (30, 20))))
    assert (media_type, size) == ("image/png", (30, 20))
    if grey:
        assert Image.open(io.BytesIO(made)).getpixel((0, 0)) == (155, 155, 155)


def test_a_photo_for_print_and_the_first_picture_of_a_film_are_read():
    assert made_anew(saved(Image.new("CMYK", (30, 20)), "JPEG"))[0] == "image/jpeg"
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("white", "black")]
    film = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    media_type, made, _ = made_anew(film)
    assert (media_type, Image.open(io.BytesIO(made)).getpixel((3, 3))) == ("image/png", (255,) * 3)
    assert made_anew(saved(frames[0], "WEBP"))[0] == "image/webp"


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not():
    assert max(made_anew(saved(Image.new("RGB", (5000, 100))))[2]) == KEPT_SIDE
    assert made_anew(saved(Image.new("RGB", (50, 10))))[2] == (50, 10)
    assert Image.open(io.BytesIO(thumbnail(Image.new("RGB", (5000, 900))))).width == 320


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert refusal(png(30_000, 30_000, zlib.compress(bytes(1000)))) == "measures"
    assert refusal(png(15_999, 15_999, zlib.compress(bytes(1000)))) == "measures"
    assert refusal(png(30_000, 10)) == "measures"


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_file_that_is_cut_off_is_refused(name):
    content = saved(page(WALLET), name)
    assert refusal(content[: len(content) * 2 // 3]) == "damaged"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "type"),
        (b"<html>", "type"),
        (b"<?xml version='1.0'?><svg/>", "type"),
        (b"PK\x03\x04", "type"),
        (b"MZ\x90\0", "type"),
        (b"RIFF\0\0\0\0WAVEfmt ", "type"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "type"),
        (b"\xff\xd8\xff\xe0" + b"%PDF-1.7", "mixed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(5000) + b"PK\x05\x06" + bytes(18), "mixed"),
    ],
)
def test_what_is_no_picture_and_what_is_two_things_is_told_by_its_bytes(content, reason):
    with pytest.raises(FileRefused) as refused:
        kind_of(content)
    assert refused.value.reason == reason
