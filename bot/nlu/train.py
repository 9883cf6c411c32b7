"""Trains the model: ``python -m bot.nlu.train ROOT [FOLDER [CONFIG]]``, run with Rasa's Python.

FOLDER takes a trial's model instead of ``models/``; CONFIG is another pipeline.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from bot.nlu import launch, lean


def without_fingerprints() -> None:
    """Spare Rasa 3.6.21 the hashing of every feature behind every component.

    It serves a cache of earlier trainings, which ``force_training`` never reads.
    """
    from rasa.engine.training import graph_trainer  # noqa: PLC0415 - after lean.install
    from rasa.engine.training.hooks import TrainingHook  # noqa: PLC0415

    class Unhashed(TrainingHook):
        def on_before_node(self, *_: Any, **__: Any) -> dict[str, Any]:
            return {}

        def on_after_node(self, *_: Any, **__: Any) -> None:
            """Nothing is kept: nobody would ask for it."""

    vars(graph_trainer)["TrainingHook"] = Unhashed


def main(root: Path, trial: str = "", config: str = "config.yml") -> int:
    """Train from what lies under ``root``; the exit code is 0 when a model was written."""
    lean.install()
    os.chdir(root)
    sys.path.insert(0, str(root))
    began = time.monotonic()
    made_from = launch.fingerprint(root)
    from rasa.model_training import train  # noqa: PLC0415 - after lean.install

    without_fingerprints()
    result = train(
        domain="domain.yml",
        config=config,
        training_files=["data/topics", "data/shared"],
        output=trial or "models",
        force_training=True,  # no cache: the same data gives the same model
        fixed_model_name=launch.MODEL_NAME,
    )
    if result.code != 0 or not result.model or not Path(result.model).is_file():
        print("Training failed; the earlier model, if any, was kept.", file=sys.stderr)  # noqa: T201
        return 1
    if not trial:
        launch.remember_fingerprint(root, made_from)
    print(f"Trained in {time.monotonic() - began:.0f} s.", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve(), *sys.argv[2:4]))
