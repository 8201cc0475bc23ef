"""Catalogues of words: one YAML file per language, keys with dots, `{facts}` in braces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from nlu.contract import LANGS, Lang


class Words:
    """One language of a catalogue. `quote` is applied to every fact that is text, where the door needs escaping."""

    def __init__(self, path: Path, lang: Lang, quote: Callable[[str], str] = str) -> None:
        """Read the catalogue at `path`. Raises OSError when it is missing, yaml.YAMLError when it cannot be read."""
        self.lang = lang
        self._quote = quote
        self._said = dict(_flat(yaml.safe_load(path.read_text(encoding="utf-8"))))

    def say(self, key: str, **facts: object) -> str:
        """The words behind `key`, with their facts. Raises KeyError when the catalogue lacks the key or a fact."""
        told = {name: self._quote(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        return self._said[key].format(**told)

    def keys(self) -> frozenset[str]:
        """Every key, so that a test can compare languages."""
        return frozenset(self._said)


def catalogues(folder: Path, quote: Callable[[str], str] = str) -> dict[Lang, Words]:
    """`<folder>/<lang>.yml` for every language we speak."""
    return {lang: Words(folder / f"{lang}.yml", lang, quote) for lang in LANGS}


def _flat(entries: dict[Any, Any], above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in entries.items():
        name = f"{above}{key}"
        found += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, str(value))]
    return found
