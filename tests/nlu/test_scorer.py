"""The entry point: any text in any context gives a valid, repeatable, plain assessment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.contract import ACTS, EMPATHY, HOSTILITY, MAX_TEXT, RED_FLAGS, TONE, Assessment, Context, Lang, Need, Phase
from nlu.scorer import Scorer, digest, load

ROOT = Path(__file__).resolve().parents[2]
LETTERS = "je ne vous comprends pas sorry you \n«»\"'’?!.,é"


@dataclass(frozen=True)
class FakeReading:
    groups: dict[str, dict[str, float]] = field(default_factory=dict)
    vector: tuple[float, ...] = (1.0, 0.0)
    parts: Mapping[tuple[int, int], FakeReading] = field(default_factory=dict)


class FakeReader:
    """Sees sunshine everywhere, and remembers what it was asked."""

    version = "fake-1"
    average = (0.0, 1.0)

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, text: str, parts: Mapping[tuple[int, int], str] = {}) -> FakeReading:
        self.asked.append(text)
        return FakeReading({"warmth": {"0": 0.0, "1": 0.02, "2": 0.98}})


def check(text: str, found: Assessment) -> None:
    assert set(found.empathy) == {"level", *EMPATHY} and set(found.tone) == {"level", *TONE}
    assert all(level in (0, 1, 2) for level in (*found.empathy.values(), *found.tone.values()))
    assert 0 <= found.score <= 100
    assert all(0 <= value <= 1 for value in found.confidence.values())
    assert set(found.acts) <= set(ACTS) and set(found.hostility) <= set(HOSTILITY)
    assert set(found.red_flags) <= set(RED_FLAGS)
    assert all(0 <= marker.start < marker.end <= len(text) for marker in found.markers)
    assert all(text[wording.start : wording.end] == wording.text for wording in found.wording)
    assert Assessment.from_json(json.loads(json.dumps(found.to_json()))) == found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(), max_size=300)
    | st.text("je ne vous comprends pas sorry you \n«»\"'’?!.,é", max_size=400),
    customer=st.text(max_size=100),
    lang=st.sampled_from(["fr", "en", None]),
    need=st.sampled_from(["warm", "efficient"]),
    phase=st.sampled_from(["opening", "middle", "closing"]),
)
def test_any_text_gives_a_valid_assessment(
    scorer: Scorer, text: str, customer: str, lang: Lang | None, need: Need, phase: Phase
) -> None:
    check(text, scorer.assess(text, Context(customer, lang, need, phase)))


@pytest.mark.parametrize(
    "text",
    [
        "x" * MAX_TEXT,
        "Je comprends. " * 142,
        "!" * MAX_TEXT,
        "不" * MAX_TEXT,
        "👩‍👩‍👧" * 400,
        "\ud800" * 50,
        "a\x00b",
        "/restart",
    ],
)
def test_the_longest_and_the_strangest(scorer: Scorer, text: str) -> None:
    check(text, scorer.assess(text, Context("Où est mon colis ?")))


@pytest.mark.parametrize("text", ["", " ", "\n", "…", "👍", "\u200b"])
def test_without_a_word_there_is_nothing_to_praise(scorer: Scorer, text: str) -> None:
    found = scorer.assess(text, Context("J'attends !", "fr"))
    assert (found.score, found.empathy["level"], found.sentiment["label"]) == (0, 0, "neutral")
    assert found.lang == "fr"


REPLIES: list[tuple[Lang, str, list[str]]] = [
    (
        "fr",
        "J'ai attendu quarante minutes dehors avec deux enfants !",
        [
            "Quarante minutes dehors avec deux petits, il y a de quoi être à bout, et je suis désolée que vous ayez"
            " attendu. Je vous ouvre tout de suite. Qu'est-ce qui vous aiderait maintenant ?",
            "Je suis désolé pour l'attente. Je vous ouvre.",
            "Je ne vois pas pourquoi vous êtes en colère. Calmez-vous.",
            "Vous êtes vraiment stupide.",
        ],
    ),
    (
        "en",
        "I waited forty minutes outside with two kids!",
        [
            "Forty minutes outside with two little ones, anyone would be furious, and I'm so sorry you were kept"
            " waiting. I'll open up right now. What would help you most?",
            "I'm sorry about the wait. I'll let you in.",
            "I don't see why you're angry. Calm down.",
            "You are so stupid.",
        ],
    ),
]


@pytest.mark.parametrize(("lang", "customer", "replies"), REPLIES)
def test_replies_fall_in_their_order(scorer: Scorer, lang: Lang, customer: str, replies: list[str]) -> None:
    found = [scorer.assess(reply, Context(customer, lang)) for reply in replies]
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == len(scores)
    assert scores[0] >= 75 and scores[-1] <= 10
    assert found[0].empathy["level"] == 2 and found[2].empathy["level"] == 0
    assert found[2].hostility == ("command", "dismissal")
    assert found[3].red_flags == ("insult",)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Désolée que vous ayez attendu, je vous rappelle.", "desolee que vous ayez attendu, je vous rappelle."),
        ("Je suis désolé que vous ayez attendu.", "je  suis désolé que vous ayez attendu ."),
        ("I'm sorry you had to wait.", "I’m sorry you had to wait."),
        ("I'm sorry you had to wait, please sit down.", "im sry u had to wait, pls sit down."),
    ],
)
def test_spelling_and_typography_change_little(scorer: Scorer, left: str, right: str) -> None:
    context = Context("J'attends depuis une heure.")
    assert abs(scorer.assess(left, context).score - scorer.assess(right, context).score) <= 3


def test_the_same_reply_is_always_assessed_alike(scorer: Scorer) -> None:
    context = Context("Where is my parcel?", "en")
    first = scorer.assess("I'm sorry, I'll check right now.", context)
    scorer.assess("Calm down.", context)
    assert scorer.assess("I'm sorry, I'll check right now.", context) == first


def test_one_inference_per_reply_and_none_without_words() -> None:
    reader = FakeReader()
    scorer = load(ROOT, reader)
    found = scorer.assess("Votre dossier est complet.", Context("Bonjour", "fr"))
    assert found.versions["model"].startswith("fake-1+visavis-bag-")
    scorer.assess("  ", Context())
    scorer.assess("Oui.", Context("", "fr"), reading=FakeReading())
    scorer.assess("Voilà.", Context("Bonjour", "fr"))
    asked = ["".join(text) for text in reader.asked]
    assert asked == ["Votre dossier est complet.", "Bonjour", "Voilà."]  # their line once, whatever answers it


def test_versions_follow_the_files(scorer: Scorer, tmp_path: Path) -> None:
    assert set(scorer.versions) == {"model", "lexicons", "rules"}
    file = tmp_path / "a.yml"
    file.write_text("one")
    before = digest([file])
    file.write_text("two")
    assert digest([file]) != before and len(before) == 12
