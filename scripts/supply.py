"""What we are made of: a bill of materials, the licences, and what is known against any of it.

    python scripts/supply.py sbom        results/sbom-<group>.cdx.json, CycloneDX 1.5
    python scripts/supply.py licences    docs/licences.md, from the installed environments
    python scripts/supply.py audit       asks pip-audit; fails on what accepted.yml does not name

Run it with the Python of .venv. The requirement files are the truth: every package stands there
with its hashes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
GROUPS = {"service": ROOT / ".venv/bin/python", "rasa": ROOT / ".venv-rasa/bin/python"}
PIP_AUDIT = "pip-audit==2.10.1"
ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)((?:.*\\\n)(?:\s+--hash=.*\n?)*)", re.MULTILINE)
ASKED = """
import json, sys
from importlib.metadata import distributions
said = {}
for one in distributions():
    meta = one.metadata
    classes = meta.get_all("Classifier") or ()
    classes = [c.split(" :: ")[-1] for c in classes if c.startswith("License")]
    plain = meta.get("License-Expression") or "; ".join(classes) or (meta.get("License") or "")
    said[meta["Name"].lower().replace("_", "-").replace(".", "-")] = plain.strip().splitlines()[:1]
print(json.dumps(said))
"""


@dataclass(frozen=True)
class Package:
    """One pinned package: its name as pip normalises it, its version, the hashes of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


def packages(group: str) -> Iterator[Package]:
    """What a group is made of, by its requirement file."""
    text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    for name, version, rest in ENTRY.findall(text):
        hashes = tuple(sorted(re.findall(r"sha256:([0-9a-f]{64})", rest)))
        yield Package(name.lower().replace("_", "-").replace(".", "-"), version, hashes)


def licences(group: str) -> dict[str, str]:
    """The licence each installed package names for itself; one that names none is left out."""
    answer = subprocess.run(
        [str(GROUPS[group]), "-c", ASKED], check=True, capture_output=True, text=True
    )
    return {name: line[0][:60] for name, line in json.loads(answer.stdout).items() if line}


def sbom(group: str, known: dict[str, str]) -> dict[str, Any]:
    """A CycloneDX document; the same files give the same document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": f"seedwarden-{group}", "bom-ref": group}
        },
        "components": [component(one, known.get(one.name)) for one in packages(group)],
    }


def component(one: Package, licence: str | None) -> dict[str, Any]:
    """One package; its files' hashes are properties, for it has several files."""
    purl = f"pkg:pypi/{one.name}@{one.version}"
    said = {"licenses": [{"license": {"name": licence}}]} if licence else {}
    hashes = [{"name": "seedwarden:sha256", "value": value} for value in one.hashes]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": one.name,
        "version": one.version,
        "purl": purl,
        **said,
        "properties": hashes,
    }


def licence_page() -> str:
    """The page docs/licences.md."""
    lines = [
        "# Licences of what we use",
        "",
        "Made by `make licences`; do not edit. Each package's",
    ]
    lines += ["own word for its licence, as it is installed here; `?` where it names none."]
    for group in GROUPS:
        known = licences(group)
        lines += ["", f"## {group}", "", "| package | version | licence |", "| --- | --- | --- |"]
        for one in packages(group):
            said = known.get(one.name, "?").replace("|", "/")
            lines.append(f"| {one.name} | {one.version} | {said} |")
    return "\n".join(lines) + "\n"


def accepted() -> dict[str, dict[str, str]]:
    """What is known and accepted, by group and package."""
    raw = yaml.safe_load((ROOT / "requirements/accepted.yml").read_text(encoding="utf-8"))
    return {group: {one["package"]: one["why"] for one in rows} for group, rows in raw.items()}


def audit() -> int:
    """Ask pip-audit about both groups; 0 only if it knew every package and all is accepted."""
    bad = 0
    for group in GROUPS:
        path = str(ROOT / "requirements" / f"{group}.txt")
        command = [str(ROOT / ".tools/bin/uvx"), "--from", PIP_AUDIT, "pip-audit", "--format=json"]
        command += ["--disable-pip", "--require-hashes", "--requirement", path]
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        try:
            found = json.loads(answer.stdout)["dependencies"]
        except (ValueError, KeyError):
            print(f"{group}: pip-audit gave no answer; is its database reachable from here?")
            return 1
        bad += sum(1 for line in judged(group, found, accepted()) if print(line) is None)
    return 1 if bad else 0


def judged(
    group: str, found: Sequence[dict[str, Any]], known: dict[str, dict[str, str]]
) -> Iterator[str]:
    """What stands against a group and is not accepted; what was not looked at stands against it."""
    unseen = [one["name"] for one in found if one.get("skip_reason")]
    if unseen:
        yield f"{group}: {len(unseen)} of {len(found)} packages were not looked up ({unseen[0]}, …)"
    for one in found:
        for flaw in one.get("vulns", ()):
            if one["name"] not in known.get(group, {}):
                mended = ", ".join(flaw["fix_versions"]) or "no version"
                yield f"{group}: {one['name']} {one['version']}: {flaw['id']}, mended in {mended}"


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names."""
    if list(arguments) == ["sbom"]:
        (ROOT / "results").mkdir(exist_ok=True)
        for group in GROUPS:
            path = ROOT / "results" / f"sbom-{group}.cdx.json"
            path.write_text(json.dumps(sbom(group, licences(group)), indent=1), encoding="utf-8")
            print(path.relative_to(ROOT))
        return 0
    if list(arguments) == ["licences"]:
        (ROOT / "docs/licences.md").write_text(licence_page(), encoding="utf-8")
        return 0
    if list(arguments) == ["audit"]:
        return audit()
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
