"""Graph component: which short runs of characters or words a message holds, weighed by rarity.

It sees what the sentence encoder blurs: misspelt words, names, the few signs that tell
"好了" from "不好". Characters need no segmentation, so Chinese and English fare alike; runs of
words tell the order of English ones further apart. A Chinese character counts as a word.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.content.folding import fold
from bot.guard.encoder import clean
from bot.nlu import choke_point
from bot.nlu.tokenizer import CJK

if TYPE_CHECKING:
    from numpy.typing import NDArray

choke_point.install()


FEW: Final = 1_000
"""Training examples below which every run counts, however rare."""

_UNITS: Final = {
    "characters": {"analyzer": "char"},
    "words": {"analyzer": "word", "token_pattern": rf"[^\W_{CJK}]+|[{CJK}]"},
}
"""What runs are made of, by the name that config.yml gives it, as scikit-learn says it."""


def normal(text: str) -> str:
    """One form for letters, widths, and traditional characters."""
    return fold(clean(text)).casefold()


def vectorizer(
    unit: str, longest: int, seen: int = 3, runs: list[str] | None = None
) -> TfidfVectorizer:
    """Counts runs of 1 to ``longest`` units; given ``runs`` it knows those and no others."""
    return TfidfVectorizer(
        **_UNITS[unit],
        preprocessor=normal,
        ngram_range=(1, longest),
        min_df=seen,
        sublinear_tf=True,
        dtype=np.float32,
        vocabulary={run: index for index, run in enumerate(runs)} if runs else None,
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class RunFeaturizer(SparseFeaturizer, GraphComponent):
    """Sentence features from runs of 1 to ``longest`` units, of length ``weight``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``seen`` is in how many training examples a run must occur to count."""
        return {
            **SparseFeaturizer.get_default_config(),
            "unit": "characters",
            "longest": 4,
            "seen": 3,
            "weight": 4.0,
        }

    def __init__(  # noqa: PLR0913, PLR0917 - Rasa's four and what was learnt
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        runs: list[str] | None = None,
        rarity: NDArray[np.float64] | None = None,
    ) -> None:
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._vectorizer = vectorizer(config["unit"], config["longest"], config["seen"], runs)
        if rarity is not None:
            self._vectorizer.idf_ = rarity

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse lengths and weights that mean nothing."""
        if min(config["longest"], config["seen"], config["weight"]) <= 0:
            raise InvalidConfigException("longest, seen and weight in config.yml must be positive.")
        if config["unit"] not in _UNITS:
            raise InvalidConfigException(f"unit in config.yml is one of: {', '.join(_UNITS)}.")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RunFeaturizer:
        """An untrained featurizer."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RunFeaturizer:
        """A trained featurizer, from JSON and an array: nothing is unpickled."""
        del kwargs
        with model_storage.read_from(resource) as folder:
            runs = json.loads((folder / "runs.json").read_text(encoding="utf-8"))
            rarity = np.load(folder / "rarity.npy", allow_pickle=False)
        name = execution_context.node_name
        return cls(config, name, model_storage, resource, runs, rarity)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which runs occur and how rare each is, and keep both."""
        texts = [example.get(TEXT) for example in training_data.nlu_examples if example.get(TEXT)]
        if len(texts) < FEW:
            self._vectorizer.set_params(min_df=1)
        self._vectorizer.fit(texts)
        runs = sorted(self._vectorizer.vocabulary_, key=self._vectorizer.vocabulary_.__getitem__)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "runs.json").write_text(
                json.dumps(runs, ensure_ascii=False), encoding="utf-8"
            )
            np.save(folder / "rarity.npy", self._vectorizer.idf_, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add one sparse sentence feature to the text of each message."""
        batch = [message for message in messages if message.get(TEXT)]
        if not batch:
            return messages
        matrix = self._vectorizer.transform([message.get(TEXT) for message in batch])
        # A vectorizer that was loaded weighs in float64, and every product behind would copy.
        matrix = matrix.tocsr().astype(np.float32) * np.float32(self._config["weight"])
        for index, message in enumerate(batch):
            message.add_features(
                Features(matrix[index], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
        return messages
