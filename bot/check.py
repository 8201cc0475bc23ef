"""Our own checks of domain and data, for `make check`: what Rasa's validator cannot know. A composition root."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk.executor import ActionExecutor

from actions.coaching import grid
from actions.storage.library import Library, LibraryError
from bot.connector import PAYLOADS
from bot.settings import ROOT
from nlu.contract import LANGS

RASA_KEYS = ("responses:", "rules:", "stories:", "nlu:")
"""A line that starts with one of these makes Rasa take a YAML file for training data."""


def main() -> int:
    """Print every fault found and return how many there are, as an exit status."""
    faults = [fault for look in (actions, payloads, words, scenarios, grids, strays) for fault in _safely(look)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print("Domain and data hold together.")
    return min(len(faults), 1)


def actions() -> Iterator[str]:
    """Every action of the domain is written, and every written one is in the domain."""
    executor = ActionExecutor()
    executor.register_package("actions")
    written, named = set(executor.actions), set(_domain()["actions"])
    yield from (f"domain.yml names {name}, which no class in actions/ answers to." for name in named - written)
    yield from (f"actions/ has {name}: add it to the actions of domain.yml." for name in written - named)


def payloads() -> Iterator[str]:
    """Every payload the connector lets in is an intent."""
    missing = PAYLOADS - set(_domain()["intents"])
    yield from (f"bot/connector.py lets in /{name}: add it to the intents of domain.yml." for name in missing)


def words() -> Iterator[str]:
    """Each catalogue has the same keys in every language."""
    for folder in ("lobby", "coach"):
        found = {lang: _keys(_data().read(f"{folder}/{lang}.yml")) for lang in LANGS}
        for lang in LANGS:
            for key in sorted(set.union(*found.values()) - found[lang]):
                yield f"data/{folder}/{lang}.yml lacks {key}: the other language has it."


def scenarios() -> Iterator[str]:
    """Every scenario can be read in every language, and its grid exists."""
    library = _data()
    if not library.slugs():
        yield "data/scenarios holds no scenario."
    for lang in LANGS:
        for scenario in library.scenarios(lang):
            library.read(f"grids/{scenario.grid}/{lang}.yml")


def grids() -> Iterator[str]:
    """Every grid can be read in every language."""
    library = _data()
    for folder in sorted(path for path in (library.root / "grids").iterdir() if path.is_dir()):
        for lang in LANGS:
            try:
                grid.parse(
                    library.read(f"grids/{folder.name}/grid.yml"), library.read(f"grids/{folder.name}/{lang}.yml")
                )
            except grid.GridError as error:
                yield f"data/grids/{folder.name}: {error}"


def strays() -> Iterator[str]:
    """No file of ours looks like Rasa's training data."""
    for path in sorted((ROOT / "data").rglob("*.yml")):
        if path.parent.name in ("nlu", "rules"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip().startswith(RASA_KEYS):
                where = f"{path.relative_to(ROOT)}, line {number}"
                yield f"{where}: Rasa would take this file for training data; rename the key."


def _safely(look: Callable[[], Iterator[str]]) -> Iterator[str]:
    try:
        yield from look()
    except LibraryError as error:
        yield str(error)


def _data() -> Library:
    return Library(ROOT / "data")


def _domain() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(ROOT / "domain.yml").read_text(encoding="utf-8")))


def _keys(plain: Any, prefix: str = "") -> set[str]:
    if not isinstance(plain, dict):
        return {prefix}
    return set().union(*(_keys(value, f"{prefix}.{key}".lstrip(".")) for key, value in plain.items()))


if __name__ == "__main__":
    sys.exit(main())
