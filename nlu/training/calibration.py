"""Fits the scales of `data/calibration.yml` on what the scorer perceives in replies its model was not taught.

Multinomial logistic regression with a ridge (see `nlu/scale.py`), both languages together: weights on the train split,
the ridge's strength on dev, by log-likelihood, so that a chance is a chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from nlu import combiner
from nlu.combiner import LEVELS, SILENCE, Rules
from nlu.contract import HOSTILITY
from nlu.scale import Scale
from nlu.scorer import Perception
from nlu.training.corpora import Row, context

Floats = npt.NDArray[np.float64]

STRENGTHS = (0.01, 0.03, 0.1)
"""Inverse strengths of the ridge that are tried, on standardised features."""
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
BLIND = Scale({}, (0.0, 0.0))
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
    x = np.asarray([[row.get(name, 0.0) for name in names] for row in rows])
    y = np.asarray(truth)
    tried = [_regression(x[train], y[train], strength) for strength in STRENGTHS]
    best = min(tried, key=lambda model: float(log_loss(y[dev], model.predict_proba(x[dev]), labels=range(levels))))
    spread, regression = best[0].scale_, best[1]
    rows_ = regression.coef_ if levels > 2 else np.vstack([-regression.coef_, regression.coef_]) / 2
    free = regression.intercept_ if levels > 2 else np.asarray([-1, 1]) * regression.intercept_ / 2
    weights = (rows_ - rows_[0]) / spread
    bias = free - free[0] - weights @ best[0].mean_
    chance = best.predict_proba(x[train])[:, 1]
    return Scale(
        {name: _rounded(weights[1:, at]) for at, name in enumerate(names)},
        _rounded(bias[1:]),
        _cut(chance, y[train]) if levels == 2 else 0.5,
    )


def _regression(x: Floats, y: npt.NDArray[np.int64], strength: float) -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=5000)).fit(x, y)


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


def _cut(chance: Floats, y: npt.NDArray[np.int64]) -> float:
    """The chance from which "there" is said with the best F1."""
    grid = [round(0.05 * step, 2) for step in range(3, 17)]
    return max(grid, key=lambda cut: float(f1_score(y, chance >= cut, zero_division=0)))


def plain(scales: Mapping[str, Mapping[str, Scale]]) -> dict[str, Any]:
    """The scales as `calibration.yml` holds them."""
    return {
        mode: {
            name: {"weights": {key: list(row) for key, row in s.weights.items()}, "bias": list(s.bias), "cut": s.cut}
            for name, s in found.items()
        }
        for mode, found in scales.items()
    }
