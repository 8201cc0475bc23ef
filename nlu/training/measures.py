"""Figures of a judge against our labels. Pure; every share runs from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.metrics import cohen_kappa_score, f1_score

BINS = 10


def macro_f1(truth: Sequence[Any], guess: Sequence[Any]) -> float:
    """The mean of each class's F1; a class nobody guessed counts 0."""
    return float(f1_score(truth, guess, average="macro", zero_division=0))


def kappa(one: Sequence[Any], other: Sequence[Any]) -> float:
    """Cohen's κ (1960): agreement beyond chance."""
    return float(cohen_kappa_score(one, other))


def weighted_kappa(one: Sequence[Any], other: Sequence[Any]) -> float:
    """Cohen's κ with quadratic weights (1968), for ordered levels: 0 against 2 counts four times 0 against 1."""
    return float(cohen_kappa_score(one, other, weights="quadratic"))


def calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """How far confidence is from truth: expected calibration error (Naeini et al. 2015), `BINS` bins of equal width."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for sure, hit in zip(confidence, right, strict=True):
        bins.setdefault(min(int(sure * BINS), BINS - 1), []).append((sure, hit))
    gaps = (abs(sum(sure for sure, _ in found) - sum(hit for _, hit in found)) for found in bins.values())
    return sum(gaps) / max(1, len(right))
