"""The grid, weighted criteria made of yes/no checks, and the scorecard it gives once filled for a drill.

Four levels, as French supervisors use: met (*conforme*), partly (*partiellement*), missed (*non conforme*),
unacceptable (*inacceptable*). One unacceptable makes the whole score 0. `not_seen` says that the scenario gave
no occasion; such a criterion is taken out of the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.coaching.check import KINDS, NEEDS, PHASES, WHERE, Check, Evidence, answer, flaw, seen
from actions.coaching.drill import Entry
from nlu.contract import RED_FLAGS

LEVELS = ("met", "partly", "missed", "unacceptable", "not_seen")
WORTH = {"met": 1.0, "partly": 0.5, "missed": 0.0, "unacceptable": 0.0}
"""Share of its weight that a criterion earns; half for *partiellement* is what the common French grids use."""

_OPTIONS = {"id", "where", "need", "phase", "shown_by"}


class GridError(ValueError):
    """A grid file that cannot be used; the message names the key and the fix."""


@dataclass(frozen=True)
class Criterion:
    """One line of the grid; `weight` counts against the weights of the other criteria seen."""

    id: str
    label: str
    weight: int
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Grid:
    """A versioned set of criteria, in one language."""

    id: str
    version: int
    label: str
    criteria: tuple[Criterion, ...]
    levels: Mapping[str, str]
    red_flags: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A check that had its occasion, and the words it stands on."""

    check: Check
    passed: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Mark:
    """A criterion as judged for one drill."""

    criterion: Criterion
    level: str
    level_label: str
    answers: tuple[Answer, ...]

    def to_json(self) -> dict[str, Any]:
        """One item of the payload's `criteria`; checks without an occasion are left out."""
        return {
            "id": self.criterion.id,
            "label": self.criterion.label,
            "weight": self.criterion.weight,
            "level": self.level,
            "level_label": self.level_label,
            "checks": [
                {
                    "id": item.check.id,
                    "label": item.check.label,
                    "passed": item.passed,
                    "evidence": [evidence.to_json() for evidence in item.evidence],
                }
                for item in self.answers
            ],
        }


@dataclass(frozen=True)
class Scorecard:
    """A grid filled for a drill. `score` is 0–100, or None when no criterion had its occasion."""

    score: int | None
    stopped_by: str | None
    marks: tuple[Mark, ...]

    def to_json(self) -> dict[str, Any]:
        """The `scorecard` of the debrief payload."""
        return {
            "score": self.score,
            "stopped_by": self.stopped_by,
            "criteria": [mark.to_json() for mark in self.marks],
        }


def fill(grid: Grid, replies: Sequence[Entry]) -> Scorecard:
    """Judge the live replies of a drill (`drill.live`) with a grid.

    score = 100 × Σ weight·worth / Σ weight over the criteria seen, rounded; 0 as soon as one is unacceptable.
    """
    read = seen(replies)
    marks = tuple(_mark(grid, criterion, [(check, *answer(check, read)) for check in criterion.checks])
                  for criterion in grid.criteria)  # fmt: skip
    flags = [flag for reply in read for flag in reply.assessment.red_flags]
    if any(mark.level == "unacceptable" for mark in marks):
        return Scorecard(0, grid.red_flags[flags[0]], marks)
    counted = [(mark.criterion.weight, WORTH[mark.level]) for mark in marks if mark.level != "not_seen"]
    total = sum(weight for weight, _ in counted)
    score = round(100 * sum(weight * worth for weight, worth in counted) / total) if total else None
    return Scorecard(score, None, marks)


def _mark(grid: Grid, criterion: Criterion, found: Sequence[tuple[Check, bool | None, tuple[Evidence, ...]]]) -> Mark:
    answers = tuple(Answer(check, passed, evidence) for check, passed, evidence in found if passed is not None)
    level = _level(answers)
    return Mark(criterion, level, grid.levels[level], answers)


def _level(answers: Sequence[Answer]) -> str:
    """Met when every check passes, partly from half of them on."""
    if any(item.check.stops and not item.passed for item in answers):
        return "unacceptable"
    # A red flag that was not raised deserves no points: it is the least one can do.
    counted = [item.passed for item in answers if not item.check.stops]
    if not counted:
        return "not_seen"
    if all(counted):
        return "met"
    return "partly" if 2 * sum(counted) >= len(counted) else "missed"


def parse(logic: Mapping[str, Any], words: Mapping[str, Any]) -> Grid:
    """Read a grid from its two files, `grid.yml` (logic) and the words of one language.

    Raises GridError, with the key and the fix, for anything missing, unknown or said twice.
    """
    criteria = tuple(_criterion(number, plain, words) for number, plain in enumerate(_list(logic, "criteria", "grid")))
    _once("criteria", [criterion.id for criterion in criteria])
    watched = {flag for item in criteria for check in item.checks if check.stops for flag in check.argument}
    if forgotten := [flag for flag in RED_FLAGS if flag not in watched]:
        raise GridError(f"criteria: no check watches for {', '.join(forgotten)}; add `no_red_flag: {forgotten}`")
    version = logic.get("version")
    if type(version) is not int or version < 1:
        raise GridError("version: missing or not a whole number; write `version: 1` and raise it with every change")
    return Grid(
        id=_text(logic, "id", "grid"),
        version=version,
        label=_text(words, "label", "words"),
        criteria=criteria,
        levels={level: _text(words.get("levels"), level, "levels") for level in LEVELS},
        red_flags={flag: _text(words.get("red_flags"), flag, "red_flags") for flag in RED_FLAGS},
    )


def _criterion(number: int, plain: Any, words: Mapping[str, Any]) -> Criterion:
    name = _text(plain, "id", f"criteria[{number}]")
    weight = plain.get("weight")
    if type(weight) is not int or weight < 1:
        raise GridError(f"criteria.{name}.weight: missing or not a whole number above 0; write e.g. `weight: 10`")
    said = (words.get("criteria") or {}).get(name) or {}
    checks = tuple(_check(name, item, said) for item in _list(plain, "checks", f"criteria.{name}"))
    _once(f"criteria.{name}.checks", [check.id for check in checks])
    return Criterion(name, _text(said, "label", f"criteria.{name}"), weight, checks)


def _check(criterion: str, plain: Any, said: Mapping[str, Any]) -> Check:
    name = _text(plain, "id", f"criteria.{criterion}.checks")
    key = f"criteria.{criterion}.checks.{name}"
    kinds = [kind for kind in plain if kind not in _OPTIONS]
    if len(kinds) != 1 or kinds[0] not in KINDS:
        raise GridError(f"{key}: asks for {kinds or 'nothing'}; give exactly one of {', '.join(KINDS)}")
    (kind,) = kinds
    if fix := flaw(kind, plain[kind]):
        raise GridError(f"{key}.{kind}: {plain[kind]!r} does not fit; {fix}")
    for option, allowed in (("where", WHERE), ("need", NEEDS), ("phase", PHASES)):
        if plain.get(option, allowed[0]) not in allowed:
            raise GridError(f"{key}.{option}: {plain[option]!r} is unknown; choose among {', '.join(allowed)}")
    return Check(
        id=name,
        label=_text(said.get("checks"), name, f"criteria.{criterion}.checks"),
        kind=kind,
        argument=plain[kind],
        where=plain.get("where", "all" if kind.startswith("no_") else "any"),
        need=plain.get("need"),
        phase=plain.get("phase"),
        shown_by=tuple(plain.get("shown_by", ())),
    )


def _text(plain: Any, key: str, at: str) -> str:
    value = plain.get(key) if isinstance(plain, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        raise GridError(f"{at}.{key}: missing; write its text")
    return value


def _list(plain: Any, key: str, at: str) -> Sequence[Any]:
    value = plain.get(key) if isinstance(plain, Mapping) else None
    if not isinstance(value, list) or not value:
        raise GridError(f"{at}.{key}: missing or empty; write a list with at least one item")
    return value


def _once(key: str, names: Sequence[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise GridError(f"{key}: {', '.join(twice)} appears twice; give each its own id")
