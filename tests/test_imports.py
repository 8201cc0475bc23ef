"""The folders are the architecture: who may import whom (docs/architecture.md), and nothing does I/O at import."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT

OURS = ("nlu", "actions", "bot", "migrations", "bench", "tests")
ROOTS = ("bot/cli.py", "bot/scenarios.py", "bot/actionserver.py")
"""A composition root wires a whole process and may import what it wires."""
MAY = {
    "nlu": ("nlu",),
    "actions/coaching": ("actions.coaching", "nlu.contract"),
    "actions/storage": ("actions.storage", "actions.coaching", "nlu.contract"),
    "actions": ("actions", "nlu.contract"),
    "bot": ("bot", "actions.coaching", "actions.storage", "nlu.contract"),
}
"""What each folder may import of ours; the longest name that fits a file rules it."""
RASA = ("nlu/components.py",)
FILES = sorted(
    path.relative_to(ROOT).as_posix() for folder in ("nlu", "actions", "bot") for path in (ROOT / folder).rglob("*.py")
)
WITH_RASA = ("bot/check.py", "bot/connector.py", "bot/trackerstore.py")
LIGHT = [
    name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for name in FILES
    if name.startswith(("actions", "bot")) and name not in WITH_RASA
]
"""Modules that import in a moment: everything without Rasa (which runs git at import) or TensorFlow behind it."""


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file; `from a import b` gives `a.b`, in case b is a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(module: str, packages: tuple[str, ...]) -> bool:
    """True when `module` is one of `packages` or in one of them."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def folder_of(name: str) -> str:
    """The line of the table that rules a file."""
    return max((folder for folder in MAY if name.startswith(f"{folder}/")), key=len)


@pytest.mark.parametrize("name", [name for name in FILES if name not in ROOTS])
def test_directions(name: str) -> None:
    ours = {module for module in imported(ROOT / name) if inside(module, OURS)}
    # `from actions import room` also shows as `actions.room`: only the module counts, its parents hold no code.
    assert {module for module in ours if not inside(module, MAY[folder_of(name)])} == set()


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("nlu/") and name not in RASA])
def test_only_the_components_know_rasa(name: str) -> None:
    assert not [module for module in imported(ROOT / name) if inside(module, ("rasa", "rasa_sdk"))]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("actions/coaching/")])
def test_the_heart_is_standard_library(name: str) -> None:
    roots = {module.split(".")[0] for module in imported(ROOT / name)}
    assert roots <= {*sys.stdlib_module_names, "actions", "nlu"}


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("actions/coaching/")])
def test_the_heart_has_no_clock_no_disk_no_chance(name: str) -> None:
    roots = {module.split(".")[0] for module in imported(ROOT / name)}
    assert not roots & {"time", "os", "io", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess", "uuid"}


def test_the_contract_is_standard_library() -> None:
    assert {module.split(".")[0] for module in imported(ROOT / "nlu/contract.py")} <= sys.stdlib_module_names


WATCH = """
import importlib, json, sys
seen = []
def watch(event, args):
    if event in ("sqlite3.connect", "socket.connect", "subprocess.Popen", "os.mkdir"):
        seen.append([event, str(args[0])])
    elif event == "open" and str(args[0]).startswith(sys.argv[1] + "/") and not str(args[0]).endswith((".py", ".pyc")):
        seen.append([event, str(args[0])[len(sys.argv[1]) + 1:]])
sys.addaudithook(watch)
for name in json.loads(sys.argv[2]):
    importlib.import_module(name)
print(json.dumps([one for one in seen if not one[1].startswith(".venv/") and "__pycache__" not in one[1]]))
"""


def test_nothing_happens_at_import() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCH, str(ROOT), json.dumps(LIGHT)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
