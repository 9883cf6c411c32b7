"""What the search keeps between two starts, and when it must not use it."""

import numpy as np
import pytest

from bot.widget.kept_rows import rows_of

LINES = ["my screen stays black", "屏幕一直黑着"]
ROWS = np.arange(8, dtype=np.float32).reshape(2, 4)


@pytest.fixture
def made():
    """Counts how often the rows were made."""
    return []


def asked(folder, made, lines=LINES, encoder="one"):
    def make():
        made.append(lines)
        return ROWS[: len(lines)]

    return rows_of(lines, encoder, folder, make)


def test_rows_are_made_once_and_read_at_the_next_start(tmp_path, made):
    assert np.array_equal(asked(tmp_path, made), asked(tmp_path, made))
    assert len(made) == 1


@pytest.mark.parametrize("other", [{"lines": LINES[::-1]}, {"encoder": "two"}])
def test_other_lines_or_another_encoder_are_made_anew(tmp_path, made, other):
    asked(tmp_path, made)
    asked(tmp_path, made, **other)
    assert len(made) == 2
    assert len(list(tmp_path.iterdir())) == 1  # what was kept of the others is gone


@pytest.mark.parametrize("content", [b"", b"no rows", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_is_made_anew(tmp_path, made, content):
    asked(tmp_path, made)
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    assert np.array_equal(asked(tmp_path, made), ROWS)
    assert np.array_equal(asked(tmp_path, made), ROWS)
    assert len(made) == 2


def test_a_folder_that_cannot_be_written_costs_time_alone(tmp_path, made):
    file = tmp_path / "file"
    file.write_text("in the way")
    assert np.array_equal(asked(file / "folder", made), ROWS)


def test_without_a_folder_nothing_is_kept(made):
    asked(None, made)
    asked(None, made)
    assert len(made) == 2
