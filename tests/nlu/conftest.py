"""Perception on the real lexicons, without a model: built once, it is read-only."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.pipeline import Pipeline
from nlu.scorer import Scorer, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    """A scorer that judges by markers alone."""
    return load(ROOT, model=False)


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The two spaCy pipelines with the real lexicons."""
    return Pipeline(ROOT)
