"""The lexicon: vendors, models, networks and coins, and every way customers write them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import jsonschema
import yaml

from bot.content.folding import fold
from bot.content.wording import Text
from bot.content.yaml_files import read_yaml
from bot.errors import SeedwardenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VendorKind = Literal["hardware", "app", "exchange", "ecny", "bitcoin_wallet"]
Custody = Literal["self", "custodial"]
NameKind = Literal["vendor", "model", "asset", "chain"]

_FORGIVING_FROM: Final = 6
"""Letters of a vendor's Latin name from which one wrong letter is forgiven."""


class LexiconError(SeedwardenError):
    """A lexicon file cannot be used: which file, and what is wrong with it."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"data/knowledge/{file}: {problem}. Correct the file and start again.")
        self.file = file


@dataclass(frozen=True)
class Model:
    """One device model; ``vendor`` is its maker's id."""

    id: str
    vendor: str
    name: Text


@dataclass(frozen=True)
class Vendor:
    """A maker or provider. ``custody`` says who holds the keys: the customer or the vendor.

    ``part_of`` names the vendor whose channels and support serve this one too, if any.
    """

    id: str
    name: Text
    kind: VendorKind
    custody: Custody
    part_of: str | None
    models: tuple[Model, ...]


@dataclass(frozen=True)
class Chain:
    """A network; ``transaction`` lists the forms of its ids, ``explorers`` link prefixes."""

    id: str
    name: Text
    transaction: tuple[str, ...]
    explorers: tuple[str, ...]


@dataclass(frozen=True)
class Asset:
    """A coin or token; ``sole`` is true when it lives on ``native_of`` only."""

    id: str
    name: Text
    ticker: str
    native_of: str | None
    sole: bool


@dataclass(frozen=True)
class Name:
    """One written form (folded) of one thing; ``guarded`` forms need a sign beside them."""

    surface: str
    kind: NameKind
    id: str
    guarded: bool = False


@dataclass(frozen=True)
class Lexicon:
    """All names, looked up by id or by the first two characters of a folded text.

    ``heads`` finds where a name may begin: a Latin one not inside a word, a Chinese one anywhere.
    """

    vendors: Mapping[str, Vendor]
    models: Mapping[str, Model]
    chains: Mapping[str, Chain]
    assets: Mapping[str, Asset]
    not_misspellings: frozenset[str]
    index: Mapping[str, tuple[tuple[str, tuple[Name, ...]], ...]] = field(repr=False)
    near: Mapping[str, tuple[Name, ...]] = field(repr=False)
    heads: re.Pattern[str] = field(repr=False)

    def label(self, kind: NameKind, item_id: str) -> Text | None:
        """Give the name to show for an entity's value; None when the id is not known."""
        shelf: Mapping[str, Vendor | Model | Chain | Asset] = {
            "vendor": self.vendors,
            "model": self.models,
            "chain": self.chains,
            "asset": self.assets,
        }[kind]  # type: ignore[assignment]  # four mappings of different values, read only
        item = shelf.get(item_id)
        return item.name if item else None


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this checkout, read at first use."""
    return load_lexicon(Path(__file__).resolve().parents[2])


def load_lexicon(root: Path) -> Lexicon:
    """Read and check vendors, chains and assets below ``root/data/knowledge``.

    Raises:
        LexiconError: a file is missing, breaks its schema, or names one thing twice.
    """
    folder = root / "data" / "knowledge"
    raw = {name: _read(folder, name) for name in ("vendors", "chains", "assets")}
    vendors = {key: _vendor(key, item) for key, item in raw["vendors"]["vendors"].items()}
    chains = {key: _chain(key, item) for key, item in raw["chains"]["chains"].items()}
    assets = {key: _asset(key, item) for key, item in raw["assets"]["assets"].items()}
    _check_references(vendors, chains, assets)
    names = [*_vendor_names(raw), *_names("chain", raw["chains"]["chains"])]
    names += _names("asset", raw["assets"]["assets"])
    _check_unique(names)
    index = _index(names)
    return Lexicon(
        vendors=vendors,
        models={model.id: model for vendor in vendors.values() for model in vendor.models},
        chains=chains,
        assets=assets,
        not_misspellings=frozenset(raw["vendors"].get("not_misspellings", ())),
        index=index,
        near=_near(raw["vendors"]["vendors"]),
        heads=_heads(index),
    )


def shortened(word: str) -> Iterator[str]:
    """Give the word, and the word with each one of its letters left out."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _vendor(key: str, raw: Mapping[str, Any]) -> Vendor:
    models = tuple(
        Model(model_id, key, Text(model["name"], model["name"]))
        for model_id, model in raw.get("models", {}).items()
    )
    return Vendor(key, Text(**raw["name"]), raw["kind"], raw["custody"], raw.get("part_of"), models)


def _chain(key: str, raw: Mapping[str, Any]) -> Chain:
    explorers = tuple(raw.get("explorers", ()))
    return Chain(key, Text(**raw["name"]), tuple(raw["transaction"]), explorers)


def _asset(key: str, raw: Mapping[str, Any]) -> Asset:
    native, sole = raw.get("native_of"), raw.get("sole", False)
    return Asset(key, Text(**raw["name"]), raw["ticker"], native, sole)


def _vendor_names(raw: Mapping[str, Any]) -> Iterator[Name]:
    for key, item in raw["vendors"]["vendors"].items():
        for text in (*item["names"], *item.get("misspellings", ())):
            yield from (Name(form, "vendor", key) for form in _forms(text))
        for model_id, model in item.get("models", {}).items():
            forms = {form for text in model["names"] for form in _forms(text)}
            yield from (Name(form, "model", model_id) for form in sorted(forms))


def _names(kind: Literal["chain", "asset"], items: Mapping[str, Any]) -> Iterator[Name]:
    for key, item in items.items():
        plain = {form for text in item["names"] for form in _forms(text)}
        yield from (Name(form, kind, key) for form in sorted(plain))
        for text in item.get("guarded", ()):
            yield Name(fold(text), kind, key, guarded=True)


def _forms(text: str) -> set[str]:
    """Write a name with spaces, with hyphens and in one word."""
    plain = fold(text)
    parts = plain.replace("-", " ").split()
    forms = {plain, " ".join(parts), "-".join(parts)}
    if parts[-1] != "s":  # "ledgers" is two Ledgers, not a Ledger S
        forms.add("".join(parts))
    return forms


def _index(names: list[Name]) -> dict[str, tuple[tuple[str, tuple[Name, ...]], ...]]:
    by_surface: dict[str, list[Name]] = {}
    for name in names:
        same = by_surface.setdefault(name.surface, [])
        if name not in same:
            same.append(name)
    heads: dict[str, list[str]] = {}
    for surface in by_surface:
        heads.setdefault(surface[:2], []).append(surface)
    return {
        head: tuple((s, tuple(by_surface[s])) for s in sorted(surfaces, key=len, reverse=True))
        for head, surfaces in heads.items()
    }


def _heads(index: Mapping[str, object]) -> re.Pattern[str]:
    seconds: dict[str, str] = {}
    for head in index:
        seconds[head[0]] = seconds.get(head[0], "") + re.escape(head[1])
    forms = {first: f"{re.escape(first)}[{after}]" for first, after in seconds.items()}
    latin = "|".join(form for first, form in forms.items() if first.isascii())
    other = "|".join(form for first, form in forms.items() if not first.isascii())
    return re.compile(f"(?<![a-z])(?:{latin})|{other}")


def _near(vendors: Mapping[str, Any]) -> dict[str, tuple[Name, ...]]:
    """Index the proper names, not the misspellings: a slip of a slip is a guess."""
    near: dict[str, tuple[Name, ...]] = {}
    for key, item in vendors.items():
        for word in map(fold, item["names"]):
            if len(word) >= _FORGIVING_FROM and _is_latin(word):
                for form in shortened(word):
                    near[form] = (*near.get(form, ()), Name(word, "vendor", key))
    return near


def _is_latin(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _check_references(
    vendors: Mapping[str, Vendor], chains: Mapping[str, Chain], assets: Mapping[str, Asset]
) -> None:
    for vendor in vendors.values():
        if vendor.part_of is not None and vendor.part_of not in vendors:
            raise LexiconError("vendors.yml", f"{vendor.id} is part of an unknown vendor")
    for asset in assets.values():
        if asset.native_of is not None and asset.native_of not in chains:
            raise LexiconError("assets.yml", f"{asset.id} is native of an unknown chain")
        if asset.sole and asset.native_of is None:
            raise LexiconError("assets.yml", f"{asset.id} is sole but native of no chain")


def _check_unique(names: list[Name]) -> None:
    """One written form may name a coin and its network, but not two vendors or two coins."""
    owners: dict[tuple[str, str], str] = {}
    for name in names:
        key = (name.kind, name.surface)
        if owners.setdefault(key, name.id) != name.id:
            problem = f"{name.surface!r} names both {owners[key]} and {name.id}"
            raise LexiconError(f"{name.kind.replace('model', 'vendor')}s.yml", problem)


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        raw = read_yaml((folder / f"{name}.yml").read_text(encoding="utf-8"))
        schema = json.loads((folder / "schema" / f"{name}.schema.json").read_text("utf-8"))
        jsonschema.validate(raw, schema)
    except (OSError, yaml.YAMLError) as error:
        raise LexiconError(f"{name}.yml", f"cannot be read ({type(error).__name__})") from error
    except jsonschema.ValidationError as error:
        where = "/".join(str(part) for part in error.absolute_path) or "top"
        raise LexiconError(f"{name}.yml", f"at {where}: {error.message}") from None
    return dict(raw)
