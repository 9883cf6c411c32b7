"""Customers' contact data in a text: hidden until a person at the desk says why they need it.

Mail, numbers and accounts are found by the guard; names and postal addresses by how people give
them ("my name is …", "收件人：…", a street with a number). A name without such words stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.desk.models import Field, Message
from bot.guard.contacts import judged_mentions

DOTS: Final = "•••"
_PERSONAL: Final = ("email", "phone", "handle")
_FIELDS: Final = ("contact", "email", "phone", "name", "reply_to", "address_postal", "recipient")
"""Collected facts that are contact data whatever is written in them."""
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
    "向汤欧阳司马诸葛上官章岳齐葛柳倪"
)
_ZH_NAME: Final = rf"[{_SURNAMES}][\u4e00-\u9fff·]{{1,2}}"
_LATIN: Final = r"[A-Z][\w'’-]{1,30}"
_NAMES: Final = (
    # "my name is mira lopez and …": at most three words, and none that goes on with the sentence.
    re.compile(
        r"\bmy (?:full |real |first |last )?name(?:'s|’s| is)\s+"
        r"((?!not\b|on\b|in\b|the\b|listed\b|wrong\b)[^\W\d_][\w'’-]{0,30}"
        r"(?:\s+(?!and\b|but\b|i\b|my\b|from\b|with\b|please\b|the\b)[^\W\d_][\w'’-]{0,30}){0,2})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:I am called|I'm called|This is|this is)\s+({_LATIN}(?:\s+{_LATIN})?)"
        r"(?=\s+(?:speaking|here|from)\b)"
    ),
    re.compile(rf"\bI(?:'m| am)\s+({_LATIN}\s+{_LATIN})\b"),
    re.compile(
        r"(?:\b(?:full name|recipient|addressee|contact person|my name)|^\s*name|[,;.]\s+name)"
        r"\s*[:：]\s*([^\W\d_]{1,30}\b(?:[ ][^\W\d_]{1,30}\b){0,3})",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(rf"(?:[Rr]egards|[Ss]incerely|[Cc]heers),?\s*\n\s*({_LATIN}(?:[ ]{_LATIN}){{0,2}})"),
    re.compile(
        rf"(?:我叫|我名叫|本人叫?|我的(?:真实)?(?:名字|姓名)(?:是|叫|为)?)\s*[:：]?\s*({_ZH_NAME}|[A-Z][A-Za-z'’-]{{1,30}})"
    ),
    re.compile(
        r"(?:姓名|收件人|收货人|联系人|寄件人|户名)\s*(?:是|为)?\s*[:：]?\s*"
        rf"({_ZH_NAME}|[A-Z][A-Za-z'’ -]{{1,30}})"
    ),
    re.compile(rf"我姓([{_SURNAMES}])"),
)
_ZH_NUMBER: Final = r"[0-9A-Za-z一二三四五六七八九十百\-]{1,6}"
_ZH_UNIT: Final = r"(?:号楼|号院|号|弄|栋|幢|座|单元|层|楼|室|房)"
_EN_TAIL: Final = (
    r"(?:,?\s+(?:Apt|Apartment|Unit|Suite|Flat|Floor|#)\.?\s*\w{1,6})?"
    r"(?:,\s*[A-Z][\w.'’-]{1,30}(?:[ ][A-Z][\w.'’-]{1,30}){0,2}){0,3}(?:,?\s+\d{4,6}(?:-\d{4})?)?"
)
_PLACES: Final = (
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"),
    re.compile(
        r"(?>(?:[\u4e00-\u9fff]{1,7}?(?:省|自治区|市|区|县|镇|乡|街道|旗)){0,5})"
        r"[\u4e00-\u9fff]{1,10}?(?:路|街|大道|巷|胡同|小区|花园|新村|村|苑)"
        rf"\s*{_ZH_NUMBER}\s*{_ZH_UNIT}(?:\s*{_ZH_NUMBER}\s*{_ZH_UNIT}){{0,4}}(?:\s*\d{{3,4}})?"
    ),
    re.compile(
        r"(?<=地址)(?:是|为)?\s*[:：]?\s*"
        r"([\u4e00-\u9fff][\u4e00-\u9fff0-9A-Za-z\- ]{1,50}(?:区|县|镇|乡|路|街|道|村|号|室|楼))"
    ),
    re.compile(r"(?:邮编|邮政编码)\s*(?:是|为)?\s*[:：]?\s*(\d{6})"),
    re.compile(
        r"\b\d{1,5}[A-Za-z]?\s+"
        r"(?:(?!(?:on|in|the|of|to|at|for|from|my|a)\b)[\w.'’-]{1,30}\s+){1,3}?"
        r"(?i:street|road|avenue|lane|boulevard)\b\.?" + _EN_TAIL
    ),
    re.compile(
        r"\b\d{1,5}[A-Za-z]?\s+(?:[A-Z][\w.'’-]{0,30}\s+){1,3}?"
        r"(?:St|Rd|Ave|Ln|Blvd|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Way|Close|Crescent|"
        r"Parkway|Pkwy|Highway|Hwy)\b\.?" + _EN_TAIL
    ),
    re.compile(
        r"\b[A-ZÄÖÜ][\wäöüß-]{1,40}(?:straße|strasse|str\.|weg|platz|allee|gasse)\s+\d{1,4}[a-z]?\b"
        r"(?:,?\s*\d{5}\s+[A-ZÄÖÜ][\wäöüß-]+)?"
    ),
    re.compile(r"\bP\.?\s?O\.?\s?Box\s+\d{1,8}\b", re.IGNORECASE),
)
_IN_FILE_NAME: Final = re.compile(
    r"([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})"
    r"(?=\.(?:png|jpe?g|gif|webp|heic|bmp|tiff?|svg|pdf|docx?|xlsx?|csv|txt|zip|eml|mp4|mov)\b)",
    re.IGNORECASE | re.ASCII,
)
"""A mail address that a file is named after: the ending behind it makes it no address."""


def mask(text: str) -> str:
    """Hide mail addresses, numbers and accounts that are nobody's known channel, names, addresses.

    Contacts that the registry or the reports know stay: they are no customer's, and matter.
    """
    text = _IN_FILE_NAME.sub(lambda found: _masked_contacts(found[0]), _masked_contacts(text))
    for pattern in _PLACES:
        text = pattern.sub(_without, text)
    for pattern in _NAMES:
        text = pattern.sub(_without, text)
    return text


def mask_field(name: str, value: str) -> str:
    """Hide a collected fact, as a whole where it is contact data by its name."""
    base = name.rstrip("0123456789").rstrip("_")
    return f"{value[:2]}{DOTS}" if base in _FIELDS else mask(value)


def masked_fields(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Collected facts without contact data."""
    return tuple(replace(field, value=mask_field(field.name, field.value)) for field in fields)


def masked_message(message: Message) -> Message:
    """A message without contact data; an agent's own words stay as they were sent."""
    return message if message.author == "agent" else replace(message, text=mask(message.text))


def _masked_contacts(text: str) -> str:
    for mention, contact in reversed(judged_mentions(text)):
        if mention.kind in _PERSONAL and contact.verdict == "unknown":
            hidden = _hidden(text[mention.start : mention.end])
            text = f"{text[: mention.start]}{hidden}{text[mention.end :]}"
    return text


def _hidden(found: str) -> str:
    """Enough to tell two apart: the first sign, and a mail address's ending."""
    ending = found[found.rfind(".") :] if "@" in found[1:] and "." in found else ""
    return f"{found[:1]}{DOTS}{ending}"


def _without(match: re.Match[str]) -> str:
    """What was found, with the named part hidden, or the whole where none is named."""
    if not match.re.groups:
        return DOTS
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return f"{match[0][:start]}{match[1][:1]}{DOTS}{match[0][end:]}"
