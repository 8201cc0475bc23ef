"""Turns what was found in a reply into one assessment. Pure: every number it uses stands in `data/combiner.yml`.

For each dimension the rules give `base + Σ effect(marker or fact)`, cut to 0–2. Where the model has a head for it, its
expected level is mixed in with the dimension's `share`. Ceilings (gaming, hostility) come last, then rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nlu.contract import (
    ACTS,
    EMPATHY,
    HOSTILITY,
    RED_FLAGS,
    SENTIMENTS,
    TONE,
    Assessment,
    Context,
    Lang,
    Marker,
    Wording,
)
from nlu.strategies.lexicon import read_yaml

LEVELS = (*EMPATHY, "empathy", *TONE, "tone")


class Groups(Protocol):
    """What the combiner needs of a reading of the model: one distribution per head it has."""

    @property
    def groups(self) -> dict[str, dict[str, float]]: ...


@dataclass(frozen=True)
class Facts:
    """Plain measures of a reply. `names` are those that hold (`long`, `shouting`…), as listed in `combiner.yml`."""

    lang: Lang
    words: int = 0
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """The contents of `combiner.yml`; see the comments there."""

    base: dict[str, float]
    cuts: dict[str, tuple[float, float]]
    share: dict[str, float]
    effects: dict[str, dict[str, float]]
    ceilings: dict[str, dict[str, float]]
    acts: dict[str, tuple[str, ...]]
    hostility: dict[str, dict[str, Any]]
    red_flags: dict[str, str]
    sentiment: dict[str, Any]
    score: dict[str, Any]
    doubt: dict[str, float]

    @classmethod
    def load(cls, path: Path) -> Rules:
        """Read `combiner.yml`. Raises ValueError when an act, dimension or red flag in it is unknown."""
        plain = read_yaml(path)
        rules = cls(
            base=plain["base"],
            cuts={name: (float(low), float(high)) for name, (low, high) in plain["cuts"].items()},
            share=plain["share"],
            effects={
                name: {key: float(value) for key, value in row.items() if key != "why"}
                for name, row in plain["effects"].items()
            },
            ceilings={
                name: {key: float(value) for key, value in row.items() if key != "why"}
                for name, row in plain["ceilings"].items()
            },
            acts={name: tuple(acts) for name, acts in plain["acts"].items()},
            hostility=plain["hostility"],
            red_flags=plain["red_flags"],
            sentiment=plain["sentiment"],
            score=plain["score"],
            doubt=plain["doubt"],
        )
        rules.check(path)
        return rules

    def check(self, path: Path) -> None:
        """Raise ValueError naming the first word of `path` that the contract does not know."""
        known = {
            "dimension": (set(LEVELS), {key for row in self.effects.values() for key in row} | set(self.base)),
            "act": (set(ACTS), {act for acts in self.acts.values() for act in acts}),
            "red flag": (set(RED_FLAGS), set(self.red_flags.values())),
            "hostility": (set(HOSTILITY), set(self.hostility)),
        }
        for what, (allowed, used) in known.items():
            if strange := sorted(used - allowed):
                raise ValueError(f"{path}: unknown {what} {strange[0]}")


@dataclass(frozen=True)
class Evidence:
    """What was found in one reply, by name: strategies of its markers and names of its facts, each once.

    `nothing_helps` stands among them when no marker counts for the reply.
    """

    markers: tuple[Marker, ...]
    facts: Facts

    @property
    def names(self) -> frozenset[str]:
        helped = any(marker.polarity > 0 for marker in self.markers)
        found = frozenset(marker.strategy for marker in self.markers) | self.facts.names
        return found if helped else found | {"nothing_helps"}


def combine(
    markers: Iterable[Marker],
    reading: Groups | None,
    facts: Facts,
    context: Context,
    rules: Rules,
    wording: tuple[Wording, ...] = (),
    versions: Mapping[str, str] | None = None,
) -> Assessment:
    """Assess one reply from its markers, its facts and, where there is one, the model's reading."""
    evidence = Evidence(tuple(markers), facts)
    heads = reading.groups if reading else {}
    hostility = _hostility(evidence.names, heads, rules)
    values = {name: _value(name, evidence.names | set(hostility), heads, rules) for name in LEVELS}
    levels = {name: _level(values[name], rules.cuts[name]) for name in LEVELS}
    red_flags = tuple(flag for flag in RED_FLAGS if flag in {rules.red_flags.get(name) for name in evidence.names})
    acts = {act for name in evidence.names for act in rules.acts.get(name, ())}
    return Assessment(
        lang=facts.lang,
        empathy={"level": levels["empathy"], **{name: levels[name] for name in EMPATHY}},
        tone={"level": levels["tone"], **{name: levels[name] for name in TONE}},
        sentiment=_sentiment(evidence.names, heads, rules),
        hostility=hostility,
        acts=tuple(act for act in ACTS if act in acts),
        markers=evidence.markers,
        wording=wording,
        red_flags=red_flags,
        confidence={name: _confidence(name, values, heads, evidence, rules) for name in LEVELS},
        score=_score(values, evidence, acts, hostility, red_flags, len(wording), context, rules),
        versions=dict(versions or {}),
    )


def _value(name: str, found: Iterable[str], heads: Mapping[str, Mapping[str, float]], rules: Rules) -> float:
    """A dimension on its continuous scale, 0 to 2."""
    found = sorted(found)
    value = _clip(rules.base[name] + sum(rules.effects.get(item, {}).get(name, 0.0) for item in found))
    if head := heads.get(name):
        expected = sum(float(level) * chance for level, chance in head.items())
        value = rules.share[name] * expected + (1 - rules.share[name]) * value
    return min([value, *(rules.ceilings[item].get(name, 2.0) for item in found if item in rules.ceilings)])


def _level(value: float, cuts: tuple[float, float]) -> int:
    return int(value >= cuts[0]) + int(value >= cuts[1])


def _clip(value: float, low: float = 0.0, high: float = 2.0) -> float:
    return max(low, min(high, value))


def _hostility(found: frozenset[str], heads: Mapping[str, Mapping[str, float]], rules: Rules) -> tuple[str, ...]:
    """Kinds of hostility shown by a marker, or by the model where it is sure."""
    present = []
    for kind in HOSTILITY:
        row = rules.hostility[kind]
        chance = heads.get(kind, {}).get("yes", 0.0)
        shown = not found.isdisjoint(row["markers"])
        if chance >= (row["with_marker"] if shown else row["alone"]) or (shown and kind not in heads):
            present.append(kind)
    return tuple(present)


def _sentiment(found: frozenset[str], heads: Mapping[str, Mapping[str, float]], rules: Rules) -> dict[str, Any]:
    """The model's sentiment, or a softmax over the words' leanings."""
    if not (chances := heads.get("sentiment")):
        raw = {label: rules.sentiment["base"][label] for label in SENTIMENTS}
        for name in sorted(found):
            for label, weight in rules.sentiment["effects"].get(name, {}).items():
                raw[label] += weight
        total = sum(math.exp(value) for value in raw.values())
        chances = {label: math.exp(value) / total for label, value in raw.items()}
    chances = {label: round(float(chances.get(label, 0.0)), 4) for label in SENTIMENTS}
    return {"label": max(SENTIMENTS, key=lambda label: chances[label]), **chances}


def _confidence(
    name: str,
    values: Mapping[str, float],
    heads: Mapping[str, Mapping[str, float]],
    evidence: Evidence,
    rules: Rules,
) -> float:
    """How far the value stands from the nearest cut, what there is to go by, and whether model and markers agree."""
    margin = min(1.0, min(abs(values[name] - cut) for cut in rules.cuts[name]) / rules.doubt["margin"])
    told = any(name in rules.effects.get(item, {}) for item in evidence.names)
    confidence = rules.doubt["floor"] + (rules.doubt["top"] - rules.doubt["floor"]) * margin
    if head := heads.get(name):
        confidence = (confidence + max(head.values())) / 2
    elif not told:
        confidence -= rules.doubt["untold"]
    if evidence.facts.words < rules.doubt["few_words"]:
        confidence -= rules.doubt["short"]
    return round(_clip(confidence, 0.0, 1.0), 3)


def _score(
    values: Mapping[str, float],
    evidence: Evidence,
    acts: set[str],
    hostility: tuple[str, ...],
    red_flags: tuple[str, ...],
    wordings: int,
    context: Context,
    rules: Rules,
) -> int:
    """The 0–100 of `combiner.yml`: tone, empathy as the need wants it, acts as the phase wants them, less penalties."""
    table = rules.score
    if not evidence.facts.words:
        return int(table["silent"])
    points = float(table["base"])
    points += sum(weight * values[name] / 2 for name, weight in table["levels"][context.need].items())
    points += min(table["acts_at_most"], sum(table["acts"][context.phase].get(act, 0.0) for act in sorted(acts)))
    points -= sum(table["hostility"][kind] for kind in hostility)
    points -= min(table["wording_at_most"], table["wording"] * wordings)
    points += sum(table["found"].get(name, 0.0) for name in sorted(evidence.names))
    points += sum(table[context.need].get(name, 0.0) for name in sorted(evidence.names))
    if points < table["soft_below"]:
        points = table["soft_below"] * math.exp((points - table["soft_below"]) / table["soft_below"])
    if red_flags:
        points = min(points * table["red_flag_share"], table["red_flag_at_most"])
    return round(_clip(points, 0, 100))
