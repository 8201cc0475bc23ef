"""Turns what was found in a reply into one assessment. Pure: every number it uses stands in two data files.

For each dimension the rules of `data/combiner.yml` give `base + Σ effect(marker or fact)`, cut to 0–2. With a model,
the dimension's scale of `data/calibration.yml` weighs that value, all that was found, the model's heads and the case
into a chance for each level: the likeliest is the level, the expected one the value that the score is made of.
Without a model, ceilings (gaming, hostility) limit what the rules say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
from nlu.scale import Scale, expected, log_odds
from nlu.strategies.lexicon import read_yaml

LEVELS = (*EMPATHY, "empathy", *TONE, "tone")
PARTS = {"empathy": EMPATHY, "tone": TONE} | dict.fromkeys(EMPATHY, ("empathy",)) | dict.fromkeys(TONE, ("tone",))
"""Which heads lean on each other: a whole on its parts, a part on its whole."""


Groups = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Heard:
    """What the models say: the transformer of the `whole` reply and of each sentence by itself (`parts`, by place, in
    order), the bag of words of its `words`. One distribution per head each has; empty without a model.
    """

    whole: Groups = field(default_factory=dict)
    parts: Mapping[tuple[int, int], Groups] = field(default_factory=dict)
    words: Groups = field(default_factory=dict)


SILENCE = Heard()


@dataclass(frozen=True)
class Facts:
    """Plain measures of a reply. `names` are those that hold (`long`, `shouting`…), as listed in `combiner.yml`.

    `shared` is the share (0–1) of its meaning-bearing words that the customer said too; `near` the cosine (−1–1) of its
    sentence vector with the customer's line, `special` what of it goes beyond the average case; 0 without a model.
    """

    lang: Lang
    words: int = 0
    names: frozenset[str] = frozenset()
    shared: float = 0.0
    near: float = 0.0
    special: float = 0.0


@dataclass(frozen=True)
class Rules:
    """The contents of `combiner.yml`; see the comments there."""

    base: dict[str, float]
    cuts: dict[str, tuple[float, float]]
    effects: dict[str, dict[str, float]]
    ceilings: dict[str, dict[str, float]]
    acts: dict[str, tuple[str, ...]]
    hostility: dict[str, tuple[str, ...]]
    red_flags: dict[str, str]
    denied_from: dict[str, float]
    denied_below: dict[str, dict[str, float]]
    sentiment: dict[str, Any]
    score: dict[str, Any]
    scales: dict[str, dict[str, Scale]]
    """By mode (`model`, `markers`) and by dimension or kind of hostility."""

    @classmethod
    def load(cls, path: Path, scales: bool = True) -> Rules:
        """Read `combiner.yml` and, unless `scales` are to be fitted yet, the `calibration.yml` beside it.

        Raises ValueError when an act, dimension or red flag is unknown, or a scale is wrong.
        """
        plain = read_yaml(path)
        fitted = read_yaml(path.with_name("calibration.yml")) if scales else {}
        rules = cls(
            base=plain["base"],
            cuts={name: (float(low), float(high)) for name, (low, high) in plain["cuts"].items()},
            effects={
                name: {key: float(value) for key, value in row.items() if key != "why"}
                for name, row in plain["effects"].items()
            },
            ceilings={
                name: {key: float(value) for key, value in row.items() if key != "why"}
                for name, row in plain["ceilings"].items()
            },
            acts={name: tuple(acts) for name, acts in plain["acts"].items()},
            hostility={kind: tuple(markers) for kind, markers in plain["hostility"].items()},
            red_flags=plain["red_flags"],
            denied_from=plain["denied_from"],
            denied_below=plain["denied_below"],
            sentiment=plain["sentiment"],
            score=plain["score"],
            scales={mode: {name: Scale.read(row) for name, row in found.items()} for mode, found in fitted.items()},
        )
        rules.check(path)
        return rules

    def check(self, path: Path) -> None:
        """Raise ValueError naming the first word of `path` that the contract does not know."""
        known = {
            "dimension": (set(LEVELS), {key for row in self.effects.values() for key in row} | set(self.base)),
            "act": (set(ACTS), {act for acts in self.acts.values() for act in acts}),
            "red flag": (set(RED_FLAGS), {*self.red_flags.values(), *self.denied_from}),
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
    heard: Heard,
    facts: Facts,
    context: Context,
    rules: Rules,
    wording: tuple[Wording, ...] = (),
    versions: Mapping[str, str] | None = None,
) -> Assessment:
    """Assess one reply from its markers, its facts and what the models heard in it."""
    evidence = weigh(markers, heard, facts, rules)
    hostile = hostility(evidence, heard, rules)
    kinds = shown(hostile, heard, rules)
    found = evidence.names | set(kinds)
    scores = {name: _value(name, found, heard, facts, context, rules) for name in LEVELS}
    values = {name: value for name, (value, _, _) in scores.items()}
    levels = {name: level for name, (_, level, _) in scores.items()}
    red_flags = tuple(flag for flag in RED_FLAGS if flag in {rules.red_flags.get(name) for name in evidence.names})
    acts = {act for name in evidence.names for act in rules.acts.get(name, ())}
    return Assessment(
        lang=facts.lang,
        empathy={"level": levels["empathy"], **{name: levels[name] for name in EMPATHY}},
        tone={"level": levels["tone"], **{name: levels[name] for name in TONE}},
        sentiment=_sentiment(evidence.names, heard.whole, rules),
        hostility=kinds,
        acts=tuple(act for act in ACTS if act in acts),
        markers=evidence.markers,
        wording=wording,
        red_flags=red_flags,
        confidence={name: round(sureness, 3) for name, (_, _, sureness) in scores.items()},
        score=_score(values, evidence, acts, hostile, red_flags, len(wording), context, rules),
        versions=dict(versions or {}),
    )


def weigh(markers: Iterable[Marker], heard: Heard, facts: Facts, rules: Rules) -> Evidence:
    """What was found, less the markers that the model denies."""
    kept = (marker for marker in markers if not (_innocent(marker, heard, rules) or _unheard(marker, heard, rules)))
    return Evidence(tuple(kept), facts)


def _innocent(marker: Marker, heard: Heard, rules: Rules) -> bool:
    """Whether the model hears so good a tone that words which look like a red flag cannot be one."""
    flag = rules.red_flags.get(marker.strategy, "")
    return "tone" in heard.whole and mean_level(heard.whole["tone"]) >= rules.denied_from.get(flag, math.inf)


def _unheard(marker: Marker, heard: Heard, rules: Rules) -> bool:
    """Whether the model hears too little, in the sentence a marker begins in, of what the marker claims."""
    sentence = next((part for (start, end), part in heard.parts.items() if start <= marker.start < end), heard.whole)
    claims = rules.denied_below.get(marker.strategy, {})
    return any(name in sentence and mean_level(sentence[name]) < least for name, least in claims.items())


def features(
    name: str, found: Iterable[str], heard: Heard, facts: Facts, context: Context, rules: Rules
) -> dict[str, float]:
    """What a dimension's scale may weigh, by name: everything found counts 1, what no model says is left out.

    The rules' value is `ruled`: Rasa would take a data file with a key named `rules` for training data.
    """
    whole = [mean_level(heard.whole[part]) for part in PARTS[name] if part in heard.whole]
    return {
        **dict.fromkeys(found, 1.0),
        "ruled": _ruled(name, found, rules),
        **_steps("head", heard.whole.get(name, {})),
        **_steps("bag", heard.words.get(name, {})),
        **_sentences(name, heard),
        "kin": sum(whole) / len(whole) if whole else 0.0,
        "hostile": max((heard.whole[kind]["yes"] for kind in HOSTILITY if kind in heard.whole), default=0.0),
        "words": math.log1p(facts.words) / 4,
        "shared": facts.shared,
        "near": facts.near,
        "special": facts.special,
        "efficient": float(context.need == "efficient"),
        "opening": float(context.phase == "opening"),
        "closing": float(context.phase == "closing"),
    }


def _steps(whose: str, head: Mapping[str, float]) -> dict[str, float]:
    """The log-odds of at least the second value of a head (`…_1`), at least the third (`…_2`) and so on."""
    values = sorted(head)
    return {f"{whose}_{step}": log_odds(sum(head[value] for value in values[step:])) for step in range(1, len(values))}


def _sentences(name: str, heard: Heard) -> dict[str, float]:
    """The best, worst, first and last sentence by the expected level of a head; an only sentence is all of them."""
    levels = [mean_level(part[name]) for part in tuple(heard.parts.values()) or (heard.whole,) if name in part]
    if not levels:
        return {}
    return {"best": max(levels), "worst": min(levels), "first": levels[0], "last": levels[-1]}


def hostile_features(kind: str, evidence: Evidence, heard: Heard, rules: Rules) -> dict[str, float]:
    """What the scale of a kind of hostility may weigh."""
    parts = [part[kind]["yes"] for part in tuple(heard.parts.values()) or (heard.whole,) if kind in part]
    return {
        "marker": float(not evidence.names.isdisjoint(rules.hostility[kind])),
        **({"head_1": log_odds(heard.whole[kind]["yes"])} if kind in heard.whole else {}),
        **({"bag_1": log_odds(heard.words[kind]["yes"])} if kind in heard.words else {}),
        **({"worst": log_odds(max(parts))} if parts else {}),
        "tone": mean_level(heard.whole["tone"]) if "tone" in heard.whole else 0.0,
    }


def mean_level(head: Mapping[str, float]) -> float:
    """The expected level (0–2) of a head."""
    return sum(float(level) * chance for level, chance in head.items())


def _ruled(name: str, found: Iterable[str], rules: Rules) -> float:
    """What the rules alone make of a dimension, 0 to 2."""
    return _clip(rules.base[name] + sum(rules.effects.get(item, {}).get(name, 0.0) for item in sorted(found)))


def _value(
    name: str, found: frozenset[str], heard: Heard, facts: Facts, context: Context, rules: Rules
) -> tuple[float, int, float]:
    """A dimension on its continuous scale (0 to 2), its level, and the chance that the level is right.

    Ceilings are for the rules alone: on a scale, what was found has its weight already.
    """
    scale = rules.scales["model" if name in heard.whole else "markers"][name]
    weighed = features(name, found, heard, facts, context, rules)
    chances = scale.chances(weighed)
    if name in heard.whole:
        level = scale.level(chances)
        return expected(chances), level, chances[level]
    ceiling = min((rules.ceilings[item].get(name, 2.0) for item in found if item in rules.ceilings), default=2.0)
    value = min(weighed["ruled"], ceiling)
    level = sum(value >= cut for cut in rules.cuts[name])
    return value, level, chances[level]


def _clip(value: float, low: float = 0.0, high: float = 2.0) -> float:
    return max(low, min(high, value))


def hostility(evidence: Evidence, heard: Heard, rules: Rules) -> dict[str, float]:
    """The chance of each kind of hostility on its scale; without a model, whether a marker shows it."""
    chances = {}
    for kind in HOSTILITY:
        weighed = hostile_features(kind, evidence, heard, rules)
        if kind in heard.whole:
            chances[kind] = rules.scales["model"][kind].chances(weighed)[1]
        else:
            chances[kind] = weighed["marker"]
    return chances


def shown(chances: Mapping[str, float], heard: Heard, rules: Rules) -> tuple[str, ...]:
    """The kinds that are likely enough to be named."""
    return tuple(kind for kind, chance in chances.items() if _named(kind, chance, heard, rules))


def _named(kind: str, chance: float, heard: Heard, rules: Rules) -> bool:
    if kind not in heard.whole:
        return chance == 1.0
    return rules.scales["model"][kind].level((1 - chance, chance)) > 0


def _sentiment(found: frozenset[str], heads: Groups, rules: Rules) -> dict[str, Any]:
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


def _score(
    values: Mapping[str, float],
    evidence: Evidence,
    acts: set[str],
    hostility: Mapping[str, float],
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
    points -= sum(table["hostility"][kind] * chance for kind, chance in hostility.items())
    points -= min(table["wording_at_most"], table["wording"] * wordings)
    points += sum(table["found"].get(name, 0.0) for name in sorted(evidence.names))
    points += sum(table[context.need].get(name, 0.0) for name in sorted(evidence.names))
    if points < table["soft_below"]:
        points = table["soft_below"] * math.exp((points - table["soft_below"]) / table["soft_below"])
    if red_flags:
        points = min(points * table["red_flag_share"], table["red_flag_at_most"])
    return round(_clip(points, 0, 100))
