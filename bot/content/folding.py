"""One letter form for matching: same length in, same length out, so that spans stay true."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_TRADITIONAL: Final = (
    "幣币場场歐欧錢钱帳账賬账轉转網网鏈链號号碼码點点個个時时鐘钟鍾钟週周後后萬万億亿兩两塊块圓圆數数體体國国際际極极礦矿馬马萊莱達达聯联維维頭头銀银貝贝託托狀状裝装"
    "機机錯错誤误編编錄录區区戶户貨货勞劳閃闪電电絡络恆恒門门羅罗經经現现衛卫爾尔諾诺納纳鍊链們们這这裡里還还沒没見见過过訊讯報报來来內内餘余額额於于結结斷断開开關关"
    "會会說说話话語语簡简漢汉輸输寫写讀读聽听換换對对發发從从動动賣卖買买給给幾几剛刚禮礼節节陰阴陽阳書书總总單单雙双麥麦嗎吗麼么樣样請请務务為为進进遠远運运無无與与"
    "當当間间辦办問问題题螢荧藍蓝連连鈕钮檔档屬属屆届啟启設设備备壞坏燈灯線线閱阅隨随護护盤盘驗验證证認认級级織织滿满淨净減减燒烧熱热腦脑顯显響响顏颜應应該该將将處处"
    "傳传償偿優优儲储劃划卻却參参嘗尝喚唤壓压夠够學学實实導导幫帮強强復复徵征懷怀態态憂忧慘惨慣惯戰战擁拥擔担據据損损撥拨擋挡"
)


def fold(text: str) -> str:
    """Lower-case ASCII, halve full-width signs, simplify the traditional characters we use.

    Every character becomes exactly one character: offsets in the result are offsets in ``text``.
    """
    return text.translate(_table())


@lru_cache(maxsize=1)
def _table() -> dict[int, int]:
    table = {ord(old): ord(new) for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2])}  # noqa: B905 - even by test
    table |= {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    table[0x3000] = table[0x00A0] = ord(" ")
    table |= {ord(quote): ord("'") for quote in "’‘｀"}
    table |= {ord(dash): ord("-") for dash in "‐‑–—－"}
    capitals = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    wide = {code + 0xFEE0: code + 32 for code in capitals}
    return table | capitals | wide
