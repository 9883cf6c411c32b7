from __future__ import annotations

import math

from bot.attachments.layout import Line, columns, lines_of, readings, rows
from tests.drawing import PHRASE


def at(text, x, y, width=100, height=20):
    return Line(text, x, y, width, height)


def box(x, y, width, height, angle=0.0):
    """The corners of a box that is turned about the picture's corner."""
    cos, sin = math.cos(angle), math.sin(angle)
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return tuple((a * cos - b * sin, a * sin + b * cos) for a, b in corners)


def placed(words, columns_wanted, *, by_column):
    count = -(-len(words) // columns_wanted)
    for number, word in enumerate(words):
        row, column = (
            (number % count, number // count) if by_column else divmod(number, columns_wanted)
        )
        yield at(f"{number + 1}. {word}", 100 + 220 * column, 50 + 50 * row)


def test_words_by_rows_and_by_columns_are_read_in_their_order():
    for count in (1, 2, 3, 4):
        for by_column in (True, False):
            lines = list(placed(PHRASE, count, by_column=by_column))
            assert " ".join(PHRASE) in readings(lines)


def test_numbers_that_stand_apart_from_their_words_bring_them_in_order():
    words = dict(enumerate(PHRASE, 1))
    shown = [7, 1, 12, 4, 5, 6, 2, 8, 9, 10, 11, 3]
    lines = []
    for row, number in enumerate(shown):
        lines += [at(str(number), 20, 50 * row, 20), at(words[number], 120, 50 * row)]
    assert " ".join(PHRASE) in readings(lines)


def test_a_row_is_a_row_however_crooked_the_sheet():
    tilt = math.radians(7)
    boxes = [
        (box(60 + 300 * (n % 3), 60 + 60 * (n // 3), 120, 24, tilt), word)
        for n, word in enumerate(PHRASE)
    ]
    assert [line.text for row in rows(lines_of(boxes)) for line in row] == list(PHRASE)


def test_a_sheet_on_its_side_is_set_upright():
    boxes = [
        (box(60 + 60 * (n // 3), 60 + 300 * (n % 3), 24, 120), word)
        for n, word in enumerate(PHRASE)
    ]
    found = [[line.text for line in row] for row in rows(lines_of(boxes))]
    assert sorted(word for row in found for word in row) == sorted(PHRASE)
    assert all(len(row) == 3 for row in found)


def test_text_in_one_column_has_no_columns():
    assert columns([at("a sentence", 300, 50 * n, 600) for n in range(4)]) == []


def test_a_key_broken_over_lines_is_joined_and_sentences_are_not():
    lines = [at("Private key:", 60, 0), at("5HueCGU8rMjxEXxi", 60, 40), at("PuoDBdoCM7yb", 60, 80)]
    assert "5HueCGU8rMjxEXxiPuoDBdoCM7yb" in readings(lines)
    talk = [at("Please restart", 60, 0), at("the device now", 60, 40)]
    assert readings(talk) == ["Please restart\nthe device now"]


def test_an_empty_picture_reads_as_nothing():
    assert readings([]) == []
    assert readings(lines_of([(box(0, 0, 10, 10), "  ")])) == []
