"""Builds what the project runs in: uv in .tools, Python 3.12 in .venv, Rasa's 3.10 in .venv-rasa.

Usage: python scripts/install.py service rasa [dev]. Standard library only, Python 3.11 or newer.
Each environment is laid out from hashed requirement files and left alone until one of them changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
SIGN_OF_LIFE_SECONDS = 15
STAMP = "seedwarden-installed.json"
PROBE = "import sys, sqlite3, ssl, venv; print('%d.%d' % sys.version_info[:2], sys.executable)"


@dataclass(frozen=True)
class Environment:
    """A virtual environment: its folder, its line of Python, and the groups it may hold."""

    folder: Path
    python: str
    groups: tuple[str, ...]


SERVICE = Environment(ROOT / ".venv", "3.12", ("service", "dev"))
RASA = Environment(ROOT / ".venv-rasa", "3.10", ("rasa",))


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence that names the remedy."""


def main(arguments: Sequence[str]) -> int:
    """Install the named groups; 0 when all is in place, 1 with one sentence when not."""
    try:
        for environment in (SERVICE, RASA):
            wanted = [group for group in environment.groups if group in arguments]
            if wanted:
                install(environment, wanted)
        if "service" in arguments:
            write_launchers(SERVICE.folder)
    except SetupError as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Set-up stopped by you; run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


def install(environment: Environment, wanted: Sequence[str]) -> None:
    """Bring one environment to its requirement files; does nothing when it is there already."""
    have = read_stamp(environment.folder)
    # What an earlier command added stays: `make run` after `make test` removes no test tool.
    groups = [group for group in environment.groups if group in wanted or group in have]
    target = {group: digest(requirements(group)) for group in groups}
    if have == target and (environment.folder / "bin" / "python").exists():
        return
    uv = find_uv()
    name = environment.folder.name
    if not runs(environment.folder / "bin" / "python", environment.python):
        python = find_python(environment.python, uv)
        say(f"Making {name} with Python {environment.python}")
        uv_run(uv, ["venv", "--quiet", "--clear", "--python", python, str(environment.folder)])
    (environment.folder / STAMP).unlink(missing_ok=True)
    say(f"Installing {' and '.join(groups)} into {name} (the first time this takes some minutes)")
    began = time.monotonic()
    files = [str(requirements(group)) for group in groups]
    python = str(environment.folder / "bin" / "python")
    uv_run(uv, ["pip", "sync", "--quiet", "--require-hashes", "--python", python, *files])
    (environment.folder / STAMP).write_text(json.dumps(target), encoding="utf-8")
    say(f"{name} is ready after {time.monotonic() - began:.0f} s")


def requirements(group: str) -> Path:
    """The hashed requirement file of a group."""
    return ROOT / "requirements" / f"{group}.txt"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_stamp(folder: Path) -> dict[str, str]:
    """Which group was installed there from which file; empty when nothing was, or not fully."""
    try:
        found: dict[str, str] = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def write_launchers(folder: Path) -> None:
    """Put the commands of [project.scripts] into the environment.

    A file of five lines instead of an editable install: it needs no build backend and no network,
    and no package index can put something else under our name.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for command, target in project["scripts"].items():
        module, function = target.split(":")
        launcher = folder / "bin" / command
        launcher.write_text(
            f"#!{folder / 'bin' / 'python'}\n"
            f"import sys\n\nsys.path.insert(0, {str(ROOT)!r})\n"
            f"from {module} import {function}\n\nsys.exit({function}())\n",
            encoding="utf-8",
        )
        launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


# --- uv -----------------------------------------------------------------------------------------


def find_uv() -> str:
    """The uv of .tools; installed there by pip when it is missing or of another version."""
    wanted = digest(requirements("uv"))
    uv = TOOLS / "bin" / "uv"
    if read_stamp(TOOLS) == {"uv": wanted} and uv.exists():
        return str(uv)
    say("Getting uv into .tools")
    make_tools()
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "install", "--quiet", "--require-hashes", "-r", str(requirements("uv"))]
    if subprocess.run(command, check=False).returncode:
        raise SetupError(
            "pip could not install uv (its words are above); check the network and pip's index, "
            "then run the same command again."
        )
    (TOOLS / STAMP).write_text(json.dumps({"uv": wanted}), encoding="utf-8")
    return str(uv)


def make_tools() -> None:
    """Make the small environment that holds uv, with the first interpreter that has pip."""
    for python in (sys.executable, *candidates("3.12"), *candidates("3.11")):
        shutil.rmtree(TOOLS, ignore_errors=True)
        command = [python, "-m", "venv", str(TOOLS)]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            return
    shutil.rmtree(TOOLS, ignore_errors=True)
    raise SetupError(
        f"{sys.executable} has no ensurepip, so it cannot make an environment with pip; "
        "install your system's venv package (Debian and Ubuntu: apt-get install python3-venv)."
    )


def uv_run(uv: str, arguments: Sequence[str]) -> None:
    """Run uv quietly, with a sign of life now and then; its complaints go to the terminal."""
    began = time.monotonic()
    with subprocess.Popen([uv, *arguments], env=uv_environment(), cwd=ROOT) as process:
        while True:
            try:
                status = process.wait(SIGN_OF_LIFE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                print(f"  still at it ({time.monotonic() - began:.0f} s)", flush=True)
    if status:
        raise SetupError(
            f"'uv {arguments[0]}' failed (its words are above); check the network and the free "
            "disk space (the two environments need 4 GB), then run the same command again."
        )


def uv_environment() -> dict[str, str]:
    """The inherited variables; where no home can be written to, uv keeps its files in here."""
    environment = dict(os.environ)
    home = Path(os.environ.get("HOME") or "/nowhere")
    if not os.access(home, os.W_OK):
        environment.setdefault("UV_CACHE_DIR", str(ROOT / ".uv-cache"))
        environment.setdefault("UV_PYTHON_INSTALL_DIR", str(TOOLS / "pythons"))
    return environment


# --- interpreters -------------------------------------------------------------------------------


def find_python(line: str, uv: str) -> str:
    """An interpreter of the line ("3.12") that really runs; fetched by uv when there is none.

    Raises:
        SetupError: none here and none to be fetched.
    """
    for path in candidates(line):
        if found := runs(Path(path), line):
            return found
    say(f"No Python {line} here: asking uv for one")
    fetched = subprocess.run(
        [uv, "python", "install", line], check=False, env=uv_environment(), cwd=ROOT
    )
    if fetched.returncode == 0:
        asked = [uv, "python", "find", "--managed-python", line]
        answer = subprocess.run(
            asked, check=False, env=uv_environment(), capture_output=True, text=True
        )
        if answer.returncode == 0:
            return answer.stdout.strip()
    raise SetupError(
        f"Python {line} is missing and uv could not fetch it; install it (for example 'pyenv "
        f"install {line}') or name it in {setting(line)}=/path/to/python{line}."
    )


def setting(line: str) -> str:
    """The variable that names an interpreter of this line."""
    return f"SEEDWARDEN_PYTHON_{line.replace('.', '_')}"


def candidates(line: str, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Every place where an interpreter of the line may lie, the likeliest first, each once."""
    seen: set[str] = set()
    for path in _places(line, environment):
        if str(path) not in seen and path.is_file():
            seen.add(str(path))
            yield str(path)


def _places(line: str, environment: Mapping[str, str]) -> Iterator[Path]:
    name = f"python{line}"
    if given := environment.get(setting(line)):
        yield Path(given)
    folders = [Path(part) for part in environment.get("PATH", "").split(os.pathsep) if part]
    for folder in folders:
        yield folder / name
    for root in _pyenv_roots(folders, environment):
        for version in sorted((root / "versions").glob(f"{line}*"), reverse=True):
            yield version / "bin" / name
    for folder in (Path("/usr/local/bin"), Path("/usr/bin"), *sorted(Path("/opt").glob("*/bin"))):
        yield folder / name
    for folder in folders:
        yield folder / "python3"


def _pyenv_roots(folders: Sequence[Path], environment: Mapping[str, str]) -> Iterator[Path]:
    if given := environment.get("PYENV_ROOT"):
        yield Path(given)
    # HOME may point elsewhere (a container, CI): the shims on PATH and the account know better.
    yield from (folder.parent for folder in folders if folder.name == "shims")
    if home := environment.get("HOME"):
        yield Path(home) / ".pyenv"
    yield Path(pwd.getpwuid(os.getuid()).pw_dir) / ".pyenv"


def runs(path: Path, line: str) -> str:
    """The interpreter's own path when it starts and is of the line; "" when not.

    A pyenv shim exists and is executable even when no version behind it is switched on, so the
    only proof is to run it.
    """
    try:
        answer = subprocess.run(
            [str(path), "-c", PROBE], check=False, capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    version, _, executable = answer.stdout.strip().partition(" ")
    return executable if answer.returncode == 0 and version == line else ""


def say(words: str) -> None:
    """Tell what is being done."""
    print(f"· {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
