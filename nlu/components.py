"""Rasa graph components, thin: what they do lives in the modules beside this one.

The order in `config.yml` is LanguageDetector → SpacyReader → TransformerFeaturizer → TopicReader → (Rasa's classifier)
→ Assessor. Inside a drill the first four leave what they found on the message, and the Assessor puts it together in the
light of the customer's last line, which it reads in the tracker.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import bag, encoder, scorer, topics
from nlu.contract import Context, Topics
from nlu.topics import Shelf

LOOP = "drill_loop"
SHELF = "topics.npz"
ROOT = Path(__file__).resolve().parent.parent
KIND = DefaultV1Recipe.ComponentType
SHARPNESS = 8.0
"""Rasa's logistic regression has a fixed penalty: on unit vectors it would stay undecided between near intents."""


def _folders() -> list[Path]:
    return topics.folders(Path(os.environ.get("DATA_DIR") or ROOT / "data"), os.environ.get("SCENARIOS_DIR", ""))


@cache
def _scorer() -> scorer.Scorer:
    return scorer.load(ROOT, sentiment=os.environ.get("SENTIMENT_MODEL", ""))


class _Component(GraphComponent):  # type: ignore[misc]
    """What our components share: one scorer per process, loaded with the model and not at the first message."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        self.config = config
        self.name = name
        self.scorer = _scorer()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Component:
        """Make the component; Rasa does the same for training and for a trained model, since nothing is learnt here."""
        return cls(config, execution_context.node_name)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa's own fingerprint sees this class's source only: add the weights, the lexicons and our code."""
        return fingerprint()


@DefaultV1Recipe.register(KIND.MESSAGE_FEATURIZER, is_trainable=False)
class LanguageDetector(_Component):
    """Sets `lang` on the message: the drill's own language when there is one, otherwise what the words tell."""

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Name the language of each message."""
        known = customer_payload(tracker).get("lang")
        for message in messages:
            message.set("lang", known or self.scorer.language(message.get(TEXT) or "", Context()), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training needs no language."""
        return training_data


@DefaultV1Recipe.register(KIND.MESSAGE_FEATURIZER, is_trainable=False)
class SpacyReader(_Component):
    """Sets `doc`, the spaCy reading of a reply, inside a drill; the lobby has no use for it."""

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Read each reply."""
        if in_drill(tracker):
            for message in messages:
                message.set("doc", self.scorer.document(message.get(TEXT), message.get("lang")))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Intents are learnt from the sentence vector alone."""
        return training_data


@DefaultV1Recipe.register(KIND.MESSAGE_FEATURIZER, is_trainable=False)
class TransformerFeaturizer(_Component, DenseFeaturizer):  # type: ignore[misc]
    """Runs the encoder once: its sentence vector feeds Rasa's classifier, the whole reading feeds the Assessor."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message with the encoder."""
        for message in messages:
            self._featurize(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give every training example its sentence vector."""
        for message in training_data.training_examples:
            self._featurize(message)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """There is nothing to configure."""

    def _featurize(self, message: Message) -> None:
        reading = self.scorer.read(message.get(TEXT) or "", message.get("doc"))
        message.set("reading", reading)
        vector = SHARPNESS * np.asarray([reading.vector if reading else (0.0,) * encoder.WIDTH], dtype=np.float32)
        for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
            message.add_features(Features(vector, kind, TEXT, self.name))


@DefaultV1Recipe.register(KIND.MESSAGE_FEATURIZER, is_trainable=True)
class TopicReader(_Component):
    """Learns every scenario from its examples, and sets `topics`, what a reply asks for, offers and answers."""

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, name)
        self.shelf = Shelf({})
        self._storage, self._resource = storage, resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicReader:
        """Make the component, before it has learnt anything."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> TopicReader:
        """Make the component with what it learnt."""
        made = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            made.shelf = Shelf.load(folder / SHELF)
        return made

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What the examples are, besides what all of us are made of."""
        return fingerprint() + topics.digest(_folders())

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the scenarios; Rasa's own training data has no part in it."""
        kept = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "topics"
        books = {folder.name: self.scorer.learn(folder, kept) for folder in _folders()}
        self.shelf = Shelf({slug: book for slug, book in books.items() if book})
        with self._storage.write_to(self._resource) as folder:
            self.shelf.save(folder / SHELF)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Tell the topics of each reply, in the scenario the tracker names."""
        book = self.shelf.books.get(str(customer_payload(tracker).get("scenario", "")).partition(".")[0])
        if book:
            for message in messages:
                found = self.scorer.topics(message.get(TEXT), message.get("doc"), message.get("reading"), book)
                message.set("topics", found)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Intents are learnt from the sentence vector alone."""
        return training_data


@DefaultV1Recipe.register(KIND.INTENT_CLASSIFIER, is_trainable=False)
class Assessor(_Component):
    """Sets `assessment`, plain JSON, on every reply typed in a drill."""

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Assess each reply in the light of the customer's last line."""
        if in_drill(tracker):
            customer = customer_payload(tracker)
            for message in messages:
                context = Context(
                    customer=customer.get("line", ""),
                    lang=customer.get("lang"),
                    need=customer.get("need", "warm"),
                    phase=customer.get("phase", "middle"),
                )
                text: str = message.get(TEXT)
                found = self.scorer.assess(text, context, doc=message.get("doc"), reading=message.get("reading"))
                assessment = replace(
                    self.scorer.suggest(text, context, found), topics=message.get("topics") or Topics()
                )
                message.set("assessment", assessment.to_json(), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing here is learnt by Rasa."""
        return training_data


def in_drill(tracker: DialogueStateTracker | None) -> bool:
    """True while the drill's loop is active."""
    return tracker is not None and tracker.active_loop_name == LOOP


def customer_payload(tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """The customer's last line with what surrounds it; notes and hints that came after it do not count."""
    if not in_drill(tracker):
        return {}
    assert tracker is not None
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            custom = (event.data or {}).get("custom") or {}
            if custom.get("type") == "customer":
                return dict(custom)
    return {}


@cache
def fingerprint() -> str:
    """A short digest of everything that perception is made of."""
    digest = hashlib.sha256(os.environ.get("SENTIMENT_MODEL", "").encode())
    package = ROOT / "nlu"
    files = [*package.glob("*.py"), *package.glob("strategies/*.py"), *(ROOT / "data" / "lexicons").rglob("*.yml")]
    files += [*(ROOT / "data").glob("*.yml"), *(ROOT / "data" / "suggestions").glob("*.yml")]
    files += [encoder.FOLDER / "model.safetensors", *bag.FOLDER.iterdir()]
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
