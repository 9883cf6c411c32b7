"""What the featurizers found out about messages, as matrices: one dense, one sparse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from scipy.sparse import hstack, vstack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rasa.shared.nlu.training_data.message import Message


def blocks(messages: Sequence[Message]) -> list[Any]:
    """The sentence features of the texts, one row a message, as ``regression`` takes them.

    Raises:
        ValueError: no featurizer stands before the component in config.yml.
    """
    dense = [_parts(message, sparse=False) for message in messages]
    sparse = [_parts(message, sparse=True) for message in messages]
    found: list[Any] = []
    if dense[0]:
        found.append(np.vstack([np.concatenate(row, axis=1) for row in dense]))
    if sparse[0]:
        # Columns first: joining the parts of 29,000 rows one by one takes a quarter of a minute.
        columns = [vstack(part, format="csr") for part in zip(*sparse, strict=True)]
        found.append(columns[0] if len(columns) == 1 else hstack(columns, format="csr"))
    if not found:
        raise ValueError("config.yml names no featurizer before this component.")
    return found


def _parts(message: Message, *, sparse: bool) -> list[Any]:
    return [
        feature.features
        for feature in message.features
        if feature.attribute == TEXT
        and feature.type == FEATURE_TYPE_SENTENCE
        and feature.is_sparse() == sparse
    ]
