"""Graph component around ``bot.content.entities``: what a message names, found by rules."""

from __future__ import annotations

from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.content.entities import extract
from bot.nlu import choke_point

choke_point.install()

EXTRACTOR: Final = "facts"
LIMIT: Final = 2_000
"""Characters that are searched."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Vendors, models, chains, amounts, times … of a message; it learns nothing."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        """Made anew for training and for serving alike."""
        del config, model_storage, resource, execution_context
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what is found to the entities that a message has already."""
        for message in messages:
            found = [
                {
                    "entity": entity.entity,
                    "value": entity.value,
                    "start": entity.start,
                    "end": entity.end,
                    "extractor": EXTRACTOR,
                }
                for entity in extract((message.get(TEXT) or "")[:LIMIT])
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
