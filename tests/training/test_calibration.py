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
        row = {"lang": ("fr", "en")[n % 2], "need": "warm", "phase": "middle", "customer": "", "labels": labels}
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
    train = [case for case in found if case.split == "train"]
    features = [
        combiner.features(
            "empathy", Evidence((), case.seen.facts).names, SILENCE, case.seen.facts, context(case.row), RULES
        )
        for case in train
    ]
    names = sorted(scale.weights)
    x = np.asarray([[row.get(name, 0.0) for name in names] for row in features])
    y = np.asarray([case.row["labels"]["empathy"] for case in train])
    ours = [scale.chances(row) for row in features]
    theirs = [calibration._regression(x, y, strength).predict_proba(x) for strength in calibration.STRENGTHS]
    assert min(np.abs(np.asarray(ours) - each).max() for each in theirs) < 0.01


def test_what_goes_with_a_level_raises_it() -> None:
    scale = calibration.fit(cases(120), RULES)["model"]["empathy"]
    assert scale.weights["dates"][1] > 0 > scale.weights["hurried"][1]


def test_the_cut_of_a_kind_is_where_it_is_found_best() -> None:
    chance, y = np.asarray([0.1, 0.2, 0.35, 0.4, 0.8]), np.asarray([0, 0, 1, 1, 1])
    assert 0.2 < calibration._cut(chance, y) <= 0.35
