"""Logs of bounded size, and which of their lines are shown at once."""

from __future__ import annotations

import pytest

from bot.supervisor.logs import MAX_LINE, LineSplitter, RotatingLog, is_alarming


@pytest.fixture
def log(tmp_path):
    """A log that turns over at 30 bytes and keeps two old files."""
    log = RotatingLog(tmp_path / "log" / "rasa.log", max_bytes=30, kept=2)
    yield log
    log.close()


def test_a_full_log_is_turned_over_and_the_oldest_goes(log):
    for number in range(8):
        log.write(f"line number {number}")
    folder = log.path.parent
    assert sorted(path.name for path in folder.iterdir()) == [
        "rasa.log",
        "rasa.log.1",
        "rasa.log.2",
    ]
    assert log.path.read_text() == "line number 6\nline number 7\n"
    assert (folder / "rasa.log.2").read_text() == "line number 2\nline number 3\n"


def test_a_log_goes_on_where_the_last_run_ended(tmp_path):
    for word in ("first", "second"):
        log = RotatingLog(tmp_path / "rasa.log")
        log.write(word)
        log.close()
    assert (tmp_path / "rasa.log").read_text() == "first\nsecond\n"


def test_half_a_surrogate_does_not_stop_the_log(log):
    log.write("\ud83d")
    assert log.path.read_text() == "\\ud83d\n"


def test_bytes_become_lines_wherever_they_were_cut():
    splitter = LineSplitter()
    parts = [splitter.feed(piece) for piece in (b"on", b"e\r\ntw", "o 中".encode()[:-1], b"\xad")]
    assert parts == [[], ["one"], [], []]
    assert splitter.end() == ["two 中"]
    assert splitter.end() == []


def test_a_line_without_end_is_cut_up():
    assert [len(line) for line in LineSplitter().feed(b"x" * (2 * MAX_LINE + 1))] == [
        MAX_LINE,
        MAX_LINE,
    ]


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 ERROR rasa.core  - no model",
        "Traceback (most recent call last):",
        '{"event": "turn", "level": "error"}',
        "2026-01-01 [error    ] reply_withheld",
    ],
)
def test_an_alarming_line_is_seen(line):
    assert is_alarming(line)


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 INFO rasa.core - no errors",
        '{"event": "error_rate", "level": "info"}',
        "  File x, in Traceback printer",
    ],
)
def test_a_quiet_line_is_not_taken_for_alarming(line):
    assert not is_alarming(line)
