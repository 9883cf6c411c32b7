import pytest

from bot.nlu.tokenizer import ListSegmenter, cut, load_jieba

TABLE = {
    "我的Ledger Nano X 转账没到账": ["我", "的", "Ledger", "Nano", "X", "转账", "没到账"],
    "我的 trx 转错链了": ["我", "的", "trx", "转错", "链", "了"],
    "助记词泄露了怎么办": ["助记词", "泄", "露", "了", "怎", "么", "办"],
    "比特派钱包  OKX Wallet": ["比特派", "钱", "包", "OKX", "Wallet"],
    "https://www.ledger.com/start?x=1 是官方的吗": [
        "https://www.ledger.com/start?x=1", "是", "官方", "的", "吗",
    ],
    "写信到support@bitpie.com对吗": ["写", "信", "到", "support@bitpie.com", "对", "吗"],
    "去ledger.com下载": ["去", "ledger.com", "下", "载"],
    "I don't know, v2.1.0 maybe": ["I", "don't", "know", "v2.1.0", "maybe"],
    "转了1,000.50个USDT": ["转", "了", "1,000.50", "个", "USDT"],
    "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe不对": [
        "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", "不", "对",
    ],
    "ＵＳＤＴ 没到账！": ["USDT", "没到账"],
    "？？": ["?", "?"],
    "👍": ["👍"],
    "  ": [],
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), TABLE.items(), ids=list(TABLE))
def test_mixed_text_is_cut_into_its_words(text, words):
    assert [piece.text for piece in cut(text, ListSegmenter())] == words


@pytest.mark.parametrize("text", list(TABLE))
def test_offsets_point_into_the_text_as_it_was_given(text):
    for word, start in cut(text, ListSegmenter()):
        given = text[start : start + len(word)]
        assert given == word or given.isprintable()
        assert len(given) == len(word)


def test_a_full_width_word_keeps_its_offset():
    assert cut("是ＵＳＤＴ吗", ListSegmenter())[1] == ("USDT", 1)


def test_jieba_may_cut_instead_and_knows_our_words():
    jieba = load_jieba()
    words = [piece.text for piece in cut("我的Ledger Nano X 转账没到账", jieba)]
    assert words == ["我", "的", "Ledger", "Nano", "X", "转账", "没到账"]
    assert "助记词" in [piece.text for piece in cut("助记词泄露了怎么办", jieba)]


def test_a_long_run_without_blanks_is_cut_in_bounded_time():
    assert len(cut("a.-" * 1_000_000, ListSegmenter())) < 2_100
