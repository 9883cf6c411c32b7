"""Graph component: does a message name what is ours, what belongs to others, or both?

"My bank's app shows a white page" differs from our own problems by one name only, and no
example can hold every bank, shop, game and toothbrush. data/knowledge/outside.yml names them
by kind, so that a name which was never seen in training counts like its neighbours.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.folding import fold
from bot.content.lexicon import lexicon
from bot.content.mentions import mentions
from bot.guard.encoder import clean
from bot.nlu import choke_point
from bot.nlu.ngrams import normal
from bot.nlu.tokenizer import CJK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

choke_point.install()

KNOWLEDGE: Final = Path(__file__).resolve().parents[2] / "data" / "knowledge"
OUR_KINDS: Final = ("vendor", "model", "asset", "chain")
TOGETHER: Final = 6
"""Signs besides the kinds: outside, ours, both, neither, outside alone, several outside."""

_PIECE: Final = re.compile(rf"[a-z0-9]+|[{CJK}]")


class OutsideError(ValueError):
    """data/knowledge/outside.yml cannot be used: what is wrong with it."""


class Outside:
    """The names of other things, by kind."""

    def __init__(self, kinds: Mapping[str, Iterable[str]]) -> None:
        self.kinds: Final = tuple(kinds)
        self._forms = {
            form: kind for kind in kinds for name in kinds[kind] for form in _forms(name)
        }
        lengths: dict[str, set[int]] = {}
        for form in self._forms:
            lengths.setdefault(form[0], set()).add(len(form))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def named(self, text: str) -> list[tuple[str, str]]:
        """Kind and name of each thing in a text of ``normal`` form; the longest name wins."""
        pieces = tuple(_PIECE.findall(text))
        found: list[tuple[str, str]] = []
        at = 0
        while at < len(pieces):
            for length in self._lengths.get(pieces[at], ()):
                form = pieces[at : at + length]
                kind = self._forms.get(form)
                if kind:
                    found.append((kind, " ".join(form)))
                    at += length - 1
                    break
            at += 1
        return found


def _forms(name: str) -> list[tuple[str, ...]]:
    """The pieces of a name, and of its plural where it ends in a Latin word."""
    pieces = tuple(_PIECE.findall(fold(name).casefold()))
    last = pieces[-1]
    if last.isascii() and last.isalpha() and not last.endswith("s"):
        return [pieces, (*pieces[:-1], last + "s")]
    return [pieces]


@lru_cache(maxsize=1)
def outside() -> Outside:
    """The names of this checkout, read at first use."""
    return load_outside(KNOWLEDGE)


def load_outside(folder: Path) -> Outside:
    """Read and check ``outside.yml`` in a folder.

    Raises:
        OutsideError: the file breaks its schema, or a name stands under two kinds.
    """
    raw = yaml.safe_load((folder / "outside.yml").read_text(encoding="utf-8"))
    schema = json.loads((folder / "schema" / "outside.schema.json").read_text(encoding="utf-8"))
    try:
        jsonschema.validate(raw, schema)
    except jsonschema.ValidationError as error:
        where = "/".join(str(part) for part in error.absolute_path) or "top"
        raise OutsideError(f"data/knowledge/outside.yml: at {where}: {error.message}") from None
    kinds = {
        kind: [name for line in lines for name in line] for kind, lines in raw["kinds"].items()
    }
    owners: dict[str, str] = {}
    for kind, names in kinds.items():
        for name in names:
            if owners.setdefault(fold(name).casefold(), kind) != kind:
                raise OutsideError(f"data/knowledge/outside.yml: {name!r} stands under two kinds.")
    return Outside(kinds)


def signs(texts: Sequence[str]) -> NDArray[np.float32]:
    """A row a text: which kinds it names, and how ours and others' stand together."""
    known, names = outside(), lexicon()
    kinds = {kind: column for column, kind in enumerate((*known.kinds, *OUR_KINDS))}
    found = np.zeros((len(texts), len(kinds) + TOGETHER), dtype=np.float32)
    for row, text in enumerate(texts):
        plain = clean(text)
        others = known.named(normal(text))
        ours = {name.kind for m in mentions(plain, fold(plain), names) for name in m.names[:1]}
        for kind in {kind for kind, _ in others} | ours:
            found[row, kinds[kind]] = 1
        has, own = bool(others), bool(ours)
        together = (has, own, has and own, not (has or own), has and not own, len(set(others)) > 1)
        found[row, len(kinds) :] = together
    return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class OutsideFeaturizer(DenseFeaturizer, GraphComponent):
    """Sentence features from the names of other things, each of size ``weight``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``weight`` stands for the strength of the classifier behind, as at the encoder."""
        return {**DenseFeaturizer.get_default_config(), "weight": 2.0}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse a weight that means nothing."""
        if config["weight"] <= 0:
            raise InvalidConfigException("weight in config.yml must be positive.")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> OutsideFeaturizer:
        """Made anew for training and for serving alike: it learns nothing."""
        del model_storage, resource
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add one dense sentence feature to the text of each message."""
        batch = [message for message in messages if message.get(TEXT)]
        rows = signs([message.get(TEXT) for message in batch]) * np.float32(self._config["weight"])
        for message, row in zip(batch, rows, strict=True):
            message.add_features(
                Features(row[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
        return messages
