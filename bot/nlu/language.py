"""Graph component: the language of each message, for whoever answers it."""

from __future__ import annotations

from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.content.language import language_for
from bot.nlu import choke_point

choke_point.install()

LANGUAGE: Final = "language"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LanguageFinder(GraphComponent):
    """Writes ``language``; reads the conversation's from the message's metadata."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageFinder:
        """Made anew for training and for serving alike: it learns nothing."""
        del config, model_storage, resource, execution_context
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Name the language of each message."""
        for message in messages:
            metadata = message.get(METADATA)
            spoken = metadata.get(LANGUAGE) if isinstance(metadata, dict) else None
            found = language_for(message.get(TEXT) or "", spoken)
            message.set(LANGUAGE, found, add_to_output=True)
        return messages
