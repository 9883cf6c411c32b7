from pathlib import Path

from bot.nlu import launch


def project(folder: Path) -> Path:
    for name in ("config.yml", "domain.yml", "data/topics/a/nlu.zh.yml", "data/shared/rules.yml"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (folder / "models").mkdir()
    return folder


def trained(folder: Path) -> Path:
    launch.model_path(folder).write_bytes(b"model")
    launch.remember_fingerprint(folder, launch.fingerprint(folder))
    return folder


def test_a_project_without_a_model_needs_training(tmp_path):
    assert launch.model_is_stale(project(tmp_path))


def test_a_trained_project_needs_none(tmp_path):
    assert not launch.model_is_stale(trained(project(tmp_path)))


def test_a_changed_example_asks_for_training(tmp_path):
    root = trained(project(tmp_path))
    (root / "data/topics/a/nlu.zh.yml").write_text("more", encoding="utf-8")
    assert launch.model_is_stale(root)


def test_a_new_file_of_examples_asks_for_training(tmp_path):
    root = trained(project(tmp_path))
    (root / "data/topics/a/nlu.en.yml").write_text("new", encoding="utf-8")
    assert launch.model_is_stale(root)


def test_changed_wording_asks_for_none(tmp_path):
    root = trained(project(tmp_path))
    (root / "data/topics/a/replies.yml").write_text("wording", encoding="utf-8")
    assert not launch.model_is_stale(root)


def test_a_fingerprint_without_its_model_asks_for_training(tmp_path):
    root = trained(project(tmp_path))
    launch.model_path(root).unlink()
    assert launch.model_is_stale(root)


def test_the_environment_names_every_variable_that_endpoints_yml_expands():
    root = Path(__file__).resolve().parents[3]
    variables = launch.environment(
        root, var=root / "var", rasa_token="r", action_url="http://a", action_token="a"
    )
    text = (root / "endpoints.yml").read_text(encoding="utf-8")
    named = {part.split("}")[0] for part in text.split("${")[1:]}
    assert named
    assert named <= variables.keys()
