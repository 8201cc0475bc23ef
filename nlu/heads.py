"""The groups of outputs of our sequence classifier, by the names in its `id2label`: `<group>:<value>`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlu.contract import EMPATHY, HOSTILITY, SENTIMENTS, TONE

LEVELS = ("0", "1", "2")
PRESENCE = ("no", "yes")

GROUPS: dict[str, tuple[str, ...]] = {
    "sentiment": SENTIMENTS,
    **dict.fromkeys((*EMPATHY, "empathy", *TONE, "tone"), LEVELS),
    **dict.fromkeys(HOSTILITY, PRESENCE),
}

LABELS: tuple[str, ...] = tuple(f"{group}:{value}" for group, values in GROUPS.items() for value in values)

Slots = dict[str, list[tuple[str, int]]]


def value(labels: Mapping[str, Any], group: str) -> str:
    """What the labels of a reply say of a group, as its value is called."""
    return PRESENCE[group in labels["hostility"]] if group in HOSTILITY else str(labels[group])


def version(weights: Path) -> str:
    """The name of a model's folder, and what its weights are."""
    return f"{weights.parent.name}-{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}"


def slots(id2label: Mapping[int, str]) -> Slots:
    """Group the outputs of a model: group → its values with their index among the logits."""
    found: Slots = {}
    for index, label in sorted(id2label.items()):
        group, _, value = label.rpartition(":")
        found.setdefault(group, []).append((value, index))
    return found


def probabilities(logits: Sequence[float], chosen: Sequence[tuple[str, int]]) -> dict[str, float]:
    """Softmax within one group, in double precision, as plain floats that sum to 1."""
    raw = np.asarray([logits[index] for _, index in chosen], dtype=np.float64)
    raised = np.exp(raw - raw.max())
    return {value: float(share) for (value, _), share in zip(chosen, raised / raised.sum(), strict=True)}
