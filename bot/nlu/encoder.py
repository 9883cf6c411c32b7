"""The graph component around the frozen sentence encoder of ``bot.guard.encoder``.

An encoder is anything with ``encode(list[str]) -> float32[n, d]``; which one is a setting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.guard.encoder import ENCODERS, load_encoder
from bot.nlu import choke_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

choke_point.install()

ENOUGH: Final = 2_500
"""Texts that the centre is taken from, about: it moves by less than a thousandth with more."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Graph component: sentence features from an encoder, centred on the training data."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``scale`` stands for the strength of the classifier behind: bigger fits closer."""
        return {**DenseFeaturizer.get_default_config(), "encoder": "use", "scale": 5.7}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        centre: Vectors | None = None,
    ) -> None:
        super().__init__(name, config)
        self._encoder = load_encoder(config["encoder"])
        self._scale = float(config["scale"])
        self._centre: Vectors = np.zeros(1, dtype=np.float32) if centre is None else centre
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse an encoder that is not in ``ENCODERS``."""
        if config["encoder"] not in ENCODERS:
            known = ", ".join(sorted(ENCODERS))
            raise InvalidConfigException(f"config.yml names an unknown encoder; known: {known}.")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
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
    ) -> SentenceEncoderFeaturizer:
        """A trained featurizer; numpy reads the centre without pickle."""
        del kwargs
        with model_storage.read_from(resource) as folder:
            centre = np.load(folder / "centre.npy", allow_pickle=False)
        return cls(config, execution_context.node_name, model_storage, resource, centre)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn and keep the mean vector of training texts, evenly chosen where they are many."""
        texts = [example.get(TEXT) for example in training_data.nlu_examples if example.get(TEXT)]
        if texts:
            chosen = texts[:: -(-len(texts) // ENOUGH)]
            self._centre = self._encoder.encode(chosen).mean(axis=0)
        with self._model_storage.write_to(self._resource) as folder:
            np.save(folder / "centre.npy", self._centre, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add one sentence feature to each text of each message."""
        for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
            batch = [message for message in messages if message.get(attribute)]
            vectors = self._encoder.encode([message.get(attribute) for message in batch])
            scaled = ((vectors - self._centre) * self._scale).astype(np.float32)
            for message, row in zip(batch, scaled, strict=True):
                message.add_features(
                    Features(row[None, :], FEATURE_TYPE_SENTENCE, attribute, self._identifier)
                )
        return messages
