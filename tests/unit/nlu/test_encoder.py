import numpy as np
import pytest

from bot.guard import encoder


@pytest.fixture(scope="module")
def use():
    return encoder.load_encoder("use")


def test_one_row_of_unit_length_a_text(use):
    rows = use.encode(["我的钱包坏了", "my wallet is broken", ""])
    assert rows.shape == (3, 512)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-3)


def test_the_same_text_gives_the_same_row(use):
    assert (use.encode(["你好"]) == use.encode(["你好"])).all()


def test_a_translation_lies_nearer_than_another_matter(use):
    broken, kaputt, thanks = use.encode(["我的钱包坏了", "my wallet is broken", "thank you"])
    assert broken @ kaputt > broken @ thanks


def test_no_text_gives_no_row(use):
    assert use.encode([]).shape == (0, 512)


@pytest.mark.parametrize("text", ["ﷺ" * 300, "\x00\ud800", "a" * 1_000_000, "\u200b"])
def test_a_hostile_text_is_cut_and_cleaned(use, text):
    assert len(encoder.clean(text)) <= 2 * encoder.LIMIT
    assert np.isfinite(use.encode([text])).all()


def test_other_weights_than_the_pinned_ones_stop_the_start(monkeypatch):
    monkeypatch.setattr(encoder.UniversalSentenceEncoder, "HASHES", {"weights.npz": "0" * 64})
    with pytest.raises(encoder.EncoderError, match=r"weights\.npz"):
        encoder.UniversalSentenceEncoder()
