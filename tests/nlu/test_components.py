"""nlu/components.py: what each component reads in the tracker and leaves on the message. No model is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from bot.settings import ROOT
from nlu import components, encoder
from nlu.contract import Assessment, Context, Topics
from nlu.topics import Book

OPENING = {"type": "customer", "line": "Où est mon colis ?", "lang": "fr", "need": "efficient", "phase": "opening"}
RESOURCE = Resource("topics")


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

    def learn(self, folder: Path, kept: Path | None = None) -> Book | None:
        """A book that tells which folder it was learnt from; none for an empty one."""
        if not (folder / "fr.yml").exists():
            return None
        return Book(
            (f"facts.{folder.parent.parent.name}_{folder.name}",), np.eye(1, dtype=np.float32), np.zeros(1, np.float32)
        )

    def topics(self, text: str, doc: Any, reading: Any, book: Book) -> Topics:
        """Asks for what its book is about, once it is handed what was read already."""
        assert doc == f"fr: {text}" and reading is not None
        return Topics(asked=tuple(topic.removeprefix("facts.") for topic in book.topics), near=True)


@pytest.fixture
def scorer(monkeypatch: pytest.MonkeyPatch, perceived: Callable[..., Assessment]) -> FakeScorer:
    """In the place of the real scorer."""
    fake = FakeScorer(perceived())
    monkeypatch.setattr(components, "_scorer", lambda: fake)
    return fake


def made(kind: Any) -> Any:
    """A component as Rasa loads it."""
    return kind.load({}, None, None, SimpleNamespace(node_name="node"))


def reader(folder: Path, load: bool = True) -> components.TopicReader:
    """The reader of topics as Rasa makes it, to train or from what it learnt, with its storage in `folder`."""
    folder.mkdir(exist_ok=True)
    node = SimpleNamespace(node_name="node")
    make = components.TopicReader.load if load else components.TopicReader.create
    return make({}, LocalModelStorage(folder), RESOURCE, node)


def shelve(root: Path, *slugs: str) -> None:
    """Scenarios with a page each under `root`/scenarios."""
    for slug in slugs:
        (root / "scenarios" / slug).mkdir(parents=True)
        (root / "scenarios" / slug / "scenario.yml").write_text(f"slug: {slug}\n", encoding="utf-8")
        (root / "scenarios" / slug / "fr.yml").write_text('unknown: {examples: ["Le poids ?"]}\n', encoding="utf-8")


@pytest.fixture
def shelves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for ours, with two scenarios in `data/scenarios`."""
    monkeypatch.setattr(components, "ROOT", tmp_path)
    monkeypatch.delenv("SCENARIOS_DIR", raising=False)
    shelve(tmp_path / "data", "late-refund", "no-badge")
    return tmp_path


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


def test_the_topics_are_learnt_kept_and_read_again(scorer: FakeScorer, shelves: Path) -> None:
    storage = shelves / "storage"
    fresh = reader(storage, load=False)
    assert fresh.shelf.books == {}
    examples = TrainingData([Message({TEXT: "Bonjour", "intent": "greet"})])
    assert fresh.process_training_data(examples) is examples
    assert fresh.train(examples) == RESOURCE
    assert list(reader(storage).shelf.books) == list(fresh.shelf.books) == ["late-refund", "no-badge"]
    assert reader(storage).shelf.books["no-badge"].topics == ("facts.data_no-badge",)


def test_a_scenario_of_ones_own_is_learnt_in_the_place_of_ours(
    scorer: FakeScorer, shelves: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(shelves / "own", "no-badge", "late-parcel")
    monkeypatch.setenv("SCENARIOS_DIR", str(shelves / "own" / "scenarios"))
    reader(shelves / "storage", load=False).train(TrainingData())
    found = reader(shelves / "storage").shelf.books
    assert [book.topics[0] for book in found.values()] == [
        "facts.data_late-refund", "facts.own_no-badge", "facts.own_late-parcel",
    ]  # fmt: skip


def test_a_scenario_that_teaches_nothing_has_no_book(scorer: FakeScorer, shelves: Path) -> None:
    (shelves / "data/scenarios/no-badge/fr.yml").unlink()
    reader(shelves / "storage", load=False).train(TrainingData())
    assert list(reader(shelves / "storage").shelf.books) == ["late-refund"]


@pytest.mark.parametrize("slug", ["no-badge", "no-badge.not_a_thief"])
def test_the_topics_are_those_of_the_scenario_being_played(scorer: FakeScorer, shelves: Path, slug: str) -> None:
    reader(shelves / "storage", load=False).train(TrainingData())
    message = Message({TEXT: "Qui vous attend ?"})
    here = tracker(said({**OPENING, "scenario": slug}))
    for kind in (components.LanguageDetector, components.SpacyReader):
        made(kind).process([message], here)
    made(components.TransformerFeaturizer).process([message])
    reader(shelves / "storage").process([message], here)
    found = Topics(asked=("data_no-badge",), near=True)
    assert message.get("topics") == found
    made(components.Assessor).process([message], here)
    told = message.as_dict(only_output_properties=True)
    assert Assessment.from_json(json.loads(json.dumps(told["assessment"]))).topics == found
    assert "topics" not in told


def test_a_scenario_it_never_learnt_has_no_topics(scorer: FakeScorer, shelves: Path) -> None:
    reader(shelves / "storage", load=False).train(TrainingData())
    for custom in ({**OPENING, "scenario": "late-parcel"}, OPENING):
        message = Message({TEXT: "Qui vous attend ?"})
        reader(shelves / "storage").process([message], tracker(said(custom)))
        made(components.Assessor).process([message], tracker(said(custom)))
        assert message.get("topics") is None
        assert not Assessment.from_json(message.get("assessment")).topics


def test_outside_a_drill_there_are_no_topics(scorer: FakeScorer, shelves: Path) -> None:
    reader(shelves / "storage", load=False).train(TrainingData())
    message = Message({TEXT: "Qui vous attend ?"})
    for here in (None, tracker(said({**OPENING, "scenario": "no-badge"}), loop=None)):
        reader(shelves / "storage").process([message], here)
    assert message.get("topics") is None


def test_the_reader_of_topics_is_stale_once_the_examples_change(
    scorer: FakeScorer, shelves: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "fingerprint", lambda: "0123456789abcdef")
    found = [components.TopicReader.fingerprint_addon({})]
    page = shelves / "data/scenarios/no-badge/fr.yml"
    page.write_text(page.read_text(encoding="utf-8").replace("poids", "prix"), encoding="utf-8")
    found.append(components.TopicReader.fingerprint_addon({}))
    shelve(shelves / "own", "late-parcel")
    monkeypatch.setenv("SCENARIOS_DIR", str(shelves / "own" / "scenarios"))
    found.append(components.TopicReader.fingerprint_addon({}))
    assert len(set(found)) == 3 and all(each.startswith("0123456789abcdef") for each in found)
    assert components.Assessor.fingerprint_addon({}) == "0123456789abcdef"


def test_the_pipeline_names_them_in_order() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    ours = [step["name"].rpartition(".")[2] for step in config["pipeline"] if step["name"].startswith("nlu.")]
    assert ours == ["LanguageDetector", "SpacyReader", "TransformerFeaturizer", "TopicReader", "Assessor"]
    assert [name for name in ours if DefaultV1Recipe._from_registry(name).is_trainable] == ["TopicReader"]


def test_the_fingerprint_is_that_of_everything_perception_is_made_of() -> None:
    found = components.Assessor.fingerprint_addon({})
    assert found == components.SpacyReader.fingerprint_addon({}) and len(found) == 16
