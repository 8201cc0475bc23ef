"""Fits the scales of `data/calibration.yml` on what the scorer perceives in replies its model was not taught.

Multinomial logistic regression with a ridge (see `nlu/scale.py`), both languages together, on train and dev. On the
part of dev that is left out in turn, the ridge's strength is chosen by log-likelihood, so that a chance is a
chance, and the favour of each level by macro-F1, so that a rare one is named when it should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from nlu import combiner
from nlu.combiner import LEVELS, SILENCE, Rules
from nlu.contract import HOSTILITY
from nlu.scale import Scale
from nlu.scorer import Perception
from nlu.training.corpora import Row, context, fold_of
from nlu.training.measures import macro_f1

Floats = npt.NDArray[np.float64]

STRENGTHS = (0.003, 0.01, 0.03)
"""Inverse strengths of the ridge that are tried, on standardised features."""
OF_DEV = 2.0
"""Weight of a dev reply beside a train one: the model that ships reads it, not one taught half as many replies."""
PARTS = 6
"""Parts of dev, by situation, that are left out in turn."""
FAVOURS = {1: tuple(step / 4 for step in range(-8, 9)), 2: (-0.4, -0.2, 0.0, 0.2, 0.4, 0.6)}
"""Favours that are tried for the levels above 0, by how many those are."""
HEADER = """# How the model's heads, the rules and the case are weighed into the chance of each level (nlu/combiner.py).
# Written by `python -m nlu.training calibrate` (nlu/training/calibration.py). The two numbers of a weight are log-odds
# that one unit of its feature (nlu/combiner.py, `features`) adds to level 1 and to level 2, against level 0.
# `model`: with the transformer; `markers`: without it, for confidence alone.

"""
RARE = 8
"""What was found in fewer train replies than this has no weight of its own: the rules speak for it."""
MODES = {"model": True, "markers": False}
OF_MODEL = ("kin", "hostile", "near", "special")
"""Features that need a model."""
BLIND = Scale({}, (0.0, 0.0), (0.0, 0.0))
"""Stands in for the scales of the dimensions while those of hostility are fitted."""


@dataclass(frozen=True)
class Case:
    """A labelled reply, what was perceived of it, and its split."""

    row: Row
    seen: Perception
    split: str


def fit(cases: Sequence[Case], rules: Rules) -> dict[str, dict[str, Scale]]:
    """The scales by mode and by dimension or kind of hostility."""
    found: dict[str, dict[str, Scale]] = {}
    for mode, with_model in MODES.items():
        heard = [case.seen.heard if with_model else SILENCE for case in cases]
        evidence = [
            combiner.weigh(case.seen.markers, h, case.seen.facts, rules) for case, h in zip(cases, heard, strict=True)
        ]
        kinds = {}
        for kind in HOSTILITY if with_model else ():  # without one, a marker is enough
            rows = [combiner.hostile_features(kind, e, h, rules) for e, h in zip(evidence, heard, strict=True)]
            truth = [int(kind in case.row["labels"]["hostility"]) for case in cases]
            kinds[kind] = _scale(cases, rows, truth, 2)
        known = replace(rules, scales={mode: {**dict.fromkeys(LEVELS, BLIND), **kinds}, "markers": {}})
        names = [
            e.names | set(combiner.shown(combiner.hostility(e, h, known), h, known))
            for e, h in zip(evidence, heard, strict=True)
        ]
        levels = {}
        for name in LEVELS:
            rows = [
                combiner.features(name, n, h, case.seen.facts, context(case.row), rules)
                for case, n, h in zip(cases, names, heard, strict=True)
            ]
            if not with_model:
                rows = [{key: value for key, value in row.items() if key not in OF_MODEL} for row in rows]
            levels[name] = _scale(cases, rows, [int(case.row["labels"][name]) for case in cases], 3)
        found[mode] = levels | kinds if with_model else levels
    return found


def _scale(cases: Sequence[Case], rows: Sequence[Mapping[str, float]], truth: Sequence[int], levels: int) -> Scale:
    train, dev = (np.asarray([case.split == split for case in cases]) for split in ("train", "dev"))
    counted = Counter(name for row, taught in zip(rows, train, strict=True) if taught for name in row)
    names = sorted(name for name, count in counted.items() if count >= RARE)
    x, y = np.asarray([[row.get(name, 0.0) for name in names] for row in rows]), np.asarray(truth)
    mean, spread = x[train].mean(axis=0), np.maximum(x[train].std(axis=0), 1e-9)
    fitting = Fitting((x - mean) / spread, y, np.where(dev, OF_DEV, 1.0), levels)
    contexts = [case.row["context"] for case in cases]
    held = [(strength, fitting.held_out(dev, contexts, strength)) for strength in STRENGTHS]
    strength, found = min(held, key=lambda tried: float(log_loss(y[dev], tried[1], labels=range(levels))))
    weights, bias = fitting.regression(np.ones(len(y), dtype=bool), strength)
    return Scale(
        {name: _rounded(weights[1:, at] / spread[at]) for at, name in enumerate(names)},
        _rounded((bias - weights @ (mean / spread))[1:]),
        _favour(found, y[dev]),
    )


@dataclass(frozen=True)
class Fitting:
    """Standardised features `x` (replies × features), the level `y` of each reply, its weight, and how many levels."""

    x: Floats
    y: npt.NDArray[np.int64]
    weight: Floats
    levels: int

    def regression(self, rows: npt.NDArray[np.bool_], strength: float) -> tuple[Floats, Floats]:
        """Weights (levels × features) and bias by level, those of level 0 being 0, on some rows."""
        model = LogisticRegression(C=strength, max_iter=5000)
        model.fit(self.x[rows], self.y[rows], sample_weight=self.weight[rows])
        if self.levels == 2:
            return np.vstack([0 * model.coef_, model.coef_]), np.asarray([0.0, model.intercept_[0]])
        return model.coef_ - model.coef_[0], model.intercept_ - model.intercept_[0]

    def held_out(self, dev: npt.NDArray[np.bool_], contexts: Sequence[str], strength: float) -> Floats:
        """The chances (rows of `dev` × levels) when a reply's own situation was left out of the fit."""
        part = np.asarray([fold_of(context, PARTS) for context in contexts])
        found = np.zeros((len(self.y), self.levels))
        for at in range(PARTS):
            out = dev & (part == at)
            found[out] = chances(self.x[out], *self.regression(~out, strength))
        return np.asarray(found[dev])


def chances(x: Floats, weights: Floats, bias: Floats) -> Floats:
    """The chance of each level (rows × levels) by a softmax."""
    sums = x @ weights.T + bias
    raised = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _favour(found: Floats, y: npt.NDArray[np.int64]) -> tuple[float, ...]:
    """What names the levels with the best macro-F1; the smallest that does."""
    above, truth = found.shape[1] - 1, y.tolist()
    options = sorted(product(FAVOURS[above], repeat=above), key=lambda given: sum(map(abs, given)))
    return max(options, key=lambda given: macro_f1(truth, (found * np.exp((0.0, *given))).argmax(axis=1).tolist()))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


def plain(scales: Mapping[str, Mapping[str, Scale]]) -> dict[str, Any]:
    """The scales as `calibration.yml` holds them."""
    return {mode: {name: _plain(scale) for name, scale in found.items()} for mode, found in scales.items()}


def _plain(scale: Scale) -> dict[str, Any]:
    weights = {name: list(row) for name, row in scale.weights.items()}
    return {"weights": weights, "bias": list(scale.bias), "favour": list(scale.favour)}
