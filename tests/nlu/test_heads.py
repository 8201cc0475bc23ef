"""nlu/heads.py"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.contract import EMPATHY, HOSTILITY, SENTIMENTS, TONE
from nlu.heads import GROUPS, LABELS, LEVELS, probabilities, slots

LOGITS = st.lists(st.floats(-80, 80), min_size=3, max_size=3)
CHOSEN = [("0", 0), ("1", 1), ("2", 2)]


def test_a_group_for_every_judgement() -> None:
    assert set(GROUPS) == {"sentiment", *EMPATHY, "empathy", *TONE, "tone", *HOSTILITY}
    assert GROUPS["sentiment"] == SENTIMENTS and GROUPS["warmth"] == LEVELS
    assert len(LABELS) == len(set(LABELS)) == sum(map(len, GROUPS.values()))


def test_groups_found_by_name() -> None:
    found = slots(dict(enumerate(LABELS)))
    assert {group: tuple(value for value, _ in chosen) for group, chosen in found.items()} == GROUPS
    assert sorted(index for chosen in found.values() for _, index in chosen) == list(range(len(LABELS)))


def test_groups_in_any_order() -> None:
    assert slots({2: "a:no", 0: "b:yes", 1: "a:yes"}) == {"b": [("yes", 0)], "a": [("yes", 1), ("no", 2)]}


def test_labels_of_a_model_without_groups() -> None:
    assert slots({0: "NEGATIVE", 1: "POSITIVE"}) == {"": [("NEGATIVE", 0), ("POSITIVE", 1)]}
    assert slots({}) == {}


@given(LOGITS)
def test_probabilities(logits: list[float]) -> None:
    found = probabilities(logits, CHOSEN)
    assert sum(found.values()) == pytest.approx(1)
    assert all(type(share) is float and 0 <= share <= 1 for share in found.values())
    best = max(found, key=lambda value: found[value])
    assert found[best] == found[str(logits.index(max(logits)))]
    assert json.loads(json.dumps(found)) == found


def test_only_the_group_counts() -> None:
    assert probabilities([5.0, 0.0, 9.0, 0.0], [("no", 1), ("yes", 3)]) == {"no": 0.5, "yes": 0.5}


def test_large_logits_do_not_overflow() -> None:
    assert probabilities([1e4, -1e4, 0.0], CHOSEN) == {"0": 1.0, "1": 0.0, "2": 0.0}
