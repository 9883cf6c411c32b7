"""The set-up: which interpreter it takes, when it does nothing, and what it says when stuck."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def install(tmp_path, monkeypatch):
    """The script as a module whose project is an empty folder."""
    spec = importlib.util.spec_from_file_location("install", ROOT / "scripts" / "install.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "install", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "TOOLS", tmp_path / ".tools")
    return module


def program(path, script):
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def python(path, line):
    """Something that answers as an interpreter of this line."""
    return program(path, f"echo {line} {path}")


def test_a_shim_that_does_not_run_is_passed_over_for_the_version_behind_it(install, tmp_path):
    program(tmp_path / "pyenv/shims/python3.10", "exit 127")
    behind = python(tmp_path / "pyenv/versions/3.10.13/bin/python3.10", "3.10")
    environment = {"PATH": str(tmp_path / "pyenv/shims"), "HOME": str(tmp_path / "empty")}
    running = list(install.candidates("3.10", environment))
    assert running[:2] == [str(tmp_path / "pyenv/shims/python3.10"), str(behind)]
    assert [path for path in running[:2] if install.runs(Path(path), "3.10")] == [str(behind)]


def test_an_interpreter_that_is_named_comes_first(install, tmp_path):
    named = python(tmp_path / "mine/python", "3.10")
    found = python(tmp_path / "bin/python3.10", "3.10")
    environment = {"PATH": str(found.parent), "SEEDWARDEN_PYTHON_3_10": str(named)}
    assert list(install.candidates("3.10", environment))[:2] == [str(named), str(found)]


def test_an_interpreter_of_another_line_is_not_taken(install, tmp_path):
    assert not install.runs(python(tmp_path / "python3.10", "3.9"), "3.10")
    assert install.runs(python(tmp_path / "python3.10", "3.10"), "3.10")


def test_without_an_interpreter_the_setting_that_names_one_is_said(install, tmp_path, monkeypatch):
    monkeypatch.setattr(install, "candidates", lambda _: iter(()))
    uv = program(tmp_path / "uv", "exit 2")
    with pytest.raises(install.SetupError, match=r"SEEDWARDEN_PYTHON_3_10=/path/to/python3\.10"):
        install.find_python("3.10", str(uv))


def test_uv_is_asked_for_an_interpreter_that_is_not_here(install, tmp_path, monkeypatch):
    monkeypatch.setattr(install, "candidates", lambda _: iter(()))
    uv = program(tmp_path / "uv", '[ "$2" = find ] && echo /fetched/python3.10; exit 0')
    assert install.find_python("3.10", str(uv)) == "/fetched/python3.10"


@pytest.fixture
def environment(install, tmp_path, monkeypatch):
    """An environment with requirement files and a uv that only writes down what it was told."""
    for group in ("service", "dev"):
        path = tmp_path / "requirements" / f"{group}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(group, encoding="utf-8")
    log = tmp_path / "uv.log"
    uv = program(tmp_path / "uv", f'echo "$@" >> {log}')
    python(tmp_path / ".venv/bin/python", "3.12")
    log.touch()
    monkeypatch.setattr(install, "find_uv", lambda: str(uv))
    made = install.Environment(tmp_path / ".venv", "3.12", ("service", "dev"))

    def run(*wanted):
        log.write_text("")
        install.install(made, list(wanted))
        return log.read_text()

    return run


def test_what_is_there_already_is_left_alone(environment):
    assert "requirements/service.txt" in environment("service")
    assert environment("service") == ""


def test_a_changed_requirement_file_is_installed_anew(environment, tmp_path):
    environment("service")
    (tmp_path / "requirements/service.txt").write_text("newer", encoding="utf-8")
    assert "pip sync --quiet --require-hashes" in environment("service")


def test_the_tests_tools_stay_when_only_the_service_is_asked_for(environment):
    assert "dev.txt" in environment("service", "dev")
    assert environment("service") == ""


def test_an_installation_that_was_broken_off_is_taken_up_again(environment, install, tmp_path):
    environment("service")
    (tmp_path / "requirements/service.txt").write_text("newer", encoding="utf-8")
    program(tmp_path / "uv", "exit 2")
    with pytest.raises(install.SetupError, match="run the same command again"):
        environment("service")
    assert install.read_stamp(tmp_path / ".venv") == {}


def test_the_command_can_be_called_from_anywhere(install, tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nscripts = {hello = "greeting:main"}\n', encoding="utf-8"
    )
    (tmp_path / "greeting.py").write_text("def main():\n    print('hello')\n", encoding="utf-8")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    install.write_launchers(tmp_path / ".venv")
    answer = subprocess.run(
        [tmp_path / ".venv/bin/hello"], check=True, capture_output=True, text=True, cwd="/"
    )
    assert answer.stdout == "hello\n"


def test_a_damaged_stamp_counts_as_none(install, tmp_path):
    (tmp_path / install.STAMP).write_text("{", encoding="utf-8")
    assert install.read_stamp(tmp_path) == {}
    (tmp_path / install.STAMP).write_text(json.dumps({"service": "x"}), encoding="utf-8")
    assert install.read_stamp(tmp_path) == {"service": "x"}


def test_python_is_found_where_the_first_one_does_not_run(tmp_path):
    broken = program(tmp_path / "python3", "exit 127")
    answer = subprocess.run(
        ["sh", str(ROOT / "scripts/find-python")],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHON": str(broken)},
    )
    assert answer.stdout.strip() not in {"", str(broken), "python3"}
