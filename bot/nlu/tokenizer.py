"""Cuts mixed Chinese and English into words, without losing either.

Rasa's whitespace tokenizer deletes Chinese between blanks, its Jieba tokenizer cuts
addresses and Latin names to pieces; this one takes out first what must stay whole.
Chinese is cut by our own list of words, or by Jieba where the setting says so: Jieba's
dictionary takes 130 MB and gained nothing in our measurements (bench/nlu.md).
"""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import choke_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

choke_point.install()

LIMIT: Final = 2_000
"""Characters that are cut into words; what stands behind them is left out."""

USER_WORDS: Final = (
    "助记词",
    "恢复词",
    "种子词",
    "私钥",
    "公钥",
    "密钥",
    "冷钱包",
    "热钱包",
    "硬件钱包",
    "数字钱包",
    "数字人民币",
    "没到账",
    "未到账",
    "到账",
    "转账",
    "转错",
    "提币",
    "充币",
    "提现",
    "矿工费",
    "手续费",
    "燃料费",
    "链上",
    "主网",
    "区块",
    "区块链",
    "交易哈希",
    "哈希值",
    "地址",
    "合约",
    "授权",
    "质押",
    "比特派",
    "比特币",
    "以太坊",
    "泰达币",
    "波场",
    "币安",
    "欧易",
    "火币",
    "开不了机",
    "不亮",
    "黑屏",
    "死机",
    "固件",
    "升级",
    "刷机",
    "屏幕",
    "按键",
    "充电",
    "蓝牙",
    "数据线",
    "指纹",
    "忘了",
    "忘记",
    "密码",
    "验证码",
    "重置",
    "恢复",
    "找回",
    "解锁",
    "锁定",
    "转人工",
    "人工客服",
    "真人",
    "客服",
    "官网",
    "官方",
    "骗子",
    "诈骗",
    "冒充",
    "远程控制",
    "屏幕共享",
)
"""Words of our field; Jieba's general dictionary cuts many of them in the middle."""

CJK: Final = r"\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"

_PIECE: Final = re.compile(
    rf"""
      (?P<whole>
          [A-Za-z0-9._%+-]{{1,64}}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+   # an e-mail address
        | (?:https?://|www\.)[^\s{CJK}"'<>()\u3000-\u303f]+            # an address with its scheme
        | [A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{{2,24}}(?![A-Za-z0-9])  # a bare domain …
          (?:/[^\s{CJK}"'<>()\u3000-\u303f]*)?                         # … and its path
        | v?\d+(?:[.,:/-]\d+)+                                         # 1,000.50  2.1.0  12:30
        | [^\W_{CJK}]+(?:['’-][^\W_{CJK}]+)*                           # a word, a number, a hash
      )
    | (?P<chinese>[{CJK}]+)
    | (?P<sign>[^\s\w])
    """,
    re.VERBOSE,
)


class Piece(NamedTuple):
    """A word of the folded text and where it begins in the text as it was given."""

    text: str
    start: int


def fold(text: str) -> str:
    """Full-width and other compatibility forms as plain ones; every offset stays as it was."""
    return "".join(_fold_one(char) for char in text)


def _fold_one(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


class Segmenter(Protocol):
    """Cuts a run of Chinese characters into words."""

    def tokenize(self, run: str) -> Iterator[tuple[str, int, int]]:
        """Each word with its beginning and end in ``run``, without gaps."""


class ListSegmenter:
    """The longest word of a list that fits; a character of its own where none does."""

    def __init__(self, words: tuple[str, ...] = USER_WORDS) -> None:
        self._words = frozenset(words)
        self._longest = max(map(len, words))

    def tokenize(self, run: str) -> Iterator[tuple[str, int, int]]:
        """Cut from left to right."""
        start = 0
        while start < len(run):
            ends = range(min(start + self._longest, len(run)), start, -1)
            end = next((end for end in ends if run[start:end] in self._words), start + 1)
            yield run[start:end], start, end
            start = end


def load_jieba() -> Segmenter:
    """A Jieba of our own with our words, which leaves the process-wide one alone."""
    import jieba  # noqa: PLC0415 - takes a second and 130 MB; only those who ask pay

    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    for word in USER_WORDS:
        segmenter.add_word(word)
    return segmenter


SEGMENTERS: Final[dict[str, Callable[[], Segmenter]]] = {
    "list": ListSegmenter,
    "jieba": load_jieba,
}
"""Ways to cut Chinese, by the name that config.yml gives them."""


def cut(text: str, segmenter: Segmenter) -> list[Piece]:
    """The words of ``text``; signs only where there is no word at all, blanks never."""
    words: list[Piece] = []
    signs: list[Piece] = []
    for match in _PIECE.finditer(fold(text[:LIMIT])):
        if match.lastgroup == "chinese":
            words.extend(_cut_chinese(match.group(), match.start(), segmenter))
        else:
            is_sign = match.lastgroup == "sign"
            (signs if is_sign else words).append(Piece(match.group(), match.start()))
    return words or signs


def _cut_chinese(run: str, start: int, segmenter: Segmenter) -> Iterator[Piece]:
    for word, begin, _ in segmenter.tokenize(run):
        yield Piece(word, start + begin)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class BilingualTokenizer(Tokenizer):
    """Graph component: tokens of a message in Chinese, English or both."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings that Rasa's base class reads."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
            "segmenter": "list",
        }

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._segmenter = SEGMENTERS[config["segmenter"]]()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BilingualTokenizer:
        """Made anew for training and for serving alike: it learns nothing."""
        del model_storage, resource, execution_context
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute, with offsets into the text as it was given."""
        return [Token(piece.text, piece.start) for piece in self.cut(message.get(attribute))]

    def cut(self, text: str) -> list[Piece]:
        """The words of ``text`` by this tokenizer's own dictionary."""
        return cut(text, self._segmenter)
