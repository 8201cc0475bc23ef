"""nlu/grounds.py: every level and fault has its words, a marker's or the sentence the model judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nlu.combiner import Rules
from nlu.contract import HOSTILITY, Assessment, Judged, Marker
from nlu.grounds import judged

RULES = Rules.load(Path(__file__).resolve().parents[2] / "data" / "combiner.yml")
SENTENCES = ((0, 10), (11, 20))
COLD, KIND = {"0": 0.9, "1": 0.1, "2": 0.0}, {"0": 0.0, "1": 0.1, "2": 0.9}
TOLD = {
    SENTENCES[0]: {"reaction": COLD, "warmth": COLD, "blame": {"no": 0.2, "yes": 0.8}},
    SENTENCES[1]: {"reaction": KIND, "warmth": KIND, "blame": {"no": 0.9, "yes": 0.1}},
}
"""A cold sentence that blames, then a kind one."""
Perceived = Callable[..., Assessment]


def found(assessment: Assessment) -> dict[str, Judged]:
    return {each.dimension: each for each in judged(assessment, SENTENCES, TOLD, RULES)}


def test_a_level_without_a_marker_rests_on_the_sentence_that_says_it_most(perceived: Perceived) -> None:
    names = found(perceived(2, markers=()))
    assert {"empathy", "reaction", "tone", "calm"} <= set(names)
    assert (names["reaction"].start, names["reaction"].end) == SENTENCES[1]
    assert (found(perceived(0, markers=()))["warmth"].start) == SENTENCES[0][0]
    assert (found(perceived(1, hostility=("blame",), markers=()))["blame"].start) == SENTENCES[0][0]


def test_where_no_sentence_was_read_they_stand_together(perceived: Perceived) -> None:
    names = judged(perceived(2, markers=()), SENTENCES, {}, RULES)
    assert {(each.start, each.end) for each in names} == {(0, 20)}


def test_a_marker_that_speaks_for_a_level_is_enough(perceived: Perceived) -> None:
    names = found(perceived(2, markers=(Marker(0, 3, "apology", 1),)))
    assert "reaction" not in names and "exploration" in names


def test_no_empathy_needs_no_words_but_a_tone_of_0_does(perceived: Perceived) -> None:
    names = found(perceived(0, markers=()))
    assert "empathy" not in names and "reaction" not in names
    assert "warmth" in names


@pytest.mark.parametrize("kind", HOSTILITY)
def test_hostility_the_model_alone_hears_is_shown(perceived: Perceived, kind: str) -> None:
    assert kind in found(perceived(1, markers=(), hostility=(kind,)))
    marked = perceived(1, markers=(Marker(0, 3, RULES.hostility[kind][0], -1),), hostility=(kind,))
    assert kind not in found(marked)


def test_without_words_nothing_is_judged(perceived: Perceived) -> None:
    assert judged(perceived(1, markers=()), (), {}, RULES) == ()
