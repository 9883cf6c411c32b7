"""Keeps TensorFlow and plotting out of the Rasa process, which uses neither.

Rasa imports its neural classifiers and policies whatever the pipeline is, and with them
TensorFlow: 240 MB and ten seconds. Our pipeline has none of them, so the modules that
need it are answered by placeholders. `rasa shell` and `rasa test` work with or without.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import logging
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from bot import log

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT_OUT: Final = frozenset(
    {
        "rasa.core.policies.ted_policy",
        "rasa.core.policies.unexpected_intent_policy",
        "rasa.nlu.classifiers.diet_classifier",
        "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
        "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
        "rasa.nlu.selectors.response_selector",
        "rasa.utils.plotting",
        "rasa.utils.tensorflow.callback",
        "rasa.utils.tensorflow.data_generator",
    }
)
"""Modules of Rasa 3.6.21 that import TensorFlow or matplotlib and that nothing of ours runs."""


class LeftOut:
    """Stands for a class of a module that was not loaded.

    Raises:
        RuntimeError: somebody tried to make one; the message names the remedy.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise RuntimeError(
            f"{type(self).__name__} was left out of this process. "
            "Take it out of config.yml, or start Rasa without bot.nlu.lean."
        )


class _Placeholder(ModuleType):
    """A module whose every public name is a class that cannot be made."""

    __path__ = []  # noqa: RUF012 - it makes the placeholder a package

    def __getattr__(self, name: str) -> type[LeftOut]:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (LeftOut,), {"__module__": self.__name__})
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for the modules that are left out, before the real ones are found."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname in LEFT_OUT:
            return importlib.machinery.ModuleSpec(fullname, self)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Placeholder(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the placeholder is complete."""


def install() -> None:
    """Answer for the modules in ``LEFT_OUT`` from now on; call it before Rasa is imported.

    Silences as well what Rasa's pinned libraries deplore in each other on every start.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    level = os.environ.get("SEEDWARDEN_LOG_LEVEL", "INFO")
    log.configure("rasa", level)
    if level != "DEBUG":
        logging.getLogger("py.warnings").setLevel(logging.ERROR)
