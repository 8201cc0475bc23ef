"""The files of `data/`, read once each: scenarios, grids and other words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml

from actions.coaching.page import Marked
from actions.coaching.scenario import QUICK, Scenario, ScenarioError, parse
from nlu.contract import Lang


class LibraryError(Exception):
    """One clear sentence: which file, which key, how to put it right."""


@dataclass(frozen=True)
class Edition:
    """What a drill is played with, plain values as read from the files, and the SHA-256 of it all in hexadecimal."""

    digest: str
    body: Mapping[str, Any]


class Loader(yaml.CSafeLoader):
    """Reads YAML into mappings that know their lines; a key written twice is a mistake, not the last one's right."""


def _mapping(loader: Loader, node: yaml.MappingNode) -> Marked:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            fix = "a key must be a plain word; write the text that begins with a brace between double quotes"
            raise yaml.MarkedYAMLError(problem=fix, problem_mark=key.start_mark)
        if key.value in lines:
            raise yaml.MarkedYAMLError(problem=f"'{key.value}' stands there twice", problem_mark=key.start_mark)
        lines[key.value] = key.start_mark.line + 1
    found = Marked(lines)
    found.update({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    return found


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class Library:
    """Reads the folder `root`, and the scenarios of a folder of your own besides (`own`, the setting SCENARIOS_DIR).

    Files are read once: a changed file needs a restart.
    """

    def __init__(self, root: Path, own: Path | None = None) -> None:
        self.root = root.absolute()
        self.own = own.absolute() if own else None
        self.read = lru_cache(maxsize=None)(self._read)
        """Read one YAML file, named relative to the root. Raises LibraryError."""
        self.scenario = lru_cache(maxsize=None)(self._scenario)
        """One scenario in one language. Raises LibraryError."""
        self.edition = lru_cache(maxsize=None)(self._edition)
        """A scenario with all it is played with, as it stands. Raises LibraryError."""

    def slugs(self) -> tuple[str, ...]:
        """The scenarios there are, in alphabetical order."""
        return tuple(sorted(self.folders()))

    def folders(self) -> dict[str, Path]:
        """Where each scenario lies; of two with the same name, one's own replaces ours."""
        shelves = [self.root / "scenarios", *([self.own] if self.own else [])]
        return {page.parent.name: page.parent for shelf in shelves for page in sorted(shelf.glob("*/scenario.yml"))}

    def scenarios(self, lang: Lang) -> tuple[Scenario, ...]:
        """Every scenario in one language. Raises LibraryError."""
        return tuple(self.scenario(slug, lang) for slug in self.slugs())

    def titles(self, lang: Lang) -> dict[str, str]:
        """The title of every scenario and of every quick drill, by slug. Raises LibraryError."""
        found = {}
        for scenario in self.scenarios(lang):
            found[scenario.slug] = scenario.title
            found |= {f"{scenario.slug}{QUICK}{name}": moment.title for name, moment in scenario.moments.items()}
        return found

    def grid(self, name: str, lang: Lang) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The logic of a grid and its words, as `actions.coaching.grid.parse` takes them. Raises LibraryError."""
        return self.read(f"grids/{name}/grid.yml"), self.read(f"grids/{name}/{lang}.yml")

    def _scenario(self, slug: str, lang: Lang) -> Scenario:
        whole, _, moment = slug.partition(QUICK)
        if whole not in self.folders():
            raise LibraryError(f"There is no scenario '{whole}': choose one of {', '.join(self.slugs())}.")
        if lang not in get_args(Lang):
            raise LibraryError(f"There is no language '{lang}': choose one of {', '.join(get_args(Lang))}.")
        if moment:
            return self._quick(whole, moment, lang)
        logic, words = self.pages(slug, lang)
        if logic.get("slug") != slug:
            raise LibraryError(f"scenarios/{slug}/scenario.yml: 'slug' must be the folder's name, '{slug}'.")
        try:
            return parse(logic, words, lang, self.read("customer.yml"))
        except ScenarioError as error:
            shared = str(error).startswith("customer.yml")
            raise LibraryError(str(error) if shared else f"scenarios/{slug}/{error}") from error

    def _quick(self, slug: str, moment: str, lang: Lang) -> Scenario:
        scenario = self.scenario(slug, lang)
        if moment not in scenario.moments:
            known = ", ".join(scenario.moments) or "none yet"
            raise LibraryError(f"The scenario '{slug}' has no moment '{moment}'; it has: {known}.")
        return scenario.quick(moment)

    def has(self, slug: str) -> bool:
        """Whether there is such a scenario."""
        return slug in self.folders()

    def _edition(self, slug: str, lang: Lang) -> Edition:
        whole = slug.partition(QUICK)[0]
        logic, words = self.pages(whole, lang)
        sheet, marks = self.grid(self.scenario(whole, lang).grid, lang)
        rules = {
            key: page for key, page in self.read("customer.yml").items() if key not in get_args(Lang) or key == lang
        }
        body = {"logic": logic, "words": words, "rules": rules, "grid": sheet, "marks": marks}
        plain = json.dumps(body, ensure_ascii=False)  # in the order of the files: it decides what is told first
        return Edition(hashlib.sha256(plain.encode()).hexdigest(), body)

    def pages(self, slug: str, lang: Lang) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The logic of a scenario and its words, as `actions.coaching.scenario.parse` takes them.

        Raises LibraryError.
        """
        if not self.has(slug):
            raise LibraryError(f"There is no scenario '{slug}': choose one of {', '.join(self.slugs())}.")
        folder = self.folders()[slug]
        return self.read(folder / "scenario.yml"), self.read(folder / f"{lang}.yml")

    def examples(self, slug: str, lang: Lang) -> Mapping[str, Any]:
        """More ways agents say each thing; empty when nobody wrote any. Raises LibraryError."""
        path = self.folders()[slug] / f"examples.{lang}.yml"
        return self.read(path) if path.exists() else {}

    def trial(self, slug: str, lang: Lang) -> Mapping[str, Any]:
        """What a scenario is tried with, as `actions.coaching.trial.parse` takes it. Raises LibraryError."""
        return self.read(self.folders()[slug] / f"trial.{lang}.yml")

    def _read(self, relative: str | Path) -> Mapping[str, Any]:
        try:
            found = yaml.load((self.root / relative).read_text(encoding="utf-8"), Loader=Loader)
        except OSError as error:
            relative = self._named(relative)
            raise LibraryError(f"{relative}: cannot be read ({error.strerror}). Put the file there.") from error
        except UnicodeDecodeError as error:
            relative = self._named(relative)
            raise LibraryError(f"{relative}: is not UTF-8 text. Save it again as UTF-8.") from error
        except yaml.YAMLError as error:
            relative = self._named(relative)
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "it cannot be understood"
            raise LibraryError(f"{relative}{line}: {problem}. Check quotes, colons and indentation there.") from error
        if not isinstance(found, dict):
            raise LibraryError(f"{self._named(relative)}: must be made of 'name: value' lines.")
        return found

    def _named(self, path: str | Path) -> str:
        """How an error names a file: as it lies in our data, or where it lies outside."""
        place = Path(path)
        return str(place.relative_to(self.root)) if place.is_relative_to(self.root) else str(place)
