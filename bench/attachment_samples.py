"""Render pictures as customers send them: 204 that show a secret and 202 that show none.

    python bench/attachment_samples.py FOLDER [--share 1.0] [--seed S]

Phrases are drawn at random from the BIP-39 lists with a valid checksum, keys are random bytes,
identity papers are the published specimen of ICAO 9303 and numbers made up with a check digit.
``bench/attachments.py`` renders the same samples in memory.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import io
import json
import lzma
import random
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import zxingcpp
from guard_generator import phrase, words_of_cached
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

ROOT: Final = Path(__file__).resolve().parents[1]

BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LATIN_FONTS: Final = (
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSansMono.ttf",
    "DejaVuSans-Oblique.ttf",
    "DejaVuSerif-Italic.ttf",
)
ICAO: Final = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
"""The specimen passport of ICAO Doc 9303, part 4."""


class Sample(NamedTuple):
    """A file as it is sent; ``kind`` is the secret it shows, "" for none."""

    name: str
    kind: str
    content: bytes


# ── drawing ──────────────────────────────────────────────────────────────────


@functools.cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    if name != "noto":
        return ImageFont.truetype(name, size)
    packed = (ROOT / "bot/desk/fonts/NotoSansSC-Regular.ttf.xz").read_bytes()
    return ImageFont.truetype(io.BytesIO(lzma.decompress(packed)), size)


class Sheet:
    """A page that is written on from top to bottom."""

    def __init__(
        self, chance: random.Random, face: str, *, wide: int = 1080, dark: bool = False
    ) -> None:
        self.chance, self.face = chance, face
        self.size = chance.choice((30, 36, 42))
        self.ink = "#f2f2f2" if dark else chance.choice(("#000000", "#1a1a2e", "#333333"))
        self.picture = Image.new("RGB", (wide, 2200), "#14161c" if dark else "#ffffff")
        self.draw = ImageDraw.Draw(self.picture)
        self.y = 60

    def text(self, x: float, words: str, *, scale: float = 1.0, shaky: bool = False) -> float:
        """Write at a place; gives where it ends."""
        used = font(self.face, int(self.size * scale))
        if not shaky:
            self.draw.text((x, self.y), words, font=used, fill=self.ink)
            return x + used.getlength(words)
        for sign in words:  # a hand is never steady
            layer = Image.new("L", (int(used.size * 2), int(used.size * 2)), 0)
            ImageDraw.Draw(layer).text((used.size // 2, used.size // 3), sign, font=used, fill=255)
            layer = layer.rotate(self.chance.uniform(-9, 9), resample=Image.Resampling.BICUBIC)
            place = (
                int(x - used.size // 2),
                int(self.y - used.size // 3 + self.chance.uniform(-3, 3)),
            )
            self.picture.paste(Image.new("RGB", layer.size, self.ink), place, layer)
            x += used.getlength(sign) * self.chance.uniform(0.95, 1.08)
        return x

    def line(self, words: str, *, scale: float = 1.0, shaky: bool = False, x: int = 60) -> None:
        """Write a line and go to the next."""
        self.text(x, words, scale=scale, shaky=shaky)
        self.y += int(self.size * scale * 1.7)

    def wrapped(self, words: str, *, shaky: bool = False, breaks: bool = False) -> None:
        """Write as many lines as it takes; ``breaks`` inside words too."""
        used, row = font(self.face, self.size), ""
        for piece in list(words) if breaks else words.split(" "):
            longer = row + piece if breaks else f"{row} {piece}".strip()
            if used.getlength(longer) > self.picture.width - 140:
                self.line(row, shaky=shaky)
                longer = piece
            row = longer
        self.line(row, shaky=shaky)

    def code(self, content: Any, size: int = 420) -> None:
        """Draw a QR code."""
        made = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
        square = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(made)))
        square = square.convert("L").resize((size, size), Image.Resampling.NEAREST)
        self.draw.rectangle((90, self.y, 130 + size, self.y + size + 40), fill="white")
        self.picture.paste(square.convert("RGB"), (110, self.y + 20))
        self.y += size + 80

    def done(self) -> Image.Image:
        """The page, cut where the writing ends."""
        return self.picture.crop((0, 0, self.picture.width, min(self.y + 60, 2200)))


# ── looks ────────────────────────────────────────────────────────────────────

Look = Callable[[Image.Image, random.Random], Image.Image]


def photographed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A sheet on a table, from an angle, in uneven light."""
    margin = 160
    table = Image.effect_noise((picture.width + 2 * margin, picture.height + 2 * margin), 40)
    scene = Image.merge("RGB", [table.point(lambda v, f=f: int(v * f)) for f in (0.75, 0.6, 0.45)])
    scene.paste(picture, (margin, margin))
    w, h = scene.size
    wobble = lambda: chance.uniform(-0.05, 0.05)  # noqa: E731 - a corner's shift
    corners = [
        (w * (x + wobble()), h * (y + wobble())) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    flat = ((0, 0), (w, 0), (w, h), (0, h))
    scene = scene.transform(
        scene.size,
        Image.Transform.PERSPECTIVE,
        _perspective(flat, corners),
        Image.Resampling.BICUBIC,
    )
    light = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180))).resize(scene.size)
    light = light.point(lambda v: 150 + v * 105 // 255)
    scene = ImageChops.multiply(scene, Image.merge("RGB", (light, light, light)))
    return scene.filter(ImageFilter.GaussianBlur(chance.uniform(0.6, 1.4)))


def _perspective(to: Any, given: Any) -> list[float]:
    rows = []
    for (x, y), (u, v) in zip(to, given, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    sides = np.array(given).reshape(8)
    return [float(one) for one in np.linalg.solve(np.array(rows, dtype=float), sides)]


def noisy(picture: Image.Image, chance: random.Random) -> Image.Image:
    grain = Image.effect_noise(picture.size, chance.choice((25, 45)))
    return Image.blend(picture, Image.merge("RGB", (grain, grain, grain)), 0.18)


LOOKS: Final[dict[str, Look]] = {
    "clean": lambda picture, _: picture,
    "jpeg": lambda picture, _: picture,  # the quality makes it
    "small": lambda picture, _: picture.resize((picture.width // 2, picture.height // 2)),
    "tilted": lambda picture, chance: picture.rotate(
        chance.uniform(-8, 8), Image.Resampling.BICUBIC, expand=True, fillcolor="#888888"
    ),
    "on its side": lambda picture, chance: picture.rotate(chance.choice((90, 270)), expand=True),
    "upside down": lambda picture, _: picture.rotate(180),
    "blurred": lambda picture, chance: picture.filter(
        ImageFilter.GaussianBlur(chance.uniform(1.0, 1.8))
    ),
    "noisy": noisy,
    "photographed": photographed,
    "pale": lambda picture, _: Image.blend(picture, Image.new("RGB", picture.size, "#c9c2b4"), 0.6),
}


def saved(picture: Image.Image, look: str, chance: random.Random) -> bytes:
    out = io.BytesIO()
    if look in {"clean", "small"}:
        picture.save(out, chance.choice(("PNG", "WEBP")))
    else:
        picture.save(out, "JPEG", quality=chance.choice((30, 40)) if look == "jpeg" else 82)
    return out.getvalue()


# ── secrets ──────────────────────────────────────────────────────────────────


def _check58(raw: bytes) -> str:
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def wif(chance: random.Random) -> str:
    return _check58(b"\x80" + chance.randbytes(32) + b"\x01")


def xprv(chance: random.Random) -> str:
    return _check58(
        bytes.fromhex("0488ade4") + bytes(9) + chance.randbytes(32) + b"\0" + chance.randbytes(32)
    )


HEADINGS: Final = (
    "Recovery phrase",
    "Write these words down",
    "Backup",
    "",
    "Wallet 1",
    "Keep this secret",
)


def grid(sheet: Sheet, words: list[str], columns: int, how: str, *, shaky: bool = False) -> None:
    """Words beside numbers: by rows, by columns, numbers apart, or no numbers."""
    heading = sheet.chance.choice(HEADINGS)
    if heading:
        sheet.line(heading, scale=1.2)
    rows = -(-len(words) // columns)
    step = (sheet.picture.width - 100) // columns
    for row in range(rows):
        for column in range(columns):
            at = column * rows + row if how == "columns" else row * columns + column
            if at < len(words):
                x = 60 + column * step
                if how == "bare":
                    sheet.text(x, words[at], shaky=shaky)
                elif how == "apart":
                    sheet.text(x, str(at + 1), scale=0.7)
                    sheet.text(x + sheet.size * 2.2, words[at], shaky=shaky)
                else:
                    sheet.text(x, f"{at + 1}. {words[at]}", shaky=shaky)
        sheet.y += int(sheet.size * 2.1)


def phrase_sheet(chance: random.Random, number: int) -> Sheet:
    dark, face = chance.random() < 0.2, chance.choice(LATIN_FONTS)
    sheet = Sheet(chance, face, dark=dark)
    columns = 1 + number % 4
    words = phrase("en", 12 if columns == 1 else chance.choice((12, 24)), chance)
    grid(sheet, words, columns, ("rows", "columns", "apart", "bare")[number // 4 % 4])
    return sheet


def shaky_sheet(chance: random.Random, number: int) -> Sheet:
    sheet = Sheet(
        chance, chance.choice(("DejaVuSans-Oblique.ttf", "DejaVuSerif-Italic.ttf", "noto"))
    )
    words = phrase("en", (12, 24)[number % 2], chance)
    if number % 3 == 2:
        sheet.wrapped(" ".join(words), shaky=True)
    else:
        grid(sheet, words, 2 + number % 2, ("rows", "columns", "bare")[number % 3], shaky=True)
    return sheet


def prose_sheet(chance: random.Random, number: int) -> Sheet:
    sheet = Sheet(chance, chance.choice(LATIN_FONTS), dark=number % 4 == 0)
    sheet.line(chance.choice(("Notes", "Wallet", "Untitled", "To do")), scale=1.3)
    words = phrase("en", (12, 18, 24)[number % 3], chance)
    sheet.wrapped((", ", " ")[number % 2].join(words))
    return sheet


def other_language(chance: random.Random, number: int) -> Sheet:
    language = ("es", "fr", "it", "pt")[number % 4]
    sheet = Sheet(chance, "DejaVuSans.ttf")
    grid(sheet, phrase(language, 12, chance), 2 + number % 2, ("rows", "columns")[number // 4 % 2])
    return sheet


def chinese_sheet(chance: random.Random, number: int) -> Sheet:
    sheet = Sheet(chance, "noto", dark=number % 5 == 0)
    words = phrase(
        ("zh_simplified", "zh_traditional")[number % 2], (12, 24)[number // 2 % 2], chance
    )
    sheet.line(chance.choice(("助记词", "请按顺序抄写", "备份", "我的钱包")), scale=1.2)
    if number % 3 == 0:
        sheet.wrapped(" ".join(words))
    else:
        grid(sheet, words, 3 + number % 2, ("rows", "columns")[number // 3 % 2])
    return sheet


def key_sheet(chance: random.Random, number: int) -> Sheet:
    sheet = Sheet(chance, "DejaVuSansMono.ttf", dark=number % 4 == 0)
    sheet.size = 34
    how = number % 4
    if how == 0:
        sheet.line("Private key (WIF)")
        sheet.wrapped(wif(chance), breaks=True)
    elif how == 1:
        sheet.line("Account export")
        sheet.wrapped(xprv(chance), breaks=True)
    elif how == 2:
        sheet.line(chance.choice(("Private key", "私钥")) if chance.random() < 0 else "Private key")
        sheet.wrapped(chance.randbytes(32).hex(), breaks=True)
    else:
        sheet.wrapped(wif(chance), breaks=True)
    return sheet


def code_sheet(chance: random.Random, number: int) -> Sheet:
    sheet = Sheet(chance, "DejaVuSans.ttf")
    words = phrase("en", (12, 24)[number % 2], chance)
    listed = words_of_cached("en")
    digits = "".join(f"{listed.index(word):04d}" for word in words)
    contents: list[Any] = [
        " ".join(words),
        digits,
        chance.randbytes((16, 32)[number % 2]),
        wif(chance),
        "otpauth://totp/Example:someone?secret=JBSWY3DPEHPK3PXP&issuer=Example",
        xprv(chance),
    ]
    sheet.line(chance.choice(("Scan", "Backup", "My wallet", "")), scale=1.2)
    sheet.code(contents[number % 6])
    return sheet


def resident_id(chance: random.Random) -> str:
    body = (
        f"110101{chance.randint(1960, 2004)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    )
    body += f"{chance.randint(1, 999):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, body, strict=True))
    return body + "10X98765432"[total % 11]


def paper_sheet(chance: random.Random, number: int) -> Sheet:
    if number % 2:
        sheet = Sheet(chance, "DejaVuSansMono.ttf")
        sheet.line("PASSPORT   UTOPIA", scale=1.2)
        for label, value in (
            ("Surname", "ERIKSSON"),
            ("Given names", "ANNA MARIA"),
            ("Nationality", "UTOPIAN"),
        ):
            sheet.line(f"{label}   {value}", scale=0.8)
        sheet.size = 34
        for row in ICAO:
            sheet.line(row, x=40)
        return sheet
    sheet = Sheet(chance, "noto")
    for row in (
        "姓名  样本",
        "性别  女   民族  汉",
        "住址  某市某区某路 1 号",
        f"公民身份号码  {resident_id(chance)}",
    ):
        sheet.line(row)
    return sheet


SECRETS: Final[dict[str, tuple[str, Callable[[random.Random, int], Sheet], int]]] = {
    "phrase in a grid": ("seed_phrase", phrase_sheet, 48),
    "phrase, unsteady hand": ("seed_phrase", shaky_sheet, 26),
    "phrase as text": ("seed_phrase", prose_sheet, 26),
    "phrase, other Latin lists": ("seed_phrase", other_language, 16),
    "phrase, Chinese": ("seed_phrase", chinese_sheet, 26),
    "key in text": ("private_key", key_sheet, 24),
    "QR code": ("", code_sheet, 24),
    "identity paper": ("national_id", paper_sheet, 14),
}

# ── harmless ─────────────────────────────────────────────────────────────────


def _lines(language: str) -> list[str]:
    path = ROOT / "bench/data" / f"outbound_dev.honest.{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [re.sub(r"\{([^|}]*)[^}]*\}", r"\1", line) for line in lines if line.strip()]


def address(chance: random.Random) -> str:
    return chance.choice(
        ("0x" + chance.randbytes(20).hex(), _check58(b"\0" + chance.randbytes(20)))
    )


def wallet(chance: random.Random, number: int) -> Sheet:
    zh = number % 2 == 0
    sheet = Sheet(chance, "noto" if zh else "DejaVuSans.ttf", dark=number % 3 == 0)
    sheet.line("我的资产" if zh else "Total balance", scale=1.2)
    sheet.line(
        f"{'¥' if zh else '$'} {chance.randint(10, 99999):,}.{chance.randint(10, 99)}", scale=1.6
    )
    buttons = ("转账", "收款", "兑换", "买币") if zh else ("Send", "Receive", "Swap", "Buy")
    sheet.line("    ".join(buttons))
    for coin in chance.sample(["BTC", "ETH", "USDT", "SOL", "TRX", "BNB", "DOGE", "LTC"], 5):
        sheet.line(f"{coin}    {chance.random() * 10:.6f}    {chance.uniform(-9, 9):+.2f}%")
    for name in (
        ("首页", "行情", "发现", "我") if zh else ("Wallet", "Market", "Browser", "Settings")
    ):
        sheet.line(name, scale=0.8)
    return sheet


def receive(chance: random.Random, number: int) -> Sheet:
    sheet = Sheet(chance, "noto" if number % 2 else "DejaVuSans.ttf", dark=number % 3 == 0)
    sheet.line("收款地址" if number % 2 else "Receive ETH", scale=1.2)
    shown = address(chance)
    sheet.code(
        (shown, f"bitcoin:{shown}?amount=0.01", "https://status.example.org/t/4711")[number % 3]
    )
    sheet.wrapped(shown, breaks=True)
    return sheet


def explorer(chance: random.Random, number: int) -> Sheet:
    zh = number % 2 == 0
    sheet = Sheet(chance, "noto" if zh else "DejaVuSans.ttf")
    sheet.size = 28
    labels = (
        ("交易详情", "交易哈希", "状态  成功", "区块", "发送方", "接收方", "手续费")
        if zh
        else (
            "Transaction details",
            "Transaction hash",
            "Status  Success",
            "Block",
            "From",
            "To",
            "Fee",
        )
    )
    sheet.line(labels[0], scale=1.3)
    sheet.line(labels[1])
    sheet.wrapped("0x" + chance.randbytes(32).hex(), breaks=True)
    sheet.line(labels[2])
    sheet.line(f"{labels[3]}  {chance.randint(10**7, 3 * 10**7)}")
    for label in labels[4:6]:
        sheet.line(f"{label}  {address(chance)}")
    sheet.line(f"{labels[6]}  0.000{chance.randint(100, 999)} ETH")
    return sheet


ERRORS: Final = (
    "Something went wrong. Error code 4001: user rejected the request.",
    "Insufficient funds for gas. You need 0.0021 ETH more to send this transfer.",
    "Connection lost. Unplug the device, plug it in again and restart the application.",
    "Wrong PIN. You have 2 attempts left before the device is reset.",
    "Firmware update failed at 63 %. Keep the device connected and try again.",
    "Never share your recovery phrase with anyone. Support will never ask you for it.",
    "Write down your 24-word recovery phrase on paper and keep it in a safe place.",
    "网络异常，请稍后重试（错误码 50012）。您的资产不受影响。",
    "余额不足以支付矿工费，请先充值后再转账。",
    "请在纸上抄写助记词，不要截图，不要发给任何人。",
    "固件升级失败，请保持设备连接后再试一次。",
    "验证码已发送，请在 60 秒内输入。",
)


def error(chance: random.Random, number: int) -> Sheet:
    text = ERRORS[number % len(ERRORS)]
    zh = not text.isascii()
    sheet = Sheet(chance, "noto" if zh else "DejaVuSans.ttf", dark=number % 3 == 0)
    sheet.line("提示" if zh else "Error", scale=1.3)
    sheet.wrapped(text, breaks=zh)
    sheet.line("取消        重试" if zh else "Cancel        Try again")
    return sheet


def chat(chance: random.Random, number: int) -> Sheet:
    language = "zh" if number % 2 else "en"
    sheet = Sheet(chance, "noto" if language == "zh" else "DejaVuSans.ttf", dark=number % 4 == 0)
    sheet.size = 30
    for said in chance.sample(_lines(language), 7):
        sheet.line(f"{chance.randint(8, 22)}:{chance.randint(10, 59)}", scale=0.7)
        sheet.wrapped(said[:160], breaks=language == "zh")
    return sheet


def receipt(chance: random.Random, number: int) -> Sheet:
    zh = number % 2 == 0
    sheet = Sheet(chance, "noto" if zh else "DejaVuSansMono.ttf", wide=760)
    sheet.line("订单详情" if zh else "RECEIPT", scale=1.3)
    goods = (
        ("硬件钱包", "数据线", "钢板", "运费")
        if zh
        else ("Hardware wallet", "Cable", "Steel plate", "Shipping")
    )
    for name in goods:
        sheet.line(f"{name}   {chance.randint(5, 900)}.{chance.randint(10, 99)}")
    sheet.line(f"{'订单号' if zh else 'Order'} {chance.randint(10**9, 10**10)}")
    sheet.line(f"{'付款方式 尾号' if zh else 'Card ending'} {chance.randint(1000, 9999)}")
    return sheet


MENUS: Final = (
    (
        "Account",
        "Security",
        "Network",
        "Language",
        "Currency",
        "Address book",
        "Notifications",
        "About",
        "Help",
        "Sign out",
    ),
    ("Home", "Market", "Trade", "Wallet", "News", "Swap", "Stake", "Earn", "Buy", "Sell"),
    ("账户", "安全", "网络", "语言", "货币", "地址簿", "通知", "关于我们", "帮助", "退出登录"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    (
        "1. Open the app",
        "2. Choose Settings",
        "3. Tap Security",
        "4. Check the version",
        "5. Restart the device",
    ),
    ("1. 打开应用", "2. 进入设置", "3. 点击安全中心", "4. 查看版本", "5. 重启设备"),
)


def menu(chance: random.Random, number: int) -> Sheet:
    rows = MENUS[number % len(MENUS)]
    sheet = Sheet(chance, "DejaVuSans.ttf" if rows[0].isascii() else "noto", dark=number % 3 == 0)
    for row in rows:
        sheet.line(row)
    return sheet


def article(chance: random.Random, _: int) -> Sheet:
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    text = [
        p for p in chance.choice(paths).read_text(encoding="utf-8").split("\n\n") if len(p) > 200
    ]
    sheet = Sheet(chance, "noto")
    sheet.size = 26
    sheet.wrapped(" ".join(chance.choice(text).split())[:900])
    return sheet


HARMLESS: Final[dict[str, tuple[Callable[[random.Random, int], Sheet], int]]] = {
    "wallet screen": (wallet, 32),
    "address with code": (receive, 32),
    "explorer page": (explorer, 30),
    "error message": (error, 32),
    "chat": (chat, 32),
    "receipt": (receipt, 16),
    "menu or steps": (menu, 18),
    "article": (article, 10),
}


def samples(
    seed: int = 20261123, share: float = 1.0, known: Collection[str] = ()
) -> Iterator[Sample]:
    """All samples, the classes in turn; ``share`` takes the first part of each class only.

    Those whose names are ``known`` are left out.
    """
    classes = [(name, kind or "secret", make, n) for name, (kind, make, n) in SECRETS.items()]
    classes += [(name, "", make, n) for name, (make, n) in HARMLESS.items()]
    looks = list(LOOKS)
    for number in range(max(count for *_, count in classes)):
        for name, kind, make, count in classes:
            if number >= round(count * share):
                continue
            chance = random.Random(f"{seed} {name} {number}")
            look = looks[(number * 7 + number // 10) % len(looks)]
            named = f"{name} / {look} / {number}"
            if named in known:
                continue
            picture = LOOKS[look](make(chance, number).done(), chance)
            yield Sample(named, kind, saved(picture, look, chance))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=20261123)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    listed = {}
    for sample in samples(wanted.seed, wanted.share):
        name = sample.name.replace(" / ", "_").replace(" ", "-").replace(",", "")
        ending = {b"\x89P": "png", b"RI": "webp"}.get(sample.content[:2], "jpg")
        (wanted.folder / f"{name}.{ending}").write_bytes(sample.content)
        listed[f"{name}.{ending}"] = sample.kind
    (wanted.folder / "kinds.json").write_text(json.dumps(listed, indent=1), encoding="utf-8")
    print(f"{len(listed)} samples in {wanted.folder.name}")


if __name__ == "__main__":
    main()
