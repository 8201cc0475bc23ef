"""nlu/training/measures.py, by hand."""

from __future__ import annotations

import pytest

from nlu.training.measures import calibration_error, kappa, macro_f1, weighted_kappa


def test_macro_f1_counts_classes_alike() -> None:
    assert macro_f1([0, 0, 0, 1], [0, 0, 0, 1]) == 1
    assert macro_f1([0, 0, 0, 1], [0, 0, 0, 0]) == pytest.approx((6 / 7 + 0) / 2)


def test_agreement_beyond_chance() -> None:
    assert kappa([0, 1, 0, 1], [0, 1, 0, 1]) == 1
    assert kappa([0, 0, 1, 1], [0, 1, 0, 1]) == 0
    near, far = weighted_kappa([0, 1, 2, 2], [0, 1, 2, 1]), weighted_kappa([0, 1, 2, 2], [0, 1, 2, 0])
    assert 1 > near > far


def test_calibration_error_is_how_far_confidence_is_from_truth() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == 0
    assert calibration_error([1.0, 1.0], [True, False]) == pytest.approx(0.5)
    assert calibration_error([0.05, 0.95], [False, True]) == pytest.approx(0.05)
    assert calibration_error([], []) == 0
