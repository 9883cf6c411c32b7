"""Graph component: which questions of the FAQ a message asks, the likeliest first.

The classifier before it sees one intent, ``faq``; the questions are ``faq/<id>`` in the
training data, and their answers lie with the content, not here. Every message is ranked,
whatever its intent: who chose "a question" after not being understood is answered then.
"""

from __future__ import annotations

from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_RESPONSE_KEY,
    RESPONSE_SELECTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import choke_point
from bot.nlu.features import blocks
from bot.nlu.regression import KEPT, Regression, fit

choke_point.install()

FAQ: Final = "faq"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FaqFinder(GraphComponent):
    """Writes ``response_selector.faq.ranking``: ``intent_response_key`` and ``confidence``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``ranking_length`` questions are named; a larger ``boldness`` fits closer."""
        return {"ranking_length": 5, "boldness": 1.5}

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
    ) -> FaqFinder:
        """An untrained finder."""
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
    ) -> FaqFinder:
        """A trained finder; without questions in the training data it stays silent."""
        del execution_context, kwargs
        with model_storage.read_from(resource) as folder:
            kept = Regression.load(folder) if (folder / KEPT).is_file() else None
        return cls(config, model_storage, resource, kept)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the questions and keep the weights."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(INTENT) == FAQ and example.get(INTENT_RESPONSE_KEY) and example.get(TEXT)
        ]
        with self._model_storage.write_to(self._resource) as folder:
            if examples:
                asked = [example.get(INTENT_RESPONSE_KEY) for example in examples]
                self._model = fit(self._scaled(examples), asked)
                self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the questions for each message that has a text."""
        said = [message for message in messages if message.get(TEXT)]
        if not said or self._model is None:
            return messages
        for message, row in zip(said, self._model.probabilities(self._scaled(said)), strict=True):
            order = row.argsort()[::-1][: self._config["ranking_length"]]
            ranking = [
                {
                    "intent_response_key": self._model.classes[index],
                    "confidence": round(float(row[index]), 4),
                }
                for index in order
            ]
            message.set(RESPONSE_SELECTOR, {FAQ: {"ranking": ranking}}, add_to_output=True)
        return messages

    def _scaled(self, messages: list[Message]) -> list[Any]:
        """Few examples a question want a weaker penalty than the many of an intent."""
        return [block * self._config["boldness"] for block in blocks(messages)]
