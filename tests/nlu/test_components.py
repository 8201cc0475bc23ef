"""nlu/components.py: what each component reads in the tracker and leaves on the message. No model is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from bot.settings import ROOT
from nlu import components, encoder
from nlu.contract import Assessment, Context

OPENING = {"type": "customer", "line": "Où est mon colis ?", "lang": "fr", "need": "efficient", "phase": "opening"}


class FakeScorer:
    """Answers at once and remembers the context it was given."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.seen: list[tuple[str, Context, Any, Any]] = []

    def language(self, text: str, context: Context) -> str:
        """What the words tell, or else the context."""
        return "en" if "hello" in text else context.lang or "fr"

    def document(self, text: str, lang: str) -> str:
        """Stands for a spaCy document."""
        return f"{lang}: {text}"

    def read(self, text: str, doc: Doc | None = None) -> encoder.Reading | None:
        """One inference; none for empty text, as the real one."""
        return encoder.Reading({"warmth": {"0": 1.0}}, (0.6, 0.8)) if text.strip() else None

    def assess(self, text: str, context: Context, doc: Any = None, reading: Any = None) -> Assessment:
        """Always the same."""
        self.seen.append((text, context, doc, reading))
        return self.assessment

    def suggest(self, text: str, context: Context, assessment: Assessment) -> Assessment:
        """Nothing to say better."""
        return assessment


@pytest.fixture
def scorer(monkeypatch: pytest.MonkeyPatch, perceived: Callable[..., Assessment]) -> FakeScorer:
    """In the place of the real scorer."""
    fake = FakeScorer(perceived())
    monkeypatch.setattr(components, "_scorer", lambda: fake)
    return fake


def made(kind: Any) -> Any:
    """A component as Rasa loads it."""
    return kind.load({}, None, None, SimpleNamespace(node_name="node"))


def tracker(*events: Event, loop: str | None = components.LOOP) -> DialogueStateTracker:
    """A conversation."""
    found = DialogueStateTracker.from_events("d", list(events), domain=Domain.empty())
    found.update(ActiveLoop(loop))
    return found


def said(custom: dict[str, Any] | None, text: str = "…") -> BotUttered:
    """One message of the bot."""
    return BotUttered(text, {"custom": custom} if custom else None)


def test_in_a_drill() -> None:
    assert components.in_drill(tracker())
    assert not components.in_drill(tracker(loop=None))
    assert not components.in_drill(tracker(loop="another_form"))
    assert not components.in_drill(None)


def test_the_customers_last_line() -> None:
    later = {**OPENING, "line": "Alors ?"}
    events = [
        said(OPENING),
        UserUttered("Bonjour"),
        said(later),
        said({"type": "coach_note"}),
        said({"type": "hint"}),
        said(None),
    ]
    assert components.customer_payload(tracker(*events)) == later
    assert components.customer_payload(tracker(said({"type": "hint"}))) == {}
    assert components.customer_payload(tracker()) == {}


def test_after_the_drill_the_line_no_longer_counts() -> None:
    assert components.customer_payload(tracker(said(OPENING), loop=None)) == {}
    assert components.customer_payload(None) == {}


def test_the_way_through_the_components_in_a_drill(scorer: FakeScorer) -> None:
    message = Message({TEXT: "Je comprends"})
    here = tracker(said(OPENING))
    made(components.LanguageDetector).process([message], here)
    made(components.SpacyReader).process([message], here)
    made(components.TransformerFeaturizer).process([message])
    made(components.Assessor).process([message], here)
    ((text, context, doc, reading),) = scorer.seen
    assert text == "Je comprends"
    assert context == Context("Où est mon colis ?", "fr", "efficient", "opening")
    assert doc == "fr: Je comprends" and reading is not None and reading.vector == (0.6, 0.8)
    told = message.as_dict(only_output_properties=True)
    assert told["assessment"] == scorer.assessment.to_json() and told["lang"] == "fr"
    assert json.dumps(told["assessment"])
    assert not {"doc", "reading"} & set(told), "spaCy documents cannot leave Rasa"


def test_outside_a_drill_nothing_is_assessed(scorer: FakeScorer) -> None:
    message = Message({TEXT: "hello"})
    for here in (None, tracker(loop=None)):
        made(components.LanguageDetector).process([message], here)
        made(components.SpacyReader).process([message], here)
        made(components.Assessor).process([message], here)
    assert scorer.seen == [] and message.get("assessment") is None and message.get("doc") is None
    assert message.get("lang") == "en"


def test_the_sentence_vector_feeds_the_classifier(scorer: FakeScorer) -> None:
    examples = TrainingData(
        [Message({TEXT: "Bonjour", "intent": "greet"}), Message({TEXT: "merci", "intent": "thank"})]
    )
    made(components.TransformerFeaturizer).process_training_data(examples)
    for message in examples.training_examples:
        sequence, sentence = message.get_dense_features(TEXT)
        assert sequence is not None and sentence is not None
        assert sequence.features.shape == sentence.features.shape == (1, 2)
        vector = sentence.features[0]
        assert vector.dtype == np.float32 and vector / np.linalg.norm(vector) == pytest.approx([0.6, 0.8])


def test_an_empty_text_still_has_a_vector_or_says_why(scorer: FakeScorer) -> None:
    message = Message({TEXT: "  "})
    try:
        made(components.TransformerFeaturizer).process([message])
    except encoder.EncoderError as error:
        assert "nlu/models" in str(error)


@pytest.mark.parametrize("kind", [components.LanguageDetector, components.SpacyReader, components.Assessor])
def test_training_leaves_the_examples_alone(scorer: FakeScorer, kind: Any) -> None:
    examples = TrainingData([Message({TEXT: "Bonjour", "intent": "greet"})])
    assert made(kind).process_training_data(examples) is examples


def test_the_pipeline_names_them_in_order() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    ours = [step["name"].rpartition(".")[2] for step in config["pipeline"] if step["name"].startswith("nlu.")]
    assert ours == ["LanguageDetector", "SpacyReader", "TransformerFeaturizer", "Assessor"]
    assert all(DefaultV1Recipe._from_registry(name).is_trainable is False for name in ours)


def test_the_fingerprint_is_that_of_everything_perception_is_made_of() -> None:
    found = components.Assessor.fingerprint_addon({})
    assert found == components.SpacyReader.fingerprint_addon({}) and len(found) == 16
