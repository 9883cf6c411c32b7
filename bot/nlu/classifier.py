"""Graph component: the intent of a message, by a logistic regression over its features."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import choke_point
from bot.nlu.features import blocks
from bot.nlu.regression import Regression, fit

choke_point.install()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentRegression(IntentClassifier, GraphComponent):
    """Names the likeliest intents; the settings were chosen by measurement (bench/nlu.md)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``ranking_length`` intents are named; ``smoothing`` forgives wrong labels."""
        return {"ranking_length": 10, "smoothing": 0.0}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Regression | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentRegression:
        """An untrained classifier."""
        del execution_context
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentRegression:
        """A trained classifier, from JSON and an array: nothing is unpickled."""
        del execution_context, kwargs
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Regression.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents of the examples and keep the weights."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        labels = [example.get(INTENT) for example in examples]
        self._model = fit(blocks(examples), labels, smoothing=self._config["smoothing"])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are: nothing behind reads a guess at a known intent."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the intents of each message that has a text."""
        said = [message for message in messages if message.get(TEXT)]
        if not said or self._model is None:
            return messages
        for message, row in zip(said, self._model.probabilities(blocks(said)), strict=True):
            order = row.argsort()[::-1][: self._config["ranking_length"]]
            ranking = [
                {"name": self._model.classes[index], "confidence": float(row[index])}
                for index in order
            ]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
