"""One dimension's scale: from what was found to the chance of each level, by multinomial logistic regression.

Each feature adds its weights to the log-odds of the levels above 0; a softmax makes them chances. Levels are not taken
for steps of one ladder, because some evidence speaks for the middle: a bare « je suis désolé » is level 1, no more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LIMIT = 6.0
"""Log-odds beyond which a head is not believed further: ±6 is one in four hundred."""


@dataclass(frozen=True)
class Scale:
    """`weights` by feature and `bias`: log-odds of each level above 0 against 0.

    `favour`, log-odds too, is given to each level above 0 when one has to be named: the likeliest is seldom a rare one.
    """

    weights: Mapping[str, tuple[float, ...]]
    bias: tuple[float, ...]
    favour: tuple[float, ...]

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Scale:
        """A scale as `calibration.yml` holds it. Raises ValueError when a weight has not one number per level."""
        scale = cls(
            {name: tuple(row) for name, row in plain["weights"].items()}, tuple(plain["bias"]), tuple(plain["favour"])
        )
        for name, row in {**scale.weights, "favour": scale.favour}.items():
            if len(row) != len(scale.bias):
                raise ValueError(f"the weight of {name} needs {len(scale.bias)} numbers, not {len(row)}")
        return scale

    def chances(self, features: Mapping[str, float]) -> tuple[float, ...]:
        """The chance of each level, 0 first; they sum to 1. A feature without weights, or not there, counts nothing."""
        sums = [0.0, *self.bias]
        for name, value in features.items():
            for level, weight in enumerate(self.weights.get(name, ()), start=1):
                sums[level] += weight * value
        top = max(sums)
        raised = [math.exp(value - top) for value in sums]
        return tuple(value / math.fsum(raised) for value in raised)

    def level(self, chances: tuple[float, ...]) -> int:
        """The level to name: the likeliest, once each has its favour."""
        weighed = [chance * math.exp(favour) for chance, favour in zip(chances, (0.0, *self.favour), strict=True)]
        return max(range(len(weighed)), key=weighed.__getitem__)


def expected(chances: tuple[float, ...]) -> float:
    """The mean level under `chances`."""
    return math.fsum(level * chance for level, chance in enumerate(chances))


def log_odds(chance: float) -> float:
    """The log-odds of `chance`, kept within ±`LIMIT`."""
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return min(max(math.log(chance / (1 - chance)), -LIMIT), LIMIT)
