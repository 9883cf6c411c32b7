"""Reads what lies in deploy/: instructions of a Containerfile, documents of YAML."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KINDS = ("gateway", "actions", "rasa")


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Containerfile and the number of the stage that it stands in."""

    word: str
    rest: str
    stage: int


def containerfile(kind):
    """The instructions, continued lines joined, comments left out."""
    text = (DEPLOY / f"containers/{kind}.Containerfile").read_text(encoding="utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    stage, found = -1, []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        stage += word == "FROM"
        found.append(Instruction(word, " ".join(rest.split()), stage))
    return found


def last_stage(kind):
    """The instructions that make what runs."""
    every = containerfile(kind)
    return [one for one in every if one.stage == every[-1].stage]


def documents(path):
    """Every document of a YAML file."""
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def manifests():
    """Every object of the base and of the overlay, by file."""
    for path in sorted((DEPLOY / "kubernetes").rglob("*.yaml")):
        for document in documents(path):
            yield path, document


def tool(name):
    """A program's path; a named skip where this machine does not have it."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is missing: what it checks is checked where it is installed")
    return found
