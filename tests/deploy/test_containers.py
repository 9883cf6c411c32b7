"""The Containerfiles, the ignored files and the compose file, as a strict reader wants them."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from bot.nlu import launch
from bot.settings import Settings
from tests.deploy.reading import DEPLOY, KINDS, ROOT, containerfile, documents, last_stage, tool

DIGEST = "@sha256:" + "0" * 64


def rests(instructions, word):
    return [one.rest for one in instructions if one.word == word]


@pytest.mark.parametrize("kind", KINDS)
def test_the_base_image_is_an_argument_without_a_default(kind):
    instructions = containerfile(kind)
    (argument,) = rests(instructions, "ARG")
    assert "=" not in argument
    images = [rest.split()[0] for rest in rests(instructions, "FROM")]
    assert images == [f"${{{argument}}}"] * 2


@pytest.mark.parametrize("kind", KINDS)
def test_it_runs_as_a_user_with_a_number_that_is_not_root(kind):
    (user,) = rests(containerfile(kind), "USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    words = [one.word for one in last_stage(kind)]
    assert words.index("USER") > max(i for i, word in enumerate(words) if word in {"RUN", "COPY"})


@pytest.mark.parametrize("kind", KINDS)
def test_what_runs_has_no_tools_to_build_or_to_install(kind):
    stage = last_stage(kind)
    commands = " ".join(rests(stage, "RUN"))
    assert not re.search(r"\b(apt-get|apk|pip install|uv |gcc|curl|wget|git)\b", commands)
    assert "/usr/local/bin/pip*" in commands
    assert "site-packages" in commands
    every = containerfile(kind)
    assert any("venv --without-pip /opt/seedwarden" in rest for rest in rests(every, "RUN"))
    assert all("--from=build" in rest for rest in rests(stage, "COPY"))


@pytest.mark.parametrize("kind", KINDS)
def test_everything_installed_has_a_hash(kind):
    installing = " ".join(rests(containerfile(kind), "RUN"))
    for command in re.findall(r"pip (?:install|sync)[^&]*", installing):
        assert "--require-hashes" in command


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_in_an_image(kind):
    told = " ".join(rests(containerfile(kind), "ENV") + rests(containerfile(kind), "ARG"))
    assert not re.search(r"TOKEN|PASSWORD|SECRET|_KEY|DATABASE_URL", told)


@pytest.mark.parametrize("kind", KINDS)
def test_commands_are_lists_so_that_signals_arrive(kind):
    (command,) = rests(containerfile(kind), "CMD")
    assert command.startswith('["/opt/seedwarden/bin/python", "-m", ')
    (health,) = rests(containerfile(kind), "HEALTHCHECK")
    assert 'CMD ["/opt/seedwarden/bin/python", "/srv/seedwarden/healthy.py", "http://127' in health
    assert not [one for one in containerfile(kind) if one.word in {"ADD", "SHELL", "VOLUME"}]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_copied_exists_and_reaches_the_build(kind):
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in allowed
    kept = [line.removeprefix("!") for line in allowed if line.startswith("!")]
    for rest in rests(containerfile(kind), "COPY"):
        if "--from" in rest:
            continue
        for source in rest.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert any(source == one or source.startswith(f"{one}/") for one in kept), source


def test_the_model_is_trained_with_the_variables_that_training_always_has():
    (training,) = [one for one in rests(containerfile("rasa"), "RUN") if "bot.nlu.train" in one]
    set_there = dict(re.findall(r"(\w+)=(\S+)", training))
    deciding = ("PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "CUDA_VISIBLE_DEVICES")
    assert {name: set_there[name] for name in deciding} == {
        name: launch.FIXED[name] for name in deciding
    }


def test_rasas_image_holds_nothing_of_the_desk():
    copied = " ".join(rests(containerfile("rasa"), "COPY"))
    assert not re.search(r"bot/(desk|gateway|console|settings)|actions|COPY bot /", copied)


@pytest.mark.parametrize(
    ("image", "is_taken"),
    [("python:3.12-slim", False), ("python@sha256:12ab", False), (f"python{DIGEST}", True)],
)
def test_the_build_insists_on_a_digest(tmp_path, image, is_taken):
    builder = tmp_path / "builder"
    builder.write_text('#!/bin/sh\necho "built $*"\n')
    builder.chmod(0o755)
    answer = subprocess.run(
        ["sh", str(DEPLOY / "containers/build"), "gateway"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "BUILDER": str(builder), "PYTHON_3_12": image},
    )
    assert (answer.returncode == 0) is is_taken
    assert ("built build --file" in answer.stdout) is is_taken
    assert is_taken or "must name a base image with its digest" in answer.stderr


def compose():
    (described,) = documents(DEPLOY / "compose/compose.yaml")
    return described


def test_only_the_gateway_has_a_port_and_only_on_this_machine():
    services = compose()["services"]
    assert {name: one.get("ports") for name, one in services.items() if one.get("ports")} == {
        "gateway": ["127.0.0.1:8000:8000"]
    }


def test_every_service_is_read_only_and_without_rights():
    for name, service in compose()["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        if name in KINDS:
            assert service["user"] == "10001:10001"
            assert not service.get("privileged")


def test_rasa_and_the_stores_have_no_way_out():
    described = compose()
    inner = {name for name, one in described["networks"].items() if one.get("internal")}
    for name in ("rasa", "actions", "postgres", "redis"):
        assert set(described["services"][name]["networks"]) <= inner, name
    assert "front" in described["services"]["gateway"]["networks"]


def test_every_service_gets_the_secrets_that_it_names_and_no_other():
    described = compose()
    for name in KINDS:
        service = described["services"][name]
        read = {
            value.removeprefix("/run/secrets/")
            for value in service["environment"].values()
            if str(value).startswith("/run/secrets/")
        }
        assert read == set(service["secrets"]), name
    assert not {"secret_key", "database_url"} & set(described["services"]["rasa"]["secrets"])
    drawn = (DEPLOY / "compose/secrets").read_text(encoding="utf-8")
    assert all(name in drawn for name in described["secrets"])


def test_every_setting_in_the_files_exists():
    known = {f"SEEDWARDEN_{name.upper()}" for name in Settings.model_fields}
    known |= {"SEEDWARDEN_RASA_HOST", "SEEDWARDEN_TRACKER_URL", "SEEDWARDEN_LOCK_URL"}
    known |= {"SEEDWARDEN_IMAGE", "SEEDWARDEN_TAG", "SEEDWARDEN_PROXY_ADDRESSES"}
    known |= {"SEEDWARDEN_PORT"}
    for path in DEPLOY.rglob("*"):
        if path.is_file() and "secrets.d" not in path.parts:
            named = set(re.findall(r"SEEDWARDEN_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
            assert {name.removesuffix("_FILE") for name in named} <= known, path.name


def test_rasas_user_at_redis_is_drawn_with_the_rules_of_the_example_and_its_own_password(tmp_path):
    script = tmp_path / "secrets"
    script.write_bytes((DEPLOY / "compose/secrets").read_bytes())
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    drawn = {path.name: path.read_text().strip() for path in (tmp_path / "secrets.d").iterdir()}
    example = (DEPLOY / "redis/rasa.acl").read_text(encoding="utf-8").strip()
    assert example.replace("CHANGE-ME", drawn["lock_password"]) in drawn["redis_conf"].splitlines()
    assert f"rasa:{drawn['lock_password']}@" in drawn["lock_url"]
    assert drawn["redis_password"] not in drawn["lock_url"]
    assert drawn["lock_password"] not in drawn["redis_url"]


def test_drawn_secrets_are_long_kept_and_never_drawn_again(tmp_path):
    script = tmp_path / "secrets"
    script.write_bytes((DEPLOY / "compose/secrets").read_bytes())

    def run():
        subprocess.run(["sh", str(script)], check=True, capture_output=True)
        folder = tmp_path / "secrets.d"
        return {path.name: path.read_text() for path in folder.iterdir()}

    first = run()
    assert set(first) >= set(compose()["secrets"])
    assert len(first["secret_key"].strip()) == 64
    assert len({first[f"{name}_password"] for name in ("postgres", "desk", "tracker")}) == 3
    assert run() == first
    modes = {path.stat().st_mode & 0o007 for path in (tmp_path / "secrets.d").iterdir()}
    assert modes == {0}


def test_shell_scripts_are_read_by_a_shell():
    for path in ("containers/build", "compose/secrets", "compose/databases.sh"):
        subprocess.run([tool("sh"), "-n", str(DEPLOY / path)], check=True)


def test_every_yaml_file_is_read_without_repeated_keys():
    class Strict(yaml.SafeLoader):
        """Refuses a key that stands twice, of which YAML would keep the last."""

    def mapping(loader, node, deep=False):  # noqa: FBT002 - PyYAML calls it so
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        assert len(keys) == len(set(keys)), keys
        loader.flatten_mapping(node)
        return yaml.SafeLoader.construct_mapping(loader, node, deep)

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    for path in [*DEPLOY.rglob("*.yaml"), *DEPLOY.rglob("*.yml")]:
        assert list(yaml.load_all(path.read_text(encoding="utf-8"), Strict)), path
