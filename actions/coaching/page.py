"""A mapping that came from a data file, read with errors a person who writes scenarios can act on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any


class ScenarioError(ValueError):
    """One clear sentence: which file and key, what is wrong, how to put it right."""


@dataclass(frozen=True)
class Page:
    """The entries found at `path` of the file `source`. Every reader raises ScenarioError.

    `slots` are what `{name}` stands for in its texts; without any, braces are left as they are. `line` is where the
    block starts, 0 where nobody knows.
    """

    entries: Mapping[str, Any]
    source: str
    path: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    def error(self, key: str, fix: str) -> ScenarioError:
        """The error to raise about `key`, with its line in the file when the entries know it (see `Marked`)."""
        where = f"{self.path}.{key}" if self.path else key
        line = self._line(key)
        place = f"{self.source}, line {line}" if line else self.source
        return ScenarioError(f"{place}: '{where}' {fix}")

    def known(self, *keys: str) -> Page:
        """This page, once sure that it holds no key outside `keys` (a typing mistake would go unnoticed)."""
        for key in self.entries:
            if key not in keys:
                near = get_close_matches(str(key), keys, n=1)
                advice = f"did you mean '{near[0]}'?" if near else f"the keys here are {', '.join(keys)}."
                raise self.error(str(key), f"is not a key I know: {advice}")
        return self

    def page(self, key: str) -> Page:
        """The mapping at `key`."""
        value = self.entries.get(key)
        if not isinstance(value, Mapping):
            raise self.error(key, "is missing or is not a block: add indented 'name: value' lines under it.")
        path = f"{self.path}.{key}" if self.path else key
        return replace(self, entries=value, path=path, line=self._line(key))

    def pages(self, key: str) -> dict[str, Page]:
        """The blocks under `key`, by name; none when the key is absent."""
        if key not in self.entries:
            return {}
        block = self.page(key)
        return {str(name): block.page(name) for name in block.entries}

    def text(self, key: str, default: str | None = None) -> str:
        """The words at `key`, never empty unless `default` is."""
        value = self.entries.get(key, default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            raise self.error(key, "is missing or is not text: write it between double quotes.")
        return self._filled(key, value.strip())

    def texts(self, key: str, least: int = 1) -> tuple[str, ...]:
        """The list of words at `key`: at least `least` of them, no two the same."""
        value = self.entries.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(key, "must be a list of texts: one '- \"…\"' per line.")
        if len(value) < least:
            raise self.error(key, f"has {len(value)} of at least {least} lines: add '- \"…\"' lines under it.")
        if len(set(value)) < len(value):
            raise self.error(key, "holds the same line twice: change one of them.")
        return tuple(self._filled(key, item.strip()) for item in value)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """The number at `key`, within `[low, high]`."""
        value = self.entries.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.error(key, f"must be a number from {low:g} to {high:g}.")
        return float(value)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """The whole number at `key`, within `[low, high]`."""
        return int(self.number(key, low, high, default))

    def choice(self, key: str, options: Collection[str], default: str | None = None) -> str:
        """The word at `key`, one of `options`."""
        value = self.entries.get(key, default)
        if value not in options:
            raise self.error(key, f"must be one of: {', '.join(options)}.")
        return str(value)

    def choices(self, key: str, options: Collection[str], least: int = 0) -> tuple[str, ...]:
        """The list of words at `key`, each one of `options`."""
        found = self.texts(key, least)
        for item in found:
            if item not in options:
                raise self.error(key, f"holds '{item}', which is not one of: {', '.join(options)}.")
        return found

    def _filled(self, key: str, text: str) -> str:
        if not self.slots or "{" not in text:
            return text
        try:
            return text.format_map(self.slots)
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            known = ", ".join("{" + name + "}" for name in self.slots)
            raise self.error(key, f"holds a slot I cannot fill in “{text}”: the slots here are {known}.") from error

    def _line(self, key: str) -> int:
        return self.entries.lines.get(key, self.line) if isinstance(self.entries, Marked) else self.line


class Marked(dict[str, Any]):
    """A mapping that knows the line of each of its keys in the file it came from."""

    def __init__(self, lines: Mapping[str, int]) -> None:
        super().__init__()
        self.lines = lines
