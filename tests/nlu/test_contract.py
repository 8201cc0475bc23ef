"""nlu/contract.py"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from nlu.contract import ACTS, EMPATHY, HOSTILITY, LANGS, RED_FLAGS, TONE, Assessment, Marker, Wording

Perceived = Callable[..., Assessment]


@pytest.fixture
def full(perceived: Perceived) -> Assessment:
    """An assessment with something everywhere."""
    return perceived(
        2,
        hostility=("blame",),
        acts=("greet", "commit_dated"),
        markers=(Marker(0, 7, "greeting", 1, "« Bonjour » 😀"), Marker(8, 9, "blame", -1)),
        wording=(Wording(0, 7, "problème", "situation", "un mot plus léger"),),
        red_flags=("insult",),
    )


def test_there_and_back(full: Assessment, perceived: Perceived) -> None:
    for one in (full, perceived(), perceived(0)):
        assert Assessment.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_plain_json_all_the_way(full: Assessment) -> None:
    def plain(value: Any) -> bool:
        if isinstance(value, dict):
            return all(type(key) is str and plain(part) for key, part in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return type(value) in (str, int, float, bool)

    assert plain(full.to_json())
    assert json.loads(json.dumps(full.to_json())) == full.to_json()


def test_what_may_be_left_out(perceived: Perceived) -> None:
    told = perceived().to_json()
    least = {key: told[key] for key in ("lang", "empathy", "tone", "sentiment")}
    found = Assessment.from_json(least)
    assert (found.acts, found.markers, found.red_flags, found.confidence, found.score) == ((), (), (), {}, 0)


@pytest.mark.parametrize("missing", ["lang", "empathy", "tone", "sentiment"])
def test_what_may_not(perceived: Perceived, missing: str) -> None:
    told = perceived().to_json()
    del told[missing]
    with pytest.raises(KeyError):
        Assessment.from_json(told)


@pytest.mark.parametrize(
    "marker", [{}, {"start": 0}, {"start": 0, "end": 1, "strategy": "x", "polarity": 1, "more": 2}]
)
def test_a_marker_of_another_shape(perceived: Perceived, marker: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Assessment.from_json({**perceived().to_json(), "markers": [marker]})


def test_reading_back_shares_nothing(full: Assessment) -> None:
    told = full.to_json()
    found = Assessment.from_json(told)
    told["empathy"]["reaction"] = 0
    assert found.empathy["reaction"] == 2


@pytest.mark.parametrize("names", [EMPATHY, TONE, HOSTILITY, ACTS, RED_FLAGS, LANGS])
def test_names_are_names(names: tuple[str, ...]) -> None:
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.islower() for name in names)
