"""The files of `data/`, read once each: scenarios, grids and other words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml

from actions.coaching.scenario import Scenario, ScenarioError, parse
from nlu.contract import Lang


class LibraryError(Exception):
    """One clear sentence: which file, which key, how to put it right."""


class Library:
    """Reads the folder `root`. Files are read once: a changed file needs a restart."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.read = lru_cache(maxsize=None)(self._read)
        """Read one YAML file, named relative to the root. Raises LibraryError."""
        self.scenario = lru_cache(maxsize=None)(self._scenario)
        """One scenario in one language. Raises LibraryError."""

    def slugs(self) -> tuple[str, ...]:
        """The scenarios there are, in alphabetical order."""
        return tuple(sorted(page.parent.name for page in (self.root / "scenarios").glob("*/scenario.yml")))

    def scenarios(self, lang: Lang) -> tuple[Scenario, ...]:
        """Every scenario in one language. Raises LibraryError."""
        return tuple(self.scenario(slug, lang) for slug in self.slugs())

    def grid(self, name: str, lang: Lang) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The logic of a grid and its words, as `actions.coaching.grid.parse` takes them. Raises LibraryError."""
        return self.read(f"grids/{name}/grid.yml"), self.read(f"grids/{name}/{lang}.yml")

    def _scenario(self, slug: str, lang: Lang) -> Scenario:
        if slug not in self.slugs():
            raise LibraryError(f"There is no scenario '{slug}': choose one of {', '.join(self.slugs())}.")
        if lang not in get_args(Lang):
            raise LibraryError(f"There is no language '{lang}': choose one of {', '.join(get_args(Lang))}.")
        folder = f"scenarios/{slug}"
        logic, words = self.read(f"{folder}/scenario.yml"), self.read(f"{folder}/{lang}.yml")
        if logic.get("slug") != slug:
            raise LibraryError(f"{folder}/scenario.yml: 'slug' must be the folder's name, '{slug}'.")
        try:
            return parse(logic, words, lang, self.read("customer.yml"))
        except ScenarioError as error:
            shared = str(error).startswith("customer.yml")
            raise LibraryError(str(error) if shared else f"{folder}/{error}") from error

    def _read(self, relative: str) -> Mapping[str, Any]:
        try:
            found = yaml.load((self.root / relative).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except OSError as error:
            raise LibraryError(f"{relative}: cannot be read ({error.strerror}). Put the file there.") from error
        except UnicodeDecodeError as error:
            raise LibraryError(f"{relative}: is not UTF-8 text. Save it again as UTF-8.") from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "it cannot be understood"
            raise LibraryError(f"{relative}{line}: {problem}. Check quotes, colons and indentation there.") from error
        if not isinstance(found, dict):
            raise LibraryError(f"{relative}: must be made of 'name: value' lines.")
        return found
