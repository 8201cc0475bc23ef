"""nlu/encoder.py, on the model that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from transformers import BertConfig, BertTokenizerFast, TFBertForSequenceClassification

from nlu import encoder
from nlu.encoder import Encoder, EncoderError
from nlu.heads import GROUPS


@pytest.fixture(scope="module")
def shipped() -> Encoder:
    """The encoder of the repository."""
    return Encoder(encoder.FOLDER)


def test_one_inference_gives_every_group_and_the_vector(shipped: Encoder) -> None:
    reading = shipped.read("Je suis désolée que vous ayez attendu.")
    assert {name: tuple(values) for name, values in reading.groups.items()} == GROUPS
    assert all(sum(values.values()) == pytest.approx(1) for values in reading.groups.values())
    assert len(reading.vector) == encoder.WIDTH and np.linalg.norm(reading.vector) == pytest.approx(1, abs=1e-5)


def test_the_same_text_gives_the_same_bits(shipped: Encoder) -> None:
    shipped.read("something else in between")
    assert shipped.read("Bonjour !") == shipped.read("Bonjour !")


def test_single_words_differ_and_translations_are_near(shipped: Encoder) -> None:
    thanks, merci, help_ = (np.asarray(shipped.read(word).vector) for word in ("thanks", "merci", "help"))
    assert thanks @ merci > 0.6 > thanks @ help_


def test_the_same_inference_reads_each_sentence_by_itself(shipped: Encoder) -> None:
    text = "Votre colis arrive demain. Je suis vraiment désolée que vous ayez attendu."
    parts = {(0, 26): text[:26], (27, len(text)): text[27:]}
    reading = shipped.read(text, parts)
    for place, part in parts.items():
        alone = shipped.read(part)
        assert reading.parts[place].vector == pytest.approx(alone.vector, abs=1e-5)
        assert reading.parts[place].groups["reaction"] == pytest.approx(alone.groups["reaction"], abs=1e-5)
    assert reading.vector == pytest.approx(shipped.read(text).vector, abs=1e-5)


def test_a_text_too_long_for_its_sentences_is_read_whole(shipped: Encoder) -> None:
    assert not shipped.read("a " * 300, {(0, 600): "a " * 300}).parts


@pytest.mark.parametrize("text", ["", "\u200f", "字" * 2000, "a " * 1000, "🙂" * 50])
def test_any_text_is_read(shipped: Encoder, text: str) -> None:
    assert set(shipped.read(text).groups) == set(GROUPS)


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="No model can be loaded from"):
        Encoder(tmp_path / "nowhere")


def outside(folder: Path, labels: list[str]) -> str:
    """A tiny model of somebody else's, with our tokenizer."""
    shape = BertConfig(vocab_size=20_000, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                       intermediate_size=16, id2label=dict(enumerate(labels)))  # fmt: skip
    model = TFBertForSequenceClassification(shape)
    model(tf.constant([[1, 2]]))
    model.save_pretrained(folder)
    BertTokenizerFast.from_pretrained(encoder.FOLDER).save_pretrained(folder)
    return str(folder)


def test_another_model_replaces_the_sentiment_alone(shipped: Encoder, tmp_path: Path) -> None:
    stars = [f"{n} star{'s' * (n > 1)}" for n in range(1, 6)]
    both = encoder.Sentiment(shipped, outside(tmp_path, stars))
    ours, theirs = shipped.read("C’est parfait, merci !"), both.read("C’est parfait, merci !")
    assert theirs.groups["warmth"] == ours.groups["warmth"] and theirs.vector == ours.vector
    assert theirs.groups["sentiment"] != ours.groups["sentiment"]
    assert sum(theirs.groups["sentiment"].values()) == pytest.approx(1)


def test_a_model_with_other_labels_is_one_sentence(shipped: Encoder, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="name them"):
        encoder.Sentiment(shipped, outside(tmp_path, ["joy", "fear", "anger"]))
