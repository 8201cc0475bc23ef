"""nlu/training/calibration.py: what it fits is what the scale then says."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from nlu import combiner
from nlu.combiner import LEVELS, SILENCE, Evidence, Facts, Rules
from nlu.contract import HOSTILITY
from nlu.scale import Scale
from nlu.scorer import Perception
from nlu.training import calibration
from nlu.training.corpora import context

RULES = Rules.load(Path(__file__).resolve().parents[2] / "data" / "combiner.yml", scales=False)


def cases(count: int) -> list[calibration.Case]:
    """Replies whose apologies make the empathy, in three splits and two languages."""
    chance, found = random.Random(1), []
    for n in range(count):
        level = chance.randrange(3)
        labels = dict.fromkeys(LEVELS, level) | {"hostility": list(HOSTILITY) if level == 0 else []}
        row = {
            "context": f"c{n // 3}",
            "lang": ("fr", "en")[n % 2],
            "need": "warm",
            "phase": "middle",
            "customer": "",
            "labels": labels,
        }
        names = frozenset({"dates"} if level == 2 else {"hurried"} if level == 0 else ())
        seen = Perception((), Facts("fr", 10, names), (), (), None)
        found.append(calibration.Case({**row, "n": n}, seen, "dev" if n % 4 == 0 else "train"))
    return found


def test_every_dimension_and_kind_gets_a_scale() -> None:
    scales = calibration.fit(cases(80), RULES)
    assert set(scales["model"]) == {*LEVELS, *HOSTILITY} and set(scales["markers"]) == set(LEVELS)
    plain = calibration.plain(scales)
    assert {name: Scale.read(row) for name, row in plain["model"].items()} == scales["model"]


def test_the_scale_says_what_the_regression_says() -> None:
    found = cases(120)
    scale = calibration.fit(found, RULES)["model"]["empathy"]
    features = [
        combiner.features(
            "empathy", Evidence((), case.seen.facts).names, SILENCE, case.seen.facts, context(case.row), RULES
        )
        for case in found
    ]
    x = np.asarray([[row.get(name, 0.0) for name in sorted(scale.weights)] for row in features])
    y = np.asarray([case.row["labels"]["empathy"] for case in found])
    train = np.asarray([case.split == "train" for case in found])
    z = (x - x[train].mean(axis=0)) / np.maximum(x[train].std(axis=0), 1e-9)
    fitting = calibration.Fitting(z, y, np.where(train, 1.0, calibration.OF_DEV), 3)
    ours = np.asarray([scale.chances(row) for row in features])
    theirs = [
        calibration.chances(z, *fitting.regression(np.ones(len(y), dtype=bool), strength))
        for strength in calibration.STRENGTHS
    ]
    assert min(np.abs(ours - each).max() for each in theirs) < 0.02


def test_what_is_left_out_is_not_fitted() -> None:
    x, y = np.asarray([[0.0], [1.0]] * 30), np.asarray([0, 1] * 30)
    dev = np.arange(60) % 3 == 0
    contexts = [f"c{n}" for n in range(60)]
    fitting = calibration.Fitting(x, y, np.ones(60), 2)
    wrong = calibration.Fitting(x, np.where(dev, 1 - y, y), np.ones(60), 2)
    assert (fitting.held_out(dev, contexts, 1.0).argmax(axis=1) == y[dev]).all()
    assert wrong.held_out(dev, contexts, 1.0).shape == (20, 2)


def test_what_goes_with_a_level_raises_it() -> None:
    scale = calibration.fit(cases(120), RULES)["model"]["empathy"]
    assert scale.weights["dates"][1] > 0 > scale.weights["hurried"][1]


def test_a_rare_level_is_favoured_when_that_finds_it_best() -> None:
    found = np.asarray([[0.9, 0.1], [0.8, 0.2], [0.65, 0.35], [0.6, 0.4], [0.2, 0.8]])
    (favour,) = calibration._favour(found, np.asarray([0, 0, 1, 1, 1]))
    scale = Scale({}, (0.0,), (favour,))
    assert [scale.level(tuple(row)) for row in found] == [0, 0, 1, 1, 1]


def test_two_levels_and_three_are_one_softmax() -> None:
    x, y = np.asarray([[0.0], [0.2], [0.8], [1.0]] * 5), np.asarray([0, 0, 1, 1] * 5)
    fitting = calibration.Fitting(x, y, np.ones(20), 2)
    found = calibration.chances(x, *fitting.regression(np.ones(20, dtype=bool), 1.0))
    assert found.shape == (20, 2) and np.allclose(found.sum(axis=1), 1) and found[0, 1] < 0.5 < found[3, 1]
