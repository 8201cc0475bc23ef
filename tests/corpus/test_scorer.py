"""The scorer as it ships, with its models, over the replies that no training has seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.combiner import Rules
from nlu.contract import HOSTILITY, LANGS, MAX_TEXT, Assessment, Context, Lang
from nlu.scorer import Scorer, load
from nlu.training.corpora import context, read_replies, split_of

ROOT = Path(__file__).resolve().parents[2]
HELD = [row for row in read_replies(ROOT / "data" / "replies") if split_of(row["context"]) == "test"]


@pytest.fixture(scope="module")
def shipped() -> Scorer:
    """The scorer as it ships."""
    return load(ROOT)


def test_every_level_and_fault_shows_its_words(shipped: Scorer) -> None:
    rules = Rules.load(ROOT / "data" / "combiner.yml")
    for row in HELD[::4]:
        found = shipped.assess(row["text"], context(row))
        told = {name for m in found.markers for name, effect in rules.effects.get(m.strategy, {}).items() if effect}
        shown = told | {judged.dimension for judged in found.judged}
        shown |= {kind for kind in HOSTILITY for m in found.markers if m.strategy in rules.hostility[kind]}
        high = {name for name, level in {**found.empathy, **found.tone}.items() if level and name != "level"}
        assert (high | set(found.hostility)) <= shown
        assert all(0 <= judged.start < judged.end <= len(row["text"]) for judged in found.judged)


def test_a_suggestion_raises_the_score_when_scored_again(shipped: Scorer) -> None:
    offered = 0
    for row in HELD:
        around = context(row)
        before = shipped.assess(row["text"], around)
        for edit in shipped.suggest(row["text"], around, before).suggestions:
            assert shipped.assess(edit.text, around).score == edit.score > before.score
            offered += 1
    assert offered > 20


@pytest.mark.parametrize(
    ("lang", "kind", "rude"),
    [
        ("fr", "Je suis vraiment désolée que vous ayez attendu.", "Vous n’aviez qu’à venir plus tôt."),
        ("en", "I'm truly sorry you had to wait.", "You should have come earlier, shouldn't you."),
    ],
)
def test_the_model_judges_each_sentence_by_itself(shipped: Scorer, lang: Lang, kind: str, rude: str) -> None:
    for text, (first, second) in ((f"{kind} {rude}", (kind, rude)), (f"{rude} {kind}", (rude, kind))):
        told = {text[start:end]: part.groups for (start, end), part in shipped.perceive(text, Context()).told.items()}
        assert set(told) == {first, second}
        assert told[kind]["warmth"]["2"] > told[rude]["warmth"]["2"]
        assert told[rude]["tone"]["0"] > told[kind]["tone"]["0"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=MAX_TEXT) | st.text("je suis désolé sorry u bjr.!? \n", max_size=300),
    lang=st.sampled_from(LANGS),
)
def test_any_text_is_assessed_within_its_bounds(shipped: Scorer, text: str, lang: Lang) -> None:
    found = shipped.assess(text, Context("Où est mon colis ?", lang))
    assert 0 <= found.score <= 100 and all(0 <= sure <= 1 for sure in found.confidence.values())
    assert all(0 <= each.start < each.end <= len(text) for each in (*found.markers, *found.judged))
    assert Assessment.from_json(found.to_json()) == found
