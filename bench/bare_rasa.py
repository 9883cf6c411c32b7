"""A bare Rasa to compare with: the template's pipeline and policies on our training data.

It answers each intent with a fixed line over its own REST channel; no guard, no gateway, no
database, no actions. The Jieba tokenizer stands for the template's WhitespaceTokenizer, which
drops Chinese words between spaces.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
TEMPLATE_EPOCHS = 100
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}


def config(epochs: int) -> dict[str, object]:
    """The configuration of ``rasa init``, with ``epochs`` where the template has 100."""
    return {
        "recipe": "default.v1",
        "assistant_id": "bare",
        "language": "zh",
        "pipeline": [
            {"name": "JiebaTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {
                "name": "CountVectorsFeaturizer",
                "analyzer": "char_wb",
                "min_ngram": 1,
                "max_ngram": 4,
            },
            {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
            {"name": "EntitySynonymMapper"},
            {"name": "ResponseSelector", "epochs": epochs, "constrain_similarities": True},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
        "policies": [
            {"name": "MemoizationPolicy"},
            {"name": "RulePolicy"},
            {
                "name": "TEDPolicy",
                "max_history": 5,
                "epochs": epochs,
                "constrain_similarities": True,
            },
        ],
    }


def write(folder: Path, epochs: int) -> None:
    """Write the project: our examples, one story and one reply an intent."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    intents = set()
    for path in sorted((ROOT / "data").glob("**/*.yml")):
        if path.name.startswith(("nlu.", "out_of_scope.")):
            loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
            intents |= {entry["intent"] for entry in loaded["nlu"]}
            shutil.copy(path, folder / "data" / f"{path.parent.name}.{path.name}")
    names = sorted(intents)
    stories = [
        {"story": f"{name}", "steps": [{"intent": name}, {"action": f"utter_{name}"}]}
        for name in names
    ]
    domain = {
        "version": "3.1",
        "intents": names,
        "responses": {f"utter_{name}": [{"text": f"About {name}."}] for name in names},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }
    _dump(folder / "config.yml", config(epochs))
    _dump(folder / "domain.yml", domain)
    _dump(folder / "data" / "stories.yml", {"version": "3.1", "stories": stories})
    _dump(folder / "credentials.yml", {"rest": None})
    _dump(folder / "endpoints.yml", {})


def train(folder: Path) -> float:
    """Train it and give the seconds."""
    began = time.monotonic()
    with (folder / "train.log").open("wb") as log:
        subprocess.run(
            [str(PYTHON), "-m", "rasa", "train", "--fixed-model-name", "bare"],
            cwd=folder,
            env=os.environ | QUIET,
            stdout=log,
            stderr=log,
            check=True,
        )
    return time.monotonic() - began


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start it on loopback; the caller waits for health and stops it."""
    log = (folder / "run.log").open("wb")
    command = [str(PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
    return subprocess.Popen(command, cwd=folder, env=os.environ | QUIET, stdout=log, stderr=log)


def _dump(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
