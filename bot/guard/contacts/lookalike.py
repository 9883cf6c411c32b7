"""Whether a name imitates a brand: contained, misspelled, or drawn with other letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.content.yaml_files import read_yaml
from bot.guard.contacts.confusable import plain, skeleton
from bot.guard.contacts.hosts import public_suffix, readable_label, registrable
from bot.guard.contacts.spelling import Speller, is_slip, speller

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

How = Literal["name", "letters"]

_SEPARATORS: Final = re.compile(r"[-_.+]+")
_DIGITS_END: Final = re.compile(r"^\d+|\d+$")
_COM: Final = frozenset(["com", "www", "io", "net", "org", "so", "co", "im"])


@dataclass(frozen=True)
class Likeness:
    """The brand a name imitates, and whether by words or by look-alike letters."""

    vendor: str
    how: How


@dataclass(frozen=True)
class Lookalikes:
    """Brands, risk words and exceptions of ``lookalikes.yml``, prepared for look-up."""

    strong: Mapping[str, str]
    word: Mapping[str, str]
    short: Mapping[str, str]
    risk: frozenset[str]
    risk_endings: frozenset[str]
    collisions: Mapping[str, tuple[str, ...]]
    honest: frozenset[str]
    honest_handles: frozenset[str]
    free_mail: frozenset[str]
    shorteners: frozenset[str]
    owner_in_path: tuple[str, ...]
    platforms: Mapping[str, str]
    _strong_at: re.Pattern[str] = field(repr=False)
    _risk_at: re.Pattern[str] = field(repr=False)
    _speller: Speller = field(repr=False)

    def of_host(self, host: str, path: str = "") -> Likeness | None:
        """Tell whom a canonical host imitates; the path counts where it names the owner."""
        top = registrable(host) or host
        if top in self.honest or host in self.honest:
            return None
        suffix = public_suffix(host) or ""
        own = top[: len(top) - len(suffix)].rstrip(".") if suffix else top
        sub = host[: len(host) - len(top)].rstrip(".")
        labels = [readable_label(label) for label in [*sub.split("."), own] if label]
        if path and host.endswith(self.owner_in_path):
            labels += [part for part in path.strip("/").split("/")[:2] if len(part) <= 63]
        return self._of_labels(labels, own=readable_label(own), suffix=suffix)

    def of_name(self, name: str) -> Likeness | None:
        """Tell whom the name of an account or a mailbox imitates."""
        if name in self.honest_handles:
            return None
        return self._of_labels([name], own=None, suffix="")

    def carries_brand(self, name: str) -> str | None:
        """Give the vendor whose brand stands as a word of its own in a name."""
        tokens = _tokens(name)
        for token in tokens:
            vendor = self.word.get(token) or self.short.get(token) or self._contained(token)
            if vendor:
                return vendor
        return None

    def _of_labels(self, labels: list[str], *, own: str | None, suffix: str) -> Likeness | None:
        risky = suffix in self.risk_endings or self._is_risky("-".join(labels))
        risky = risky or self._is_risky(suffix.replace("com", ""))
        for label in labels:
            for form, how in _forms(label):
                vendor = self._judge(form, risky=risky, whole=label == own)
                if vendor:
                    return Likeness(vendor, how)
        return None

    def _judge(self, form: str, *, risky: bool, whole: bool) -> str | None:
        joined = _SEPARATORS.sub("", form)
        vendor = self._contained(joined)
        if vendor:
            return vendor
        tokens = _tokens(form)
        if whole and (joined in self.word or (len(tokens) == 2 and len(tokens[1]) <= 2)):
            # "kraken", and "kraken-1" or "ledger-uk" beside it.
            vendor = self.word.get(joined) or self.word.get(tokens[0])
            if vendor:
                return vendor
        for token in tokens:
            vendor = self.short.get(token) or (self.word.get(token) if risky else None)
            vendor = vendor or self._glued(token) or self._misspelled(token, risky=risky)
            if vendor:
                return vendor
        return self._misspelled(joined, risky=risky) if len(tokens) > 1 else None

    def _contained(self, joined: str) -> str | None:
        for match in self._strong_at.finditer(joined):
            brand = match.group()
            longer = (word for word in self.collisions.get(brand, ()) if brand in word)
            if not any(word in joined for word in longer):
                return self.strong[brand]
        return None

    def _glued(self, token: str) -> str | None:
        """Tell a brand glued to a risk word: "ledgersupport", "myappkraken", "okxlogin"."""
        for brand, vendor in self.word.items():
            if brand in token and brand != token and self._is_risky(token.replace(brand, "-", 1)):
                return vendor
        for brand, vendor in self.short.items():
            if token.startswith(brand) and self._is_risky(token[len(brand) :]):
                return vendor
            if token.endswith(brand) and self._is_risky(token[: -len(brand)]):
                return vendor
        return None

    def _is_risky(self, text: str) -> bool:
        """Tell whether a risk word stands in a text, short ones only between separators."""
        if self._risk_at.search(text):
            return True
        return any(part in self.risk or part in _COM for part in _SEPARATORS.split(text))

    def _misspelled(self, token: str, *, risky: bool) -> str | None:
        for brand in self._speller.near(token):
            if token in self.collisions.get(brand, ()):
                continue
            if brand in self.strong:
                return self.strong[brand]
            if risky or is_slip(token, brand):
                return self.word[brand]
        return None


def load_lookalikes(
    folder: Path, more: Mapping[str, Mapping[str, list[str]]] | None = None
) -> Lookalikes:
    """Read ``lookalikes.yml`` from the knowledge folder and prepare it.

    ``more`` are brands in the same form; a name that the file has already stays its owner's.
    """
    raw = read_yaml((folder / "lookalikes.yml").read_text("utf-8"))
    raw["brands"] = {**(more or {}), **raw["brands"]}
    strong, word, short = (_brands(raw, kind) for kind in ("strong", "word", "short"))
    word = {name: vendor for name, vendor in word.items() if name not in raw["risk_words"]}
    longest_first = sorted(strong, key=len, reverse=True)
    return Lookalikes(
        strong=strong,
        word=word,
        short=short,
        risk=frozenset(raw["risk_words"]),
        collisions={brand: tuple(words) for brand, words in raw["collisions"].items()},
        honest=frozenset(raw["not_imitation"]),
        honest_handles=frozenset(raw["handles_not_imitation"]),
        free_mail=frozenset(raw["free_mail"]),
        shorteners=frozenset(raw["shorteners"]),
        owner_in_path=tuple(raw["owner_in_path"]),
        platforms=raw["platforms"],
        _strong_at=re.compile("|".join(map(re.escape, longest_first))),
        risk_endings=frozenset(raw["risk_endings"]),
        _risk_at=re.compile("|".join(re.escape(w) for w in raw["risk_words"] if _is_telling(w))),
        _speller=speller([*strong, *word]),
    )


def _brands(raw: Mapping[str, Any], kind: str) -> dict[str, str]:
    return {name: vendor for vendor, kinds in raw["brands"].items() for name in kinds.get(kind, ())}


def _is_telling(word: str) -> bool:
    """Tell whether a risk word counts inside a longer word: long enough, or never by chance."""
    return (
        len(word) >= 4 or not word.isalpha() or not word.isascii() or word in {"qfs", "btc", "2fa"}
    )


def _forms(label: str) -> Iterator[tuple[str, How]]:
    """Give the ways to read a label; the raw one first, so that "letters" means disguise."""
    raw = plain(label)
    yield raw, "name" if raw == label.lower() else "letters"
    seen = {raw}
    drawn = skeleton(label)
    for form in (drawn, drawn.replace("l", "i"), raw.replace("1", "i").replace("l", "i")):
        if form not in seen:
            seen.add(form)
            yield form, "letters"


def _tokens(label: str) -> list[str]:
    parts = [part for part in _SEPARATORS.split(label.lower()) if part]
    return parts + [bare for part in parts if (bare := _DIGITS_END.sub("", part)) and bare != part]
