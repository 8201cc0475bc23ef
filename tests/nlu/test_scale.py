"""nlu/scale.py: chances that sum to 1 and follow what speaks for each level."""

from __future__ import annotations

import math

import pytest

from nlu.scale import LIMIT, Scale, expected, log_odds

SCALE = Scale({"apology": (2.0, 0.0), "detail": (0.5, 2.0)}, (-1.0, -2.0), (0.0, 0.0))


def test_chances_sum_to_1_and_follow_the_softmax() -> None:
    chances = SCALE.chances({"apology": 1.0, "unknown": 9.0})
    raised = [1.0, math.exp(1.0), math.exp(-2.0)]
    assert chances == pytest.approx([value / sum(raised) for value in raised])


def test_evidence_may_speak_for_the_middle() -> None:
    assert SCALE.level(SCALE.chances({})) == 0
    assert SCALE.level(SCALE.chances({"apology": 1.0})) == 1
    assert SCALE.level(SCALE.chances({"detail": 2.0})) == 2


def test_the_expected_level_lies_between_the_levels() -> None:
    values = [expected(SCALE.chances({"detail": detail})) for detail in (0.0, 1.0, 2.0, 4.0)]
    assert values == sorted(values) and values[0] > 0 and values[-1] < 2


@pytest.mark.parametrize("weight", [1e6, -1e6])
def test_extremes_stay_finite(weight: float) -> None:
    chances = Scale({"x": (weight, 0.0)}, (0.0, 1.0), (0.0, 0.0)).chances({"x": 1.0})
    assert sum(chances) == pytest.approx(1) and all(0 <= chance <= 1 for chance in chances)


def test_a_favoured_level_is_named_sooner() -> None:
    cautious, eager = Scale({}, (0.0,), (-0.4,)), Scale({}, (0.0,), (0.4,))
    assert (cautious.level((0.5, 0.5)), eager.level((0.5, 0.5))) == (0, 1)


def test_log_odds_are_bounded() -> None:
    assert log_odds(0.5) == 0
    assert (log_odds(0.0), log_odds(1.0)) == (-LIMIT, LIMIT)


def test_a_weight_needs_one_number_per_level() -> None:
    with pytest.raises(ValueError, match="apology needs 2 numbers"):
        Scale.read({"weights": {"apology": [1.0]}, "bias": [0.0, 0.0], "favour": [0.0, 0.0]})
    with pytest.raises(ValueError, match="favour needs 2 numbers"):
        Scale.read({"weights": {"apology": [1.0, 0.0]}, "bias": [0.0, 0.0], "favour": [0.0]})
