"""Whether a name imitates a brand: contained, misspelled, or drawn with other letters."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

import yaml

from bot.guard.contacts.confusable import plain, skeleton
from bot.guard.contacts.hosts import public_suffix, readable_label, registrable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

How = Literal["name", "letters"]

_SEPARATORS: Final = re.compile(r"[-_.+]+")
_DIGITS_END: Final = re.compile(r"^\d+|\d+$")
_ONE_EDIT: Final = 6  # letters a name needs before one wrong letter counts
_TWO_EDITS: Final = 11
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
    collisions: Mapping[str, tuple[str, ...]]
    honest: frozenset[str]
    honest_handles: frozenset[str]
    free_mail: frozenset[str]
    shorteners: frozenset[str]
    owner_in_path: tuple[str, ...]
    platforms: Mapping[str, str]
    _strong_at: re.Pattern[str] = field(repr=False)
    _near: Mapping[str, tuple[str, ...]] = field(repr=False)

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
        tokens = [token for label in labels for token in _tokens(label)]
        risky = self._is_risky(tokens) or any(part in self.risk for part in suffix.split("."))
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
        if whole and joined in self.word:
            return self.word[joined]
        tokens = _tokens(form)
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
        """Tell a brand glued to a risk word: "ledgersupport", "appkraken", "okxlogin"."""
        for brands in (self.word, self.short):
            for brand, vendor in brands.items():
                if brand not in token or brand == token:
                    continue
                rest = token.replace(brand, " ", 1).split()
                if rest and all(self._is_risky([part]) for part in rest):
                    return vendor
        return None

    def _is_risky(self, tokens: Iterable[str]) -> bool:
        return any(
            token in self.risk or token in _COM or any(token.startswith(w) for w in self._long_risk)
            for token in tokens
        )

    @property
    def _long_risk(self) -> tuple[str, ...]:
        return _long(self.risk)

    def _misspelled(self, token: str, *, risky: bool) -> str | None:
        if len(token) < _ONE_EDIT - 1 or len(token) > 40:
            return None
        for brand in self._candidates(token):
            if token in self.collisions.get(brand, ()) or token == brand:
                continue
            if brand in self.word and not (risky or _doubles(token, brand)):
                continue
            allowed = 2 if len(brand) >= _TWO_EDITS else 1
            if edits(token, brand, allowed) <= allowed:
                return self.strong.get(brand) or self.word[brand]
        return None

    def _candidates(self, token: str) -> Iterator[str]:
        seen: set[str] = set()
        depth = 2 if len(token) >= _TWO_EDITS - 2 and len(token) <= 16 else 1
        for shorter in _deletions(token, depth):
            for brand in self._near.get(shorter, ()):
                if brand not in seen:
                    seen.add(brand)
                    yield brand


def load_lookalikes(folder: Path) -> Lookalikes:
    """Read ``lookalikes.yml`` from the knowledge folder and prepare it."""
    raw = yaml.safe_load((folder / "lookalikes.yml").read_text("utf-8"))
    strong, word, short = (_brands(raw, kind) for kind in ("strong", "word", "short"))
    longest_first = sorted(strong, key=len, reverse=True)
    near: dict[str, list[str]] = defaultdict(list)
    for brand in [*strong, *word]:
        if len(brand) >= _ONE_EDIT and brand.isascii():
            for shorter in _deletions(brand, 2 if len(brand) >= _TWO_EDITS else 1):
                near[shorter].append(brand)
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
        _near={shorter: tuple(brands) for shorter, brands in near.items()},
    )


def _brands(raw: Mapping[str, Any], kind: str) -> dict[str, str]:
    return {name: vendor for vendor, kinds in raw["brands"].items() for name in kinds.get(kind, ())}


@lru_cache(maxsize=4)
def _long(risk: frozenset[str]) -> tuple[str, ...]:
    """Risk words long enough to count at the beginning of a word ("wallets", "verifying")."""
    return tuple(word for word in risk if len(word) >= 6)


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


def _doubles(token: str, brand: str) -> bool:
    """Tell whether a letter was merely doubled or swapped: nobody's ordinary word."""
    if len(token) == len(brand):
        return sorted(token) == sorted(brand)
    return len(token) == len(brand) + 1 and any(
        token[i] == token[i + 1] and token[:i] + token[i + 1 :] == brand
        for i in range(len(token) - 1)
    )


@lru_cache(maxsize=8192)
def _deletions(word: str, depth: int) -> tuple[str, ...]:
    """Give the word itself and all words with up to ``depth`` letters left out."""
    found = {word: None}
    layer = [word]
    for _ in range(depth):
        layer = list(dict.fromkeys(w[:i] + w[i + 1 :] for w in layer for i in range(len(w))))
        found.update(dict.fromkeys(layer))
    return tuple(found)


def edits(one: str, other: str, most: int) -> int:
    """Count insertions, deletions, replacements and swaps (Damerau); ``most`` + 1 at most."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
