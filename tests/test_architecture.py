"""Imports go one way, nothing happens at import, and Rasa's Python understands what it runs."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each part may import besides itself; a part is a package or a file of `bot`, or `actions`.
MAY_IMPORT = {
    "errors": set(),
    "content": {"errors"},
    "guard": {"content", "errors"},
    "attachments": {"guard", "errors"},
    "log": {"guard"},
    "tracing": set(),
    "keys": set(),
    "settings": {"errors", "keys"},
    "desk": {"guard", "content", "errors", "keys", "log"},
    "engine": {"desk", "guard", "content", "errors", "log", "tracing"},
    "gateway": {
        *("attachments", "content", "desk", "engine", "errors", "guard", "keys", "log"),
        *("settings", "tracing"),
    },
    "console": {"engine", "desk", "guard", "content", "errors", "log", "settings"},
    "widget": {"content", "errors", "guard", "log", "settings"},
    "nlu": {"guard", "content", "log"},
    "actions": {"bootstrap", "content", "desk", "errors", "guard", "log", "settings", "tracing"},
    "bootstrap": {
        *("attachments", "console", "content", "desk", "engine", "errors", "gateway", "guard"),
        *("log", "settings", "tracing", "widget"),
    },
    "supervisor": {"errors", "guard", "log", "nlu", "settings"},
    "commands": {
        *("bootstrap", "content", "desk", "errors", "guard", "nlu", "settings", "supervisor"),
        "widget",
    },
    "cli": {"commands", "errors"},
    "__main__": {"cli"},
}
# They run under Python 3.10 with Rasa and under 3.12 with everything else.
BOTH_PYTHONS = ("bot/guard", "bot/content", "bot/nlu", "bot/log.py")
NOT_IN_3_10 = {
    *("tomllib", "asyncio.TaskGroup", "asyncio.timeout", "contextlib.chdir", "datetime.UTC"),
    *("enum.StrEnum", "itertools.batched", "typing.LiteralString", "typing.Never", "typing.Self"),
    *("typing.NotRequired", "typing.Required", "typing.TypeVarTuple", "typing.Unpack"),
    *("typing.assert_never", "typing.assert_type", "typing.dataclass_transform", "typing.override"),
    *("typing.reveal_type", "builtins.ExceptionGroup", "hashlib.file_digest"),
}
NOT_IN_RASAS_ENVIRONMENT = {
    "pydantic",
    "pydantic_settings",
    "fastapi",
    "httpx",
    "click",
    "tenacity",
}
# The guard is pure: text in, findings out.
IMPURE = {
    *(
        "asyncio",
        "datetime.datetime",
        "httpx",
        "logging",
        "os",
        "random",
        "requests",
        "secrets",
        "socket",
    ),
    *("sqlalchemy", "structlog", "subprocess", "tempfile", "threading", "time", "urllib.request"),
}
# Single words to listen for are no wording.
CHINESE_SENTENCE = re.compile("[\u3400-\u9fff]{6}|[\u3400-\u9fff][，。！？]")


def modules():
    """Every module of ours: its dotted name and its file."""
    for top in ("bot", "actions"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield dotted.removesuffix(".__init__"), path


NAMES = {name for name, _ in modules()}


@cache
def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path, *, with_types=False):
    """Dotted names that a file imports when it runs, each as far as it is written."""
    hidden = set() if with_types else set(_types_only(parse(path)))
    for node in ast.walk(parse(path)):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports of ours are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _types_only(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for statement in node.body:
                yield from ast.walk(statement)


def part_of(name):
    """The part that a dotted name belongs to, or None when it is not ours."""
    pieces = name.split(".")
    if pieces[0] == "actions":
        return "actions"
    if pieces[0] != "bot" or len(pieces) == 1:
        return None
    return pieces[1]


def test_every_part_has_its_place():
    parts = {part_of(name) for name in NAMES} - {None}
    assert parts <= set(MAY_IMPORT), "a new part needs its line in MAY_IMPORT"


def test_the_table_itself_knows_no_way_back():
    try:
        TopologicalSorter(MAY_IMPORT).prepare()
    except CycleError as error:
        pytest.fail(f"a circle in MAY_IMPORT: {error.args[1]}")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_imports_go_one_way(name):
    here = part_of(name)
    path = dict(modules())[name]
    reached = {part_of(other) for other in imported(path, with_types=True)} - {None, here}
    allowed = MAY_IMPORT.get(here, set())
    assert reached <= allowed, f"{path.relative_to(ROOT)} imports {sorted(reached - allowed)}"


def test_no_module_imports_itself_through_others():
    graph = {
        name: {_module(other) for other in imported(path)} - {None, name}
        for name, path in modules()
    }
    # A package's front imports its modules, and they may name each other through no front.
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


def _module(name):
    """The module of ours that a dotted name comes from: ``bot.errors`` for bot.errors.NotFound."""
    for known in (name, name.rpartition(".")[0]):
        if known in NAMES:
            return known
    return None


def test_nobody_imports_the_actions_or_the_gateway():
    for name, path in modules():
        reached = {part_of(other) for other in imported(path, with_types=True)}
        if part_of(name) != "actions":
            assert "actions" not in reached, path
        if part_of(name) not in {"gateway", "bootstrap"}:
            assert "gateway" not in reached, path


def test_only_the_supervisors_part_of_nlu_is_imported_outside_rasa():
    for name, path in modules():
        if part_of(name) == "nlu":
            continue
        reached = {other for other in imported(path) if other.startswith("bot.nlu")}
        assert all(other.startswith("bot.nlu.launch") for other in reached), path


def test_the_guard_is_pure():
    for path in sorted((ROOT / "bot/guard").rglob("*.py")):
        reached = {other for other in imported(path) if _within(other, IMPURE)}
        assert not reached, f"{path.relative_to(ROOT)} imports {sorted(reached)}"
        calls = {ast.unparse(node) for node in ast.walk(parse(path)) if isinstance(node, ast.Call)}
        assert not {call for call in calls if call.endswith((".now()", ".today()"))}, path


def _within(name, forbidden):
    return any(name == other or name.startswith(f"{other}.") for other in forbidden)


def files_for_both():
    for place in BOTH_PYTHONS:
        path = ROOT / place
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


@pytest.mark.parametrize(
    "path", list(files_for_both()), ids=lambda path: str(path.relative_to(ROOT))
)
def test_rasas_python_can_read_it(path):
    ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 10))
    used = set(imported(path)) | {
        ast.unparse(node) for node in ast.walk(parse(path)) if isinstance(node, ast.Attribute)
    }
    assert not {name for name in used if _within(name, NOT_IN_3_10)}
    assert not {name for name in used if _within(name, NOT_IN_RASAS_ENVIRONMENT)}


def test_rasas_python_compiles_it():
    python = ROOT / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        pytest.skip("rasa is missing: 'make install' builds its environment")
    script = (
        "import ast, sys\nfor p in sys.argv[1:]: ast.parse(open(p, encoding='utf-8').read(), p)"
    )
    files = [str(path) for path in files_for_both()]
    subprocess.run([python, "-c", script, *files], check=True)


WATCHED_IMPORT = """
import importlib, json, os, sys

root, names = sys.argv[1], json.loads(sys.argv[2])
code = (".py", ".pyc", ".so")
happened = []

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path = os.fsdecode(arguments[0])
        if os.path.abspath(path).startswith(root) and not path.endswith(code):
            if f"{os.sep}.venv" not in path:
                happened.append(f"{current} opens {os.path.relpath(path, root)}")
    elif event in ("socket.connect", "socket.bind", "subprocess.Popen", "sqlite3.connect"):
        happened.append(f"{current}: {event}")

current = ""
sys.addaudithook(watch)
for current in names:
    importlib.import_module(current)
current = "the end"
print(json.dumps(happened))
"""


def test_nothing_happens_at_import():
    names = sorted(
        name for name, _ in modules() if part_of(name) != "nlu" and not name.endswith("__main__")
    )
    answer = subprocess.run(
        [sys.executable, "-c", WATCHED_IMPORT, str(ROOT), json.dumps(names)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout.splitlines()[-1]) == []


def test_actions_name_replies_and_write_none():
    for path in sorted((ROOT / "actions").rglob("*.py")):
        for line, text in _wording(parse(path)):
            where = f"{path.relative_to(ROOT)}:{line}"
            assert not CHINESE_SENTENCE.search(text), f"{where} holds a Chinese sentence"
            assert text.count(" ") < 4, f"{where} holds a sentence: wording belongs in replies.yml"


def _wording(tree):
    """Strings that could reach a customer: no docstrings, errors, logs, lists of words."""
    apart = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            apart.add(node.value)
        if isinstance(node, ast.Raise) or _is_no_wording(node):
            apart.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in apart:
            yield node.lineno, node.value


def _is_no_wording(node):
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        return True  # a list of words
    called = ast.unparse(node.func)
    return called.startswith(("_log.", "logger.", "log.", "re.compile", "super().__init__"))


def test_no_function_is_longer_than_one_look():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for _, path in modules()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


def test_no_file_of_code_is_longer_than_300_lines():
    counted = {path: path.read_text(encoding="utf-8").count("\n") for _, path in modules()}
    assert {str(path.relative_to(ROOT)): n for path, n in counted.items() if n > 300} == {}
