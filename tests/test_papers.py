"""What the papers say exists, and nothing is committed that must not be."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest
import tomllib
import yaml

from bot.cli import main
from bot.commands.settings_page import page, sections
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|farm|root|home/\w+|Users/\w+)/\w")
REGISTRY = re.compile(r"(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)")
FORBIDDEN = re.compile(
    r"(^|/)(\.venv[^/]*|var|node_modules|__pycache__|\.tools|\.rasa)/|^models/(?!\.gitkeep)"
    r"|(^|/)(uv\.lock|poetry\.lock|package-lock\.json|\.env|.*\.(pyc|db|sqlite3?|log|key|pem))$"
)
LARGEST = 1_500_000


def tracked():
    """Every file that git knows, as it lies here; none when this is no checkout."""
    answer = subprocess.run(
        ["git", "ls-files", "-z"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    if answer.returncode:
        pytest.skip("git is missing, or this is no checkout")
    return [ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts():
    """The tracked files that are text, with their content."""
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT), content.decode("utf-8", "replace")


def all_papers():
    return "\n".join(path.read_text(encoding="utf-8") for path in PAPERS)


def targets():
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_make_target_in_the_papers_exists():
    named = set(re.findall(r"`make ([a-z-]+)", all_papers()))
    assert named <= targets()
    assert {"run", "test", "check"} <= named


def test_every_make_target_is_listed_and_phony():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    assert phony == targets()
    answer = subprocess.run(["make"], check=True, capture_output=True, text=True, cwd=ROOT)
    assert all(f"make {target} " in answer.stdout for target in targets())


def test_every_command_in_the_papers_exists_and_every_command_is_in_the_readme():
    context = click.Context(main)
    known = set(main.list_commands(context))
    named = set(re.findall(r"seedwarden ([a-z]+(?:-[a-z]+)*)\b(?! the)", all_papers()))
    assert named <= known
    table = set(
        re.findall(r"^\| `seedwarden ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    )
    assert table == known


def test_every_setting_is_explained_and_nothing_else_is():
    explained = [name for section in sections() for name in section.settings]
    missing = "bot/commands/settings.yml needs a line for each setting of bot/settings.py"
    assert sorted(explained) == sorted(Settings.model_fields), missing


def test_the_page_of_settings_is_what_the_settings_say():
    written = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    stale = "run: .venv/bin/seedwarden settings --markdown > docs/configuration.md"
    assert written == "\n".join(page()) + "\n", stale


def test_every_link_to_a_file_leads_somewhere():
    for paper in PAPERS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text(encoding="utf-8")):
            assert (paper.parent / target).exists(), f"{paper.name} links to {target}"


def test_every_file_and_folder_named_in_the_papers_exists():
    missing = [
        f"{paper.relative_to(ROOT)}: {name}"
        for paper in PAPERS
        for name in re.findall(
            r"`((?:bot|actions|data|deploy|docs|tests|requirements|scripts)/[\w./-]+)`",
            paper.read_text(encoding="utf-8"),
        )
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_decisions_have_their_four_parts():
    for paper in sorted((ROOT / "docs/adr").glob("*.md")):
        text = paper.read_text(encoding="utf-8")
        assert re.match(r"# \d+\. ", text), paper
        assert text.count("\nStatus: ") == 1, paper
        assert re.findall(r"^## (.*)$", text, re.MULTILINE)[:3] == [
            "Context",
            "Decision",
            "Consequences",
        ]


def test_the_readme_shows_real_output():
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert blocks
    assert all(len(block.splitlines()) > 1 for block in blocks), "a block without output"


def test_no_file_names_a_path_of_somebodys_machine():
    found = [
        f"{path}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_no_file_names_a_package_registry():
    here = Path(__file__).relative_to(ROOT)
    assert [str(path) for path, text in texts() if path != here and REGISTRY.search(text)] == []


def test_nothing_forbidden_or_huge_is_committed():
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    assert [name for name in names if FORBIDDEN.search(name)] == []
    assert [str(path) for path in tracked() if path.stat().st_size > LARGEST] == []


def test_every_requirement_has_a_hash():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for line in re.findall(
            r"^\S+==.*(?:\n .*)*", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert "--hash=sha256:" in line, f"{path.name}: {line.splitlines()[0]}"


def test_every_dependency_is_in_the_requirements_of_its_group():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for group, wanted in project["dependency-groups"].items():
        text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
        shared = (ROOT / "requirements/service.txt").read_text(encoding="utf-8")
        for name in wanted:
            plain = re.match(r"[A-Za-z0-9-]+", name)[0]
            place = text if group != "dev" else text + shared
            assert re.search(rf"^{plain}==", place, re.MULTILINE), f"{group}: {plain}"


def test_the_hooks_call_what_make_check_calls():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(BIN)", ".venv/bin")
    for hook in config["repos"][0]["hooks"]:
        tool = hook["entry"].split(" --")[0]
        assert tool in makefile, hook["id"]


def test_every_threat_has_a_test_that_stands_against_it():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for attacker in ("customer", "agent", "clone", "messenger", "curious operator", "backup"):
        assert re.search(rf"^### .*{attacker}", text, re.MULTILINE), attacker
    rows = [
        line.strip("|").split("|")
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith(("| tries", "| ---"))
    ]
    assert len(rows) > 20
    for tries, _, tests in rows:
        assert re.findall(r"`(tests/[\w/.]+)`", tests), f"nothing stands against: {tries}"


def test_what_must_be_open_to_be_proven_is_named_as_not_run():
    told = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    assert "no image was built" in told.partition("## What was run, and what was not")[2]
