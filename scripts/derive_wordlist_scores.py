"""Derive the guard's score tables from published word lists and word frequencies.

Run once, by hand, in an environment of its own; what it writes is committed. Needs the packages
``mnemonic``, ``shamir-mnemonic``, ``bip-utils``, ``wordfreq`` and ``opencc-python-reimplemented``:

    python scripts/derive_wordlist_scores.py bot/guard/tables

For each word list: one line a word in list order, the word and how many quarter bits it speaks
for a phrase rather than for prose, ``log2(1 / words in list) - log2 p(word in prose)``, clipped to
six bits; where the first four letters stand for one word alone, what these four letters speak for.
For Chinese: words of one to four characters and what each costs in prose.
"""

from __future__ import annotations

import math
import sys
import unicodedata
import zlib
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path

import wordfreq

BIP39 = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "cs": "czech",
    "pt": "portuguese",
    "ja": "japanese",
    "ko": "korean",
}
CLIP_BITS = 6.0
PREFIX_WEIGHT = 0.6
UNSEEN = 1e-7
LISTED_BITS, UNLISTED_BITS, RARE_BITS = 11, 19, 18
"""What a character costs in a phrase, there though not listed, and in prose when not known."""
WORTH_BITS, PROSE_BITS = 5, 4
"""A word of prose is kept when it saves so much, and its parts would speak so much for a phrase."""
FINE_BITS = 16

# What customers of a wallet write far more often than general prose does.
SUPPORT_WORDS_EN = """
account access add address amount app balance bitcoin black blue bridge bring buy cable cancel
card change charge check claim click coin computer connect confirm contact correct crypto cash
credit code data debit delay deposit device digital display document door email enter error erase
ether exchange exit fee file find fix forget fund funds green happen hardware hello help hold host
ask key keep left letter light list load lock lost machine market menu message mobile model move
network next notice number offer office official old one online open option order other owner page
paper password pay payment person phone phrase please power press print private problem process
product protect public question quick random ready reason receive recall record recover recovery
red refund reject release remain remember remind remove repair repeat replace report require reset
restore result return right rule safe sale save scan screen script search second secret secure
security seed select sell send service set settle setup shield shop show sign site software
solution someone soon start stay step still stock stop store submit success support suspect swap
switch symbol system ticket tip toggle token tool total track trade transfer trust try turn two
type unable unlock until update upgrade usb use used usual vault verify version wait wallet want
warning website window wire word work write wrong yellow you
"""
SUPPORT_WORDS_ZH = """
助记词 恢复词 恢复短语 助记码 种子词 私钥 公钥 钱包 冷钱包 热钱包 硬件钱包 硬件 固件 转账 充值
提现 提币 充币 到账 矿工费 手续费 区块 区块链 区块高度 比特币 以太坊 以太币 狗狗币 莱特币 泰达币
波场 稳定币 数字货币 数字人民币 虚拟货币 加密货币 代币 合约 授权 签名 地址 交易 哈希 订单 客服
官方 官网 冻结 解冻 验证码 密码 重置 屏幕 黑屏 白屏 开机 关机 重启 死机 闪退 充电 升级 更新 下载
安装 卸载 登录 登陆 备份 恢复 导入 导出 账号 账户 账单 工单 截图 链接 网址 邮箱 手机号 骗子 被骗
诈骗 钓鱼 泄露 丢失 被盗 设备 连接 蓝牙 数据线 电脑 手机 软件 应用 版本 型号 序列号 按键 按钮 显示
不亮 没反应 怎么办 怎么 什么 为什么 请问 谢谢 您好 麻烦 帮我 帮忙 一下 一个 这个 那个 可以 不能
没有 已经 还是 还没 收到 失败 成功 超时 确认 未确认 卡住 网络 节点 主网 链上 跨链 我的 你的 你们
我们 他们 不是 不了 不到 不上 一直 几天 昨天 今天 刚才 刚刚 上次 两次 三次 多少 多久 输错 忘记
忘了 锁定 解锁 人工 转人工
"""


def folded(word: str) -> str:
    """The word without case and marks, as the guard looks it up."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def prose(language: str) -> dict[str, float]:
    """How likely each folded word is in a language's prose."""
    found: dict[str, float] = defaultdict(float)
    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        found[folded(word)] += frequency
    if language == "en":
        for word in SUPPORT_WORDS_EN.split():
            found[word] = max(found[word], 5e-4)
    return found


def scored(words: list[str], *proses: dict[str, float]) -> str:
    """One line a word: the word, its quarter bits, and those of its first four letters."""
    uniform = -math.log2(len(words))

    def points(form: str) -> float:
        likely = max(UNSEEN, *(table.get(form, 0.0) for table in proses))
        return 4 * max(-CLIP_BITS, min(CLIP_BITS, uniform - math.log2(likely)))

    forms = [folded(word) for word in words]
    openings = Counter(form[:4] for form in forms)
    lines = []
    for word, form in zip(words, forms, strict=True):
        line = f"{unicodedata.normalize('NFC', word)} {round(points(form))}"
        if len(word) > 4 and openings[form[:4]] == 1 and form[:4] not in forms:
            gain = points(form[:4])
            line += f" {round(PREFIX_WEIGHT * gain if gain > 0 else gain)}"
        lines.append(line + "\n")
    return "".join(lines)


def simplification() -> dict[str, str]:
    """Traditional character to simplified, where one character stands for one."""
    table = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    mapping = {old: new.split()[0] for old, new in pairs}
    return {
        old: new
        for old, new in mapping.items()
        if old != new and len(old) == len(new) == 1 and "\u4e00" <= old <= "\u9fff"
    }


def chinese_words(simplify: dict[str, str], listed: set[str]) -> str:
    """Words of prose by cost and length: ``cost length group group …``.

    A group is a first character and what follows it in each word with that beginning. A word is
    kept when without it prose could look like a phrase: its parts speak for a phrase, or nearly,
    and the whole says clearly less.
    """
    found: dict[str, float] = defaultdict(float)
    for word, frequency in wordfreq.get_frequency_dict("zh", "best").items():
        if len(word) <= 4 and all("\u4e00" <= c <= "\u9fff" for c in word):
            found["".join(simplify.get(c, c) for c in word)] += frequency
    for word in SUPPORT_WORDS_ZH.split():
        found[word] = max(found[word], 3e-4)
    costs: dict[str, float] = {}
    rows: dict[tuple[int, int], dict[str, str]] = defaultdict(lambda: defaultdict(str))
    for word in sorted(found, key=lambda word: (len(word), word)):
        cost = -math.log2(found[word])
        parts = by_parts(word, costs)
        for_phrase = parts - sum(LISTED_BITS if c in listed else UNLISTED_BITS for c in word)
        if parts - cost < WORTH_BITS or (len(word) > 1 and for_phrase < PROSE_BITS):
            continue
        step = 1 if cost < FINE_BITS else 2
        costs[word] = step * round(cost / step)
        rows[4 * int(costs[word]), len(word)][word[0]] += word[1:]
    print(len(costs), "Chinese words kept of", len(found))
    return "".join(
        f"{cost} {length} {' '.join(first + rest for first, rest in row.items())}\n"
        for (cost, length), row in sorted(rows.items())
    )


def by_parts(word: str, costs: dict[str, float]) -> float:
    """What a word costs when it is read as shorter words."""
    best = [0.0]
    for stop in range(1, len(word) + 1):
        sizes = range(1, min(stop, len(word) - 1 or 1) + 1)
        options = [
            best[stop - size] + costs[word[stop - size : stop]]
            for size in sizes
            if word[stop - size : stop] in costs
        ]
        best.append(min([*options, best[stop - 1] + RARE_BITS]))
    return best[-1]


def wordlist(package: str, path: str) -> list[str]:
    """A published word list as its package ships it."""
    return files(package).joinpath(path).read_text("utf-8").split()


def main(folder: Path) -> None:
    """Write all tables."""
    english = prose("en")
    for language, name in BIP39.items():
        words = wordlist("mnemonic", f"wordlist/{name}.txt")
        pack(folder / language, scored(words, prose(language), english))
    others = {
        "slip39": wordlist("shamir_mnemonic", "wordlist.txt"),
        "monero": wordlist("bip_utils", "monero/mnemonic_legacy/wordlist/english.txt"),
        "electrum1": wordlist("bip_utils", "electrum/mnemonic_v1/wordlist/english.txt"),
    }
    for name, words in others.items():
        pack(folder / name, scored(words, english))
    simplify = simplification()
    listed: set[str] = set()
    for name in ("simplified", "traditional"):
        words = wordlist("mnemonic", f"wordlist/chinese_{name}.txt")
        pack(folder / f"zh_{name}", "".join(words) + "\n")
        listed |= {simplify.get(char, char) for char in words}
    pairs = "".join(old + new for old, new in sorted(simplify.items()))
    pack(folder / "zh_simplify", pairs + "\n")
    pack(folder / "zh_prose", chinese_words(simplify, listed))


def pack(path: Path, text: str) -> None:
    """Write a table as UTF-8 text under zlib."""
    path.with_name(f"{path.name}.txt.z").write_bytes(zlib.compress(text.encode(), 9))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
