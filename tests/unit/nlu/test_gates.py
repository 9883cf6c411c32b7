"""What `rasa` itself says of data and rules, and how much of held-out examples is understood."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.nlu import launch

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def gate():
    spec = importlib.util.spec_from_file_location("nlu_gate", ROOT / "bench" / "nlu_gate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["nlu_gate"] = module
    spec.loader.exec_module(module)
    return module


def rasa(*arguments, cwd=ROOT):
    environment = os.environ | launch.training_environment(ROOT)
    command = [sys.executable, "-m", "rasa", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def data_of(folder):
    return ["--domain", folder / "domain.yml", "--config", ROOT / "config.yml", "--data"]


def test_rasa_finds_no_fault_in_the_data():
    done = rasa("data", "validate", *data_of(ROOT), ROOT / "data/topics", ROOT / "data/shared")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "conflict" not in done.stdout.replace("No story structure conflicts found", "").replace(
        "for conflict analysis", ""
    )


def test_every_turn_of_the_core_stories_goes_as_written(tmp_path):
    model = launch.model_path(ROOT)
    if not model.is_file():
        pytest.skip("no trained model: run `make train`")
    arguments = ("--stories", ROOT / "tests/core", "--model", model, "--out", tmp_path)
    done = rasa("test", "core", *arguments, "--fail-on-prediction-errors")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "all good" in (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")


def test_a_story_against_the_rules_is_found(tmp_path):
    model = launch.model_path(ROOT)
    if not model.is_file():
        pytest.skip("no trained model: run `make train`")
    story = {"story": "wrong", "steps": [{"intent": "thank"}, {"action": "action_open_ticket"}]}
    content = {"version": "3.1", "stories": [story]}
    (tmp_path / "wrong.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    arguments = ("--stories", tmp_path / "wrong.yml", "--model", model, "--out", tmp_path / "out")
    assert rasa("test", "core", *arguments, "--fail-on-prediction-errors").returncode != 0


def test_held_out_examples_are_understood_as_well_as_was_recorded(gate):
    recorded = json.loads(gate.RECORDED.read_text(encoding="utf-8"))
    assert gate.falls(recorded, gate.measure()) == []


def test_a_model_of_ours_is_let_through_by_its_own_answers(gate):
    model = launch.model_path(ROOT)
    if not model.is_file():
        pytest.skip("no trained model: run `make train`")
    recorded = json.loads(gate.RECORDED.read_text(encoding="utf-8"))
    found = gate.measure_model(model, every=12)  # too few an intent to judge each
    assert gate.falls({"languages": recorded["languages"]}, found) == []
    assert found["questions"]["among three"][0] > 0.9


def test_a_model_of_something_else_is_refused_by_its_own_answers(gate, model):
    recorded = json.loads(gate.RECORDED.read_text(encoding="utf-8"))
    fallen = gate.falls(recorded, gate.measure_model(Path(model), every=12))
    told = "\n".join(fallen)
    assert all(word in told for word in ("languages, zh", "languages, en", "intents, tx_failed"))
    assert "questions, first" in told


def test_what_a_trained_model_answers_is_never_recorded(gate, monkeypatch, tmp_path):
    monkeypatch.setattr(gate, "RECORDED", tmp_path / "recorded.json")
    monkeypatch.setattr(sys, "argv", ["nlu_gate.py", "--model", "models/seedwarden.tar.gz"])
    with pytest.raises(SystemExit) as ended:
        gate.main()
    assert ended.value.code == 2
    assert not gate.RECORDED.exists()


def test_a_fall_of_two_points_in_a_language_is_named(gate):
    recorded = {"languages": {"zh": [0.90, 1000], "en": [0.90, 1000]}, "intents": {}}
    found = {"languages": {"zh": [0.895, 1000], "en": [0.88, 1000]}, "intents": {}}
    (fall,) = gate.falls(recorded, found)
    assert "en: 90.0%" in fall


def test_an_intent_falls_when_chance_does_not_explain_it(gate):
    recorded = {"intents": {"tx_failed": [0.90, 100], "greet": [0.90, 100], "gone": [0.9, 9]}}
    found = {"intents": {"tx_failed": [0.75, 100], "greet": [0.84, 100]}}
    assert [fall.split(":")[0] for fall in gate.falls(recorded, found)] == [
        "intents, tx_failed",
        "intents, gone",
    ]


def test_the_gate_measures_what_config_yml_trains(gate):
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    named = {
        (
            part["name"].rsplit(".", 1)[1] if "." in part["name"] else part["name"],
            part.get("unit"),
        ): part
        for part in pipeline
    }
    way = gate.CHOSEN
    assert named["SentenceEncoderFeaturizer", None]["scale"] == way.encoder
    assert named["RunFeaturizer", "characters"]["weight"] == way.characters
    assert named["RunFeaturizer", "characters"]["longest"] == way.longest
    assert named["RunFeaturizer", "words"]["weight"] == way.words
    assert named["IntentRegression", None].get("smoothing", 0.0) == way.smoothing
