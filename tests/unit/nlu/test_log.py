import json
import logging
import warnings

import pytest
import structlog

from bot import log

PHRASE = " ".join(["abandon"] * 11 + ["about"])  # published BIP-39 test vector


@pytest.fixture(autouse=True)
def quiet_afterwards():
    yield
    log.configure("test", "WARNING")
    logging.getLogger("py.warnings").setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


@pytest.fixture
def lines(capsys):
    log.configure("test", "DEBUG")
    logging.getLogger("py.warnings").setLevel(logging.NOTSET)

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    return read


def test_a_phrase_in_a_plain_message_is_not_written(lines):
    logging.getLogger("x").warning("got %s", PHRASE)
    (line,) = lines()
    assert "abandon" not in json.dumps(line)
    assert line["logger"] == "x"


def test_a_harmless_message_is_written_as_it_is(lines):
    logging.getLogger("x").warning("the wallet %s is fine", "冷钱包")
    assert lines()[0]["event"] == "the wallet 冷钱包 is fine"


def test_a_phrase_in_a_nested_value_is_not_written(lines):
    structlog.get_logger("x").info("turn", deep={"a": [PHRASE]})
    assert "abandon" not in json.dumps(lines())


def test_a_phrase_cut_into_a_list_of_words_is_not_written(lines):
    structlog.get_logger("x").info("turn", words=PHRASE.split())
    assert "abandon" not in json.dumps(lines())


def test_a_warning_passes_the_guard(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"got {PHRASE}", stacklevel=1)
    (line,) = lines()
    assert line["logger"] == "py.warnings"
    assert "abandon" not in json.dumps(line)


@pytest.mark.parametrize("get", [logging.getLogger, structlog.get_logger])
def test_an_exception_shows_its_place_but_neither_message_nor_locals(lines, get):
    said = "call me on the number of my sister"
    try:
        int(said)
    except ValueError:
        get("x").exception("turn failed")
    (line,) = lines()
    (link,) = line["exception"]
    assert link["type"] == "ValueError"
    assert "test_log.py" in link["at"][0]
    assert said not in json.dumps(line)


def test_a_system_error_keeps_its_message(lines):
    try:
        open("/nowhere/at/all").close()  # noqa: PTH123 - any failure of the system
    except OSError:
        logging.getLogger("x").exception("start failed")
    assert "No such file" in lines()[0]["exception"][0]["said"]


def test_a_line_too_long_to_judge_is_withheld(lines):
    logging.getLogger("x").error("a " * 9_000)
    assert log.LONG in json.dumps(lines())


def test_a_broken_guard_withholds_the_line(lines, monkeypatch):
    def broken(_):
        raise RuntimeError

    monkeypatch.setattr("bot.guard.scrub", broken)
    logging.getLogger("x").error("My dog's name is Rex")
    monkeypatch.undo()
    assert lines()[0]["event"] == log.WITHHELD


def test_a_logger_used_before_obeys_from_then_on(capsys):
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    early = structlog.get_logger("early")
    early.info("warm")
    log.configure("test", "DEBUG")
    early.warning("turn", text=PHRASE)
    assert "abandon" not in capsys.readouterr().err


def test_what_rasa_repeats_of_a_customer_at_debug_is_not_written(lines):
    said = "void come effort suffer"  # the first words of a phrase that the next message shows
    structlog.get_logger("rasa").debug("processor.message.parse", parse_data_text=said, count=1)
    (line,) = lines()
    assert "void" not in json.dumps(line)
    assert line["count"] == 1
